"""Which networks can be had, by the names that WeSpeaker gives them, and what may stand in their `model_args`?

Torch is loaded only when one is built.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spkbound.errors import EncoderError

if TYPE_CHECKING:
    from torch import nn

ROOM = "spkbound.encoders.wespeaker"
EXPORT_HINT = "for any other, export it to ONNX (wespeaker/bin/export_onnx.py) and give the .onnx file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A network: its class, what the name says of it, and what `model_args` may say.

    `free`: arguments that vary, with their defaults (None: must be given). `fixed`: arguments of which only one value
    is known to work; leaving them out means the same. `feat_dim`: what the number of bands is called.
    """

    made_by: str
    spec: Mapping[str, object]
    free: Mapping[str, object] = field(default_factory=dict)
    fixed: Mapping[str, object] = field(default_factory=dict)
    feat_dim: str = "feat_dim"


def _resnet(*n_blocks: int, bottleneck: bool = False) -> Architecture:
    return Architecture(
        made_by="resnet:ResNet",
        spec={"n_blocks": n_blocks, "bottleneck": bottleneck},
        free={"embed_dim": None, "two_emb_layer": False},
        fixed={"pooling_func": "TSTP"},
    )


def _simam(*n_blocks: int) -> Architecture:
    return Architecture(
        made_by="resnet:SimamResNet",
        spec={"n_blocks": n_blocks},
        free={"embed_dim": 256},
        fixed={"in_planes": 64},
        feat_dim="acoustic_dim",
    )


def _ecapa(n_channels: int, *, knows_utterance: bool) -> Architecture:
    return Architecture(
        made_by="ecapa:EcapaTdnn",
        spec={"n_channels": n_channels, "knows_utterance": knows_utterance},
        free={"embed_dim": 192, "emb_bn": False},
        fixed={"pooling_func": "ASTP"},
    )


def _eres2net(width: int, *, large_blocks: bool = False) -> Architecture:
    return Architecture(
        made_by="eres2net:ERes2Net",
        spec={"width": width, "large_blocks": large_blocks},
        free={"embed_dim": None, "two_emb_layer": False},
        fixed={"pooling_func": "TSTP"},
    )


def _gemini(*n_blocks: int) -> Architecture:
    return Architecture(
        made_by="gemini:GeminiResNet",
        spec={"n_blocks": n_blocks},
        free={"embed_dim": None, "two_emb_layer": False},
        fixed={"pooling_func": "TSTP"},
    )


ARCHITECTURES: dict[str, Architecture] = {
    "ResNet18": _resnet(2, 2, 2, 2),
    "ResNet34": _resnet(3, 4, 6, 3),
    "ResNet50": _resnet(3, 4, 6, 3, bottleneck=True),
    "ResNet101": _resnet(3, 4, 23, 3, bottleneck=True),
    "ResNet152": _resnet(3, 8, 36, 3, bottleneck=True),
    "ResNet221": _resnet(6, 16, 48, 3, bottleneck=True),
    "ResNet293": _resnet(10, 20, 64, 3, bottleneck=True),
    "SimAM_ResNet34_ASP": _simam(3, 4, 6, 3),
    "SimAM_ResNet100_ASP": _simam(6, 16, 24, 3),
    "ECAPA_TDNN_c512": _ecapa(512, knows_utterance=False),
    "ECAPA_TDNN_GLOB_c512": _ecapa(512, knows_utterance=True),
    "ECAPA_TDNN_c1024": _ecapa(1024, knows_utterance=False),
    "ECAPA_TDNN_GLOB_c1024": _ecapa(1024, knows_utterance=True),
    "CAMPPlus": Architecture(
        made_by="campplus:CamPlusPlus",
        spec={},
        free={"embed_dim": 512},
        fixed={
            "pooling_func": "TSTP",
            "growth_rate": 32,
            "bn_size": 4,
            "init_channels": 128,
            "config_str": "batchnorm-relu",
        },
    ),
    "ERes2Net34_Base": _eres2net(32),
    "ERes2Net34_Large": _eres2net(64),
    "ERes2Net34_aug": _eres2net(64, large_blocks=True),
    "Gemini_DF_ResNet60": _gemini(3, 3, 9, 3),
    "Gemini_DF_ResNet114": _gemini(3, 3, 27, 3),
}

# Not numbers of the network, and without effect on what is trained already.
IGNORED_ARGS = frozenset({"dropout"})


def find_architecture(name: object, where: str) -> Architecture:
    """Look up a name.

    Raises
    ------
    EncoderError : not one of these; says which there are
    """
    if name not in ARCHITECTURES:
        raise EncoderError(f"{where}: no network {name!r} here; there are {', '.join(ARCHITECTURES)}; {EXPORT_HINT}")
    return ARCHITECTURES[name]


def read_model_args(name: str, model_args: Mapping[str, object], where: str) -> dict[str, object]:
    """`model_args` with defaults, under our names: `feat_dim`, `embed_dim` and what else the network takes.

    Raises
    ------
    EncoderError : an argument is unknown, missing, or has a value with which the network would be another one
    """
    architecture = find_architecture(name, where)
    given = {key: value for key, value in model_args.items() if key not in IGNORED_ARGS}
    known = {architecture.feat_dim: 80, **architecture.free}
    unknown = sorted(set(given) - set(known) - set(architecture.fixed))
    if unknown:
        raise EncoderError(f"{where}: model_args of {name} has {', '.join(unknown)}, which is not known here")
    for key, only in architecture.fixed.items():
        if given.get(key, only) != only:
            raise EncoderError(f"{where}: {name} with {key} {given[key]!r} is not known here, only with {only!r}")
    args = {key: given.get(key, default) for key, default in known.items()}
    args["feat_dim"] = args.pop(architecture.feat_dim)
    for key in ("feat_dim", "embed_dim"):
        if not isinstance(args[key], int) or isinstance(args[key], bool) or not 8 <= args[key] <= 8192:
            raise EncoderError(f"{where}: model_args.{key} is {args[key]!r}; expected a whole number from 8")
    return args


def build_network(name: str, args: Mapping[str, object]) -> "nn.Module":
    """Make the network with what `read_model_args` gave, its weights random."""
    architecture = ARCHITECTURES[name]
    module, _, made_by = architecture.made_by.partition(":")
    return getattr(importlib.import_module(f"{ROOM}.{module}"), made_by)(**architecture.spec, **args)
