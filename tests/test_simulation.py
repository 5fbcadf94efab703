"""Simulated embeddings are what they say."""

import numpy as np
import pytest

from spkbound.simulation import simulate_embeddings


def test_the_truth_fits_the_embeddings():
    corpus = simulate_embeddings("adult", 3000, segment_size=200, seed=4)
    assert corpus.embeddings.shape == (3000, 256)
    assert corpus.embeddings.dtype == np.float32
    assert np.linalg.norm(corpus.embeddings, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(np.flatnonzero(np.diff(corpus.labels)) + 1, corpus.boundaries)
    assert 0 < corpus.outliers.mean() < 0.03


@pytest.mark.parametrize(
    ("kind", "same", "other"), [("adult", (0.65, 0.12), (0.08, 0.10)), ("child", (0.55, 0.15), (0.30, 0.12))]
)
def test_cosines_are_as_promised(kind, same, other):
    corpus = simulate_embeddings(kind, 4000, segment_size=50, seed=0)
    rows, labels = corpus.embeddings[~corpus.outliers], corpus.labels[~corpus.outliers]
    cosine, alike = rows @ rows.T, labels[:, None] == labels
    alike_pairs = cosine[alike & ~np.eye(len(rows), dtype=bool)]
    for found, (mean, spread) in ((alike_pairs, same), (cosine[~alike], other)):
        assert found.mean() == pytest.approx(mean, abs=0.02)
        assert found.std() == pytest.approx(spread, abs=0.015)


def test_the_same_seed_gives_the_same_corpus():
    one, other = (simulate_embeddings("child", 500, segment_size=100, seed=9) for _ in range(2))
    assert np.array_equal(one.embeddings, other.embeddings)


def test_the_law_says_what_utterances_beside_a_boundary_scatter_around():
    corpus = simulate_embeddings("child", 4000, segment_size=100, seed=3)
    law, places = corpus.law, corpus.boundaries
    rows = np.stack([corpus.embeddings[places - 1], corpus.embeddings[places]], axis=1) @ law.axes
    ordinary = ~np.stack([corpus.outliers[places - 1], corpus.outliers[places]], axis=1)
    own, other = ((rows * sides).sum(-1)[ordinary] for sides in (law.sides, law.sides[:, ::-1]))
    assert (own > other).mean() > 0.9
    # An utterance is its side and its own noise, the whole divided by its length.
    rows, sides = rows[ordinary], law.sides[ordinary]
    lengths = np.square(sides).sum(1) / own
    scatter = np.square(rows * lengths[:, None] - sides).mean(0)
    assert np.corrcoef(np.log(scatter), np.log(law.own_variance))[0, 1] > 0.9
