"""How does a voice become a vector without weights? Statistics of cepstra, and offsets from the corpus' own mixture.

Fitted once on a sample of the corpus (`fit_builtin`), kept beside it, and used for files added later. It knows nothing
of who speaks: no labels, no order.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from spkbound.audio import Audio
from spkbound.encoders.base import EncoderIdentity
from spkbound.encoders.cepstra import N_STATISTICS, SpeechFrames, speech_cepstra, utterance_statistics
from spkbound.encoders.fbank import RATE_HZ
from spkbound.encoders.mixture import Mixture, fit_mixture, mean_offsets, mixture_features
from spkbound.errors import EncoderError

VERSION = "1"
N_DIRECTIONS = 60
MAX_FITTED = 2_000  # utterances, and of each the middle
MAX_FITTED_S = 4.0

WIDE_HZ = 7_600.0
NARROW_SHARE = 0.02  # of files with a lower rate is enough to leave out the bands that they lack
USABLE_SHARE = 0.475  # of the rate, below the resampler's edge
LIMIT = np.float32(10.0)  # spreads of the corpus; nothing in a voice is farther out


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What was learned of the corpus; float32 arrays.

    `statistics_mean`, `statistics_scale` (87,); `offsets_mean` (n_offsets,), `directions` (n_offsets, n_directions)
    with its scaling; `highest_hz`: no band above is looked at; `n_fitted` utterances it was learned from.
    """

    mixture: Mixture
    statistics_mean: np.ndarray
    statistics_scale: np.ndarray
    offsets_mean: np.ndarray
    directions: np.ndarray
    highest_hz: float
    n_fitted: int

    def arrays(self) -> dict[str, np.ndarray]:
        """All that decides the numbers, flat, as it is saved."""
        return {
            **{f"mixture_{name}": getattr(self.mixture, name) for name in Mixture.__slots__},
            "statistics_mean": self.statistics_mean,
            "statistics_scale": self.statistics_scale,
            "offsets_mean": self.offsets_mean,
            "directions": self.directions,
            "highest_hz": np.array(self.highest_hz),
            "n_fitted": np.array(self.n_fitted),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "Background":
        return cls(
            mixture=Mixture(**{name: arrays[f"mixture_{name}"] for name in Mixture.__slots__}),
            highest_hz=float(arrays["highest_hz"]),
            n_fitted=int(arrays["n_fitted"]),
            **{name: arrays[name] for name in ("statistics_mean", "statistics_scale", "offsets_mean", "directions")},
        )


class BuiltinEncoder:
    """An encoder of numpy alone: the same bytes for the same samples, whatever batch or process they come in."""

    rate_hz = RATE_HZ

    def __init__(self, background: Background) -> None:
        self._background = background
        self.identity = EncoderIdentity(
            name="builtin",
            version=VERSION,
            dim=N_STATISTICS + background.directions.shape[1],
            rate_hz=RATE_HZ,
            digest=_digest(background),
            details={
                "highest_hz": background.highest_hz,
                "n_components": len(background.mixture.weights),
                "n_directions": background.directions.shape[1],
                "n_fitted": background.n_fitted,
            },
        )

    def embed(self, audios: Sequence[Audio]) -> np.ndarray:
        """Embeddings float32 (n, dim), about unit variance over the corpus; NaN rows for too short or silent audio."""
        rows = np.full((len(audios), self.identity.dim), np.nan, np.float32)
        for i, audio in enumerate(audios):
            frames = speech_cepstra(_samples(audio), self._background.highest_hz)
            if frames is not None:
                rows[i] = self._embed_frames(frames)
        rows[~np.isfinite(rows).all(axis=1)] = np.nan
        return rows

    def save(self, path: str | Path) -> None:
        """Write the background as npz; complete or not at all."""
        temporary = Path(f"{os.fspath(path)}.{os.getpid()}.tmp")
        with open(temporary, "wb") as file:
            np.savez(file, digest=np.array(self.identity.digest), **self._background.arrays())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    @classmethod
    def load(cls, path: str | Path) -> "BuiltinEncoder":
        """Read what `save` wrote; `EncoderError` for anything else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = dict(file)
            encoder = cls(Background.from_arrays(arrays))
            digest = str(arrays["digest"])
        except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile) as error:
            raise EncoderError(
                f"cannot read the built-in encoder's background {path}: {error}; extract again"
            ) from error
        if digest != encoder.identity.digest:
            raise EncoderError(f"{path} was made by another version of the built-in encoder, or changed; extract again")
        return encoder

    def _embed_frames(self, frames: SpeechFrames) -> np.ndarray:
        known = self._background
        statistics = (utterance_statistics(frames) - known.statistics_mean) / known.statistics_scale
        offsets = (mean_offsets(known.mixture, mixture_features(frames)) - known.offsets_mean) @ known.directions
        return np.clip(np.concatenate([statistics, offsets]), -LIMIT, LIMIT)


def fit_builtin(audios: Iterable[Audio], *, seed: int = 0) -> BuiltinEncoder:
    """Learn the background from a random sample of a corpus: 1,500 utterances are plenty, one is enough to go on.

    Raises `EncoderError` when no utterance has speech.
    """
    sample = [(_middle(_samples(audio)), audio.source_rate_hz) for audio in islice(audios, MAX_FITTED)]
    highest_hz = _usable_hz([rate_hz for _, rate_hz in sample])
    frames = [speech_cepstra(samples, highest_hz) for samples, _ in sample]
    frames = [each for each in frames if each is not None]
    if not frames:
        raise EncoderError(f"no speech in any of the {len(sample)} sampled files: nothing to fit the encoder on")
    features = [mixture_features(each) for each in frames]
    mixture = fit_mixture(np.concatenate(features), seed=seed)
    statistics = np.array([utterance_statistics(each) for each in frames])
    offsets = np.array([mean_offsets(mixture, each) for each in features])
    spread = statistics.std(axis=0)
    return BuiltinEncoder(
        Background(
            mixture=mixture,
            statistics_mean=statistics.mean(axis=0),
            statistics_scale=np.where(spread > 1e-3, spread, np.float32(1)),
            offsets_mean=offsets.mean(axis=0),
            directions=_principal_directions(offsets - offsets.mean(axis=0)),
            highest_hz=highest_hz,
            n_fitted=len(frames),
        )
    )


def _principal_directions(offsets: np.ndarray) -> np.ndarray:
    """Leading directions float32 (n_offsets, ≤ 60) of centred rows, scaled to unit variance in the mean."""
    n_directions = min(N_DIRECTIONS, max(1, len(offsets) - 1))
    _, spreads, directions = np.linalg.svd(offsets.astype(np.float64), full_matrices=False)
    variance = np.mean(spreads[:n_directions] ** 2) / len(offsets)
    return (directions[:n_directions].T / np.sqrt(variance + 1e-6)).astype(np.float32)


def _usable_hz(rates_hz: list[int]) -> float:
    low_hz = np.quantile(rates_hz, NARROW_SHARE, method="lower") if rates_hz else RATE_HZ
    return float(min(WIDE_HZ, USABLE_SHARE * low_hz))


def _samples(audio: Audio) -> np.ndarray:
    if audio.rate_hz != RATE_HZ:
        raise EncoderError(f"the built-in encoder wants {RATE_HZ} Hz, found {audio.rate_hz} Hz")
    return audio.samples


def _middle(samples: np.ndarray) -> np.ndarray:
    start = max(0, len(samples) - int(MAX_FITTED_S * RATE_HZ)) // 2
    return samples[start : start + int(MAX_FITTED_S * RATE_HZ)].copy()


def _digest(background: Background) -> str:
    found = hashlib.sha256(f"builtin {VERSION}".encode())
    for name, values in sorted(background.arrays().items()):
        found.update(f"{name} {values.dtype.str} {values.shape}".encode())
        found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()
