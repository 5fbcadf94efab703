"""Is there a second change inside a segment? One place, or a stretch of somebody else between two; moves no boundary.

The global search misses a short speaker between two segments of one and the same other speaker: joined, these save more
than the short one costs. So here what is left of a segment without a stretch counts as one speaker.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.locks import Locks
from spkbound.detection.place import Placed, Placer
from spkbound.detection.segments import Segments, hear_segments
from spkbound.detection.share import probabilities

_FIRST_SHARE = 0.01  # of segments with a second change
_FEWEST = 8  # utterances of which the mean tells a voice
_LONGEST_STRETCH = 0.6  # of its segment
_GROWTH = 1.4  # from one length of a stretch to the next
_STARTS_PER_LENGTH = 4
_FEWEST_SEGMENTS = 4  # of which the rest still tells of sessions
_FEW_SEGMENTS = 60
_FOLDS = 8
_CHUNK = 20_000
_MOST_JUDGED = 200
_NOBODY_DECIDED = Locks(np.zeros(0, np.int64), np.zeros(0, np.int64), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A change that segment `segment` may hide.

    `indices`: the first utterance after it; of a stretch of somebody else its first, and the first after it.
    `interval`: the lowest and the highest place that may be meant. `foreign`: first and past the last of the utterances
    that lie with somebody else's if it is so.
    """

    segment: int
    indices: tuple[int, ...]
    interval: tuple[int, int]
    foreign: tuple[int, int]
    probability: float


@dataclass(frozen=True, slots=True)
class _Suspect:
    """The likeliest change in a segment, and nats of evidence for any; no places where it is too short for one."""

    places: tuple[int, ...]
    evidence: float


@dataclass(frozen=True, slots=True)
class _Ladder:
    """Places in a segment where sums are known, its ends included, and the sums and masses of what lies before."""

    places: np.ndarray
    sums: np.ndarray
    masses: np.ndarray


def find_missed(segments: Segments, placer: Placer, *, least: float) -> list[Missed]:
    """Find the likeliest change inside each segment, if its probability is at least `least`.

    Sums over many utterances suspect; then single utterances round the places are asked as well, each left out of its
    own side, and the weaker evidence of both counts.
    """
    suspects = _suspects(segments)
    evidence = np.array([suspect.evidence for suspect in suspects])
    worst_first = np.argsort(-evidence, kind="stable")
    likely = worst_first[probabilities(evidence, first_share=_FIRST_SHARE)[worst_first] >= least]
    found = {}
    for i in likely[:_MOST_JUDGED]:
        edges = np.array([segments.edges[i], *suspects[i].places, segments.edges[i + 1]])
        found[int(i)] = _place(placer, edges)
        evidence[i] = min(evidence[i], *(placed.gain for placed in found[int(i)]))
    evidence[likely[_MOST_JUDGED:]] = -np.inf
    probability = probabilities(evidence, first_share=_FIRST_SHARE)
    return [
        _missed(segments, i, placed, float(probability[i])) for i, placed in found.items() if probability[i] >= least
    ]


def _suspects(segments: Segments) -> list[_Suspect]:
    """One per segment. Where there are few, a change in one would pass for how sessions differ: judged by the rest."""
    n = len(segments)
    if not _FEWEST_SEGMENTS <= n <= _FEW_SEGMENTS:
        return [_suspect(segments, i) for i in range(n)]
    suspects = {}
    n_folds = min(n, _FOLDS)
    for fold in range(n_folds):
        judged = np.arange(fold, n, n_folds)
        heard = hear_segments(segments.projected, segments.edges[1:-1], segments.segment_size, left_out=judged)
        suspects |= {i: _suspect(heard, i) for i in judged.tolist()}
    return [suspects[i] for i in range(n)]


def _ladder(segments: Segments, i: int) -> _Ladder:
    even, ends = segments.even, slice(i, i + 2)
    first, last = np.searchsorted(even.edges, segments.edges[ends] + [1, 0])
    inner = slice(first, last)
    return _Ladder(
        places=np.insert(segments.edges[ends], 1, even.edges[inner]),
        sums=np.insert(segments.before[ends], 1, even.sums[inner], axis=0),
        masses=np.insert(segments.mass_before[ends], 1, even.masses[inner], axis=0),
    )


def _suspect(segments: Segments, i: int) -> _Suspect:
    ladder = _ladder(segments, i)
    fewest = int(max(2, min(_FEWEST, segments.segment_size / 5)))
    best, evidence = (), []
    for candidates in (_splits(ladder, fewest), _stretches(ladder, fewest)):
        if len(candidates):
            gains = _gains(segments, ladder, candidates)
            evidence.append(np.logaddexp.reduce(gains) - np.log(len(gains)))
            if evidence[-1] == max(evidence):
                best = candidates[gains.argmax()]
    if not evidence:
        return _Suspect((), -np.inf)
    places = (best[1],) if best[0] == 0 else tuple(best)
    return _Suspect(
        tuple(int(ladder.places[rung]) for rung in places), float(np.logaddexp.reduce(evidence)) - np.log(2)
    )


def _splits(ladder: _Ladder, fewest: int) -> np.ndarray:
    """Rungs ``(m, 2)`` of a change: everything from the segment's start up to it lies on one side."""
    before = ladder.places - ladder.places[0]
    rungs = np.flatnonzero((before >= fewest) & (before[-1] - before >= fewest))
    return np.stack([np.zeros_like(rungs), rungs], axis=1)


def _stretches(ladder: _Ladder, fewest: int) -> np.ndarray:
    """Rungs ``(m, 2)`` where a stretch begins and ends, on a grid that is finer for short ones."""
    n_steps = len(ladder.places) - 1
    lengths = np.unique(np.round(_GROWTH ** np.arange(np.log(max(2, n_steps)) / np.log(_GROWTH))).astype(np.int64))
    starts = [np.arange(0, n_steps - length + 1, max(1, length // _STARTS_PER_LENGTH)) for length in lengths]
    pairs = np.concatenate([np.stack([start, start + length], axis=1) for start, length in zip(starts, lengths)])
    first, last = ladder.places[pairs[:, 0]], ladder.places[pairs[:, 1]]
    start, stop = ladder.places[[0, -1]]
    keep = (last - first >= fewest) & (last - first <= _LONGEST_STRETCH * (stop - start))
    keep &= (first - start >= fewest) & (stop - last >= fewest)
    return pairs[keep]


def _gains(segments: Segments, ladder: _Ladder, candidates: np.ndarray) -> np.ndarray:
    """Nats by which two speakers, one of them between the two rungs, are likelier than one in the whole segment."""
    sums, masses = ladder.sums[-1] - ladder.sums[0], ladder.masses[-1] - ladder.masses[0]
    gains = []
    for chunk in np.split(candidates, range(_CHUNK, len(candidates), _CHUNK)):
        first, last = chunk.T
        inner, mass = ladder.sums[last] - ladder.sums[first], ladder.masses[last] - ladder.masses[first]
        gains.append(segments.score(inner, mass) + segments.score(sums - inner, masses - mass))
    return np.concatenate(gains) - segments.score(sums[None], masses[None])


def _place(placer: Placer, edges: np.ndarray) -> list[Placed]:
    fixed = np.zeros(len(edges), dtype=bool)
    fixed[[0, -1]] = True
    return placer.place_all(edges, fixed, _NOBODY_DECIDED)[1][1:-1]


def _missed(segments: Segments, i: int, placed: list[Placed], probability: float) -> Missed:
    indices = tuple(each.index for each in placed)
    start, stop = int(segments.edges[i]), int(segments.edges[i + 1])
    if len(indices) == 2:
        foreign = indices
    else:
        foreign = min((start, indices[0]), (indices[0], stop), key=lambda part: part[1] - part[0])
    return Missed(
        segment=i,
        indices=indices,
        interval=(placed[0].places.interval[0], placed[-1].places.interval[1]),
        foreign=foreign,
        probability=probability,
    )
