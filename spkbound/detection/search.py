"""Which path through the arcs is best, and how sure is each node? Exact dynamic programming over a banded table.

Row a, column o - 1 of the table is the arc from node a - o to node a. The recursions are those of Fearnhead 2006.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

_LOOK_EVERY = 8  # rows, to see whether a change has become a constant
_SAME = 1e-11  # nats by which the changes in one band may differ and still be a constant
_ROUNDINGS = 8  # as many units in the last place beside


def best_path(arcs: np.ndarray) -> np.ndarray:
    """Find the path with the largest sum (Viterbi); gives the inner nodes, int64, increasing."""
    return walk_back(arcs, path_values(arcs, np.maximum))


def node_probabilities(arcs: np.ndarray) -> np.ndarray:
    """Give each node's posterior probability of being in the path (forward-backward). Float64 ``(n_nodes,)``."""
    forward = path_values(arcs, np.logaddexp)
    backward = path_values(mirrored(arcs), np.logaddexp)[::-1]
    return np.exp(np.minimum(forward + backward - forward[-1], 0))


def path_score(arcs: np.ndarray, path: np.ndarray) -> float:
    """Sum the arcs of a path given by its inner nodes."""
    nodes = np.concatenate([[0], path, [len(arcs) - 1]]).astype(np.int64)
    return float(arcs[nodes[1:], nodes[1:] - nodes[:-1] - 1].sum(dtype=np.float64))


def path_values(arcs: np.ndarray, combine: np.ufunc) -> np.ndarray:
    """Combine the sums of all paths from node 0 to each node: `np.maximum`, or `np.logaddexp` for their weights.

    Float64 ``(n_nodes,)``; ``-inf`` where no path leads.
    """
    n_nodes = len(arcs)
    return updated_values(arcs, combine, np.zeros(n_nodes), np.ones(n_nodes, dtype=bool))


def updated_values(arcs: np.ndarray, combine: np.ufunc, known: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """The same, from the values `known` ``(n_nodes,)`` that held before some rows of the table `changed`.

    Runs on from a changed row until the values of a whole band have changed by one constant: then all that follow,
    up to the next changed row, have changed by it.
    """
    n_nodes, width = arcs.shape
    values = np.full(width + n_nodes, -np.inf)
    values[width] = 0.0
    stops = np.append(np.flatnonzero(changed), n_nodes)
    looks = (~np.append(changed[1:], True) & (np.arange(n_nodes) % _LOOK_EVERY == 0)).tolist()
    looks[: width - 1] = [False] * len(looks[: width - 1])
    node, change = 1, 0.0
    while node < n_nodes:
        stop = max(node, int(stops[np.searchsorted(stops, node)]))
        values[width + node : width + stop] = known[node:stop] + change
        for node in range(stop, n_nodes):
            values[width + node] = combine.reduce(arcs[node] + values[width + node - 1 : node - 1 : -1])
            if looks[node]:
                band = slice(node + 1 - width, node + 1)
                change = _constant_change(values[width:][band], known[band])
                if change is not None:
                    break
        else:
            break
        node += 1
    return values[width:]


def mirrored(arcs: np.ndarray) -> np.ndarray:
    """The same arcs seen from the other end."""
    n_nodes, width = arcs.shape
    padded = np.full((n_nodes + width, width), -np.inf, dtype=arcs.dtype)
    padded[:n_nodes] = arcs
    down, right = padded.strides
    return as_strided(padded[1:], (n_nodes, width), (down, down + right), writeable=False)[::-1]


def walk_back(arcs: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Follow the best values, as `path_values` gives them, back from the last node; gives the inner nodes."""
    n_nodes, width = arcs.shape
    padded = np.concatenate([np.full(width, -np.inf), best])
    path, node = [], n_nodes - 1
    while node > 0:
        node -= 1 + int((arcs[node] + padded[width + node - 1 : node - 1 : -1]).argmax())
        path.append(node)
    return np.array(path[-2::-1], dtype=np.int64)


def _constant_change(new: np.ndarray, old: np.ndarray) -> float | None:
    """By how much all the finite values changed; None where not by the same."""
    finite = np.isfinite(new)
    if not np.array_equal(finite, np.isfinite(old)):
        return None
    change = new[finite] - old[finite]
    tolerance = _SAME + _ROUNDINGS * np.spacing(np.abs(new[finite]).max(initial=0))
    return float(change[-1]) if np.ptp(change) <= tolerance else None
