"""What is a scorer's feature worth as evidence? Slopes and a guess rate, by maximum likelihood on known members.

Platt 1999, with a lapse: a share of utterances tells little. How little, is measured as well: an outlier that looks
very much like one side is rarer than one that looks like neither.
"""

from dataclasses import dataclass

import numpy as np

_MOST_MEMBERS = 4000
_PSEUDO_ERRORS = 2
_SLOPES = np.geomspace(0.05, 4, 14)
_SECOND_SLOPES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_GUESS_RATES = (1e-4, 3e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.04, 0.08)
_GUESS_SLOPES = (0.0, 0.003, 0.01, 0.03, 0.1)  # of the slopes of the others


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns features ``(m, n_features)`` into log ratios left against right.

    Of a share `guess_rate` of the utterances the feature tells `guess_slope` times as much: nothing, where that is 0.
    """

    slopes: np.ndarray
    guess_rate: float
    guess_slope: float = 0.0

    def log_ratios(self, features: np.ndarray) -> np.ndarray:
        evidence = features @ self.slopes
        return self._log_probability(evidence) - self._log_probability(-evidence)

    def log_loss(self, evidence: np.ndarray) -> float:
        """Mean surprise at members whose `evidence` is for the side that they are on."""
        return float(-self._log_probability(evidence).mean())

    def errors(self, features: np.ndarray, is_left: np.ndarray) -> float:
        """Share of members put on the wrong side."""
        return float(((features @ self.slopes > 0) != is_left).mean())

    def _log_probability(self, evidence: np.ndarray) -> np.ndarray:
        told, guessed = _sigmoid(evidence), _sigmoid(evidence * self.guess_slope)
        return np.log((1 - self.guess_rate) * told + self.guess_rate * guessed)


def fit_calibration(features: np.ndarray, is_left: np.ndarray) -> Calibration:
    """Fit on members whose side is known; one feature, or two of which the second may count nothing."""
    if len(is_left) > _MOST_MEMBERS:
        chosen = np.random.default_rng(3).choice(len(is_left), _MOST_MEMBERS, replace=False)
        features, is_left = features[chosen], is_left[chosen]
    signed = features * np.where(is_left, 1.0, -1.0)[:, None]
    # Rule of succession (Laplace 1774): that none erred does not mean that none ever will.
    signed = np.concatenate([signed, np.repeat(-np.median(signed, axis=0, keepdims=True), _PSEUDO_ERRORS, axis=0)])
    best, best_loss = Calibration(np.ones(features.shape[1]), 0.01), np.inf
    for slopes in _slope_grid(features.shape[1]):
        right_side = _sigmoid(signed @ slopes)
        for guess_rate in _GUESS_RATES:
            loss = -np.log((1 - guess_rate) * right_side + guess_rate / 2).mean()
            if loss < best_loss - 1e-9:
                best, best_loss = Calibration(slopes, guess_rate), loss
    return min(
        (Calibration(best.slopes, rate, slope) for rate in _GUESS_RATES for slope in _GUESS_SLOPES),
        key=lambda each: each.log_loss(signed @ best.slopes),
    )


def _slope_grid(n_features: int) -> list[np.ndarray]:
    if n_features == 1:
        return [np.array([slope]) for slope in _SLOPES]
    return [np.array([slope, second]) for second in _SECOND_SLOPES for slope in _SLOPES]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))
