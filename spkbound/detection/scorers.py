"""Left or right: to which side of a split does each utterance belong, its own row left out? Two ways to tell.

Both take rows ``(m, k)`` and give, for a split at p (rows before p lie left), features ``(m, n_features)``; higher
means left. What they are worth as evidence is for the calibration to say.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Scorer = Callable[[int], np.ndarray]

_FREEDOM = 5.0
_OUTLIER_SHARE = 0.02
_LARGEST_RATIO = 60.0
_RIDGE = 0.1
_LARGEST_KERNEL_RATIO = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioModel:
    """What the robust ratio knows: variances ``(k,)`` of speakers, and of the means of `near` rows over sessions."""

    speaker: np.ndarray
    session: np.ndarray | None
    near: int


def ratio_scorer(rows: np.ndarray, model: RatioModel) -> Scorer:
    """Student-t log ratios against both sides' robust means: with an outlier component, and without (clipped)."""
    n_rows, k = rows.shape
    outlier = np.log(_OUTLIER_SHARE) - 0.5 * np.log1p(model.speaker).sum()
    outlier = outlier + _log_t(np.square(rows / np.sqrt(1 + model.speaker)).sum(1), k)
    regular = np.log(1 - _OUTLIER_SHARE)

    def score(split: int) -> np.ndarray:
        left = np.square(rows - _local_mean(rows[:split], slice(-model.near, None), model)).sum(1)
        right = np.square(rows - _local_mean(rows[split:], slice(None, model.near), model)).sum(1)
        if model.session is None:  # else the mean is local and an own row weighs little
            left[:split] *= _left_out(split)
            right[split:] *= _left_out(n_rows - split)
        left, right = _log_t(left, k), _log_t(right, k)
        mixed = np.logaddexp(left + regular, outlier) - np.logaddexp(right + regular, outlier)
        return np.stack([mixed, np.clip(left - right, -_LARGEST_RATIO, _LARGEST_RATIO)], axis=1)

    return score


def kernel_scorer(rows: np.ndarray, squared_width: float) -> Scorer:
    """Leave-one-out least-squares classifier with a Gaussian kernel, in units of its own robust spread."""
    norms = np.square(rows).sum(1)
    distances = np.maximum(norms[:, None] + norms - 2 * rows @ rows.T, 0)
    kernel = np.exp(-distances / squared_width) + 1.0
    kernel[np.diag_indices(len(rows))] += _RIDGE
    inverse = np.linalg.inv(kernel)
    own = np.diag(inverse)

    def score(split: int) -> np.ndarray:
        sides = np.where(np.arange(len(rows)) < split, 1.0, -1.0)
        guess = sides - inverse @ sides / own
        left, right = np.median(guess[:split]), np.median(guess[split:])
        residual = np.abs(np.concatenate([guess[:split] - left, guess[split:] - right]))
        deviation = 1.4826 * np.median(residual) + 1e-6
        ratio = (left - right) * (guess - (left + right) / 2) / deviation**2
        return np.clip(ratio, -_LARGEST_KERNEL_RATIO, _LARGEST_KERNEL_RATIO)[:, None]

    return score


def _local_mean(side: np.ndarray, nearest: slice, model: RatioModel) -> np.ndarray:
    """Robust mean of a side; where sessions matter, drawn towards the rows nearest to the split."""
    mean = side.mean(0)
    weights = np.ones(len(side))
    for _ in range(2):
        weights = (_FREEDOM + len(mean)) / (_FREEDOM + np.square(side - mean).sum(1))
        mean = weights @ side / weights.sum()
    if model.session is None:
        return mean
    near, near_weights = side[nearest], weights[nearest]
    share = model.session * len(near) / (1 + model.session * len(near))
    return share * (near_weights @ near / near_weights.sum()) + (1 - share) * mean


def _left_out(n_side: int) -> float:
    """How much farther from its side's mean a member is once it is left out of it, squared."""
    return (n_side / (n_side - 1)) ** 2 if n_side > 1 else 1.0


def _log_t(squared_distance: np.ndarray, k: int) -> np.ndarray:
    return -(_FREEDOM + k) / 2 * np.log1p(squared_distance / _FREEDOM)
