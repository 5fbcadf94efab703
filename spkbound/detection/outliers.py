"""Which utterances do not belong to their segment? Each has a probability; finds no boundaries.

An utterance is judged by its distance from the robust mean of its segment, its own row left out. How far members lie
is read off the bulk of all distances and extrapolated: the logarithm of F-distributed distances (a Gaussian's, any
Student t's) is log-concave, so its hazard never falls; from the bulk on, it is taken to grow half as fast as in it. How
far somebody or something else lies is measured on what this tail leaves unexplained, beginning with the whole range
from there to where members of other segments lie.
"""

from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.segments import Segments

_FREEDOM = 5.0  # of the Student t behind the weights of a robust mean
_ROBUST_STEPS = 3
_FEWEST_MEMBERS = 8
_POOLED_MEMBERS = 10.0  # a segment's scale is drawn towards the corpus's with the weight of so many
_BULK = (0.50, 0.70, 0.85)  # quantiles between which the hazard is measured
_CARRIED_ON = 0.5  # share of the hazard's growth that goes on beyond them
_FIRST_SHARE = 0.01
_LARGEST_SHARE = 0.1
_EXPECTED_OUTLIERS = 20.0  # weight of the range of strangers beside the outliers found
_STEPS = 100
_SAMPLED_STRANGERS = 20_000
_FARTHEST = 0.95  # quantile of strangers' distances
_TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Where the members of each segment lie.

    Attributes
    ----------
    loading : float32 (k,)
        What each projected direction counts: more where it tells speakers apart.
    centres : float32 (n, k)
        Robust mean of each segment, loaded so.
    scales : float64 (n,)
        Median squared distance of members from it.
    """

    rows: np.ndarray
    loading: np.ndarray
    centres: np.ndarray
    scales: np.ndarray

    def squares(self, places: np.ndarray | slice, owners: np.ndarray) -> np.ndarray:
        """Squared distance of utterances from the centres of the segments `owners` ``(m,)``."""
        return np.square(self.rows[places] * self.loading - self.centres[owners]).sum(1)

    def distances(self, places: np.ndarray, owners: np.ndarray) -> np.ndarray:
        """The same as a logarithm: 0 is the median member's, higher is farther."""
        return _log(self.squares(places, owners) / self.scales[owners])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outliers:
    """`probability` float32 ``(n_utterances,)`` of not belonging; 0 for gaps and where too few members can say.

    `usual`: distance up to which an utterance passes for a member.
    """

    voices: Voices
    edges: np.ndarray
    probability: np.ndarray
    usual: float

    def home(self, index: int) -> int | None:
        """The boundary on whose other side an utterance would be at home; None if it would be in neither neighbour."""
        own = int(np.searchsorted(self.edges, index, side="right")) - 1
        beside = np.array([i for i in (own - 1, own + 1) if 0 <= i < len(self.edges) - 1], dtype=np.int64)
        if not len(beside):
            return None
        distances = self.voices.distances(np.full(len(beside), index), beside)
        nearest = int(beside[distances.argmin()])
        return int(self.edges[max(nearest, own)]) if distances.min() < self.usual else None


def find_outliers(segments: Segments) -> Outliers:
    """Judge every utterance by its segment."""
    readable = segments.projected.mass > 0
    owners = segments.owners
    members = np.bincount(owners[readable], minlength=len(segments))
    voices, squares, weights = _fit_voices(segments, readable, members)
    judged = np.flatnonzero(readable & (members >= _FEWEST_MEMBERS)[owners])
    probability, usual = np.zeros(len(readable), dtype=np.float32), 0.0
    strangers = _stranger_distances(voices, judged, owners)
    if len(strangers):
        total = np.bincount(owners, weights, len(segments))
        left_out = 1 - np.minimum(weights[judged] / total[owners[judged]], 0.9)
        distances = _log(squares[judged] / voices.scales[owners[judged]] / np.square(left_out))
        probability[judged], usual = _beyond_the_tail(distances, strangers)
    return Outliers(voices=voices, edges=segments.edges, probability=probability, usual=usual)


def _fit_voices(segments: Segments, readable: np.ndarray, members: np.ndarray) -> tuple[Voices, np.ndarray, np.ndarray]:
    """Robust centres and scales; squared distances and weights of all utterances, float32 ``(n_utterances,)``."""
    rows, owners = segments.projected.rows, segments.owners
    speaker = np.maximum(segments.projected.spread - 1, _TINY)
    loading = np.sqrt(speaker / (1 + speaker)).astype(np.float32)
    freedom = max(1.0, float(np.square(loading).sum()))
    weights = readable.astype(np.float32)
    squares = np.zeros(len(rows), dtype=np.float32)
    for _ in range(_ROBUST_STEPS):
        total = np.bincount(owners, weights, len(segments))
        centres = segments.total(rows, weights) / np.maximum(total, _TINY)[:, None] * loading
        voices = Voices(rows=rows, loading=loading, centres=centres.astype(np.float32), scales=np.ones(len(segments)))
        for part in segments.blocks():
            squares[part] = voices.squares(part, owners[part])
        scales = _scales(segments.edges, squares, readable, members)
        weights = readable * ((_FREEDOM + freedom) / (_FREEDOM + squares * (freedom / scales)[owners]))
    return replace(voices, scales=scales), squares, weights


def _scales(edges: np.ndarray, squares: np.ndarray, readable: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Median squared distance in each segment, drawn towards the median segment's where members are few."""
    medians = np.full(len(members), np.nan)
    for i in np.flatnonzero(members):
        part = slice(edges[i], edges[i + 1])
        medians[i] = np.median(squares[part][readable[part]])
    known = medians[members >= _FEWEST_MEMBERS]
    usual = float(np.median(known)) if len(known) else 1.0
    own = members / (members + _POOLED_MEMBERS)
    return np.exp(own * _log(np.nan_to_num(medians, nan=usual)) + (1 - own) * _log(usual))


def _stranger_distances(voices: Voices, judged: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Distances of a sample of utterances from segments that are not theirs."""
    n_segments = len(voices.scales)
    if n_segments < 2 or not len(judged):
        return np.zeros(0)
    rng = np.random.default_rng(4)
    chosen = rng.choice(judged, min(_SAMPLED_STRANGERS, len(judged)), replace=False)
    other = (owners[chosen] + rng.integers(1, n_segments, len(chosen))) % n_segments
    return voices.distances(chosen, other)


def _beyond_the_tail(distances: np.ndarray, strangers: np.ndarray) -> tuple[np.ndarray, float]:
    """Probability of each distance to be no member's, and the distance from which on that is asked."""
    marks = np.quantile(distances, _BULK)
    outer = float(marks[-1])
    beyond = distances > outer
    excess = distances[beyond] - outer
    probability = np.zeros(len(distances))
    if np.diff(marks).min() < _TINY or not len(excess):
        return probability, outer
    width = max(float(np.quantile(strangers, _FARTHEST)) - outer, 1.0)
    expected, spread = width / 2, width / np.sqrt(12)
    share, middle, deviation = _FIRST_SHARE, expected, spread
    for _ in range(_STEPS):
        member = _tail_density(excess, marks, share)
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
    return probability, outer


def _tail_density(excess: np.ndarray, marks: np.ndarray, share: float) -> np.ndarray:
    """Density of members beyond the last of the marks, where `share` of all are none."""
    left = 1 - np.array(_BULK) - share
    hazards = np.log(left[:-1] / left[1:]) / np.diff(marks)
    growth = _CARRIED_ON * max(0.0, 2 * (hazards[1] - hazards[0]) / (marks[2] - marks[0]))
    hazard = hazards[1] + growth * excess
    return left[2] * hazard * np.exp(-(hazards[1] + growth / 2 * excess) * excess)


def _log(values: np.ndarray | float) -> np.ndarray:
    return np.log(np.maximum(values, _TINY))
