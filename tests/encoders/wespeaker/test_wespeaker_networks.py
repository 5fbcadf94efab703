"""The networks: weights as published, batches as one by one. `test_wespeaker_extract` compares embeddings."""

import json

import pytest
import torch
from references import ARCHITECTURES as REFERENCES
from references import reference_folder
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from spkbound.encoders.wespeaker.architectures import ARCHITECTURES, build_network, read_model_args
from spkbound.encoders.wespeaker.valid import Valid

# Dimension, million parameters, entries of the state, 10^9 operations for 198 frames: of WeSpeaker's own networks.
# CAMPPlus has no operations here: its context is the same within a segment, and we compute it once for each.
PUBLISHED = {
    "ResNet18": (256, 4.11, 122, 4.3),
    "ResNet34": (256, 6.63, 218, 9.0),
    "ResNet50": (256, 11.13, 320, 10.1),
    "ResNet101": (256, 15.89, 626, 19.6),
    "ResNet152": (256, 19.81, 932, 29.0),
    "ResNet221": (256, 23.79, 1346, 41.8),
    "ResNet293": (256, 28.63, 1778, 55.1),
    "SimAM_ResNet34_ASP": (256, 25.21, 227, 36.1),
    "SimAM_ResNet100_ASP": (256, 50.23, 623, 113.6),
    "ECAPA_TDNN_c512": (192, 5.80, 221, 1.9),
    "ECAPA_TDNN_GLOB_c512": (192, 6.19, 221, 2.0),
    "ECAPA_TDNN_GLOB_c1024": (192, 14.66, 221, 5.2),
    "CAMPPlus": (512, 7.18, 937, None),
    "ERes2Net34_Base": (512, 9.89, 587, 6.7),
    "ERes2Net34_Large": (512, 29.02, 587, 26.8),
    "ERes2Net34_aug": (192, 55.17, 809, 62.3),
    "Gemini_DF_ResNet60": (256, 4.05, 356, 5.5),
    "Gemini_DF_ResNet114": (256, 6.53, 680, 10.4),
}
COUNTED = ("ResNet50", "ERes2Net34_aug", "Gemini_DF_ResNet60")  # blocks without reference embeddings


def network(name: str, embed_dim: int, **more: object) -> nn.Module:
    return build_network(name, read_model_args(name, {"embed_dim": embed_dim, **more}, "config.yaml")).eval()


def lively(name: str, **more: object) -> nn.Module:
    """A network whose norms shift and scale, so that what is behind an end would not stay zero by itself."""
    torch.manual_seed(1)
    made = network(name, 32, **more)
    for module in made.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)
            if module.affine:
                nn.init.uniform_(module.weight, 0.6, 1.2)
                nn.init.normal_(module.bias, 0, 0.3)
    return made


def frames(lengths: list[int]) -> list[Tensor]:
    return [torch.randn(length, 80, generator=torch.Generator().manual_seed(length)) for length in lengths]


def embed(made: nn.Module, batch: list[Tensor]) -> Tensor:
    padded = nn.utils.rnn.pad_sequence(batch, batch_first=True)
    with torch.inference_mode():
        return made(padded, Valid.of([len(each) for each in batch]))


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_are_as_many_as_published(name):
    embed_dim, millions, n_keys, _ = PUBLISHED[name]
    with torch.device("meta"):
        made = network(name, embed_dim)
    assert round(sum(each.numel() for each in made.parameters()) / 1e6, 2) == millions
    assert len(made.state_dict()) == n_keys


@pytest.mark.parametrize("name", COUNTED)
def test_operations_are_as_many_as_published(name):
    embed_dim, _, _, published = PUBLISHED[name]
    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(name, embed_dim)(torch.empty(1, 198, 80), Valid(torch.empty(1), 198, ragged=False))
    assert counter.get_total_flops() / 1e9 == pytest.approx(published, abs=0.06)


@pytest.mark.parametrize("name", REFERENCES)
def test_names_and_shapes_are_those_of_real_checkpoints(name):
    shapes = json.loads((reference_folder(name) / "keys.json").read_text())
    with torch.device("meta"):
        made = network(name, PUBLISHED[name][0])
    ours = {key: list(value.shape) for key, value in made.state_dict().items()}
    assert ours == {key: shape for key, shape in shapes.items() if not key.startswith("projection.")}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("ResNet18", {}),
        ("ResNet34", {"two_emb_layer": True}),
        ("ResNet50", {}),
        ("SimAM_ResNet34_ASP", {}),
        ("ECAPA_TDNN_c512", {"emb_bn": True}),
        ("ECAPA_TDNN_GLOB_c1024", {}),
        ("CAMPPlus", {}),
        ("ERes2Net34_Base", {}),
        ("ERes2Net34_aug", {}),
        ("Gemini_DF_ResNet60", {}),
    ],
)
def test_a_padded_batch_gives_what_each_gives_alone(name, more):
    made, batch = lively(name, **more), frames([1, 2, 9, 199, 201, 403] if name == "CAMPPlus" else [1, 2, 7, 16, 25])
    alone = torch.cat([embed(made, [each]) for each in batch])
    assert alone.isfinite().all()
    together = embed(made, batch)
    assert (together - alone).abs().max() <= 1e-4 * alone.abs().max()
    assert torch.cosine_similarity(together, alone).min() >= 0.99999


@pytest.mark.parametrize(
    "name", ["ResNet18", "SimAM_ResNet34_ASP", "ECAPA_TDNN_GLOB_c512", "CAMPPlus", "Gemini_DF_ResNet60"]
)
def test_what_is_left_in_a_batch_is_rounding_alone(name):
    made, batch = lively(name).double(), [each.double() for each in frames([1, 6, 13])]
    alone = torch.cat([embed(made, [each]) for each in batch])
    assert (embed(made, batch) - alone).abs().max() <= 1e-11 * alone.abs().max()


def test_no_mask_is_made_where_all_are_equally_long():
    x = torch.ones(2, 3, 7)
    assert Valid.of([7, 7]).fill(x, 0.0) is x
    assert Valid.of([7, 4]).fill(x, 0.0).sum() == 3 * 11


def test_every_layer_with_a_stride_leaves_the_same_of_lengths_and_padding():
    valid = Valid.of([1, 2, 5, 8, 9]).strided(2)
    assert valid.lengths.tolist() == [1, 1, 3, 4, 5]
    assert valid.n_frames == len(torch.zeros(9)[::2])


def test_every_architecture_is_held_to_something_published():
    assert set(ARCHITECTURES) - set(PUBLISHED) == {"ECAPA_TDNN_c1024"}  # the two ECAPA above, crossed
