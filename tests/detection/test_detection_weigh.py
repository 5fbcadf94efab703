"""What an utterance counts: as its duration says where that tells something; little or nothing moves no boundary."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.detection import detect_boundaries
from spkbound.detection.weigh import weigh_by_duration


def corpus_of(n, variance_of, *, seed=0, dim=16, size=50):
    """Speakers of `size` utterances, whose variance depends on the duration, and 3 % of outliers."""
    rng = np.random.default_rng(seed)
    durations_s = np.exp(rng.normal(0.5, 0.8, n))
    means = rng.standard_normal((n // size + 1, dim)) * 3
    noise = rng.standard_normal((n, dim)) * np.sqrt(variance_of(durations_s))[:, None]
    noise[rng.random(n) < 0.03] *= 6
    return (means[np.arange(n) // size] + noise).astype(np.float32), durations_s


def test_weights_follow_the_variance_that_goes_with_the_duration():
    embeddings, durations_s = corpus_of(20_000, lambda s: 0.4 + 0.6 / s)
    weights = weigh_by_duration(embeddings, durations_s)
    truth = 1 / (0.4 + 0.6 / durations_s)
    usual = (durations_s > np.quantile(durations_s, 0.03)) & (durations_s < np.quantile(durations_s, 0.97))
    ratio = (weights / truth)[usual]
    assert np.quantile(ratio, 0.95) / np.quantile(ratio, 0.05) < 1.25
    assert np.mean(1 / weights) == pytest.approx(1, abs=0.1)


def test_where_the_duration_tells_nothing_all_count_the_same():
    embeddings, durations_s = corpus_of(20_000, np.ones_like)
    assert weigh_by_duration(embeddings, durations_s) is None
    longer_is_worse, durations_s = corpus_of(20_000, lambda s: s)
    assert weigh_by_duration(longer_is_worse, durations_s) is None


@pytest.mark.parametrize("n", [0, 1, 5, 150])
def test_of_few_utterances_nothing_is_concluded(n):
    embeddings, durations_s = corpus_of(n, lambda s: 1 / s)
    assert weigh_by_duration(embeddings, durations_s) is None


def test_unknown_durations_and_gaps_do_no_harm():
    embeddings, durations_s = corpus_of(5_000, lambda s: 1 / s)
    durations_s[::7] = np.nan
    durations_s[1] = 0
    embeddings[::5] = np.nan
    weights = weigh_by_duration(embeddings, durations_s)
    assert np.isfinite(weights).all()
    assert (weights[::7] == 1).all()
    assert weigh_by_duration(np.full_like(embeddings, np.nan), durations_s) is None
    assert weigh_by_duration(embeddings, np.full(5_000, np.nan)) is None
    assert weigh_by_duration(np.ones_like(embeddings), durations_s) is None


@pytest.mark.parametrize("steps_s", [[1.0], [0.2, 3.0]])
def test_durations_may_all_be_alike(steps_s):
    embeddings, durations_s = corpus_of(5_000, lambda s: 1 / s)
    nearest = np.abs(durations_s[:, None] - steps_s).argmin(1)
    weights = weigh_by_duration(embeddings, np.array(steps_s)[nearest])
    assert (weights is None) == (len(steps_s) == 1)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(200, 1500), power=st.floats(-1, 3), seed=st.integers(0, 99))
def test_weights_are_bounded_and_never_lower_for_a_longer_one(n, power, seed):
    embeddings, durations_s = corpus_of(n, lambda s: s**-power, seed=seed, dim=4)
    weights = weigh_by_duration(embeddings, durations_s)
    if weights is not None:
        assert weights.min() >= 0.1
        assert weights.max() <= 2
        assert (np.diff(weights[np.argsort(durations_s)]) >= 0).all()


def test_an_outlier_does_not_move_the_boundary_beside_it(even_corpus):
    for offset in (-2, -1, 0, 1):
        embeddings = even_corpus.embeddings.copy()
        place = int(even_corpus.boundaries[4]) + offset
        embeddings[place] = 40 * np.random.default_rng(offset + 9).standard_normal(embeddings.shape[1])
        weights = np.ones(len(embeddings))
        weights[place] = 0.1
        found = detect_boundaries(embeddings, segment_size=40, weights=weights)
        moved = found.indices - even_corpus.boundaries
        assert np.abs(moved).max() <= 1
        assert not moved.any() or offset in (-1, 0)  # beside the boundary nobody can tell whose it is
        lo, hi = found.intervals[4]
        assert lo <= even_corpus.boundaries[4] <= hi


@pytest.mark.parametrize("method", ["global", "cosine", "gmm"])
def test_beside_utterances_of_no_weight_the_interval_is_wide_and_says_why(even_corpus, method):
    first = int(even_corpus.boundaries[5])
    weights = np.ones(len(even_corpus.embeddings))
    weights[first - 2 : first + 1] = 0
    found = detect_boundaries(
        even_corpus.embeddings, method=method, segment_size=40, boundary_window=6, weights=weights
    )
    lo, hi = found.intervals[5]
    assert lo <= first - 1
    assert hi >= first + 1
    assert any("unreadable" in warning for warning in found.boundary_warnings[5])
    assert found.probabilities[5] < 0.6
    assert not any("unreadable" in warning for warning in found.boundary_warnings[2])
