"""Going on from what is known gives what a full search gives, whatever changed in between."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.detection import Detector
from spkbound.detection.evenness import even_sums
from spkbound.detection.lattice import Scoring, build_lattice, free_nodes, locked_nodes
from spkbound.detection.length import LengthPrior
from spkbound.detection.locks import read_locks
from spkbound.detection.projected import Projected
from spkbound.detection.recursion import search_all
from spkbound.detection.search import mirrored, path_values, updated_values
from spkbound.simulation import simulate_embeddings

N_BLOCKS, BLOCK = 600, 5
decisions = st.tuples(
    st.sets(st.integers(1, N_BLOCKS * BLOCK - 1), max_size=8), st.sets(st.integers(1, N_BLOCKS * BLOCK - 1), max_size=8)
)


def make_ground(contrast: float):
    """Blocks of 100 utterances, voices `contrast` standard deviations apart in each of four directions."""
    rng = np.random.default_rng(0)
    n, k = N_BLOCKS * BLOCK, 4
    rows = rng.standard_normal((n // 100, k)).repeat(100, axis=0) * contrast + rng.standard_normal((n, k))
    rows = rows.astype(np.float32)
    sums = np.concatenate([np.zeros((1, k)), np.cumsum(rows.reshape(N_BLOCKS, BLOCK, k).sum(1), axis=0)])
    projected = Projected(
        rows=rows,
        mass=np.ones(n, dtype=np.float32),
        block=BLOCK,
        edges=np.arange(N_BLOCKS + 1) * BLOCK,
        sums=sums.astype(np.float64),
        masses=np.arange(N_BLOCKS + 1) * float(BLOCK),
        spread=np.ones(k),
    )
    chosen = np.unique(np.append([0, N_BLOCKS], rng.choice(N_BLOCKS, 300, replace=False)))
    return free_nodes(even_sums(projected, np.eye(k), 100.0), chosen)


@pytest.fixture(scope="module")
def ground():
    """Noisy, so that many paths are nearly as good as the best."""
    return make_ground(1 / 3)


def fresh(nodes):
    scoring = Scoring(variances=np.full(4, 0.1), inflation=1.5, segment_size=100.0)
    prior = LengthPrior(100, 20)
    arcs = build_lattice(nodes, scoring).arcs(prior, toll=0.05)
    return search_all(nodes, scoring, prior, arcs, toll=0.05)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(decisions, min_size=1, max_size=4))
def test_a_search_gone_on_with_equals_a_full_one(ground, steps):
    known = fresh(ground)
    for approved, rejected in steps:
        locks = read_locks(approved, rejected, n_utterances=N_BLOCKS * BLOCK, reach=20)
        nodes = locked_nodes(ground, locks, reach=20)
        known, full = known.among(nodes), fresh(nodes)
        assert np.array_equal(known.path(), full.path())
        assert np.allclose(known.probabilities(), full.probabilities(), rtol=0, atol=1e-9)
        for mine, theirs in zip((known.best, known.forward, known.backward), (full.best, full.forward, full.backward)):
            assert np.allclose(mine, theirs, rtol=0, atol=1e-8)


@pytest.mark.parametrize("combine", [np.maximum, np.logaddexp])
def test_only_the_neighbourhood_of_a_change_is_searched_again(combine):
    known = fresh(make_ground(1.0))
    arcs = known.arcs.copy()
    arcs[150] -= 3.0
    changed = np.arange(len(arcs)) == 150

    class Counted:
        n = 0

        def reduce(self, sums):
            self.n += 1
            return combine.reduce(sums)

    counted = Counted()
    values = updated_values(arcs, counted, path_values(known.arcs, combine), changed)
    assert np.allclose(values, path_values(arcs, combine), rtol=0, atol=1e-9)
    assert counted.n < len(arcs) / 2


def test_the_mirrored_table_is_the_table_of_the_reversed_nodes(ground):
    arcs = fresh(ground).arcs
    n_nodes, width = arcs.shape
    twice = mirrored(mirrored(arcs))
    assert np.array_equal(twice, arcs)
    for node, offset in [(5, 3), (150, width), (n_nodes - 1, 1)]:
        assert mirrored(arcs)[n_nodes - 1 - (node - offset), offset - 1] == arcs[node, offset - 1]


def test_at_a_hundred_thousand_detecting_again_equals_a_fresh_detection():
    corpus = simulate_embeddings("child", 100_000, seed=3, dim=32)
    detector = Detector(corpus.embeddings)
    found = detector.detect()
    rng = np.random.default_rng(0)
    approved, rejected = [], []
    for turn, index in enumerate(rng.choice(found.indices, 12, replace=False).tolist()):
        approved += [index + int(rng.integers(-3, 4))] * (turn % 3 != 2)
        rejected += [index] * (turn % 3 == 2)
        again = detector.redetect(approved=approved, rejected=rejected)
    fresh_one = Detector(corpus.embeddings, approved=approved, rejected=rejected).detect()
    assert np.array_equal(again.indices, fresh_one.indices)
    assert np.allclose(again.probabilities, fresh_one.probabilities, rtol=0, atol=1e-9)
    assert np.allclose(again.existence, fresh_one.existence, rtol=0, atol=1e-9)
    assert np.array_equal(again.intervals, fresh_one.intervals)
    assert again.boundary_warnings == fresh_one.boundary_warnings
    undone = detector.redetect()
    assert np.array_equal(undone.indices, found.indices)
    assert np.allclose(undone.probabilities, found.probabilities, rtol=0, atol=1e-9)
