"""Which boundaries agree with roster and decisions? Places them and says how sure each is, as without a roster."""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.lattice import locked_nodes
from spkbound.detection.locks import Locks
from spkbound.detection.place import Placed
from spkbound.detection.result import FoundBoundary, certain_boundary
from spkbound.detection.roster.align import Alignment, align
from spkbound.detection.roster.entries import RosterPrior
from spkbound.detection.roster.fit import Aligned, RosterFit, align_nodes
from spkbound.detection.roster.places import place_by_counts
from spkbound.detection.roster.search import Reached, log_evidence, node_probabilities, summed

_SURE = 0.9


def solve_with_roster(known: RosterFit, locks: Locks) -> list[FoundBoundary]:
    """Find the boundaries that agree with the decisions."""
    fit = known.fit
    aligned, forward = _under(known, locks)
    nodes, path, entries = aligned.nodes, aligned.path.nodes, aligned.path.entries
    while True:
        edges = np.concatenate([[0], nodes.places[path], [len(fit.projected)]])
        fixed = np.concatenate([[True], nodes.forced[path], [True]])
        edges, placed = fit.placer.place_all(edges, fixed, locks)
        second = _second_opinion(known.prior, edges, entries, placed)
        if not len(second.odds) or second.odds.min() >= 0:
            break
        worst = int(second.odds.argmin())
        path = np.delete(path, worst)
        entries = np.concatenate([entries[:worst], [second.entries_of_unions[worst]], entries[worst + 2 :]])
    prior = known.prior.as_right_as_found(np.diff(edges), entries)
    edges, placed = place_by_counts(edges, placed, _surely(align(edges, prior)), prior)
    existence = _existence(aligned, forward, edges, near=fit.near) / (1 + np.exp(-second.odds))
    return [
        certain_boundary(int(edge))
        if where is None
        else FoundBoundary(places=where.places, existence=min(1.0, float(share)))
        for edge, where, share in zip(edges[1:-1], placed[1:-1], existence)
    ]


def _surely(alignment: Alignment) -> np.ndarray:
    """The entries that segments are beyond doubt; -1 elsewhere, for the count of another would misplace a boundary."""
    return np.where(alignment.probabilities >= _SURE, alignment.entries, -1)


def _under(known: RosterFit, locks: Locks) -> tuple[Aligned, Reached]:
    """The best path under decisions, and the weights of all others."""
    before = known.aligned
    nodes = locked_nodes(before.nodes, locks, reach=max(known.fit.near, locks.reach))
    if nodes is before.nodes:
        return before, known.forward
    aligned = align_nodes(nodes, known.scoring, known.prior, edges=before.edges, entries=before.path.entries)
    return aligned, summed(aligned.trellis)


@dataclass(frozen=True, slots=True)
class _Opinion:
    """Per inner edge the log odds of it, and the entry of its two segments if they were one."""

    odds: np.ndarray
    entries_of_unions: np.ndarray


def _second_opinion(
    prior: RosterPrior, edges: np.ndarray, entries: np.ndarray, placed: list[Placed | None]
) -> _Opinion:
    """Log odds as the members of both sides see it: how well they are told apart, and lengths and entries."""
    sizes = np.diff(edges).astype(np.float64)
    parts = _worth(prior, sizes, entries)
    left, right, nobody = entries[:-1], entries[1:], np.full(len(entries) - 1, -1)
    absent = np.where(entries >= 0, prior.absent, 0.0)
    ways = np.stack([left, right, nobody])
    missing = np.stack([absent[1:], absent[:-1], absent[:-1] + absent[1:]])
    unions = np.stack([_worth(prior, sizes[:-1] + sizes[1:], way) for way in ways]) + missing
    gains = np.array([np.inf if each is None else each.gain for each in placed[1:-1]])
    odds = np.clip(gains + parts[:-1] + parts[1:] - unions.max(0), -500, 500)
    return _Opinion(odds, np.take_along_axis(ways, unions.argmax(0)[None], axis=0)[0])


def _worth(prior: RosterPrior, sizes: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """Log density of each segment's length as its entry, or as nobody's on the roster."""
    as_nobody = prior.usual.log_density(sizes) + prior.unlisted
    return np.where(entries >= 0, prior.log_density(sizes, entries), as_nobody)


def _existence(aligned: Aligned, forward: Reached, edges: np.ndarray, *, near: float) -> np.ndarray:
    """Mass of a change near each inner edge, and nearer to it than to any other."""
    nodes, trellis = aligned.nodes, aligned.trellis
    posterior = node_probabilities(forward, summed(trellis.reversed()), log_evidence(trellis, forward))
    total = np.concatenate([[0.0], np.cumsum(np.where(nodes.forced, 0, posterior))])
    inner, gaps = edges[1:-1], np.diff(edges) / 2
    first = np.searchsorted(nodes.places, inner - np.minimum(near, gaps[:-1]))
    last = np.searchsorted(nodes.places, inner + np.minimum(near, gaps[1:]), side="right")
    return np.minimum(total[last] - total[first], 1.0)
