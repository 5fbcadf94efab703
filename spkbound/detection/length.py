"""How likely is a segment of this length? Knows nothing of embeddings."""

from dataclasses import dataclass

import numpy as np

_TAIL_SHARE = 0.05  # of segments that have any length at all
_TAIL_SCALE = 0.7  # of the log-Cauchy tail
_SMALLEST_SCALE = 0.75  # utterances


@dataclass(frozen=True, slots=True)
class LengthPrior:
    """0.95 Laplace(size, window / 2) + 0.05 log-Cauchy(median size); lengths in utterances.

    The size may be an array, with one for each of the lengths asked for.
    """

    size: float | np.ndarray
    window: float

    def log_density(self, lengths: np.ndarray) -> np.ndarray:
        """Log probability of a whole segment of each length."""
        scale = self._scale
        core = np.exp(-np.abs(lengths - self.size) / scale) / (2 * scale)
        floor = np.maximum(lengths, 1)
        deviation = np.log(floor / self.size) / _TAIL_SCALE
        tail = 1 / (np.pi * _TAIL_SCALE * floor * (1 + deviation**2))
        return np.log((1 - _TAIL_SHARE) * core + _TAIL_SHARE * tail)

    def log_survival(self, lengths: np.ndarray) -> np.ndarray:
        """Log probability of at least each length: what the cut-off first and last segment tell."""
        half = 0.5 * np.exp(-np.abs(lengths - self.size) / self._scale)
        core = np.where(lengths < self.size, 1 - half, half)
        tail = 0.5 - np.arctan(np.log(np.maximum(lengths, 1) / self.size) / _TAIL_SCALE) / np.pi
        return np.log((1 - _TAIL_SHARE) * core + _TAIL_SHARE * tail + 1e-300)

    def log_density_at_an_end(self, lengths: np.ndarray) -> np.ndarray:
        """Log probability of the first or last segment: whole, or cut off anywhere."""
        return np.maximum(self.log_density(lengths), self.log_survival(lengths) - np.log(self.size))

    def regularity(self, lengths: np.ndarray) -> float:
        """Mean log density of the lengths of a whole corpus, less that of the likeliest length: at most 0."""
        log_density = self.log_density(lengths)
        log_density[[0, -1]] = self.log_density_at_an_end(lengths[[0, -1]])
        return float(np.minimum(log_density - self.log_density(np.array([self.size])), 0).mean())

    @property
    def _scale(self) -> float:
        return max(self.window / 2, _SMALLEST_SCALE)


def fit_size(lengths: np.ndarray, prior: LengthPrior, given_size: float) -> float:
    """The size that explains `lengths` best, if clearly better than the prior's; within a factor 1.6 of the given."""
    if len(lengths) < 8:
        return prior.size
    tried = np.unique(np.round(np.append(lengths, prior.size)))
    tried = tried[(tried >= given_size / 1.6) & (tried <= given_size * 1.6)]
    if not len(tried):
        return prior.size
    fit = np.array([LengthPrior(size, prior.window).log_density(lengths).sum() for size in tried])
    if fit.max() - prior.log_density(lengths).sum() <= 6:
        return prior.size
    return float(np.median(tried[fit > fit.max() - 0.5]))
