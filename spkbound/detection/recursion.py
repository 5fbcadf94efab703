"""What does a decision change in the search? Keeps the recursions of one set of decisions, to go on from for the next.

A decision changes the arcs round it; a few hundred nodes away all sums have changed by one constant. So the cost is
that of the neighbourhood, not of the corpus, and the answer that of a full search.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.lattice import Nodes, Scoring, build_lattice, carried_over
from spkbound.detection.length import LengthPrior
from spkbound.detection.search import mirrored, path_values, updated_values, walk_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Recursion:
    """The search under one set of decisions.

    `arcs` float32 ``(n_nodes, width)`` as in the lattice, `toll` nats per utterance taken off each of them, which
    changes no choice and keeps the sums small enough to be exact. `best`, `forward`, `backward`: float64
    ``(n_nodes,)``, the best sum of a path to each node, and the log weight of all paths to it and from it.
    """

    nodes: Nodes
    scoring: Scoring
    prior: LengthPrior
    toll: float
    arcs: np.ndarray
    best: np.ndarray
    forward: np.ndarray
    backward: np.ndarray

    def path(self) -> np.ndarray:
        """Inner nodes of the best path, int64, increasing."""
        return walk_back(self.arcs, self.best)

    def probabilities(self) -> np.ndarray:
        """Posterior probability of each node to be in the path, float64 ``(n_nodes,)``."""
        return np.exp(np.minimum(self.forward + self.backward - self.forward[-1], 0))

    def among(self, nodes: Nodes) -> "Recursion":
        """Search again with these nodes instead; only what they change is computed."""
        width = self.arcs.shape[1]
        old, same = carried_over(self.nodes, nodes, width)
        if same.all() and len(nodes) == len(self.nodes):
            return self
        part = build_lattice(nodes, self.scoring, np.flatnonzero(~same))
        arcs = np.full((len(nodes), max(width, part.scores.shape[1])), -np.inf, dtype=np.float32)
        arcs[same, :width] = self.arcs[old[same]]
        arcs[part.rows, : part.scores.shape[1]] = part.arcs(self.prior, toll=self.toll)
        return Recursion(
            nodes=nodes,
            scoring=self.scoring,
            prior=self.prior,
            toll=self.toll,
            arcs=arcs,
            best=updated_values(arcs, np.maximum, _known(self.best, old), ~same),
            forward=updated_values(arcs, np.logaddexp, _known(self.forward, old), ~same),
            backward=_updated_backward(arcs, _known(self.backward, old), ~same),
        )


def search_all(nodes: Nodes, scoring: Scoring, prior: LengthPrior, arcs: np.ndarray, *, toll: float) -> Recursion:
    """Run the whole search once, over `arcs` that `toll` was taken off."""
    return Recursion(
        nodes=nodes,
        scoring=scoring,
        prior=prior,
        toll=toll,
        arcs=arcs,
        best=path_values(arcs, np.maximum),
        forward=path_values(arcs, np.logaddexp),
        backward=path_values(mirrored(arcs), np.logaddexp)[::-1],
    )


def _known(values: np.ndarray, old: np.ndarray) -> np.ndarray:
    return np.where(old >= 0, values[old], np.nan)


def _updated_backward(arcs: np.ndarray, known: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Arcs from a node lie in the rows after it: one of them has changed if one of these rows has."""
    n_nodes, width = arcs.shape
    total = np.concatenate([[0], np.cumsum(changed)])
    at = np.arange(n_nodes)
    leaving = total[np.minimum(at + width, n_nodes - 1) + 1] > total[at + 1]
    return updated_values(mirrored(arcs), np.logaddexp, known[::-1], leaving[::-1])[::-1]
