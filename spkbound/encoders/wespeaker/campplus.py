"""CAMPPlus (CAM++): a densely connected network along time whose layers are masked by what surrounds them.

Source: Wang et al., arXiv:2303.00332.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, relu

from spkbound.encoders.wespeaker.blocks import BasicBlock, Stage, as_picture, conv3x3, halved
from spkbound.encoders.wespeaker.pooling import MeanDeviation, flatten_bands
from spkbound.encoders.wespeaker.valid import Conv1d, Valid, wide

HEAD_CHANNELS = 32
INITIAL, GROWTH, BOTTLENECK, CONTEXT = 128, 32, 128, 64
BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation
SEGMENT_FRAMES = 100

HALF_THE_BANDS = (2, 1)


class Head(nn.Module):
    """Residual blocks over the spectrogram as a picture: an eighth of the bands is left, every frame."""

    def __init__(self) -> None:
        super().__init__()
        n = HEAD_CHANNELS
        self.conv1, self.bn1 = conv3x3(1, n), nn.BatchNorm2d(n)
        self.layer1 = Stage(BasicBlock, n, n, 2, HALF_THE_BANDS)
        self.layer2 = Stage(BasicBlock, n, n, 2, HALF_THE_BANDS)
        self.conv2, self.bn2 = conv3x3(n, n, HALF_THE_BANDS), nn.BatchNorm2d(n)

    def forward(self, frames: Tensor, valid: Valid) -> Tensor:
        x = relu(self.bn1(self.conv1(as_picture(frames), valid)))
        for stage in (self.layer1, self.layer2):
            x, valid = stage.run(x, valid)
        return flatten_bands(relu(self.bn2(self.conv2(x, valid))))


class NormRelu(nn.Module):
    def __init__(self, n_channels: int) -> None:
        super().__init__()
        self.batchnorm = nn.BatchNorm1d(n_channels)

    def forward(self, x: Tensor) -> Tensor:
        return relu(self.batchnorm(x))


class ContextMask(nn.Module):
    """A convolution, masked by the mean of the utterance and that of the segment of 100 frames."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = Conv1d(BOTTLENECK, GROWTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1, self.linear2 = nn.Conv1d(BOTTLENECK, CONTEXT, 1), nn.Conv1d(CONTEXT, GROWTH, 1)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        context = valid.mean(x) + segment_means(x, valid)
        mask = torch.sigmoid(self.linear2(relu(self.linear1(context))))
        n_frames = x.shape[-1]
        return self.linear_local(x, valid) * mask.repeat_interleave(SEGMENT_FRAMES, -1)[..., :n_frames]


def segment_means(x: Tensor, valid: Valid) -> Tensor:
    """Means over every 100 real frames, the last over what there is: (batch, channel, n_segments)."""
    n_segments = -(-valid.n_frames // SEGMENT_FRAMES)
    x = pad(wide(valid.fill(x, 0.0)), (0, n_segments * SEGMENT_FRAMES - valid.n_frames))
    sums = x.unflatten(-1, (n_segments, SEGMENT_FRAMES)).sum(-1)
    starts = SEGMENT_FRAMES * torch.arange(n_segments, device=x.device)
    counts = (valid.lengths[:, None] - starts).clamp(1, SEGMENT_FRAMES)
    return sums / counts[:, None, :]


class DenseLayer(nn.Module):
    def __init__(self, n_in: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1, self.linear1 = NormRelu(n_in), nn.Conv1d(n_in, BOTTLENECK, 1, bias=False)
        self.nonlinear2, self.cam_layer = NormRelu(BOTTLENECK), ContextMask(dilation)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        return self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))), valid)


class DenseBlock(nn.Module):
    """Layers that each see what all before them gave."""

    def __init__(self, n_in: int, n_layers: int, dilation: int) -> None:
        super().__init__()
        for j in range(n_layers):
            self.add_module(f"tdnnd{j + 1}", DenseLayer(n_in + j * GROWTH, dilation))

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x, valid)], 1)
        return x


class Transit(nn.Module):
    """Half the channels."""

    def __init__(self, n_in: int) -> None:
        super().__init__()
        self.nonlinear, self.linear = NormRelu(n_in), nn.Conv1d(n_in, n_in // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.nonlinear(x))


class FirstLayer(nn.Module):
    """Half the frames."""

    def __init__(self, n_in: int) -> None:
        super().__init__()
        self.linear = Conv1d(n_in, INITIAL, 5, stride=2, padding=2, bias=False)
        self.nonlinear = NormRelu(INITIAL)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        return self.nonlinear(self.linear(x, valid))


class LastLayer(nn.Module):
    def __init__(self, n_in: int, embed_dim: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(n_in, embed_dim, 1, bias=False)
        self.nonlinear = nn.Module()
        self.nonlinear.batchnorm = nn.BatchNorm1d(embed_dim, affine=False)

    def forward(self, pooled: Tensor) -> Tensor:
        return self.nonlinear.batchnorm(self.linear(pooled.unsqueeze(-1)).squeeze(-1))


class XVector(nn.Module):
    def __init__(self, n_in: int, embed_dim: int) -> None:
        super().__init__()
        self.tdnn = FirstLayer(n_in)
        n_channels = INITIAL
        for i, (n_layers, dilation) in enumerate(BLOCKS, 1):
            self.add_module(f"block{i}", DenseBlock(n_channels, n_layers, dilation))
            n_channels += n_layers * GROWTH
            self.add_module(f"transit{i}", Transit(n_channels))
            n_channels //= 2
        self.out_nonlinear = NormRelu(n_channels)
        self.stats = MeanDeviation()
        self.dense = LastLayer(2 * n_channels, embed_dim)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        x, valid = self.tdnn(x, valid), valid.strided(2)
        for block, transit in (
            (self.block1, self.transit1),
            (self.block2, self.transit2),
            (self.block3, self.transit3),
        ):
            x = transit(block(x, valid))
        return self.dense(self.stats(self.out_nonlinear(x), valid))


class CamPlusPlus(nn.Module):
    """(batch, n_frames, feat_dim) → (batch, embed_dim)."""

    def __init__(self, *, feat_dim: int, embed_dim: int) -> None:
        super().__init__()
        self.head = Head()
        self.xvector = XVector(HEAD_CHANNELS * halved(feat_dim, 3), embed_dim)

    def forward(self, frames: Tensor, valid: Valid) -> Tensor:
        return self.xvector(self.head(frames, valid), valid)
