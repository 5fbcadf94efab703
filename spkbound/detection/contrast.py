"""Do the voices beside a boundary differ as speakers here do, or only as parts of one speaker do?

The model takes sessions for Gaussian, so one strange session among many looks like overwhelming evidence. Each corpus
shows how wrong that is: by what cutting its segments once more would gain, and by what its boundaries gain.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.evenness import EvenSums
from spkbound.detection.inner_change import score_between
from spkbound.detection.lattice import Scoring

_FEWEST = 8  # segments, and boundaries; fewer show no distribution
_SMALLEST_SCALE = 1.0  # nats
_SMALLEST_SPREAD = 0.5  # of the log
_ALIKE = 0.1  # share of neighbours who may be alike to any degree
_TINY = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two distributions of gains in nats: of cuts inside segments, and of boundaries.

    A cut's best gain lies above its median `inner` with an exponential tail of mean `scale`. A boundary's gain per
    utterance is log-normal (`log_rate`, `log_spread`), but for neighbours who are alike: nearly log-uniform up to
    `usual`, the median of all. In a share `strange` of the segments a session is unlike the others (Pareto's tail).
    """

    inner: float
    scale: float
    log_rate: float
    log_spread: float
    usual: float
    strange: float

    def existence(self, gains: np.ndarray, masses: np.ndarray) -> np.ndarray:
        """Probability that boundaries with these gains, between sides of these masses, are between speakers.

        In [0, 1]; even odds before the gain is known. 1 from the median on: more contrast is no reason to doubt.
        """
        parts = 0.5 / self.scale * np.exp(-np.clip((gains - self.inner) / self.scale, 0, 500))
        gains = np.maximum(gains, _TINY)
        above = (np.log(gains / np.maximum(masses, _TINY)) - self.log_rate) / self.log_spread
        density = np.exp(-np.square(above) / 2) / np.sqrt(2 * np.pi)
        speakers = (1 - _ALIKE) * density / self.log_spread / gains
        speakers += _ALIKE / (gains + self.scale) / np.log1p(max(self.usual, 1.0) / self.scale)
        parts += self.strange * self.scale / np.square(gains + self.scale)
        return np.where(above > 0, 1.0, speakers / (speakers + parts))


def fit_contrast(even: EvenSums, scoring: Scoring, cuts: np.ndarray, inner: np.ndarray) -> Contrast | None:
    """Measure both on the segments between the block edges `cuts` (0 and the last included); None if they are few.

    `inner` ``(n_segments,)``: the `inner_gains` of these segments.
    """
    inner = inner[np.isfinite(inner)]
    gains, masses = gains_of(even, scoring, cuts)
    if min(len(inner), len(gains)) < _FEWEST:
        return None
    rates = np.log(np.maximum(gains, _TINY) / np.maximum(masses, _TINY))
    middle, log_rate = np.median(inner), np.median(rates)
    above = inner[inner > middle] - middle
    return Contrast(
        inner=float(middle),
        scale=max(float(above.mean()) if len(above) else 0.0, _SMALLEST_SCALE),
        log_rate=float(log_rate),
        log_spread=max(float(1.4826 * np.median(np.abs(rates - log_rate))), _SMALLEST_SPREAD),
        usual=float(np.median(gains)),
        strange=1 / (len(inner) + 2),  # none was seen (rule of succession, Laplace 1774)
    )


def gains_of(even: EvenSums, scoring: Scoring, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nats gained by each inner one of the block edges `cuts`, lengths not counted; and the mass that it speaks for.

    Float64 ``(n_boundaries,)`` each. The mass of two sides is m₁m₂ / (m₁ + m₂): the gain grows with it.
    """
    parts, unions = score_between(even, scoring, cuts[:-1], cuts[1:]), score_between(even, scoring, cuts[:-2], cuts[2:])
    masses = (even.masses[cuts[1:]] - even.masses[cuts[:-1]]).mean(axis=1)
    left, right = masses[:-1], masses[1:]
    return parts[:-1] + parts[1:] - unions, left * right / np.maximum(left + right, _TINY)
