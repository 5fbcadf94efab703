"""How do frames become one vector? Statistics over the real frames of each utterance.

Names and floors are WeSpeaker's; sums are at least float32 whatever the frames are.
"""

import torch
from torch import Tensor, nn

from spkbound.encoders.wespeaker.valid import Valid, wide


def flatten_bands(x: Tensor) -> Tensor:
    """(batch, channel, band, frame) → (batch, channel × band, frame), channels first."""
    return x.flatten(1, -2)


class MeanDeviation(nn.Module):
    """TSTP: mean and deviation of every dimension, (batch, …, frame) → (batch, 2 × dimensions)."""

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        x = flatten_bands(x)
        return torch.cat([valid.mean(x), valid.deviation(x)], 1).squeeze(-1)


class ContextAttention(nn.Module):
    """ASTP: frames weighted by an attention that may know mean and deviation of the whole utterance."""

    def __init__(self, n_in: int, *, knows_utterance: bool) -> None:
        super().__init__()
        self.knows_utterance = knows_utterance
        self.linear1 = nn.Conv1d(n_in * (3 if knows_utterance else 1), 128, 1)
        self.linear2 = nn.Conv1d(128, n_in, 1)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        seen = x
        if self.knows_utterance:
            context = [valid.mean(x).expand_as(x), valid.deviation(x).expand_as(x)]
            seen = torch.cat([x, *context], 1)
        logits = self.linear2(torch.tanh(self.linear1(seen)))
        return weighted_statistics(x, logits, valid, floor=1e-7)


class PlainAttention(nn.Module):
    """ASP: frames weighted by an attention that sees one frame at a time."""

    def __init__(self, n_in: int) -> None:
        super().__init__()
        self.attention = nn.Sequential(nn.Conv1d(n_in, 128, 1), nn.ReLU(), nn.BatchNorm1d(128), nn.Conv1d(128, n_in, 1))

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        x = flatten_bands(x)
        return weighted_statistics(x, self.attention(x), valid, floor=1e-5)


def weighted_statistics(x: Tensor, logits: Tensor, valid: Valid, *, floor: float) -> Tensor:
    """Mean and deviation of `x` (batch, dimension, frame) under the softmax of `logits` over real frames."""
    weights = torch.softmax(valid.fill(wide(logits), float("-inf")), -1)
    x = wide(valid.fill(x, 0.0))
    mean = (x * weights).sum(-1)
    variance = (x.square() * weights).sum(-1) - mean.square()
    return torch.cat([mean, variance.clamp(min=floor).sqrt()], 1)
