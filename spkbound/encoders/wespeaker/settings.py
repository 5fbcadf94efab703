"""Which network, heard how, computed how? What a spec of the kind "wespeaker" says, and the identity that follows.

Nothing here loads torch: who a network is shows in its files.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Literal

from spkbound.domain import text_to_path
from spkbound.encoders.base import EncoderIdentity
from spkbound.encoders.wespeaker.directory import ModelDirectory, read_directory
from spkbound.encoders.wespeaker.profile import PROFILES, SCALES, WINDOWS, Profile
from spkbound.errors import EncoderError, UsageError

VERSION = "1"
CHOICES = {
    "window": WINDOWS,
    "scale": SCALES,
    "precision": ("tf32", "fp32", "fp16"),
    "profile": tuple(PROFILES),
}
LONGEST_S = 60.0
SHORTEST_LONGEST_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WespeakerSettings:
    """Fields of a spec, beside its kind."""

    model_dir: str  # as `path_to_text` writes it
    window: Literal["hamming", "povey"] | None = None  # None: as the directory says
    scale: Literal["int16", "unit"] | None = None
    precision: Literal["tf32", "fp32", "fp16"] | None = None  # None: tf32 on a GPU, fp32 on the CPU
    longest_s: float = LONGEST_S  # a longer file is cut into parts, and their embeddings are averaged
    device: str = "cpu"  # or cuda:0, cuda:1, ...; not part of the identity

    def __post_init__(self) -> None:
        check_choices(self)
        if self.on_cpu and self.precision not in (None, "fp32"):
            raise UsageError(f"precision {self.precision} needs a GPU; on the CPU there is fp32 only")

    @classmethod
    def from_spec(cls, spec: Mapping[str, object]) -> "WespeakerSettings":
        given = {name: value for name, value in spec.items() if name != "kind"}
        unknown = sorted(set(given) - {field.name for field in fields(cls)})
        if unknown or "model_dir" not in given:
            raise EncoderError(f'a spec of a network needs "model_dir"; it has {sorted(given)}')
        return cls(**given)

    @property
    def on_cpu(self) -> bool:
        return self.device == "cpu"

    @property
    def actual_precision(self) -> str:
        return self.precision or ("fp32" if self.on_cpu else "tf32")

    def open_directory(self) -> ModelDirectory:
        """The directory, with `window` and `scale` in the place of its own."""
        found = read_directory(path_of(self.model_dir))
        changes = {name: getattr(self, name) for name in ("window", "scale") if getattr(self, name) is not None}
        return replace(found, profile=replace(found.profile, **changes))


def check_choices(settings: object) -> None:
    """Refuse what no network can be asked for.

    Raises
    ------
    UsageError : names the setting and what it may be
    """
    for name, known in CHOICES.items():
        value = getattr(settings, name, None)
        if value not in (None, *known):
            raise UsageError(f"{name} is {value!r}; give one of {', '.join(known)}")
    if not settings.longest_s >= SHORTEST_LONGEST_S:
        raise UsageError(f"longest_s is {settings.longest_s}; give at least {SHORTEST_LONGEST_S:g} s")


def identify(settings: WespeakerSettings) -> EncoderIdentity:
    """Who this encoder is: network, weights, profile, precision, and our version."""
    directory = settings.open_directory()
    details = {
        "weights_sha256": sha256_of(directory.weights),
        **{f"model_{name}": value for name, value in sorted(directory.args.items())},
        **describe_profile(directory.profile),
        "resampler": "soxr HQ",
        "precision": settings.actual_precision,
        "longest_s": float(settings.longest_s),
    }
    facts = {"name": directory.name, "version": VERSION, **details}
    return EncoderIdentity(
        name=directory.name,
        version=VERSION,
        dim=directory.dim,
        rate_hz=directory.profile.rate_hz,
        digest=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest(),
        details=details,
    )


def path_of(text: str) -> Path:
    """A path as a spec has it."""
    return Path(os.fsdecode(text_to_path(text)))


def describe_profile(profile: Profile) -> dict:
    """Every number of a profile, as details of an identity."""
    return {name: float(value) if name.endswith("_ms") else value for name, value in asdict(profile).items()}


def sha256_of(file: Path) -> str:
    """Of its content, hex; `EncoderError` where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"cannot read {file}: {error.strerror}") from error
