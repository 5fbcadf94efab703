"""What are the two-dimensional networks made of? Residual blocks in stages, and the layers behind the pooling.

Attribute names are those of WeSpeaker's checkpoints.
"""

from torch import Tensor, nn
from torch.nn.functional import relu

from spkbound.encoders.wespeaker.valid import Conv2d, Valid

Stride = int | tuple[int, int]


def conv3x3(n_in: int, n_out: int, stride: Stride = 1, *, groups: int = 1) -> Conv2d:
    return Conv2d(n_in, n_out, 3, stride, 1, groups=groups, bias=False)


def conv1x1(n_in: int, n_out: int, stride: Stride = 1) -> Conv2d:
    return Conv2d(n_in, n_out, 1, stride, bias=False)


class Block(nn.Module):
    """What residual blocks share: a stride along time, and a way round that fits in shape."""

    expansion = 1
    shortcut_name = "shortcut"

    def __init__(self, n_in: int, width: int, stride: Stride) -> None:
        super().__init__()
        self.time_stride = stride if isinstance(stride, int) else stride[1]
        n_out = width * self.expansion
        way_round = nn.Sequential()
        if stride not in (1, (1, 1)) or n_in != n_out:
            way_round = nn.Sequential(nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out))
        self.add_module(self.shortcut_name, way_round)

    def go_round(self, x: Tensor) -> Tensor:
        return getattr(self, self.shortcut_name)(x)


class BasicBlock(Block):
    """Two convolutions of 3 × 3."""

    def __init__(self, n_in: int, width: int, stride: Stride) -> None:
        super().__init__(n_in, width, stride)
        self.conv1, self.bn1 = conv3x3(n_in, width, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv3x3(width, width), nn.BatchNorm2d(width)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        left = valid.strided(self.time_stride)
        y = relu(self.bn1(self.conv1(x, valid)))
        y = self.attend(self.bn2(self.conv2(y, left)), left)
        return relu(y + self.go_round(x))

    def attend(self, y: Tensor, left: Valid) -> Tensor:
        return y


class Bottleneck(Block):
    """A convolution of 3 × 3, strided, between two of 1 × 1."""

    expansion = 4

    def __init__(self, n_in: int, width: int, stride: Stride) -> None:
        super().__init__(n_in, width, stride)
        self.conv1, self.bn1 = conv1x1(n_in, width), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv3x3(width, width, stride), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = conv1x1(width, width * self.expansion), nn.BatchNorm2d(width * self.expansion)

    def forward(self, x: Tensor, valid: Valid) -> Tensor:
        y = relu(self.bn1(self.conv1(x, valid)))
        y = relu(self.bn2(self.conv2(y, valid)))
        y = self.bn3(self.conv3(y, valid.strided(self.time_stride)))
        return relu(y + self.go_round(x))


class Stage(nn.ModuleList):
    """Blocks of one width; the first may have a stride."""

    def __init__(self, block: type[Block], n_in: int, width: int, n_blocks: int, stride: Stride) -> None:
        rest = [block(width * block.expansion, width, 1) for _ in range(n_blocks - 1)]
        super().__init__([block(n_in, width, stride), *rest])

    def run(self, x: Tensor, valid: Valid) -> tuple[Tensor, Valid]:
        for block in self:
            x, valid = block(x, valid), valid.strided(block.time_stride)
        return x, valid


class SegmentHead:
    """One or two linear layers behind the pooling, under the names that most checkpoints have."""

    def add_head(self, n_pooled: int, embed_dim: int, *, two_emb_layer: bool) -> None:
        self.seg_1 = nn.Linear(n_pooled, embed_dim)
        self.seg_bn_1 = nn.BatchNorm1d(embed_dim, affine=False) if two_emb_layer else None
        self.seg_2 = nn.Linear(embed_dim, embed_dim) if two_emb_layer else None

    def embed(self, pooled: Tensor) -> Tensor:
        embedding = self.seg_1(pooled)
        return embedding if self.seg_2 is None else self.seg_2(self.seg_bn_1(relu(embedding)))


def as_picture(frames: Tensor) -> Tensor:
    """(batch, n_frames, n_mels) → (batch, 1, n_mels, n_frames)."""
    return frames.transpose(1, 2).unsqueeze(1)


def halved(n_bands: int, times: int) -> int:
    """Bands left behind so many layers with stride 2."""
    for _ in range(times):
        n_bands = (n_bands + 1) // 2
    return n_bands
