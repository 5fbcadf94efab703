"""Do these weights belong to this network? Every parameter is there, of its shape, and nothing else; or it is refused.

The file is read as tensors only: a checkpoint cannot run anything.
"""

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from spkbound.encoders.wespeaker.architectures import build_network
from spkbound.encoders.wespeaker.directory import ModelDirectory
from spkbound.errors import EncoderError
from spkbound.words import Words

LEFT_BY_TRAINING = "projection."  # maps embeddings to the speakers of the training set
_COUNTER = "num_batches_tracked"  # of no use here, and absent from old checkpoints
_NAMED = 10


def load_network(directory: ModelDirectory) -> nn.Module:
    """Build the network with its weights, ready for inference on the CPU.

    Raises
    ------
    EncoderError : the file cannot be read, or does not fit; names the keys
    """
    with torch.device("meta"):
        network = build_network(directory.name, directory.args).eval().requires_grad_(False)
    wanted = network.state_dict()
    found = read_state(directory.weights)
    _refuse_misfit(wanted, found, directory)
    state = {
        key: found[key].to(value.dtype) if key in found else torch.zeros((), dtype=value.dtype)
        for key, value in wanted.items()
    }
    network.load_state_dict(state, strict=True, assign=True)
    return network


def read_state(file: Path) -> dict[str, Tensor]:
    """Names and tensors of a checkpoint, without what only training needs."""
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise EncoderError(
            Words(
                "{file} is refused: truncated, no checkpoint, or with more in it than tensors ({why})",
                file=str(file),
                why=_first_line(error),
            )
        ) from error
    except (OSError, RuntimeError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise EncoderError(
            Words(
                "cannot read {file}: truncated or no checkpoint ({why}); download it again",
                file=str(file),
                why=_first_line(error),
            )
        ) from error
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise EncoderError(Words("{file} holds no weights: expected names with tensors", file=str(file)))
    names = {key: str(key).removeprefix("module.") for key in state}
    return {name: state[key] for key, name in names.items() if not name.startswith(LEFT_BY_TRAINING)}


def _refuse_misfit(wanted: Mapping[str, Tensor], found: Mapping[str, Tensor], directory: ModelDirectory) -> None:
    both = wanted.keys() & found.keys()
    problems = {
        "missing": [key for key in wanted if key not in found and not key.endswith(_COUNTER)],
        "superfluous": [key for key in found if key not in wanted],
        "of another shape": [
            f"{key} {tuple(found[key].shape)} instead of {tuple(wanted[key].shape)}"
            for key in wanted
            if key in both and found[key].shape != wanted[key].shape
        ],
        "not finite": [key for key in wanted if key in both and not found[key].isfinite().all()],
    }
    said = "; ".join(f"{what}: {_listed(keys)}" for what, keys in problems.items() if keys)
    if said:
        raise EncoderError(f"{directory.weights} does not fit {directory.name}: {said}; check `model` in config.yaml")


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return ", ".join(keys[:_NAMED]) + more


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]
