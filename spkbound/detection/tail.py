"""How likely does a distance lie beyond what members reach? Knows nothing of what was measured.

How far members lie is read off the bulk of all distances and extrapolated. How far others lie is measured on what this
tail leaves unexplained, beginning with the whole range from there to where members of other segments lie.
"""

from dataclasses import dataclass

import numpy as np

_BULK = (0.50, 0.70, 0.85)  # quantiles between which the hazard is measured
_FIRST_SHARE = 0.01
_LARGEST_SHARE = 0.1
_EXPECTED_OUTLIERS = 20.0  # weight of the range of strangers beside the outliers found
_STEPS = 100
_FARTHEST = 0.95  # quantile of strangers' distances
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Beyond:
    """`probability` ``(n,)`` of each distance to be no member's; `outer`: the distance from which on that is asked."""

    probability: np.ndarray
    outer: float


def beyond_the_tail(distances: np.ndarray, strangers: np.ndarray, *, carried_on: float) -> Beyond:
    """Tell members from others by their distances, logarithms.

    Parameters
    ----------
    distances, strangers : float (n,), (m,)
        Of utterances from their own segments, and of some from others'.
    carried_on : share, in [0, 1], of the hazard's growth within the bulk that goes on beyond it; 0: never grows
    """
    marks = np.quantile(distances, _BULK)
    outer = float(marks[-1])
    beyond = distances > outer
    excess = distances[beyond] - outer
    probability = np.zeros(len(distances))
    if np.diff(marks).min() < _TINY or not len(excess):
        return Beyond(probability, outer)
    width = max(float(np.quantile(strangers, _FARTHEST)) - outer, 1.0)
    expected, spread = width / 2, width / np.sqrt(12)
    share, middle, deviation = _FIRST_SHARE, expected, spread
    for _ in range(_STEPS):
        member = _log_tail_density(excess, marks, share, carried_on)
        found = _share_of_others(_log_normal(excess, middle, deviation) + np.log(share), member)
        n_found = found.sum()
        share = min((n_found + 1) / (len(distances) + 1 / _FIRST_SHARE), _LARGEST_SHARE)
        middle = (found @ excess + _EXPECTED_OUTLIERS * expected) / (n_found + _EXPECTED_OUTLIERS)
        squares = found @ np.square(excess - middle) + _EXPECTED_OUTLIERS * spread**2
        deviation = np.sqrt(squares / (n_found + _EXPECTED_OUTLIERS))
    # Farther never means likelier a member: beyond their middle others do not get rarer.
    others = _log_normal(np.minimum(excess, middle), middle, deviation) + np.log(share)
    probability[beyond] = _share_of_others(others, _log_tail_density(excess, marks, share, carried_on))
    return Beyond(probability, outer)


def _share_of_others(others: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Of two densities, logarithms, what the first is of both."""
    return 1 / (1 + np.exp(np.clip(members - others, -700, 700)))


def _log_normal(values: np.ndarray, middle: float, deviation: float) -> np.ndarray:
    return -0.5 * np.square((values - middle) / deviation) - np.log(deviation * np.sqrt(2 * np.pi))


def _log_tail_density(excess: np.ndarray, marks: np.ndarray, share: float, carried_on: float) -> np.ndarray:
    """Log density of members beyond the last of the marks, where `share` of all are none."""
    left = 1 - np.array(_BULK) - share
    hazards = np.log(left[:-1] / left[1:]) / np.diff(marks)
    growth = carried_on * max(0.0, 2 * (hazards[1] - hazards[0]) / (marks[2] - marks[0]))
    hazard = hazards[1] + growth * excess
    return np.log(left[2] * hazard) - (hazards[1] + growth / 2 * excess) * excess
