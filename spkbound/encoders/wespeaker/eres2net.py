"""ERes2Net: residual blocks of small convolutions in a row, and stages fused by attention, from fine to coarse.

Source: Chen et al., arXiv:2305.12838. Their "ReLU" ends at 20.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import hardtanh, relu

from spkbound.encoders.wespeaker.blocks import (
    Block,
    SegmentHead,
    Stage,
    Stride,
    as_picture,
    conv1x1,
    conv3x3,
    halved,
)
from spkbound.encoders.wespeaker.pooling import MeanDeviation
from spkbound.encoders.wespeaker.valid import Valid


def clipped(x: Tensor) -> Tensor:
    return hardtanh(x, 0.0, 20.0)


class Fusion(nn.Module):
    """Mix two pictures of one shape, point by point."""

    def __init__(self, n_channels: int) -> None:
        super().__init__()
        n_between = n_channels // 4
        self.local_att = nn.Sequential(
            nn.Conv2d(2 * n_channels, n_between, 1),
            nn.BatchNorm2d(n_between),
            nn.SiLU(),
            nn.Conv2d(n_between, n_channels, 1),
            nn.BatchNorm2d(n_channels),
        )

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        share = torch.tanh(self.local_att(torch.cat([x, y], 1)))
        return x * (1 + share) + y * (1 - share)


class Res2Block(Block):
    """Channels in groups; each is convolved together with what the group before it gave."""

    expansion, base_width, scale = 2, 32, 2

    def __init__(self, n_in: int, width: int, stride: Stride) -> None:
        super().__init__(n_in, width, stride)
        self.group_width = width * self.base_width // 64
        n_inner, n_out = self.group_width * self.scale, width * self.expansion
        self.conv1, self.bn1 = conv1x1(n_in, n_inner, stride), nn.BatchNorm2d(n_inner)
        self.add_groups()
        self.conv3, self.bn3 = conv1x1(n_inner, n_out), nn.BatchNorm2d(n_out)

    def add_groups(self) -> None:
        self.add_convs(self.scale)

    def add_convs(self, n: int) -> None:
        self.convs = nn.ModuleList(conv3x3(self.group_width, self.group_width) for _ in range(n))
        self.bns = nn.ModuleList(nn.BatchNorm2d(self.group_width) for _ in range(n))

    def layers(self) -> list[tuple[nn.Module, nn.Module]]:
        """Convolution and norm of each group."""
        return list(zip(self.convs, self.bns))

    def join(self, before: Tensor, group: Tensor, number: int) -> Tensor:
        return before + group

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        left = valid.strided(self.time_stride)
        groups = list(clipped(self.bn1(self.conv1(x, valid))).split(self.group_width, 1))
        for i, (conv, bn) in enumerate(self.layers()):
            y = self.join(groups[i - 1], groups[i], i) if i else groups[0]
            groups[i] = clipped(bn(conv(y, left)))
        return clipped(self.bn3(self.conv3(torch.cat(groups, 1), left)) + self.go_round(x))


class FusedBlock(Res2Block):
    """The same with groups fused by attention instead of added."""

    def add_groups(self) -> None:
        self.conv2_1, self.bn2_1 = conv3x3(self.group_width, self.group_width), nn.BatchNorm2d(self.group_width)
        self.add_convs(self.scale - 1)
        self.fuse_models = nn.ModuleList(Fusion(self.group_width) for _ in self.convs)

    def layers(self) -> list[tuple[nn.Module, nn.Module]]:
        return [(self.conv2_1, self.bn2_1), *super().layers()]

    def join(self, before: Tensor, group: Tensor, number: int) -> Tensor:
        return self.fuse_models[number - 1](before, group)


class LargeRes2Block(Res2Block):
    expansion, base_width, scale = 4, 24, 3


class LargeFusedBlock(FusedBlock):
    expansion, base_width, scale = 4, 24, 3


class ERes2Net(nn.Module, SegmentHead):
    """(batch, n_frames, feat_dim) → (batch, embed_dim)."""

    def __init__(self, *, width: int, large_blocks: bool, feat_dim: int, embed_dim: int, two_emb_layer: bool) -> None:
        super().__init__()
        plain, fused = (LargeRes2Block, LargeFusedBlock) if large_blocks else (Res2Block, FusedBlock)
        first, second, third, fourth = (plain.expansion * (width << i) for i in range(4))
        self.conv1, self.bn1 = conv3x3(1, width), nn.BatchNorm2d(width)
        self.layer1 = Stage(plain, width, width, 3, 1)
        self.layer2 = Stage(plain, first, width * 2, 4, 2)
        self.layer3 = Stage(fused, second, width * 4, 6, 2)
        self.layer4 = Stage(fused, third, width * 8, 3, 2)
        self.layer1_downsample = conv3x3(first, second, 2)
        self.layer2_downsample = conv3x3(second, third, 2)
        self.layer3_downsample = conv3x3(third, fourth, 2)
        self.fuse_mode12, self.fuse_mode123, self.fuse_mode1234 = Fusion(second), Fusion(third), Fusion(fourth)
        self.pool = MeanDeviation()
        self.add_head(2 * fourth * halved(feat_dim, 3), embed_dim, two_emb_layer=two_emb_layer)

    def forward(self, frames: Tensor, valid: Valid) -> Tensor:
        x = relu(self.bn1(self.conv1(as_picture(frames), valid)))
        x, valid = self.layer1.run(x, valid)
        fused = x
        for stage, shrink, fuse in (
            (self.layer2, self.layer1_downsample, self.fuse_mode12),
            (self.layer3, self.layer2_downsample, self.fuse_mode123),
            (self.layer4, self.layer3_downsample, self.fuse_mode1234),
        ):
            fused = shrink(fused, valid)
            x, valid = stage.run(x, valid)
            fused = fuse(x, fused)
        return self.embed(self.pool(fused, valid))
