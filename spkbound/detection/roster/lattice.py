"""Which segments may be when there is a roster, and which positions of it are looked at where? Builds the trellis."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from spkbound.detection.lattice import Nodes, Scoring
from spkbound.detection.roster.align import band, positions_after
from spkbound.detection.roster.entries import RosterPrior
from spkbound.detection.roster.search import Trellis
from spkbound.detection.score import segment_score
from spkbound.detection.search import node_probabilities
from spkbound.detection.temper import FixedPoint

_HOPELESS = 50.0  # nats against a boundary, by the embeddings and the usual length
_POSITIONS = 24  # looked at at each place: errors of the alignment so far, not the errors of the roster
_LONGER = 1.25  # a segment may be this much longer than the longest count near it
_IMPLIED_STEPS = 3  # counts added to a known edge, for speakers too short to be seen by themselves
_CHUNK_ARCS = 32_768


def likely_nodes(nodes: Nodes, point: FixedPoint) -> Nodes:
    """Leave out what counts could not win back: they say 10 nats or so of a length, and a boundary is part of a few."""
    keep = nodes.forced | (node_probabilities(point.lattice.arcs(point.prior)) > np.exp(-_HOPELESS))
    return Nodes(places=nodes.places[keep], forced=nodes.forced[keep], even=nodes.even)


def implied_places(edges: np.ndarray, entries: np.ndarray, prior: RosterPrior) -> np.ndarray:
    """Where further boundaries would be by the counts, forwards and backwards from each edge; int64, increasing."""
    positions = positions_after(entries)
    found = []
    for direction in (1, -1):
        places = edges.astype(np.float64)
        for step in range(_IMPLIED_STEPS):
            entry = positions + step if direction > 0 else positions - 1 - step
            known = (entry >= 0) & (entry < len(prior))
            entry = np.clip(entry, 0, len(prior) - 1)
            known &= prior.counted[entry]
            places = np.where(known, places + direction * prior.sizes[entry], np.nan)
            found.append(places[np.isfinite(places)])
    implied = np.unique(np.concatenate(found)).astype(np.int64)
    return implied[(implied > 0) & (implied < edges[-1])]


def with_places(nodes: Nodes, places: np.ndarray) -> Nodes:
    """Add `places` that no node is nearer to than half a block."""
    after = np.searchsorted(nodes.places, places)
    nearest = np.minimum(places - nodes.places[after - 1], nodes.places[after] - places)
    places = places[nearest > nodes.even.projected.block // 2]
    every = np.concatenate([nodes.places, places])
    order = np.argsort(every, kind="stable")
    return Nodes(
        places=every[order],
        forced=np.concatenate([nodes.forced, np.zeros(len(places), dtype=bool)])[order],
        even=nodes.even,
    )


def build_trellis(
    nodes: Nodes, scoring: Scoring, prior: RosterPrior, *, edges: np.ndarray, entries: np.ndarray
) -> Trellis:
    """Score all segments that may be, near an alignment known so far (`edges` with both ends, `entries` between)."""
    n_positions = len(prior) + 1
    width = min(_POSITIONS, n_positions)
    low = band(np.interp(nodes.places, edges, _whole(positions_after(entries), len(prior))), width, n_positions)
    first = _first_origins(nodes, _reach(nodes, scoring, prior, low=low, width=width, edges=edges))
    offsets = np.append(0, np.cumsum(np.arange(len(nodes)) - first))
    return Trellis(
        places=nodes.places,
        first=first,
        offsets=offsets,
        scores=_score_arcs(nodes, scoring, first, offsets),
        low=low,
        width=width,
        prior=prior,
        shortest=scoring.shortest,
    )


def _whole(positions: np.ndarray, n_entries: int) -> np.ndarray:
    """At the end of the corpus the whole roster is dealt with."""
    return np.append(positions[:-1], n_entries)


def _reach(
    nodes: Nodes, scoring: Scoring, prior: RosterPrior, *, low: np.ndarray, width: int, edges: np.ndarray
) -> np.ndarray:
    """Utterances of the longest segment to each node: as usual, as a count near it says, or as one known so far."""
    reach = np.full(len(nodes), scoring.longest)
    largest = sliding_window_view(prior.sizes, min(width, len(prior))).max(1)
    reach = np.maximum(reach, _LONGER * largest[np.clip(low - 1, 0, len(largest) - 1)])
    holds = np.searchsorted(edges, nodes.places)
    return np.maximum(reach, nodes.places - edges[np.maximum(holds - 1, 0)])


def _first_origins(nodes: Nodes, reach: np.ndarray) -> np.ndarray:
    """First node from which a segment may lead to each; none leaps over a forced node, and none is left alone."""
    at = np.arange(len(nodes))
    first = np.searchsorted(nodes.places, nodes.places - reach)
    first = np.minimum.accumulate(first[::-1])[::-1]  # never decreasing
    forced_before = np.append(0, np.maximum.accumulate(np.where(nodes.forced, at, 0))[:-1])
    return np.clip(first, forced_before, np.maximum(at - 1, 0))


def _score_arcs(nodes: Nodes, scoring: Scoring, first: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    scores = np.empty(offsets[-1], dtype=np.float32)
    start = 0
    while start < len(nodes):
        stop = max(start + 1, int(np.searchsorted(offsets, offsets[start] + _CHUNK_ARCS, side="right")) - 1)
        target = np.repeat(np.arange(start, stop), np.diff(offsets[start : stop + 1]))
        origin = np.arange(offsets[start], offsets[stop]) - offsets[target] + first[target]
        lowest = first[start]
        sums, masses = nodes.before(np.arange(lowest, stop))
        target, origin = target - lowest, origin - lowest
        scores[offsets[start] : offsets[stop]] = segment_score(
            sums[target] - sums[origin], masses[target] - masses[origin], scoring.variances, scoring.inflation
        )
        start = stop
    return scores
