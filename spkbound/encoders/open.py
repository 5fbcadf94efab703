"""Which encoder does this description mean? A spec travels to workers as JSON; here it becomes an encoder.

Each kind's code is imported only when it is asked for.
"""

import os
from typing import TYPE_CHECKING

from spkbound.domain import path_to_text
from spkbound.encoders.base import Encoder, EncoderIdentity
from spkbound.encoders.hub import fetch_model, is_hub_name
from spkbound.encoders.wespeaker_page import hearing
from spkbound.errors import EncoderError, UsageError
from spkbound.words import Words

if TYPE_CHECKING:
    from spkbound.encoders.wespeaker.onnx import OnnxSettings
    from spkbound.encoders.wespeaker.settings import WespeakerSettings

KINDS = ("builtin", "wespeaker", "onnx")


def spec_of_model(model_dir: str | None, *, device: str = "any", **how: object) -> dict | None:
    """Spec of what ``--model_dir`` names, None for the built-in encoder; what is wrong with it is said at once.

    Parameters
    ----------
    device : "cpu" where it is known that no GPU will be used
    how : profile, window, scale, precision, longest_s, as far as they are not None

    Raises
    ------
    UsageError : `how` does not go with that encoder
    EncoderError : no model directory there, or the hub does not have it
    """
    given = {name: value for name, value in how.items() if value is not None}
    if not model_dir:
        if given:
            raise UsageError(f"--{' and --'.join(given)}: only for a network; give --model_dir as well")
        return None
    if model_dir.lower().endswith(".onnx"):
        spec = {"kind": "onnx", "model": _absolute(model_dir), **given}
        _onnx_settings(spec)
        return spec
    if "profile" in given:
        raise UsageError("--profile is for .onnx files; for a model directory there are --window and --scale")
    here = os.path.exists(model_dir)
    spec = {"kind": "wespeaker", "model_dir": model_dir, **({} if here else hearing(model_dir)), **given}
    check_spec({**spec, "device": device})  # before anything is downloaded
    spec["model_dir"] = _absolute(_here_or_fetched(model_dir))
    _network_settings({**spec, "device": device}).open_directory()
    return spec


def check_spec(spec: dict) -> None:
    """Refuse what a network's spec cannot mean, its device included; its files are not looked at.

    Raises
    ------
    UsageError : its settings do not go together
    EncoderError : it has fields that are not known
    """
    if spec.get("kind") == "wespeaker":
        _network_settings(spec)
    elif spec.get("kind") == "onnx":
        _onnx_settings(spec)


def _here_or_fetched(model_dir: str) -> str | os.PathLike[str]:
    """A path as it is; a name of the hub that is none becomes one. Below a folder that is here nothing is fetched."""
    if os.path.exists(model_dir) or not is_hub_name(model_dir):
        return model_dir
    owner, slash, _ = model_dir.partition("/")
    if slash and os.path.lexists(owner):
        raise EncoderError(
            Words(
                "no model directory {folder}: {owner} is here, so this was taken for a path and the"
                " Hugging Face hub was not asked; check the name, or start from another folder",
                folder=os.path.abspath(model_dir),
                owner=owner,
            )
        )
    return fetch_model(model_dir)


def _network_settings(spec: dict) -> "WespeakerSettings":
    from spkbound.encoders.wespeaker.settings import WespeakerSettings

    return WespeakerSettings.from_spec(spec)


def _onnx_settings(spec: dict) -> "OnnxSettings":
    from spkbound.encoders.wespeaker.onnx import OnnxSettings

    return OnnxSettings.from_spec(spec)


def _absolute(path: str | os.PathLike[str]) -> str:
    return path_to_text(os.path.abspath(os.fsencode(path)))


def open_encoder(spec: dict) -> Encoder:
    """Open the encoder of a spec such as ``{"kind": "builtin", "background": "/abs/background.npz"}``.

    Raises
    ------
    EncoderError : its files are missing, or not what they should be
    """
    kind = spec.get("kind")
    if kind == "builtin":
        from spkbound.encoders.builtin import BuiltinEncoder

        if "background" not in spec:
            raise EncoderError('the built-in encoder needs "background", the file that it was saved to')
        return BuiltinEncoder.load(spec["background"])
    if kind == "wespeaker":
        from spkbound.encoders.wespeaker.encoder import WespeakerEncoder

        return WespeakerEncoder(_network_settings(spec))
    if kind == "onnx":
        from spkbound.encoders.wespeaker.onnx import OnnxEncoder

        return OnnxEncoder(_onnx_settings(spec))
    raise EncoderError(f"no encoder of the kind {kind!r}; known: {', '.join(KINDS)}")


def identify_encoder(spec: dict) -> EncoderIdentity:
    """Who the encoder of a spec is, from its files alone: no network is loaded."""
    if spec.get("kind") == "wespeaker":
        from spkbound.encoders.wespeaker.settings import identify

        return identify(_network_settings(spec))
    if spec.get("kind") == "onnx":
        from spkbound.encoders.wespeaker.onnx import identify_onnx

        return identify_onnx(_onnx_settings(spec))
    return open_encoder(spec).identity
