"""Is a very long segment one after all? Arcs end at 4 S; beyond, neighbours are joined where that is likelier."""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.lattice import Nodes, Scoring
from spkbound.detection.length import LengthPrior
from spkbound.detection.score import segment_score


@dataclass(frozen=True, slots=True)
class Merged:
    """The path that is left, and per node of it the probability ``(n,)`` that it should not be merged away as well."""

    path: np.ndarray
    probabilities: np.ndarray


def merge_long(nodes: Nodes, path: np.ndarray, scoring: Scoring, prior: LengthPrior) -> Merged:
    """Take out, worst first, each free node without which the corpus is likelier, if that makes a very long segment."""
    path = np.asarray(path, dtype=np.int64)
    while True:
        gains = _gains(nodes, path, scoring, prior)
        if not len(gains) or gains.min() >= 0:
            return Merged(path, 1 / (1 + np.exp(-np.clip(gains, 0, 50))))
        path = np.delete(path, gains.argmin())


def _gains(nodes: Nodes, path: np.ndarray, scoring: Scoring, prior: LengthPrior) -> np.ndarray:
    """Nats lost when a node is taken out; infinite where it may not be, or where an arc was the alternative anyway."""
    edges = np.concatenate([[0], path, [len(nodes) - 1]])
    gains = np.full(len(path), np.inf)
    union = nodes.places[edges[2:]] - nodes.places[edges[:-2]]
    tried = np.flatnonzero((union > scoring.longest) & ~nodes.forced[path])
    left, middle, right = edges[tried], edges[tried + 1], edges[tried + 2]
    gains[tried] = (
        _arc(nodes, left, middle, scoring, prior)
        + _arc(nodes, middle, right, scoring, prior)
        - _arc(nodes, left, right, scoring, prior)
    )
    return gains


def _arc(nodes: Nodes, start: np.ndarray, stop: np.ndarray, scoring: Scoring, prior: LengthPrior) -> np.ndarray:
    lengths = (nodes.places[stop] - nodes.places[start]).astype(np.float64)
    at_an_end = (start == 0) | (stop == len(nodes) - 1)
    length = np.where(at_an_end, prior.log_density_at_an_end(lengths), prior.log_density(lengths))
    (sums, masses), (sums_before, masses_before) = nodes.before(stop), nodes.before(start)
    return segment_score(sums - sums_before, masses - masses_before, scoring.variances, scoring.inflation) + length
