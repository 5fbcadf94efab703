"""How well are the two voices of one boundary told apart? Levels from as in the corpus down to hardly at all.

A calibration fitted on all boundaries flatters the few whose voices are alike. So each boundary weighs the levels by
how well they explain its own members, with the corpus's mix of levels as prior (empirical Bayes, Robbins 1956; the
mix by EM, Dempster, Laird and Rubin 1977).
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.calibrate import Calibration

_FACTORS = (1.0, 0.5, 0.25, 0.12, 0.06)  # of the slopes of the corpus
_GUESS_RATES = (0.0, 0.05, 0.2)  # at least that of the corpus
_PRIOR_BOUNDARIES = 1.0  # pseudo-count, spread evenly: no level is ever out of the question
_STEPS = 50
_FEWEST_MEMBERS = 8  # on either side


@dataclass(frozen=True, slots=True)
class Clarity:
    """Levels of evidence, and log weights ``(n_levels,)`` of how common each is in this corpus."""

    levels: tuple[Calibration, ...]
    log_prior: np.ndarray

    def log_ratios(self, features: np.ndarray) -> np.ndarray:
        """Log ratios left against right ``(n_levels, m)`` of features ``(m, n_features)``."""
        return np.stack([level.log_ratios(features) for level in self.levels])

    def log_weights(self, log_ratios: np.ndarray, is_left: np.ndarray) -> np.ndarray:
        """Weigh the levels ``(n_levels,)`` by members whose side is known."""
        return _normalised(self.log_prior + _log_likelihood(log_ratios, is_left))

    def gain(self, log_ratios: np.ndarray, is_left: np.ndarray) -> float:
        """How many nats better than by guessing at the same shares the sides of known members are told.

        Infinite where a side has too few members to say.
        """
        n_left, n = int(is_left.sum()), len(is_left)
        if min(n_left, n - n_left) < _FEWEST_MEMBERS:
            return np.inf
        guessed = n_left * np.log(n_left / n) + (n - n_left) * np.log(1 - n_left / n)
        return float(np.logaddexp.reduce(self.log_prior + _log_likelihood(log_ratios, is_left)) - guessed)


def fit_clarity(calibration: Calibration, features: list[np.ndarray], sides: list[np.ndarray]) -> Clarity:
    """Find how common each level is; features ``(m, n_features)`` and sides (True: left) per boundary."""
    levels = tuple(
        Calibration(calibration.slopes * factor, max(calibration.guess_rate, guess_rate), calibration.guess_slope)
        for factor in _FACTORS
        for guess_rate in _GUESS_RATES
    )
    even = Clarity(levels, np.full(len(levels), -np.log(len(levels))))
    if not features:
        return even
    fits = np.stack([_log_likelihood(even.log_ratios(each), is_left) for each, is_left in zip(features, sides)])
    log_prior = even.log_prior
    for _ in range(_STEPS):
        shares = np.exp(_normalised(fits + log_prior))
        counts = shares.sum(0) + _PRIOR_BOUNDARIES / len(levels)
        log_prior = np.log(counts / counts.sum())
    return Clarity(levels, log_prior)


def _log_likelihood(log_ratios: np.ndarray, is_left: np.ndarray) -> np.ndarray:
    """Of the known sides, per level; a log ratio of 0 says that both are as likely."""
    return -np.logaddexp(0, np.where(is_left, -log_ratios, log_ratios)).sum(1)


def _normalised(log_weights: np.ndarray) -> np.ndarray:
    return log_weights - np.logaddexp.reduce(log_weights, axis=-1, keepdims=True)
