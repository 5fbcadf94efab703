"""What is usual in a corpus? Learned once from a sample of it, without labels, so that voices stand out against it.

The two halves of an utterance are one speaker saying different things: how they differ shows what to make little of
(the idea of within-class covariance normalisation, Hatch, Kajarekar & Stolcke 2006, without its labels).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spkbound.encoders.cepstra import SpeechFrames, utterance_statistics
from spkbound.encoders.mixture import Mixture, fit_mixture, mean_offsets, mixture_features

N_DIRECTIONS = 60  # of the mixture's offsets
N_CANDIDATES = 150  # leading directions of the corpus among which they are chosen
LIMIT = np.float32(10.0)  # spreads of the corpus; nothing in a voice is farther out

MIN_HALVED_FRAMES = 12
MIN_HALVED_UTTERANCES = 20  # fewer say nothing of how halves differ
TRUSTED_UTTERANCES = 150  # so many weigh as much as the belief that features are independent
LEVELLING = 0.5  # 0 leaves the differences as they are, 1 makes them equal in all directions
LEAST_SHRINKAGE = 0.1
VARIANCE_FLOOR = 0.03  # of the mean variance over the corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What was learned of the corpus; float32 arrays.

    `statistics_mean`, `statistics_scale` (87,); `offsets_mean` (n_offsets,) and `directions` (n_offsets,
    n_directions); `levelling` (dim, dim): turns down directions in which halves of utterances differ;
    `highest_hz`: no band above is looked at; `n_fitted` utterances it was learned from.
    """

    mixture: Mixture
    statistics_mean: np.ndarray
    statistics_scale: np.ndarray
    offsets_mean: np.ndarray
    directions: np.ndarray
    levelling: np.ndarray
    highest_hz: float
    n_fitted: int

    @property
    def dim(self) -> int:
        return len(self.levelling)

    def place(self, frames: SpeechFrames) -> np.ndarray:
        """Where an utterance lies against the corpus: its embedding, float32 (dim,)."""
        statistics = (utterance_statistics(frames) - self.statistics_mean) / self.statistics_scale
        offsets = (mean_offsets(self.mixture, mixture_features(frames)) - self.offsets_mean) @ self.directions
        return np.clip(np.concatenate([statistics, offsets]), -LIMIT, LIMIT) @ self.levelling

    def arrays(self) -> dict[str, np.ndarray]:
        """All that decides the numbers, flat, as it is saved."""
        own = {name: np.asarray(getattr(self, name)) for name in self.__slots__ if name != "mixture"}
        return own | {f"mixture_{name}": getattr(self.mixture, name) for name in Mixture.__slots__}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "Background":
        mixture = Mixture(**{name: arrays[f"mixture_{name}"] for name in Mixture.__slots__})
        own = {name: arrays[name] for name in cls.__slots__ if name not in ("mixture", "highest_hz", "n_fitted")}
        return cls(mixture=mixture, highest_hz=float(arrays["highest_hz"]), n_fitted=int(arrays["n_fitted"]), **own)


def learn_background(sample: Sequence[SpeechFrames], *, highest_hz: float, seed: int) -> Background:
    """Learn from a random sample of utterances, at least one; 1,500 are plenty."""
    mixture = fit_mixture(np.concatenate([mixture_features(frames) for frames in sample]), seed=seed)
    whole = _describe(sample, mixture)
    halves = _half_differences(sample, mixture)
    spread = whole.statistics.std(axis=0)
    scale = np.where(spread > 1e-3, spread, 1.0)
    centred = whole.offsets - whole.offsets.mean(axis=0)
    directions = _speaker_directions(centred, halves.offsets)
    rows = np.hstack([(whole.statistics - whole.statistics.mean(axis=0)) / scale, centred @ directions])
    differences = np.hstack([halves.statistics / scale, halves.offsets @ directions])
    return Background(
        mixture=mixture,
        statistics_mean=whole.statistics.mean(axis=0).astype(np.float32),
        statistics_scale=scale.astype(np.float32),
        offsets_mean=whole.offsets.mean(axis=0).astype(np.float32),
        directions=directions.astype(np.float32),
        levelling=_levelling(rows, differences).astype(np.float32),
        highest_hz=highest_hz,
        n_fitted=len(sample),
    )


@dataclass(frozen=True, slots=True)
class _Described:
    """Both kinds of features, float64: `statistics` (n, 87), `offsets` (n, n_offsets)."""

    statistics: np.ndarray
    offsets: np.ndarray


def _describe(utterances: Sequence[SpeechFrames], mixture: Mixture) -> _Described:
    statistics = [utterance_statistics(frames) for frames in utterances]
    offsets = [mean_offsets(mixture, mixture_features(frames)) for frames in utterances]
    return _Described(np.array(statistics, np.float64), np.array(offsets, np.float64))


def _half_differences(sample: Sequence[SpeechFrames], mixture: Mixture) -> _Described:
    """Half the difference between the halves of each utterance: the scatter of a whole one, if its frames were free."""
    halved = [frames for frames in sample if len(frames) >= MIN_HALVED_FRAMES] or list(sample)
    first = _describe([frames[: (len(frames) + 1) // 2] for frames in halved], mixture)
    second = _describe([frames[len(frames) // 2 :] for frames in halved], mixture)
    return _Described((first.statistics - second.statistics) / 2, (first.offsets - second.offsets) / 2)


def _speaker_directions(centred: np.ndarray, differences: np.ndarray) -> np.ndarray:
    """Directions (n_offsets, ≤ 60) in which utterances differ most, compared with their halves; unit mean variance."""
    n_candidates = min(N_CANDIDATES, max(1, len(centred) - 1))
    _, leading = np.linalg.eigh(centred.T @ centred)
    candidates = leading[:, ::-1][:, :n_candidates]
    rows = centred @ candidates
    root = np.linalg.cholesky(_within_scatter(differences @ candidates, np.mean(rows**2)))
    unscaled = np.linalg.solve(root, rows.T)
    _, chosen = np.linalg.eigh(unscaled @ unscaled.T)
    directions = candidates @ np.linalg.solve(root.T, chosen[:, ::-1][:, :N_DIRECTIONS])
    return directions / np.sqrt(np.mean((centred @ directions) ** 2) + 1e-9)


def _levelling(rows: np.ndarray, differences: np.ndarray) -> np.ndarray:
    """Symmetric, partial whitening (dim, dim) of the differences between halves; rows get unit mean variance."""
    variances, axes = np.linalg.eigh(_within_scatter(differences, np.mean(rows**2)))
    levelling = (axes * variances ** (-LEVELLING / 2)) @ axes.T
    return levelling / np.sqrt(np.mean((rows @ levelling) ** 2) + 1e-9)


def _within_scatter(differences: np.ndarray, variance: float) -> np.ndarray:
    """Scatter (n_features, n_features) of the differences, shrunk; the identity when there are too few."""
    n_utterances, n_features = differences.shape
    if n_utterances < MIN_HALVED_UTTERANCES:
        return np.eye(n_features)
    scatter = differences.T @ differences / n_utterances
    shrinkage = max(LEAST_SHRINKAGE, TRUSTED_UTTERANCES / (TRUSTED_UTTERANCES + n_utterances))
    shrunk = (1 - shrinkage) * scatter + shrinkage * np.diag(np.diag(scatter))
    return shrunk + VARIANCE_FLOOR * variance * np.eye(n_features)
