"""Gemini_DF_ResNet: deep and thin, with bands halved four times and frames once.

Source: Liu et al., arXiv:2312.03620 (stride strategy T14c); depth-first blocks: Liu et al., Interspeech 2022.
"""

from torch import Tensor, nn
from torch.nn.functional import relu

from spkbound.encoders.wespeaker.blocks import SegmentHead, as_picture, conv1x1, conv3x3, halved
from spkbound.encoders.wespeaker.pooling import MeanDeviation
from spkbound.encoders.wespeaker.valid import Valid

WIDTHS = (32, 32, 64, 128, 256)
TIME_STRIDES = (1, 2, 1, 1)


class InvertedBottleneck(nn.Module):
    """Four times the channels in the middle, each convolved alone."""

    def __init__(self, width: int) -> None:
        super().__init__()
        wide = 4 * width
        self.conv1, self.bn1 = conv1x1(width, wide), nn.BatchNorm2d(wide)
        self.conv2, self.bn2 = conv3x3(wide, wide, groups=wide), nn.BatchNorm2d(wide)
        self.conv3, self.bn3 = conv1x1(wide, width), nn.BatchNorm2d(width)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        y = relu(self.bn1(self.conv1(x, valid)))
        y = relu(self.bn2(self.conv2(y, valid)))
        return relu(self.bn3(self.conv3(y, valid)) + x)


class GeminiResNet(nn.Module, SegmentHead):
    """(batch, n_frames, feat_dim) → (batch, embed_dim)."""

    def __init__(self, *, n_blocks: tuple[int, ...], feat_dim: int, embed_dim: int, two_emb_layer: bool) -> None:
        super().__init__()
        strides = [1, *((2, stride) for stride in TIME_STRIDES)]
        self.downsample_layers = nn.ModuleList(
            nn.ModuleList([conv3x3(n_in, n_out, stride), nn.BatchNorm2d(n_out)])
            for n_in, n_out, stride in zip((1, *WIDTHS), WIDTHS, strides)
        )
        self.stages = nn.ModuleList(
            nn.ModuleList(InvertedBottleneck(width) for _ in range(n)) for width, n in zip(WIDTHS[1:], n_blocks)
        )
        self.pool = MeanDeviation()
        self.add_head(2 * WIDTHS[-1] * halved(feat_dim, 4), embed_dim, two_emb_layer=two_emb_layer)

    def forward(self, frames: Tensor, valid: Valid) -> Tensor:
        (conv, bn), *shrinking = self.downsample_layers
        x = relu(bn(conv(as_picture(frames), valid)))
        for (conv, bn), blocks, time_stride in zip(shrinking, self.stages, TIME_STRIDES):
            x, valid = bn(conv(x, valid)), valid.strided(time_stride)
            for block in blocks:
                x = block(x, valid)
        return self.embed(self.pool(x, valid))
