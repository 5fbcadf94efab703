"""How does an exported network make embeddings? `feats` (batch, n_frames, n_mels) → `embs`, as WeSpeaker exports them.

The file says nothing of window and scale, so a profile must be named; it takes no lengths, so only utterances with
equally many frames share a batch.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from spkbound.audio import Audio
from spkbound.encoders.base import EncoderIdentity
from spkbound.encoders.wespeaker.profile import PROFILES, Profile
from spkbound.encoders.wespeaker.settings import LONGEST_S, check_choices, describe_profile, path_of, sha256_of
from spkbound.encoders.wespeaker.utterances import embed_utterances
from spkbound.errors import EncoderError, UsageError
from spkbound.words import Words

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

VERSION = "1"
CPU_FRAMES = 400
_TRIAL_FRAMES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxSettings:
    """Fields of a spec of the kind "onnx"."""

    model: str  # the file, as `path_to_text` writes it
    profile: Literal["wespeaker", "damo"] | None = None  # must be named
    window: Literal["hamming", "povey"] | None = None  # None: the profile's
    scale: Literal["int16", "unit"] | None = None
    longest_s: float = LONGEST_S
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.profile is None:
            raise UsageError(Words("an .onnx file does not say what it hears: give --profile wespeaker, or damo"))
        check_choices(self)

    @classmethod
    def from_spec(cls, spec: Mapping[str, object]) -> "OnnxSettings":
        given = {name: value for name, value in spec.items() if name != "kind"}
        unknown = sorted(set(given) - {field.name for field in fields(cls)})
        if "precision" in unknown:
            raise UsageError("--precision is for model directories; an .onnx file computes as it was exported")
        if unknown or "model" not in given:
            raise EncoderError(f'a spec of an .onnx file needs "model"; it has {sorted(given)}')
        return cls(**given)

    @property
    def file(self) -> Path:
        return path_of(self.model)


class OnnxEncoder:
    """An exported network, on one thread of the CPU."""

    device_bytes = 0

    def __init__(self, settings: OnnxSettings) -> None:
        from spkbound.encoders.wespeaker.frontend import FrontEnd

        self._settings = settings
        self._session = open_session(settings.file)
        self._profile = _profile(settings, self._session)
        self._front_end = FrontEnd(self._profile)
        self.identity = _identify(settings, self._session, self._profile)

    @property
    def rate_hz(self) -> int:
        return self._profile.rate_hz

    def embed(self, audios: Sequence[Audio]) -> np.ndarray:
        """Embeddings float32 (n, dim); NaN rows for audio without sound or shorter than one frame."""
        longest_s = self._settings.longest_s
        return embed_utterances(
            audios, self._embed_waves, profile=self._profile, longest_s=longest_s, dim=self.identity.dim
        )

    def _embed_waves(self, waves: Sequence[np.ndarray]) -> list[np.ndarray]:
        lengths = [self._profile.n_frames(len(wave)) for wave in waves]
        rows: list[np.ndarray | None] = [None] * len(waves)
        for length in sorted(set(lengths)):
            alike = [i for i, other in enumerate(lengths) if other == length]
            step = max(1, CPU_FRAMES // length)
            for start in range(0, len(alike), step):
                batch = alike[start : start + step]
                frames, _ = self._front_end([waves[i] for i in batch])
                for i, row in zip(batch, run_session(self._session, frames.numpy())):
                    rows[i] = row
        return rows


def identify_onnx(settings: OnnxSettings) -> EncoderIdentity:
    """Who this encoder is; loads the file, but not torch."""
    session = open_session(settings.file)
    return _identify(settings, session, _profile(settings, session))


def open_session(file: Path) -> "InferenceSession":
    """Load an exported network.

    Raises
    ------
    EncoderError : onnxruntime is not installed, or the file is none that it can run, or no speaker network
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise EncoderError(Words("an .onnx file needs onnxruntime: pip install 'spkbound[onnx]'")) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        why = " ".join(str(error).split())[:200]
        raise EncoderError(Words("cannot load {file}: {why}", file=str(file), why=why)) from error
    if len(session.get_inputs()) != 1 or len(session.get_inputs()[0].shape) != 3:
        found = ", ".join(f"{each.name} {each.shape}" for each in session.get_inputs())
        raise EncoderError(f"{file} takes {found}; expected feats [batch, frames, bands] as WeSpeaker exports it")
    return session


def run_session(session: "InferenceSession", frames: np.ndarray) -> np.ndarray:
    """Frames float32 (batch, n_frames, n_mels) → embeddings float32 (batch, dim)."""
    try:
        found = session.run([session.get_outputs()[-1].name], {session.get_inputs()[0].name: frames})[0]
    except Exception as error:
        raise EncoderError(f"the .onnx file cannot be run: {' '.join(str(error).split())[:200]}") from error
    return np.asarray(found, np.float32)


def _profile(settings: OnnxSettings, session: "InferenceSession") -> Profile:
    changes = {name: getattr(settings, name) for name in ("window", "scale") if getattr(settings, name) is not None}
    n_mels = session.get_inputs()[0].shape[2]
    if isinstance(n_mels, int):
        changes["n_mels"] = n_mels
    return replace(PROFILES[settings.profile], **changes)


def _identify(settings: OnnxSettings, session: "InferenceSession", profile: Profile) -> EncoderIdentity:
    trial = run_session(session, np.zeros((1, _TRIAL_FRAMES, profile.n_mels), np.float32))
    if trial.ndim != 2 or len(trial) != 1:
        raise EncoderError(f"{settings.file} gives {trial.shape} for one utterance; expected (1, dimensions)")
    details = {
        "weights_sha256": sha256_of(settings.file),
        **describe_profile(profile),
        "resampler": "soxr HQ",
        "precision": "fp32",
        "longest_s": float(settings.longest_s),
    }
    name = settings.file.name
    facts = {"kind": "onnx", "version": VERSION, **details}
    return EncoderIdentity(
        name=name,
        version=VERSION,
        dim=trial.shape[1],
        rate_hz=profile.rate_hz,
        digest=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest(),
        details=details,
    )
