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
        member = _tail_density(excess, marks, share, carried_on)
        other = share * np.exp(-0.5 * np.square((excess - middle) / deviation)) / (deviation * np.sqrt(2 * np.pi))
        found = other / (member + other)
        n_found = found.sum()
        share = min((n_found + 1) / (len(distances) + 1 / _FIRST_SHARE), _LARGEST_SHARE)
        middle = (found @ excess + _EXPECTED_OUTLIERS * expected) / (n_found + _EXPECTED_OUTLIERS)
        squares = found @ np.square(excess - middle) + _EXPECTED_OUTLIERS * spread**2
        deviation = np.sqrt(squares / (n_found + _EXPECTED_OUTLIERS))
    order = np.argsort(excess)
    found[order] = np.maximum.accumulate(found[order])  # farther never means likelier a member
    probability[beyond] = found
    return Beyond(probability, outer)


def _tail_density(excess: np.ndarray, marks: np.ndarray, share: float, carried_on: float) -> np.ndarray:
    """Density of members beyond the last of the marks, where `share` of all are none."""
    left = 1 - np.array(_BULK) - share
    hazards = np.log(left[:-1] / left[1:]) / np.diff(marks)
    growth = carried_on * max(0.0, 2 * (hazards[1] - hazards[0]) / (marks[2] - marks[0]))
    hazard = hazards[1] + growth * excess
    return left[2] * hazard * np.exp(-(hazards[1] + growth / 2 * excess) * excess)
