"""The search is exact: for small tables it equals trying every path."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.detection.search import best_path, node_probabilities, path_score


def random_arcs(n_nodes: int, width: int, seed: int) -> np.ndarray:
    arcs = np.random.default_rng(seed).normal(0, 3, (n_nodes, width))
    offsets = np.arange(1, width + 1)
    arcs[np.arange(n_nodes)[:, None] - offsets < 0] = -np.inf
    return arcs


def every_path(arcs: np.ndarray) -> dict[tuple[int, ...], float]:
    n_nodes, width = arcs.shape
    inner = range(1, n_nodes - 1)
    paths = {}
    for count in range(n_nodes - 1):
        for path in combinations(inner, count):
            nodes = np.array([0, *path, n_nodes - 1])
            if np.diff(nodes).max() <= width:
                paths[path] = float(arcs[nodes[1:], np.diff(nodes) - 1].sum())
    return paths


@settings(max_examples=60, deadline=None)
@given(n_nodes=st.integers(2, 9), width=st.integers(1, 9), seed=st.integers(0, 10_000))
def test_the_best_path_equals_brute_force(n_nodes, width, seed):
    arcs = random_arcs(n_nodes, width, seed)
    paths = every_path(arcs)
    best = max(paths, key=paths.get)
    assert tuple(best_path(arcs).tolist()) == best
    assert np.isclose(path_score(arcs, best_path(arcs)), paths[best])


@settings(max_examples=60, deadline=None)
@given(n_nodes=st.integers(2, 9), width=st.integers(1, 9), seed=st.integers(0, 10_000))
def test_node_probabilities_equal_brute_force(n_nodes, width, seed):
    arcs = random_arcs(n_nodes, width, seed)
    paths = every_path(arcs)
    weights = np.exp(np.array(list(paths.values())))
    weights /= weights.sum()
    expected = np.zeros(n_nodes)
    expected[[0, -1]] = 1
    for path, weight in zip(paths, weights):
        expected[list(path)] += weight
    assert np.allclose(node_probabilities(arcs), expected, atol=1e-9)
