"""Which frames of a padded batch are real? Everything that looks along time asks here, so padding changes nothing.

An utterance in a batch gives what it gives alone when three things hold: what a convolution sees behind the end is
zero, as its own padding is; a statistic counts real frames only; a layer with stride s leaves ceil(length / s) of them.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Valid:
    """The first `lengths[i]` of `n_frames` are real in row i. Made anew for every stride."""

    def __init__(self, lengths: Tensor, n_frames: int, *, ragged: bool) -> None:
        self.lengths, self.n_frames = lengths, n_frames
        self.ragged = ragged
        self._behind = torch.arange(n_frames, device=lengths.device) >= lengths[:, None] if ragged else None

    @classmethod
    def of(cls, lengths: Sequence[int], device: torch.device | str = "cpu") -> "Valid":
        """Of a batch as long as its longest row."""
        ragged = min(lengths) != max(lengths)
        return cls(torch.tensor(lengths, device=device), max(lengths), ragged=ragged)

    def strided(self, stride: int) -> "Valid":
        """What is left behind a layer with "same" padding and this stride."""
        if stride == 1:
            return self
        return Valid(-(-self.lengths // stride), -(-self.n_frames // stride), ragged=self.ragged)

    def fill(self, x: Tensor, value: float) -> Tensor:
        """Replace what is behind the end of each row of `x` (batch, …, n_frames)."""
        if self._behind is None:
            return x
        return x.masked_fill(self._behind.view(_like(x, self._behind.shape[0], self.n_frames)), value)

    def count(self, x: Tensor) -> Tensor:
        """Real frames of each row, float32, ready to divide a sum of `x` over its last axis (kept)."""
        return self.lengths.view(_like(x, len(self.lengths), 1)).float()

    def sum(self, x: Tensor) -> Tensor:
        return self.fill(x, 0.0).float().sum(-1, keepdim=True)

    def mean(self, x: Tensor) -> Tensor:
        """Mean over real frames, float32 (batch, …, 1)."""
        return self.sum(x) / self.count(x)

    def deviation(self, x: Tensor, floor: float = 1e-7) -> Tensor:
        """Square root of the unbiased variance plus `floor`, float32 (batch, …, 1); of one frame the variance is 0."""
        squares = self.sum((x.float() - self.mean(x)).square())
        return (squares / (self.count(x) - 1).clamp(min=1) + floor).sqrt()


def _like(x: Tensor, n_rows: int, n_last: int) -> list[int]:
    return [n_rows, *[1] * (x.dim() - 2), n_last]


class Conv1d(nn.Conv1d):
    """Over (batch, channel, frame); sees zeros behind the end of each row."""

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        return super().forward(valid.fill(x, 0.0) if self.kernel_size[0] > 1 else x)


class Conv2d(nn.Conv2d):
    """Over (batch, channel, band, frame); sees zeros behind the end of each row."""

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        return super().forward(valid.fill(x, 0.0) if self.kernel_size[1] > 1 else x)
