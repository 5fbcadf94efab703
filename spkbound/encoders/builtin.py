"""How does a voice become a vector without weights? Statistics of cepstra and pitch, and factors of a mixture.

Fitted once on a sample of the corpus (`fit_builtin`), kept beside it, and used for files added later. It knows nothing
of who speaks: no labels, no order.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from spkbound.audio import Audio
from spkbound.encoders.background import Background, learn_background
from spkbound.encoders.base import EncoderIdentity
from spkbound.encoders.fbank import RATE_HZ
from spkbound.encoders.speech import find_speech
from spkbound.errors import EncoderError
from spkbound.whole_file import whole_file
from spkbound.words import Words

VERSION = "3"
MAX_FITTED = 2_000  # utterances, and of each the middle
MAX_FITTED_S = 4.0
MAX_HEARD_S = 600.0  # the middle of a longer file: a voice is known by then, and memory stays small

WIDE_HZ = 7_600.0
NARROW_SHARE = 0.02  # of files with a lower rate is enough to leave out the bands that they lack
USABLE_SHARE = 0.475  # of the rate, below the resampler's edge


class BuiltinEncoder:
    """An encoder of numpy alone: the same bytes for the same samples, whatever batch or process they come in."""

    rate_hz = RATE_HZ
    device_bytes = 0

    def __init__(self, background: Background) -> None:
        self._background = background
        self.identity = EncoderIdentity(
            name="builtin",
            version=VERSION,
            dim=background.dim,
            rate_hz=RATE_HZ,
            digest=_digest(background),
            details={
                "highest_hz": background.highest_hz,
                "n_components": len(background.mixture.weights),
                "n_factors": background.factors.loadings.shape[1],
                "n_fitted": background.n_fitted,
            },
        )

    def embed(self, audios: Sequence[Audio]) -> np.ndarray:
        """Embeddings float32 (n, dim), about unit variance over the corpus; NaN rows for too short or silent audio."""
        rows = np.full((len(audios), self.identity.dim), np.nan, np.float32)
        for i, audio in enumerate(audios):
            heard = _middle(_samples(audio), MAX_HEARD_S)
            speech = find_speech(heard, self._background.highest_hz)
            if speech is not None:
                rows[i] = self._background.place(speech)
        rows[~np.isfinite(rows).all(axis=1)] = np.nan
        return rows

    def save(self, path: str | Path) -> None:
        """Write the background as npz; complete or not at all."""
        with whole_file(Path(path)) as temporary, temporary.open("wb") as file:
            np.savez(file, digest=np.array(self.identity.digest), **self._background.arrays())

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
                Words(
                    "cannot read the built-in encoder's background {file}: {why};"
                    " put it back, or extract into another folder",
                    file=str(path),
                    why=str(error),
                )
            ) from error
        if digest != encoder.identity.digest:
            raise EncoderError(
                Words(
                    "{file} was made by another version of the built-in encoder, or changed;"
                    " put it back, or extract into another folder",
                    file=str(path),
                )
            )
        return encoder


def fit_builtin(audios: Iterable[Audio], *, seed: int = 0) -> BuiltinEncoder:
    """Learn the background from a random sample of a corpus: 1,500 utterances are plenty, one is enough to go on.

    Raises `EncoderError` when no utterance has speech.
    """
    sample = [
        (_middle(_samples(audio), MAX_FITTED_S).copy(), audio.source_rate_hz) for audio in islice(audios, MAX_FITTED)
    ]
    highest_hz = _usable_hz([rate_hz for _, rate_hz in sample])
    found = [find_speech(samples, highest_hz) for samples, _ in sample]
    found = [speech for speech in found if speech is not None]
    if not found:
        n = len(sample)
        raise EncoderError(
            Words(
                "no speech in the one sampled file: nothing to fit the encoder on"
                "|no speech in any of the {n} sampled files: nothing to fit the encoder on",
                n=n,
            )
        )
    return BuiltinEncoder(learn_background(found, highest_hz=highest_hz, seed=seed))


def _usable_hz(rates_hz: list[int]) -> float:
    low_hz = np.quantile(rates_hz, NARROW_SHARE, method="lower") if rates_hz else RATE_HZ
    return float(min(WIDE_HZ, USABLE_SHARE * low_hz))


def _samples(audio: Audio) -> np.ndarray:
    if audio.rate_hz != RATE_HZ:
        raise EncoderError(f"the built-in encoder wants {RATE_HZ} Hz, found {audio.rate_hz} Hz")
    return audio.samples


def _middle(samples: np.ndarray, longest_s: float) -> np.ndarray:
    n_samples = int(longest_s * RATE_HZ)
    start = max(0, len(samples) - n_samples) // 2
    return samples[start : start + n_samples]


def _digest(background: Background) -> str:
    found = hashlib.sha256(f"builtin {VERSION}".encode())
    for name, values in sorted(background.arrays().items()):
        found.update(f"{name} {values.dtype.str} {values.shape}".encode())
        found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()
