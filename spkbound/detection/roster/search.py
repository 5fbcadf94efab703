"""Which path through places and roster is best, and how sure is it? Exact dynamic programming, in a band of positions.

A state is a place and how many entries of the roster are dealt with there. An arc is one segment: the next entry, or
nobody on the roster; between two arcs any number of entries may be absent. The model of two sequences that differ by
insertions and deletions is the pair hidden Markov model of Durbin, Eddy, Krogh and Mitchison (1998), chapter 4.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.roster.entries import RosterPrior

_CHUNK_ARCS = 2048
_TOO_SHORT = -1e6  # nats; only where a decision leaves no other way


@dataclass(frozen=True, slots=True, kw_only=True)
class Trellis:
    """Segments that may be, and roster positions looked at.

    Attributes
    ----------
    places : int64 (n_nodes,)
    first : int64 (n_nodes,)
        A segment that ends at node b begins at one of the nodes ``first[b]`` to ``b - 1``; never decreasing.
    offsets, scores : int64 (n_nodes + 1,), float (n_arcs,)
        ``scores[offsets[b] + a - first[b]]``: what the embeddings say of the segment from a to b, nats.
    low, width : int64 (n_nodes,), int
        Positions ``low[b]`` to ``low[b] + width - 1`` are looked at at node b, further ones only as entries that are
        absent; never decreasing, 0 at the first node, the whole roster at the last.
    shortest : float
        Utterances of a segment, unless an entry says fewer.
    """

    places: np.ndarray
    first: np.ndarray
    offsets: np.ndarray
    scores: np.ndarray
    low: np.ndarray
    width: int
    prior: RosterPrior
    shortest: float

    def __len__(self) -> int:
        return len(self.places)

    def arcs(self, node: int, *, since: int = 0) -> slice:
        """Where the arcs to a node stand among those to all nodes from `since` on."""
        return slice(self.offsets[node] - self.offsets[since], self.offsets[node + 1] - self.offsets[since])

    def without_roster(self) -> "Trellis":
        """The same segments when nobody is listed."""
        return replace(self, low=np.zeros_like(self.low), width=1, prior=self.prior.without_roster())

    def with_short_ones(self) -> "Trellis":
        """The same when a segment of anybody may be as short as the shortest entry's."""
        return replace(self, shortest=min(self.shortest, self.prior.sizes.min() / 2))

    def reversed(self) -> "Trellis":
        """The same seen from the other end."""
        n = len(self)
        upto = np.searchsorted(self.first, np.arange(n), side="right")  # one past the last node reached from each
        first, widths = (n - upto)[::-1], (upto - 1 - np.arange(n))[::-1]
        offsets = np.concatenate([[0], np.cumsum(widths)])
        target = np.repeat(np.arange(n), widths)
        origin = first[target] + np.arange(len(target)) - offsets[target]
        start, stop = n - 1 - target, n - 1 - origin
        return Trellis(
            places=self.places[-1] - self.places[::-1],
            first=first,
            offsets=offsets,
            scores=self.scores[self.offsets[stop] + start - self.first[stop]],
            low=(len(self.prior) + 1 - self.width) - self.low[::-1],
            width=self.width,
            prior=self.prior.reversed(),
            shortest=self.shortest,
        )


@dataclass(frozen=True, slots=True)
class RosterPath:
    """Inner nodes of the best path, and the entry of each of its segments, -1 for nobody on the roster; int64."""

    nodes: np.ndarray
    entries: np.ndarray


@dataclass(frozen=True, slots=True)
class Reached:
    """Per node and position the weight of all that leads there: on arrival, and with entries then left out.

    Float64 ``(n_nodes, width)``, nats.
    """

    arrived: np.ndarray
    left: np.ndarray


def best_path(trellis: Trellis) -> RosterPath:
    """Find the likeliest segments and their entries (Viterbi)."""
    reached = _run(trellis, lambda ways: ways.max(0), np.maximum.accumulate)
    node, position, absent = len(trellis) - 1, len(trellis.prior), trellis.prior.absent
    nodes, entries = [], []
    while node > 0:
        columns = np.arange(min(position - trellis.low[node] + 1, trellis.width))
        stayed = reached.arrived[node, columns] + absent * (position - trellis.low[node] - columns)
        column = int(stayed.argmax())
        position = int(trellis.low[node]) + column
        before, same = _columns_before(trellis, reached.left, node, column)
        worth = _Worth.of(trellis, node, node + 1)
        ways = np.stack([same + worth.as_nobody, before + worth.as_entry[:, column]])
        is_entry, origin = np.unravel_index(ways.argmax(), ways.shape)
        entries.append(position - 1 if is_entry else -1)
        position -= int(is_entry)
        node = int(trellis.first[node] + origin)
        nodes.append(node)
    return RosterPath(np.array(nodes[-2::-1], dtype=np.int64), np.array(entries[::-1], dtype=np.int64))


def summed(trellis: Trellis) -> Reached:
    """Weigh all ways from the first node (the forward recursion)."""
    return _run(trellis, _log_sum, np.logaddexp.accumulate)


def log_evidence(trellis: Trellis, reached: Reached) -> float:
    """Log weight of all ways through."""
    return float(reached.left[-1, len(trellis.prior) - trellis.low[-1]])


def node_probabilities(forward: Reached, backward: Reached, evidence: float) -> np.ndarray:
    """Posterior probability ``(n_nodes,)`` of a boundary at each node; `backward`: of the reversed trellis."""
    both = forward.left + backward.arrived[::-1, ::-1]
    return np.exp(np.minimum(_log_sum(both.T) - evidence, 0))


def _run(trellis: Trellis, combine: Callable, accumulate: Callable) -> Reached:
    """Go from node to node; `combine` (over the first axis) and `accumulate` are those of a sum or of a maximum."""
    n, width, absent = len(trellis), trellis.width, trellis.prior.absent
    arrived = np.full((n, width), -np.inf)
    padded = np.full((n, 2 * width + 2), -np.inf)  # one column before the band, then what leads out of it
    left, flat = padded[:, 1:], padded.ravel()
    rows, columns, gone = np.arange(n) * padded.shape[1], np.arange(width + 1), absent * np.arange(2 * width + 1)
    arrived[0, 0], left[0] = 0.0, gone
    for start, stop in _chunks(trellis):
        worth = _Worth.of(trellis, start, stop)
        for node in range(start, stop):
            first, arcs = trellis.first[node], trellis.arcs(node, since=start)
            shift = trellis.low[node] - trellis.low[first:node]
            near = np.minimum(shift, width + 1)
            came = flat[(rows[first:node] + near)[:, None] + columns] + absent * (shift - near)[:, None]
            as_nobody = came[:, 1:] + worth.as_nobody[arcs, None]
            arrived[node] = combine(np.concatenate([as_nobody, came[:, :-1] + worth.as_entry[arcs]]))
            left[node, :width] = accumulate(arrived[node] - gone[:width]) + gone[:width]
            left[node, width:] = left[node, width - 1] + gone[1 : width + 2]
    return Reached(arrived, left[:, :width])


def _columns_before(trellis: Trellis, left: np.ndarray, node: int, column: int) -> tuple[np.ndarray, np.ndarray]:
    """What came to a state by each arc: from one position before, and from the same."""
    origins = np.arange(trellis.first[node], node)
    found = []
    for position in trellis.low[node] + column + np.array([-1, 0]):
        at = position - trellis.low[origins]
        inside = np.clip(at, 0, trellis.width - 1)
        found.append(np.where(at < 0, -np.inf, left[origins, inside] + trellis.prior.absent * (at - inside)))
    return found[0], found[1]


def _chunks(trellis: Trellis) -> Iterator[tuple[int, int]]:
    start, n = 1, len(trellis)
    while start < n:
        stop = int(np.searchsorted(trellis.offsets, trellis.offsets[start] + _CHUNK_ARCS, side="right")) - 1
        stop = min(max(stop, start + 1), n)
        yield start, stop
        start = stop


@dataclass(frozen=True, slots=True)
class _Worth:
    """What arcs are worth as nobody's segment ``(n_arcs,)``, and as the entry that makes each position of the band."""

    as_nobody: np.ndarray
    as_entry: np.ndarray

    @classmethod
    def of(cls, trellis: Trellis, start: int, stop: int) -> "_Worth":
        """Weigh the arcs that lead to the nodes `start` to ``stop - 1``."""
        known = trellis.prior
        arcs = slice(trellis.offsets[start], trellis.offsets[stop])
        target = np.repeat(np.arange(start, stop), np.diff(trellis.offsets[start : stop + 1]))
        origin = np.arange(arcs.start, arcs.stop) - trellis.offsets[target] + trellis.first[target]
        lengths = (trellis.places[target] - trellis.places[origin]).astype(np.float64)
        scores = trellis.scores[arcs].astype(np.float64)
        as_nobody = scores + known.usual.log_density(lengths) + known.unlisted
        as_nobody[lengths < trellis.shortest] += _TOO_SHORT
        if not len(known):
            return cls(as_nobody, np.full((len(scores), 1), -np.inf))
        entries = trellis.low[target, None] + np.arange(trellis.width) - 1  # of position 0 none: it wraps, unused
        as_entry = scores[:, None] + known.log_density(lengths[:, None], entries)
        as_entry[lengths[:, None] < np.minimum(trellis.shortest, known.sizes[entries] / 2)] += _TOO_SHORT
        return cls(as_nobody, as_entry)


def _log_sum(ways: np.ndarray) -> np.ndarray:
    top = ways.max(0)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return safe + np.log(np.exp(ways - safe).sum(0))
