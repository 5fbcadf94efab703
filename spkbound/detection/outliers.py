"""Which utterances do not belong to their segment? Each has a probability; finds no boundaries.

An utterance is judged by its distance from the robust mean of its segment, its own row left out, in two ways. Somebody
else is far in the directions that tell speakers apart, but not in the others; what is short, loud or noisy is far in
all. So a foreign voice is told by the ratio of both distances, of which an utterance's own scale falls out, as in
Fisher's F. What is far without being foreign may be broken, or be what its speaker does now and then: it counts where
no more of its segment is so than of others.
"""

from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.manner import unexpected_share
from spkbound.detection.segments import Segments
from spkbound.detection.tail import beyond_the_tail

_FREEDOM = 5.0  # of the Student t behind the weights of a robust mean
_ROBUST_STEPS = 3
_FEWEST_MEMBERS = 8
_POOLED_MEMBERS = 10.0  # a segment's scale is drawn towards the corpus's with the weight of so many
_SAMPLED_STRANGERS = 20_000
_DISTANCE_CARRIED_ON = 0.5  # log F is log-concave, so its hazard never falls: half of its growth in the bulk goes on
_RATIO_CARRIED_ON = 0.0  # sessions mix ratios of many scales, whose hazard need not grow
_TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Where the members of each segment lie.

    Attributes
    ----------
    loading : float32 (k,)
        What the square along each projected direction counts, in [0, 1]: more where it tells speakers apart.
    means : float32 (n, k)
        Robust mean of each segment.
    scales : float64 (n,)
        Median squared distance of members from it, loaded so.
    """

    rows: np.ndarray
    loading: np.ndarray
    means: np.ndarray
    scales: np.ndarray

    def squares(self, places: np.ndarray | slice, owners: np.ndarray) -> np.ndarray:
        """Squared distance of utterances from the means of the segments `owners` ``(m,)``."""
        return np.square(self.rows[places] - self.means[owners]) @ self.loading

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """Where members lie, squared distances of all utterances from their own segments, and weights ``(n_utterances,)``.

    Both float32; a weight is low far out, and 0 for a gap.
    """

    voices: Voices
    squares: np.ndarray
    weights: np.ndarray


def find_outliers(segments: Segments) -> Outliers:
    """Judge every utterance by its segment."""
    readable = segments.projected.mass > 0
    owners = segments.owners
    members = np.bincount(owners[readable], minlength=len(segments))
    measured = _measure(segments, readable, members)
    judged = np.flatnonzero(readable & (members >= _FEWEST_MEMBERS)[owners])
    probability, usual = np.zeros(len(readable), dtype=np.float32), 0.0
    if len(segments) > 1 and len(judged):
        rest = _measure_rest(segments, measured, readable, members)
        sample, others = _strangers(judged, owners, len(segments))
        own = _own_distances(measured, judged, owners)
        strange = measured.voices.distances(sample, others)
        odd = beyond_the_tail(own, strange, carried_on=_DISTANCE_CARRIED_ON)
        foreign = beyond_the_tail(
            own - _own_distances(rest, judged, owners),
            strange - rest.voices.distances(sample, others),
            carried_on=_RATIO_CARRIED_ON,
        )
        rarely = _unless_manner(odd.probability, foreign.probability, owners[judged])
        probability[judged], usual = np.maximum(foreign.probability, rarely), odd.outer
    return Outliers(voices=measured.voices, edges=segments.edges, probability=probability, usual=usual)


def _unless_manner(odd: np.ndarray, foreign: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Probability of being odd without it being the speaker's manner; foreign ones say nothing of that."""
    known, owners = np.unique(owners, return_inverse=True)
    counts = np.bincount(owners, odd * (1 - foreign), len(known))
    return odd * unexpected_share(counts, np.bincount(owners, minlength=len(known)))[owners]


def _own_distances(measured: _Measured, judged: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Distances of utterances from their own segments, each left out of the mean."""
    voices, weights, own = measured.voices, measured.weights, owners[judged]
    total = np.bincount(owners, weights, len(voices.scales))
    left_out = 1 - np.minimum(weights[judged] / total[own], 0.9)
    return _log(measured.squares[judged] / voices.scales[own] / np.square(left_out))


def _strangers(judged: np.ndarray, owners: np.ndarray, n_segments: int) -> tuple[np.ndarray, np.ndarray]:
    """A sample of utterances, and for each a segment that is not its own."""
    rng = np.random.default_rng(4)
    chosen = rng.choice(judged, min(_SAMPLED_STRANGERS, len(judged)), replace=False)
    return chosen, (owners[chosen] + rng.integers(1, n_segments, len(chosen))) % n_segments


def _measure(segments: Segments, readable: np.ndarray, members: np.ndarray) -> _Measured:
    """Robust means in the directions that tell speakers apart."""
    rows, owners = segments.projected.rows, segments.owners
    speaker = np.maximum(segments.projected.spread - 1, _TINY)
    loading = (speaker / (1 + speaker)).astype(np.float32)
    freedom = max(1.0, float(loading.sum()))
    weights = readable.astype(np.float32)
    for _ in range(_ROBUST_STEPS):
        total = np.bincount(owners, weights, len(segments))
        means = segments.total(rows, weights) / np.maximum(total, _TINY)[:, None]
        voices = Voices(rows=rows, loading=loading, means=means.astype(np.float32), scales=np.ones(len(segments)))
        squares = _squares(segments, voices)
        scales = _scales(segments.edges, squares, readable, members)
        weights = readable * ((_FREEDOM + freedom) / (_FREEDOM + squares * (freedom / scales)[owners]))
    return _Measured(voices=replace(voices, scales=scales), squares=squares, weights=weights)


def _measure_rest(segments: Segments, measured: _Measured, readable: np.ndarray, members: np.ndarray) -> _Measured:
    """The same round the same means, in what the directions that tell speakers apart leave."""
    voices = replace(measured.voices, loading=1 - measured.voices.loading)
    squares = _squares(segments, voices)
    scales = _scales(segments.edges, squares, readable, members)
    return replace(measured, voices=replace(voices, scales=scales), squares=squares)


def _squares(segments: Segments, voices: Voices) -> np.ndarray:
    """Squared distance of each utterance from its own segment, float32 ``(n_utterances,)``."""
    squares, owners = np.zeros(len(voices.rows), dtype=np.float32), segments.owners
    for part in segments.blocks():
        squares[part] = voices.squares(part, owners[part])
    return squares


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


def _log(values: np.ndarray | float) -> np.ndarray:
    return np.log(np.maximum(values, _TINY))
