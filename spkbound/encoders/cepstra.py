"""What shape has the spectrum, and how does it move? Samples → cepstra of the speech frames, and their statistics.

Which frames are speech is decided in `fbank`; how they compare with other voices is left to `mixture`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from spkbound.encoders.fbank import N_BANDS, log_mel, speech_frames

N_CEPSTRA = 30  # the first, c0, is the level and only used for its movement
DELTA_REACH = 2  # frames on each side
MIN_SPEECH_FRAMES = 3
N_CEPSTRAL_STATISTICS = 3 * (N_CEPSTRA - 1)

# Added to spreads before the logarithm: what is smaller than this is chance.
CEPSTRUM_SPREAD = np.float32(0.05)
DELTA_SPREAD = np.float32(0.02)


@dataclass(frozen=True, slots=True)
class SpeechFrames:
    """Cepstra and their slopes per frame, float32 (n_frames, 30), of the speech frames; their `places` among all."""

    cepstra: np.ndarray
    deltas: np.ndarray
    places: np.ndarray

    def __len__(self) -> int:
        return len(self.cepstra)

    def __getitem__(self, which: slice) -> "SpeechFrames":
        return SpeechFrames(self.cepstra[which], self.deltas[which], self.places[which])


def speech_cepstra(samples: np.ndarray, highest_hz: float) -> SpeechFrames | None:
    """Cepstra of the speech frames of float32 `samples` at 16 kHz; None when there are too few frames or silence."""
    bands = log_mel(samples, highest_hz)
    if len(bands) < MIN_SPEECH_FRAMES:
        return None
    places = np.flatnonzero(speech_frames(bands))
    if len(places) < MIN_SPEECH_FRAMES:
        return None
    cepstra = bands @ _cosines()
    return SpeechFrames(cepstra[places], _slopes(cepstra)[places], places)


def cepstral_statistics(frames: SpeechFrames) -> np.ndarray:
    """Means, log spreads and log slope spreads of c1 … c29: float32 (87,)."""
    cepstra, deltas = frames.cepstra[:, 1:], frames.deltas[:, 1:]
    return np.concatenate(
        [cepstra.mean(axis=0), np.log(cepstra.std(axis=0) + CEPSTRUM_SPREAD), np.log(deltas.std(axis=0) + DELTA_SPREAD)]
    )


def _slopes(cepstra: np.ndarray) -> np.ndarray:
    """Least-squares slope over ±2 frames, edges repeated (HTK's delta)."""
    n_frames = len(cepstra)
    padded = np.pad(cepstra, ((DELTA_REACH, DELTA_REACH), (0, 0)), "edge")
    total = sum(
        step * (padded[DELTA_REACH + step :][:n_frames] - padded[DELTA_REACH - step :][:n_frames])
        for step in range(1, DELTA_REACH + 1)
    )
    return total / np.float32(2 * sum(step**2 for step in range(1, DELTA_REACH + 1)))


@lru_cache
def _cosines() -> np.ndarray:
    """Orthonormal DCT-II: float32 (64, 30)."""
    angles = np.pi * np.outer(np.arange(N_BANDS) + 0.5, np.arange(N_CEPSTRA)) / N_BANDS
    matrix = np.cos(angles) * np.sqrt(2 / N_BANDS)
    matrix[:, 0] /= np.sqrt(2)
    return matrix.astype(np.float32)
