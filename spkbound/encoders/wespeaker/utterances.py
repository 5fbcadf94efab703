"""How does a whole file become one embedding? Cut where it is long, embedded in parts, averaged by length.

What embeds the parts is left to the encoders.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from spkbound.audio import Audio
from spkbound.encoders.wespeaker.profile import Profile
from spkbound.errors import EncoderError


class EmbedWaves(Protocol):
    def __call__(self, waves: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
        """One row for each of the float32 waves, in their order."""
        ...


def embed_utterances(
    audios: Sequence[Audio], embed_waves: EmbedWaves, *, profile: Profile, longest_s: float, dim: int
) -> np.ndarray:
    """Embeddings float32 (n, dim); NaN rows for audio without sound or shorter than one frame.

    Raises
    ------
    EncoderError : audio at another rate
    """
    parts = [_cut(_samples(audio, profile), profile, longest_s) for audio in audios]
    found = iter(embed_waves([part for each in parts for part in each]))
    rows = np.full((len(audios), dim), np.nan, np.float32)
    for row, each in zip(rows, parts):
        if len(each) == 1:
            row[:] = next(found)
        elif each:
            row[:] = np.average([next(found) for _ in each], axis=0, weights=[len(part) for part in each])
    rows[~np.isfinite(rows).all(axis=1)] = np.nan
    return rows


def _samples(audio: Audio, profile: Profile) -> np.ndarray:
    if audio.rate_hz != profile.rate_hz:
        raise EncoderError(f"this network wants {profile.rate_hz} Hz, found {audio.rate_hz} Hz")
    return audio.samples


def _cut(samples: np.ndarray, profile: Profile, longest_s: float) -> list[np.ndarray]:
    """Equal parts no longer than allowed; none of too few samples or of silence."""
    n_parts = max(1, math.ceil(len(samples) / (longest_s * profile.rate_hz)))
    return [
        part for part in np.array_split(samples, n_parts) if len(part) >= profile.frame_samples and np.ptp(part) > 0
    ]
