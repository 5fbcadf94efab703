"""Which segments may be, and what is each worth? A banded table of arcs between candidate places.

Row a, column o - 1 holds the arc from node a - o to node a. Leaves the choice of a path to the search.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.evenness import EvenSums
from spkbound.detection.length import LengthPrior
from spkbound.detection.locks import Locks
from spkbound.detection.score import segment_score

_LONGEST = 4.0  # segment sizes; longer ones come from merging
_FEWEST_FOR_A_MEAN = 8.0
_CHUNK_ROWS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """Places where a boundary may be, 0 and n included; `forced`: in every path. `even`: what lies before each."""

    places: np.ndarray
    forced: np.ndarray
    even: EvenSums

    def __len__(self) -> int:
        return len(self.places)

    def before(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sums and masses ``(..., k)`` of all utterances before the nodes `at`."""
        return self.even.before(self.places[at])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What decides an arc's score: speaker variances ``(k,)``, inflation φ, and the segment size that was asked for."""

    variances: np.ndarray
    inflation: float
    segment_size: float

    @property
    def longest(self) -> float:
        return _LONGEST * self.segment_size

    @property
    def shortest(self) -> float:
        """In utterances. Of fewer than 8 or so the mean is not yet Gaussian: one odd utterance passes for a voice."""
        few = min(_FEWEST_FOR_A_MEAN, self.segment_size / 5)
        return max(1.0, min(2.0, self.segment_size / 2), few, self.segment_size / 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Arcs that lead to the nodes `rows` of `n_nodes`: scores in nats, ``-inf`` where no arc may be, and lengths.

    `scores`, `lengths` (in utterances) ``(n_rows, width)``.
    """

    rows: np.ndarray
    n_nodes: int
    scores: np.ndarray
    lengths: np.ndarray

    def arcs(self, prior: LengthPrior, *, toll: float = 0.0) -> np.ndarray:
        """Scores with the length prior on top; the first and last segment may be cut off.

        `toll`: nats per utterance taken off, the same for every path.
        """
        table = np.arange(int(self.lengths.max(initial=0)) + 1, dtype=np.float64)
        whole = (prior.log_density(table) - toll * table).astype(np.float32)
        at_an_end = (prior.log_density_at_an_end(table) - toll * table).astype(np.float32)
        arcs = self.scores + whole[self.lengths]
        first = np.flatnonzero((self.rows > 0) & (self.rows <= arcs.shape[1]))
        for at in (first, self.rows[first] - 1), self.rows == self.n_nodes - 1:
            arcs[at] = self.scores[at] + at_an_end[self.lengths[at]]
        return arcs


def free_nodes(even: EvenSums, chosen: np.ndarray) -> Nodes:
    """Nodes at the block edges `chosen`, nothing forced but both ends."""
    forced = np.zeros(len(chosen), dtype=bool)
    forced[[0, -1]] = True
    return Nodes(places=even.edges[chosen], forced=forced, even=even)


def locked_nodes(nodes: Nodes, locks: Locks, *, reach: float) -> Nodes:
    """Add approved places as forced nodes, and drop what is forbidden."""
    keep = (~locks.forbidden(nodes.places, reach=reach) & ~locks.is_approved(nodes.places)) | nodes.forced
    if keep.all() and not len(locks.approved):
        return nodes
    places = np.concatenate([nodes.places[keep], locks.approved])
    forced = np.concatenate([nodes.forced[keep], np.ones(len(locks.approved), dtype=bool)])
    order = np.argsort(places, kind="stable")
    return Nodes(places=places[order], forced=forced[order], even=nodes.even)


def build_lattice(nodes: Nodes, scoring: Scoring, rows: np.ndarray | None = None) -> Lattice:
    """Score every segment that may be, or those alone that end at the nodes `rows`."""
    rows = np.arange(len(nodes)) if rows is None else rows
    first, last = _reach(nodes, scoring)
    width = max(1, int((np.arange(len(nodes)) - first).max()))
    scores = np.full((len(rows), width), -np.inf, dtype=np.float32)
    lengths = np.zeros((len(rows), width), dtype=np.int32)
    for start in range(0, len(rows), _CHUNK_ROWS):
        chunk = slice(start, start + _CHUNK_ROWS)
        scores[chunk], lengths[chunk] = _score_rows(nodes, scoring, rows[chunk], first, last, width)
    return Lattice(rows=rows, n_nodes=len(nodes), scores=scores, lengths=lengths)


def carried_over(old: Nodes, nodes: Nodes, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Which node of `old` each node was, int64, -1 for a new one; and whether its row of arcs is the same, bool.

    A row is, if the `width` nodes before it are the very ones it had.
    """
    at = np.minimum(np.searchsorted(old.places, nodes.places), len(old) - 1)
    is_old = (old.places[at] == nodes.places) & (old.forced[at] == nodes.forced)
    rows = np.arange(len(nodes))
    broken = np.append(True, (np.diff(at) != 1) | ~is_old[1:])
    unbroken_since = np.maximum.accumulate(np.where(broken, rows, 0))
    same = is_old & ((rows - unbroken_since > width) | (unbroken_since == 0))
    return np.where(is_old, at, -1), same


def _reach(nodes: Nodes, scoring: Scoring) -> tuple[np.ndarray, np.ndarray]:
    """First and last node from which a segment may lead to each node.

    None leaps over a forced node. Where no length fits, one arc is allowed all the same (the nearest that is not too
    short, else the one from the last forced node), so a path always exists.
    """
    places = nodes.places
    at = np.arange(len(nodes))
    forced_before = np.maximum.accumulate(np.where(nodes.forced, at, 0))
    forced_before = np.append(0, forced_before[:-1])
    first = np.maximum(np.searchsorted(places, places - scoring.longest), forced_before)
    last = np.minimum(np.searchsorted(places, places - scoring.shortest, side="right") - 1, at - 1)
    none_fits = last < first
    fallback = np.maximum(last, forced_before)
    first, last = np.where(none_fits, fallback, first), np.where(none_fits, fallback, last)
    first[0] = last[0] = 0
    return first, last


def _score_rows(
    nodes: Nodes, scoring: Scoring, rows: np.ndarray, first: np.ndarray, last: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    origin = rows[:, None] - np.arange(1, width + 1)
    row, column = np.nonzero((origin >= first[rows, None]) & (origin <= last[rows, None]))
    start, stop = origin[row, column], rows[row]
    scores = np.full(origin.shape, -np.inf, dtype=np.float32)
    lengths = np.zeros(origin.shape, dtype=np.int32)
    lengths[row, column] = nodes.places[stop] - nodes.places[start]
    lowest = start.min(initial=rows[-1])
    ends = np.zeros(rows[-1] + 1 - lowest, dtype=bool)
    ends[start - lowest] = ends[stop - lowest] = True
    sums, masses = nodes.before(lowest + np.flatnonzero(ends))
    at = np.cumsum(ends) - 1
    start, stop = at[start - lowest], at[stop - lowest]
    scores[row, column] = segment_score(
        sums[stop] - sums[start], masses[stop] - masses[start], scoring.variances, scoring.inflation
    )
    return scores, lengths
