"""Which path through the arcs is best, and how sure is each node? Exact dynamic programming over a banded table.

Row a, column o - 1 of the table is the arc from node a - o to node a. The recursions are those of Fearnhead 2006.
"""

import numpy as np


def best_path(arcs: np.ndarray) -> np.ndarray:
    """Find the path with the largest sum (Viterbi); gives the inner nodes, int64, increasing."""
    n_nodes, width = arcs.shape
    flipped = np.ascontiguousarray(arcs[:, ::-1], dtype=np.float64)
    best = np.full(n_nodes + width, -np.inf)
    best[width] = 0.0
    origin = np.zeros(n_nodes, dtype=np.int64)
    for node in range(1, n_nodes):
        total = best[node : node + width] + flipped[node]
        at = total.argmax()
        best[node + width] = total[at]
        origin[node] = node - width + at
    return _walk_back(origin, n_nodes)


def node_probabilities(arcs: np.ndarray) -> np.ndarray:
    """Give each node's posterior probability of being in the path (forward-backward). Float64 ``(n_nodes,)``."""
    forward = _log_sums(arcs)
    backward = _log_sums(_reversed(arcs))[::-1]
    return np.exp(np.minimum(forward + backward - forward[-1], 0))


def path_score(arcs: np.ndarray, path: np.ndarray) -> float:
    """Sum the arcs of a path given by its inner nodes."""
    nodes = np.concatenate([[0], path, [len(arcs) - 1]]).astype(np.int64)
    return float(arcs[nodes[1:], nodes[1:] - nodes[:-1] - 1].sum(dtype=np.float64))


def _walk_back(origin: np.ndarray, n_nodes: int) -> np.ndarray:
    path, node = [], n_nodes - 1
    while node > 0:
        node = int(origin[node])
        if node > 0:
            path.append(node)
    return np.array(path[::-1], dtype=np.int64)


def _log_sums(arcs: np.ndarray) -> np.ndarray:
    """Log of the summed weight of all paths from node 0 to each node."""
    n_nodes, width = arcs.shape
    flipped = np.ascontiguousarray(arcs[:, ::-1], dtype=np.float64)
    total = np.full(n_nodes + width, -np.inf)
    total[width] = 0.0
    for node in range(1, n_nodes):
        reaching = total[node : node + width] + flipped[node]
        top = reaching.max()
        if top > -np.inf:
            total[node + width] = top + np.log(np.exp(reaching - top).sum())
    return total[width:]


def _reversed(arcs: np.ndarray) -> np.ndarray:
    """The same arcs seen from the other end."""
    n_nodes, width = arcs.shape
    mirrored = np.full_like(arcs, -np.inf)
    for offset in range(1, min(width, n_nodes - 1) + 1):
        mirrored[offset:, offset - 1] = arcs[offset:, offset - 1][::-1]
    return mirrored
