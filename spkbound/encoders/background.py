"""What is usual in a corpus? Learned once from a sample of it, without labels, so that voices stand out against it.

The two halves of an utterance are one speaker saying different things: how they differ shows what to make little of
(the idea of within-class covariance normalisation, Hatch, Kajarekar & Stolcke 2006, without its labels).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spkbound.encoders.factors import Factors, fit_factors
from spkbound.encoders.mixture import Mixture, fit_mixture, gather_evidence, mixture_features
from spkbound.encoders.speech import Speech, voice_statistics

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

    `mean`, `scale` (dim,) of the features, which are the statistics and the factors of an utterance; `levelling`
    (dim, dim): turns down directions in which halves of utterances differ; `highest_hz`: no band above is looked at;
    `n_fitted` utterances it was learned from.
    """

    mixture: Mixture
    factors: Factors
    mean: np.ndarray
    scale: np.ndarray
    levelling: np.ndarray
    highest_hz: float
    n_fitted: int

    @property
    def dim(self) -> int:
        return len(self.levelling)

    def place(self, speech: Speech) -> np.ndarray:
        """Where an utterance lies against the corpus: its embedding, float32 (dim,)."""
        features = _describe(speech, self.mixture, self.factors)
        return np.clip(_known((features - self.mean) / self.scale), -LIMIT, LIMIT) @ self.levelling

    def arrays(self) -> dict[str, np.ndarray]:
        """All that decides the numbers, flat, as it is saved."""
        own = {name: np.asarray(getattr(self, name)) for name in self.__slots__ if name not in _PARTS}
        parts = {
            f"{part}_{name}": getattr(getattr(self, part), name)
            for part, kind in _PARTS.items()
            for name in kind.__slots__
        }
        return own | parts

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "Background":
        parts = {
            part: kind(**{name: arrays[f"{part}_{name}"] for name in kind.__slots__}) for part, kind in _PARTS.items()
        }
        own = {name: arrays[name] for name in ("mean", "scale", "levelling")}
        return cls(highest_hz=float(arrays["highest_hz"]), n_fitted=int(arrays["n_fitted"]), **own, **parts)


_PARTS = {"mixture": Mixture, "factors": Factors}


def learn_background(sample: Sequence[Speech], *, highest_hz: float, seed: int) -> Background:
    """Learn from a random sample of utterances, at least one; 1,500 are plenty."""
    mixture = fit_mixture(np.concatenate([mixture_features(speech.frames) for speech in sample]), seed=seed)
    evidence = [gather_evidence(mixture, mixture_features(speech.frames)) for speech in sample]
    factors = fit_factors(np.array([each.counts for each in evidence]), np.array([each.pulls for each in evidence]))
    features = np.array([_describe(speech, mixture, factors) for speech in sample], np.float64)
    mean, scale = _mean_and_scale(features)
    differences = _half_differences(sample, mixture, factors) / scale
    return Background(
        mixture=mixture,
        factors=factors,
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        levelling=_levelling(_known((features - mean) / scale), differences).astype(np.float32),
        highest_hz=highest_hz,
        n_fitted=len(sample),
    )


def _known(features: np.ndarray) -> np.ndarray:
    """An unknown pitch is taken for the corpus' mean."""
    return np.where(np.isnan(features), features.dtype.type(0), features)


def _describe(speech: Speech, mixture: Mixture, factors: Factors) -> np.ndarray:
    """The features of an utterance, float32 (dim,)."""
    found = factors.place(gather_evidence(mixture, mixture_features(speech.frames)))
    return np.concatenate([voice_statistics(speech), found])


def _mean_and_scale(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Over the utterances (n, dim) in which a feature is known; 0 and 1 where it never is or never changes."""
    counts = np.maximum(np.isfinite(features).sum(axis=0), 1)
    mean = np.nansum(features, axis=0) / counts
    spread = np.sqrt(np.nansum((features - mean) ** 2, axis=0) / counts)
    return mean, np.where(spread > 1e-3, spread, 1.0)


def _half_differences(sample: Sequence[Speech], mixture: Mixture, factors: Factors) -> np.ndarray:
    """Half the difference between the halves of each utterance: the scatter of a whole one, if its frames were free."""
    halved = [speech for speech in sample if len(speech) >= MIN_HALVED_FRAMES] or list(sample)
    first = np.array([_describe(speech.first_half(), mixture, factors) for speech in halved], np.float64)
    second = np.array([_describe(speech.second_half(), mixture, factors) for speech in halved], np.float64)
    return _known((first - second) / 2)


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
