"""ResNet and SimAM_ResNet: residual networks over the spectrogram as a picture.

Sources: He et al., arXiv:1512.03385; SimAM: Yang et al., ICML 2021, as in Qin et al., arXiv:2205.05472 (ASP pooling).
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from spkbound.encoders.wespeaker.blocks import (
    BasicBlock,
    Block,
    Bottleneck,
    SegmentHead,
    Stage,
    as_picture,
    conv3x3,
    halved,
)
from spkbound.encoders.wespeaker.pooling import MeanDeviation, PlainAttention
from spkbound.encoders.wespeaker.valid import Valid, wide

SIMAM_LAMBDA = 1e-4


class Trunk(nn.Module):
    """One convolution and four stages, each after the first with half the bands and frames and twice the channels."""

    def __init__(self, block: type[Block], n_blocks: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv3x3(1, width), nn.BatchNorm2d(width)
        n_in = width
        for i, n in enumerate(n_blocks):
            self.add_module(f"layer{i + 1}", Stage(block, n_in, width << i, n, 2 if i else 1))
            n_in = (width << i) * block.expansion
        self.n_channels = n_in

    def run(self, frames: Tensor, valid: Valid) -> tuple[Tensor, Valid]:
        x = relu(self.bn1(self.conv1(as_picture(frames), valid)))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x, valid = stage.run(x, valid)
        return x, valid


class ResNet(Trunk, SegmentHead):
    """(batch, n_frames, feat_dim) → (batch, embed_dim)."""

    def __init__(
        self, *, n_blocks: tuple[int, ...], bottleneck: bool, feat_dim: int, embed_dim: int, two_emb_layer: bool
    ) -> None:
        super().__init__(Bottleneck if bottleneck else BasicBlock, n_blocks, 32)
        self.pool = MeanDeviation()
        self.add_head(2 * self.n_channels * halved(feat_dim, 3), embed_dim, two_emb_layer=two_emb_layer)

    def forward(self, frames: Tensor, valid: Valid) -> Tensor:
        return self.embed(self.pool(*self.run(frames, valid)))


class SimamBlock(BasicBlock):
    """A basic block that weighs every point by how much it stands out in its channel; no parameters."""

    shortcut_name = "downsample"

    def attend(self, y: Tensor, left: Valid) -> Tensor:
        y = left.fill(y, 0.0)
        n_points = left.count(y) * y.shape[2]
        mean = wide(y).sum((2, 3), keepdim=True) / n_points
        squares = left.fill((wide(y) - mean).square(), 0.0)
        variance = squares.sum((2, 3), keepdim=True) / (n_points - 1)
        return y * torch.sigmoid(squares / (4 * (variance + SIMAM_LAMBDA)) + 0.5).to(y.dtype)


class SimamResNet(nn.Module):
    """(batch, n_frames, feat_dim) → (batch, embed_dim)."""

    def __init__(self, *, n_blocks: tuple[int, ...], feat_dim: int, embed_dim: int) -> None:
        super().__init__()
        self.front = Trunk(SimamBlock, n_blocks, 64)
        n_pooled = self.front.n_channels * halved(feat_dim, 3)
        self.pooling = PlainAttention(n_pooled)
        self.bottleneck = nn.Linear(2 * n_pooled, embed_dim)

    def forward(self, frames: Tensor, valid: Valid) -> Tensor:
        return self.bottleneck(self.pooling(*self.front.run(frames, valid)))
