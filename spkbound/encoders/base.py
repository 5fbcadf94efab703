"""What is an encoder? Waveforms in, one voice vector each out, under an identity that says what decided the numbers.

How the numbers are made is left to `builtin` and to the networks beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from spkbound.audio import Audio


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderIdentity:
    """Who made these embeddings: two are comparable exactly when their identities are equal.

    `digest`: sha256 (hex) of all that decides the numbers. `details`: facts for people, compared as well.
    """

    name: str
    version: str
    dim: int
    rate_hz: int
    digest: str
    details: dict[str, str | int | float] = field(default_factory=dict)

    def to_dict(self) -> dict:
        return {
            "name": self.name,
            "version": self.version,
            "dim": self.dim,
            "rate_hz": self.rate_hz,
            "digest": self.digest,
            "details": dict(self.details),
        }

    @classmethod
    def from_dict(cls, values: dict) -> "EncoderIdentity":
        return cls(
            name=str(values["name"]),
            version=str(values["version"]),
            dim=int(values["dim"]),
            rate_hz=int(values["rate_hz"]),
            digest=str(values["digest"]),
            details=dict(values.get("details", {})),
        )


class Encoder(Protocol):
    """Makes embeddings; `rate_hz` is the rate at which it wants its audio."""

    @property
    def identity(self) -> EncoderIdentity: ...

    @property
    def rate_hz(self) -> int: ...

    @property
    def device_bytes(self) -> int:
        """The most memory of a device beside the CPU's that was held so far; 0 where there is none."""
        ...

    def embed(self, audios: Sequence[Audio]) -> np.ndarray:
        """Embeddings float32 (n, dim); a row of NaN where an audio is too short or silent, never part of a row."""
        ...
