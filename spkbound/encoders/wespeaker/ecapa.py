"""ECAPA_TDNN: convolutions along time in groups of channels that see ever more, weighted by the whole utterance.

Source: Desplanques et al., arXiv:2005.07143.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from spkbound.encoders.wespeaker.pooling import ContextAttention
from spkbound.encoders.wespeaker.valid import Conv1d, Valid

SCALE = 8
SQUEEZED = 128
N_POOLED = 1536


class ConvReluNorm(nn.Module):
    def __init__(self, n_in: int, n_out: int, kernel: int = 1) -> None:
        super().__init__()
        self.conv, self.bn = Conv1d(n_in, n_out, kernel, padding=kernel // 2), nn.BatchNorm1d(n_out)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        return self.bn(relu(self.conv(x, valid)))


class Res2Conv(nn.Module):
    """Channels in eight groups, each convolved with what the one before it gave; the last goes through."""

    def __init__(self, n_channels: int, dilation: int) -> None:
        super().__init__()
        width = n_channels // SCALE
        self.convs = nn.ModuleList(
            Conv1d(width, width, 3, padding=dilation, dilation=dilation) for _ in range(SCALE - 1)
        )
        self.bns = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(SCALE - 1))

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        groups = list(x.chunk(SCALE, 1))
        y: Tensor | None = None
        for i, (conv, bn) in enumerate(zip(self.convs, self.bns)):
            y = bn(relu(conv(groups[i] if y is None else y + groups[i], valid)))
            groups[i] = y
        return torch.cat(groups, 1)


class SqueezeExcite(nn.Module):
    """Weigh channels by their means over the utterance."""

    def __init__(self, n_channels: int) -> None:
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(n_channels, SQUEEZED), nn.Linear(SQUEEZED, n_channels)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        weights = torch.sigmoid(self.linear2(relu(self.linear1(valid.mean(x).squeeze(-1)))))
        return x * weights.unsqueeze(-1).to(x.dtype)


class SeRes2Block(nn.Module):
    def __init__(self, n_channels: int, dilation: int) -> None:
        super().__init__()
        self.se_res2block = nn.ModuleList(
            [
                ConvReluNorm(n_channels, n_channels),
                Res2Conv(n_channels, dilation),
                ConvReluNorm(n_channels, n_channels),
                SqueezeExcite(n_channels),
            ]
        )

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        y = x
        for part in self.se_res2block:
            y = part(y, valid)
        return x + y


class EcapaTdnn(nn.Module):
    """(batch, n_frames, feat_dim) → (batch, embed_dim)."""

    def __init__(self, *, n_channels: int, knows_utterance: bool, feat_dim: int, embed_dim: int, emb_bn: bool) -> None:
        super().__init__()
        self.layer1 = ConvReluNorm(feat_dim, n_channels, 5)
        self.layer2, self.layer3, self.layer4 = (SeRes2Block(n_channels, dilation) for dilation in (2, 3, 4))
        self.conv = Conv1d(3 * n_channels, N_POOLED, 1)
        self.pool = ContextAttention(N_POOLED, knows_utterance=knows_utterance)
        self.bn = nn.BatchNorm1d(2 * N_POOLED)
        self.linear = nn.Linear(2 * N_POOLED, embed_dim)
        self.bn2 = nn.BatchNorm1d(embed_dim) if emb_bn else None

    def forward(self, frames: Tensor, valid: Valid) -> Tensor:
        first = self.layer1(frames.transpose(1, 2), valid)
        second = self.layer2(first, valid)
        third = self.layer3(second, valid)
        fourth = self.layer4(third, valid)
        x = relu(self.conv(torch.cat([second, third, fourth], 1), valid))
        embedding = self.linear(self.bn(self.pool(x, valid)))
        return embedding if self.bn2 is None else self.bn2(embedding)
