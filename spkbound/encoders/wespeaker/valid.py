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
        on_gpu = torch.device(device).type == "cuda"
        copied = torch.tensor(lengths, pin_memory=on_gpu).to(device, non_blocking=True)
        return cls(copied, max(lengths), ragged=ragged)

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
        """Real frames of each row, ready to divide a sum of `x` over its last axis (kept)."""
        return self.lengths.view(_like(x, len(self.lengths), 1)).to(wide(x).dtype)

    def sum(self, x: Tensor) -> Tensor:
        return wide(self.fill(x, 0.0)).sum(-1, keepdim=True)

    def mean(self, x: Tensor) -> Tensor:
        """Mean over real frames, at least float32 (batch, …, 1)."""
        return self.sum(x) / self.count(x)

    def deviation(self, x: Tensor, floor: float = 1e-7) -> Tensor:
        """Root of unbiased variance plus `floor`, at least float32 (batch, …, 1); the variance of one frame is 0."""
        squares = self.sum((wide(x) - self.mean(x)).square())
        return (squares / (self.count(x) - 1).clamp(min=1) + floor).sqrt()


def wide(x: Tensor) -> Tensor:
    """At least float32: half precision is no place for sums."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


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
