"""Small corpora whose truth is known, for all tests of detection."""

import numpy as np
import pytest

from spkbound.simulation import Simulated


def make_blocks(sizes, *, dim=12, distance=4.0, seed=0) -> Simulated:
    """Gaussian speakers `distance` standard deviations apart in each direction's scale; no sessions, no outliers."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    means = rng.standard_normal((len(sizes), dim)) * distance / np.sqrt(2)
    embeddings = (means[labels] + rng.standard_normal((len(labels), dim))).astype(np.float32)
    boundaries = np.cumsum(sizes)[:-1].astype(np.int64)
    return Simulated(
        embeddings=embeddings, boundaries=boundaries, labels=labels, outliers=np.zeros(len(labels), dtype=bool)
    )


@pytest.fixture(scope="session")
def blocks():
    return make_blocks


@pytest.fixture(scope="session")
def even_corpus() -> Simulated:
    """Twelve well separated speakers of about 40 utterances."""
    return make_blocks([40, 42, 38, 41, 40, 39, 43, 40, 38, 40, 41, 40])
