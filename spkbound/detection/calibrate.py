"""What is a scorer's feature worth as evidence? Slopes and a guess rate, by maximum likelihood on known members.

Platt 1999, with a lapse: a share of utterances tells nothing, however far out its feature is.
"""

from dataclasses import dataclass

import numpy as np

_MOST_MEMBERS = 4000
_SLOPES = np.geomspace(0.05, 4, 14)
_SECOND_SLOPES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_GUESS_RATES = (1e-4, 3e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.04, 0.08)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns features ``(m, n_features)`` into log ratios left against right, bounded by the guess rate."""

    slopes: np.ndarray
    guess_rate: float

    def log_ratios(self, features: np.ndarray) -> np.ndarray:
        left = _sigmoid(features @ self.slopes)
        return np.log(self._lapsed(left)) - np.log(self._lapsed(1 - left))

    def errors(self, features: np.ndarray, is_left: np.ndarray) -> float:
        """Share of members put on the wrong side."""
        return float(((features @ self.slopes > 0) != is_left).mean())

    def _lapsed(self, probability: np.ndarray) -> np.ndarray:
        return (1 - self.guess_rate) * probability + self.guess_rate / 2


def fit_calibration(features: np.ndarray, is_left: np.ndarray) -> Calibration:
    """Fit on members whose side is known; one feature, or two of which the second may count nothing."""
    if len(is_left) > _MOST_MEMBERS:
        chosen = np.random.default_rng(3).choice(len(is_left), _MOST_MEMBERS, replace=False)
        features, is_left = features[chosen], is_left[chosen]
    signed = features * np.where(is_left, 1.0, -1.0)[:, None]
    best, best_loss = Calibration(np.ones(features.shape[1]), 0.01), np.inf
    for slopes in _slope_grid(features.shape[1]):
        right_side = _sigmoid(signed @ slopes)
        for guess_rate in _GUESS_RATES:
            loss = -np.log((1 - guess_rate) * right_side + guess_rate / 2).mean()
            if loss < best_loss - 1e-9:
                best, best_loss = Calibration(slopes, guess_rate), loss
    return best


def _slope_grid(n_features: int) -> list[np.ndarray]:
    if n_features == 1:
        return [np.array([slope]) for slope in _SLOPES]
    return [np.array([slope, second]) for second in _SECOND_SLOPES for slope in _SLOPES]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))
