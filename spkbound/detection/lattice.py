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
    """Places where a boundary may be, 0 and n included.

    `sums`, `masses` ``(n_nodes, k)`` of what lies before each; `forced`: in every path.
    """

    places: np.ndarray
    sums: np.ndarray
    masses: np.ndarray
    forced: np.ndarray

    def __len__(self) -> int:
        return len(self.places)


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
    """Arc scores in nats, ``-inf`` where no arc may be, and arc lengths in utterances; both ``(n_nodes, width)``."""

    scores: np.ndarray
    lengths: np.ndarray

    def arcs(self, prior: LengthPrior) -> np.ndarray:
        """Scores with the length prior on top; the first and last segment may be cut off."""
        table = np.arange(int(self.lengths.max()) + 1, dtype=np.float64)
        whole, at_an_end = prior.log_density(table), prior.log_density_at_an_end(table)
        arcs = self.scores + whole[self.lengths].astype(np.float32)
        n_nodes, width = arcs.shape
        rows = np.arange(1, min(width, n_nodes - 1) + 1)
        arcs[rows, rows - 1] = self.scores[rows, rows - 1] + at_an_end[self.lengths[rows, rows - 1]]
        arcs[-1] = self.scores[-1] + at_an_end[self.lengths[-1]]
        return arcs


def free_nodes(even: EvenSums, chosen: np.ndarray) -> Nodes:
    """Nodes at the block edges `chosen`, nothing forced but both ends."""
    forced = np.zeros(len(chosen), dtype=bool)
    forced[[0, -1]] = True
    return Nodes(places=even.edges[chosen], sums=even.sums[chosen], masses=even.masses[chosen], forced=forced)


def locked_nodes(nodes: Nodes, locks: Locks, even: EvenSums, *, reach: float) -> Nodes:
    """Add approved places as forced nodes, and drop what is forbidden."""
    keep = (~locks.forbidden(nodes.places, reach=reach) & ~np.isin(nodes.places, locks.approved)) | nodes.forced
    if keep.all() and not len(locks.approved):
        return nodes
    sums, masses = even.before(locks.approved)
    places = np.concatenate([nodes.places[keep], locks.approved])
    forced = np.concatenate([nodes.forced[keep], np.ones(len(locks.approved), dtype=bool)])
    order = np.argsort(places, kind="stable")
    return Nodes(
        places=places[order],
        sums=np.concatenate([nodes.sums[keep], sums])[order],
        masses=np.concatenate([nodes.masses[keep], masses])[order],
        forced=forced[order],
    )


def build_lattice(nodes: Nodes, scoring: Scoring) -> Lattice:
    """Score every segment that may be."""
    first, last = _reach(nodes, scoring)
    width = max(1, int((np.arange(len(nodes)) - first).max()))
    scores = np.full((len(nodes), width), -np.inf, dtype=np.float32)
    lengths = np.zeros((len(nodes), width), dtype=np.int32)
    for start in range(1, len(nodes), _CHUNK_ROWS):
        rows = np.arange(start, min(start + _CHUNK_ROWS, len(nodes)))
        scores[rows], lengths[rows] = _score_rows(nodes, scoring, rows, first, last, width)
    return Lattice(scores=scores, lengths=lengths)


def rebuild_lattice(old: Lattice, old_nodes: Nodes, nodes: Nodes, scoring: Scoring) -> Lattice:
    """Score again only what decisions changed: rows whose whole band of nodes is as before keep their arcs."""
    first, last = _reach(nodes, scoring)
    width = max(old.scores.shape[1], int((np.arange(len(nodes)) - first).max()))
    scores = np.full((len(nodes), width), -np.inf, dtype=np.float32)
    lengths = np.zeros((len(nodes), width), dtype=np.int32)
    at = np.searchsorted(old_nodes.places, nodes.places)
    known = (old_nodes.places[np.minimum(at, len(old_nodes) - 1)] == nodes.places) & (
        old_nodes.forced[np.minimum(at, len(old_nodes) - 1)] == nodes.forced
    )
    broken = np.append(True, (np.diff(at) != 1) | ~known[1:])
    unbroken_since = np.maximum.accumulate(np.where(broken, np.arange(len(nodes)), 0))
    old_width = old.scores.shape[1]
    rows = np.arange(len(nodes))
    same = known & ((rows - unbroken_since > old_width) | (unbroken_since == 0)) & (rows > 0)
    scores[same, :old_width], lengths[same, :old_width] = old.scores[at[same]], old.lengths[at[same]]
    changed = np.flatnonzero(~same)[1:]
    for chunk in np.array_split(changed, len(changed) // _CHUNK_ROWS + 1):
        scores[chunk], lengths[chunk] = _score_rows(nodes, scoring, chunk, first, last, width)
    return Lattice(scores=scores, lengths=lengths)


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
    allowed = (origin >= first[rows, None]) & (origin <= last[rows, None])
    row, column = np.nonzero(allowed)
    start, stop = origin[row, column], rows[row]
    scores = np.full(origin.shape, -np.inf, dtype=np.float32)
    lengths = np.zeros(origin.shape, dtype=np.int32)
    lengths[row, column] = nodes.places[stop] - nodes.places[start]
    scores[row, column] = segment_score(
        nodes.sums[stop] - nodes.sums[start],
        nodes.masses[stop] - nodes.masses[start],
        scoring.variances,
        scoring.inflation,
    )
    return scores, lengths
