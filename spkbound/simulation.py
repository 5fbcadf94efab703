"""What would an encoder give for a corpus whose truth is known? Simulated embeddings, for tests and benchmarks.

A speaker is a mean; an utterance adds noise with a decaying spectrum and heavy tails, a session that changes now and
then, a slow drift, and some utterances are something else altogether. Knows nothing of audio.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["adult", "child"]

FREEDOM = 5.0  # of the Student t on the scale of an utterance's noise
_SPEAKER_SCALE = 0.05  # standard deviation of the log of a speaker's own scale
_AXIS_MIXING = 25.0  # how far speaker and noise directions are out of order, in directions
_DRIFT_WAVES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """Shares of an embedding's squared length, and offsets of the spectra ``1 / (direction + offset)``.

    Chosen so that cosines come out as: adult 0.65 ± 0.12 for one speaker and 0.08 ± 0.10 for two, child 0.55 ± 0.15
    and 0.30 ± 0.12.
    """

    common: float
    speaker: float
    noise: float
    noise_offset: float
    speaker_offset: float


SPECTRA: dict[str, Spectrum] = {
    "adult": Spectrum(common=0.078, speaker=0.530, noise=0.392, noise_offset=3.44, speaker_offset=6.88),
    "child": Spectrum(common=0.272, speaker=0.2185, noise=0.5095, noise_offset=0.942, speaker_offset=26.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nuisance:
    """What makes a corpus hard; shares in [0, 1]."""

    session_share: float = 0.15  # of the variance within
    drift_share: float = 0.03
    outlier_share: float = 0.015  # of the utterances, half noise, half another voice
    voice_mix: float = 0.7  # of the other voice; 1 replaces the utterance
    short_share: float = 0.03  # of speakers, with 10 to 95 % of the utterances
    long_share: float = 0.01  # of speakers, with 105 to 160 %
    size_jitter: float = 0.006  # of the segment size, uniform either way


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What utterances were drawn from, before their length became 1; all vectors along the columns of `axes`.

    `sides` ``(n_boundaries, 2, dim)``: what the utterances just before and just after each boundary scatter around, be
    it speaker, session or drift. `own_variance` ``(dim,)``: how, times a Student t's scale. `noise_variance`, `common`
    and `voice_variance` ``(dim,)``: all noise of any utterance; mean and variance of speakers.
    """

    axes: np.ndarray
    sides: np.ndarray
    own_variance: np.ndarray
    noise_variance: np.ndarray
    common: np.ndarray
    voice_variance: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """Embeddings float32 ``(n, dim)`` of unit length, and the truth.

    `boundaries` int64, 0 and n left out; `labels` int64 ``(n,)`` the segment; `outliers` bool ``(n,)``; `law` None
    where the maker does not tell.
    """

    embeddings: np.ndarray
    boundaries: np.ndarray
    labels: np.ndarray
    outliers: np.ndarray
    law: Law | None = None


def simulate_embeddings(
    kind: Kind,
    n: int,
    *,
    segment_size: int = 1000,
    seed: int = 0,
    dim: int = 256,
    nuisance: Nuisance = Nuisance(),
    sizes: np.ndarray | None = None,
) -> Simulated:
    """Simulate a corpus of `n` utterances, or one with segments of exactly these `sizes`."""
    rng = np.random.default_rng([seed, int(kind == "child")])
    spectrum = SPECTRA[kind]
    sizes = draw_sizes(n, segment_size, nuisance, rng) if sizes is None else np.asarray(sizes)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    boundaries = np.cumsum(sizes)[:-1].astype(np.int64)
    voices = _draw_voices(dim, spectrum, rng)
    noise = _own_noise(labels, dim, nuisance, rng)
    beside = np.stack([boundaries - 1, boundaries], axis=1)
    own = noise[beside]
    _add_sessions(noise, labels, segment_size, nuisance, rng)
    _add_drift(noise, segment_size, nuisance, rng)
    shifts = noise[beside] - own
    noise *= voices.noise_scale.astype(np.float32)
    embeddings = noise @ voices.axes.T.astype(np.float32)
    means = voices.draw(len(sizes), rng)
    embeddings += means.astype(np.float32)[labels]
    outliers = rng.random(len(labels)) < nuisance.outlier_share
    _replace_outliers(embeddings, np.flatnonzero(outliers), voices, spectrum, nuisance, rng)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return Simulated(
        embeddings=embeddings,
        boundaries=boundaries,
        labels=labels,
        outliers=outliers,
        law=_law(voices, means[labels[beside]], shifts, nuisance),
    )


def draw_sizes(n: int, segment_size: int, nuisance: Nuisance, rng: np.random.Generator) -> np.ndarray:
    """Draw segment sizes that add up to `n`; no last segment shorter than a tenth."""
    jitter = round(segment_size * nuisance.size_jitter)
    sizes: list[int] = []
    left = n
    while left > 0:
        size = segment_size + int(rng.integers(-jitter, jitter + 1))
        luck = rng.random()
        if luck < nuisance.short_share:
            size = int(segment_size * rng.uniform(0.10, 0.95))
        elif luck < nuisance.short_share + nuisance.long_share:
            size = int(segment_size * rng.uniform(1.05, 1.60))
        size = max(1, min(size, left))
        if left - size < 0.1 * segment_size:
            size = left
        sizes.append(size)
        left -= size
    return np.array(sizes, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voices:
    """Standard deviations of noise along `axes`, of speakers along the same axes in the order `turn`."""

    axes: np.ndarray
    turn: np.ndarray
    noise_scale: np.ndarray
    speaker_scale: np.ndarray
    common: np.ndarray

    def draw(self, n_voices: int, rng: np.random.Generator) -> np.ndarray:
        speaker_axes = self.axes[:, self.turn] * self.speaker_scale
        return self.common + rng.standard_normal((n_voices, len(self.common))) @ speaker_axes.T


def _draw_voices(dim: int, spectrum: Spectrum, rng: np.random.Generator) -> _Voices:
    axes = _rotation(dim, rng)
    return _Voices(
        axes=axes,
        turn=np.argsort(np.arange(dim) + rng.normal(0, _AXIS_MIXING, dim)),
        noise_scale=_scales(dim, spectrum.noise, spectrum.noise_offset),
        speaker_scale=_scales(dim, spectrum.speaker, spectrum.speaker_offset),
        common=_common(dim, spectrum.common, rng),
    )


def _law(voices: _Voices, means: np.ndarray, shifts: np.ndarray, nuisance: Nuisance) -> Law:
    variance = voices.noise_scale**2
    return Law(
        axes=voices.axes,
        sides=means @ voices.axes + shifts * voices.noise_scale,
        own_variance=_own_share(nuisance) * variance,
        noise_variance=variance,
        common=voices.common @ voices.axes,
        voice_variance=voices.speaker_scale[np.argsort(voices.turn)] ** 2,
    )


def _own_share(nuisance: Nuisance) -> float:
    return max(0.0, 1 - nuisance.session_share - nuisance.drift_share)


def _own_noise(labels: np.ndarray, dim: int, nuisance: Nuisance, rng: np.random.Generator) -> np.ndarray:
    """Noise of each utterance by itself, before its spectrum; of unit variance together with session and drift."""
    n = len(labels)
    tails = np.sqrt((FREEDOM - 2) / rng.chisquare(FREEDOM, n))
    tails *= np.exp(_SPEAKER_SCALE * rng.standard_normal(labels[-1] + 1 if n else 0))[labels]
    noise = rng.standard_normal((n, dim), dtype=np.float32)
    noise *= (np.sqrt(_own_share(nuisance)) * tails)[:, None].astype(np.float32)
    return noise


def _add_sessions(
    noise: np.ndarray, labels: np.ndarray, segment_size: int, nuisance: Nuisance, rng: np.random.Generator
) -> None:
    session = _sessions(labels, segment_size, rng)
    draws = rng.standard_normal((session[-1] + 1 if len(labels) else 0, noise.shape[1]), dtype=np.float32)
    noise += (np.float32(np.sqrt(nuisance.session_share)) * draws)[session]


def _add_drift(noise: np.ndarray, segment_size: int, nuisance: Nuisance, rng: np.random.Generator) -> None:
    n, dim = noise.shape
    for _ in range(_DRIFT_WAVES if nuisance.drift_share else 0):
        period = segment_size * rng.uniform(0.5, 4)
        wave = np.sin(2 * np.pi * np.arange(n) / period + rng.uniform(0, 2 * np.pi))
        wave = (np.sqrt(2 * nuisance.drift_share / _DRIFT_WAVES) * wave).astype(np.float32)
        noise += wave[:, None] * rng.standard_normal(dim, dtype=np.float32)


def _sessions(labels: np.ndarray, segment_size: int, rng: np.random.Generator) -> np.ndarray:
    """Number of each utterance's session: S/20 to S/5 utterances, new at each speaker."""
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    begins = np.zeros(len(labels), dtype=np.int64)
    for start, stop in zip(starts, np.append(starts[1:], len(labels))):
        at = start
        while at < stop:
            begins[at] = 1
            at += int(rng.integers(max(2, segment_size // 20), segment_size // 5 + 2))
    return np.cumsum(begins) - 1


def _replace_outliers(
    embeddings: np.ndarray,
    places: np.ndarray,
    voices: _Voices,
    spectrum: Spectrum,
    nuisance: Nuisance,
    rng: np.random.Generator,
) -> None:
    """Put noise or another voice in these places, in the array itself."""
    dim = embeddings.shape[1]
    noise_axes = voices.axes * voices.noise_scale
    flat = np.sqrt((spectrum.noise + spectrum.speaker) / dim)
    for place, is_voice in zip(places, rng.random(len(places)) < 0.5):
        if is_voice:
            tail = np.sqrt((FREEDOM - 2) / rng.chisquare(FREEDOM))
            other = voices.draw(1, rng)[0] + tail * noise_axes @ rng.standard_normal(dim)
            embeddings[place] = nuisance.voice_mix * other + (1 - nuisance.voice_mix) * embeddings[place]
        else:
            embeddings[place] = 0.5 * embeddings[place] + flat * rng.standard_normal(dim)


def _scales(dim: int, total: float, offset: float) -> np.ndarray:
    spectrum = 1 / (np.arange(dim) + offset)
    return np.sqrt(spectrum * total / spectrum.sum())


def _common(dim: int, total: float, rng: np.random.Generator) -> np.ndarray:
    common = rng.standard_normal(dim)
    return common * np.sqrt(total) / np.linalg.norm(common)


def _rotation(dim: int, rng: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(rng.standard_normal((dim, dim)))[0]
