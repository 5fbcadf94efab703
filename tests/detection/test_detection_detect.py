"""What detection promises to those who call it, whatever the method."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spkbound.detection import Detection, Detector, detect_boundaries
from spkbound.detection.evaluate import score_boundaries
from spkbound.domain import segments_between
from spkbound.errors import UsageError
from spkbound.simulation import Nuisance, simulate_embeddings

METHODS = ("global", "cosine", "gmm")
SLOW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_sound(detection: Detection, n: int) -> None:
    indices = detection.indices
    assert detection.n_utterances == n
    assert indices.dtype == np.int64
    assert ((indices > 0) & (indices < n)).all()
    assert (np.diff(indices) > 0).all()
    for values in (detection.probabilities, detection.existence):
        assert values.shape == indices.shape
        assert np.isfinite(values).all()
        assert ((values >= 0) & (values <= 1)).all()
    assert (detection.probabilities <= detection.existence + 1e-9).all()
    assert detection.intervals.shape == (len(indices), 2)
    assert (detection.intervals[:, 0] <= detection.intervals[:, 1]).all()
    assert len(detection.boundary_warnings) == len(indices)
    assert detection.similarity.shape == (n,)
    assert not (np.abs(detection.similarity) > 1).any()
    for b, mass in enumerate(detection.place_probabilities):
        at = indices[b] - detection.place_starts[b]
        assert mass[at] == pytest.approx(detection.probabilities[b], abs=1e-6)
        assert mass.sum() == pytest.approx(detection.existence[b], abs=1e-4)
    assert sum(len(segment) for segment in segments_between(indices.tolist(), n)) == n
    assert [boundary.index for boundary in detection.boundaries()] == indices.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_well_separated_speakers_are_found_exactly(even_corpus, method):
    found = detect_boundaries(even_corpus.embeddings, method=method, segment_size=40, boundary_window=8)
    assert_sound(found, len(even_corpus.embeddings))
    assert found.indices.tolist() == even_corpus.boundaries.tolist()
    assert (found.probabilities > 0.9).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", range(21))
def test_the_smallest_corpora_never_fail(method, n):
    rng = np.random.default_rng(n)
    for segment_size in (1, 3, 5):
        for window in (0, 10):
            embeddings = rng.standard_normal((n, 3))
            assert_sound(
                detect_boundaries(embeddings, method=method, segment_size=segment_size, boundary_window=window), n
            )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "embeddings", [np.ones((60, 4)), np.zeros((60, 4)), np.full((60, 4), np.nan), np.ones((60, 0))]
)
def test_a_corpus_without_differences_gives_a_warning_and_no_boundary(method, embeddings):
    found = detect_boundaries(embeddings, method=method, segment_size=10)
    assert_sound(found, 60)
    assert found.n_boundaries == 0
    assert found.warnings


@pytest.mark.parametrize("method", METHODS)
def test_a_segment_size_not_below_the_corpus_gives_a_warning(method, even_corpus):
    n = len(even_corpus.embeddings)
    found = detect_boundaries(even_corpus.embeddings, method=method, segment_size=n)
    assert found.n_boundaries == 0
    assert found.warnings
    assert_sound(detect_boundaries(even_corpus.embeddings, method=method, segment_size=n - 1), n)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("n", "dim"), [(200, 1), (30, 100)])
def test_one_dimension_and_more_dimensions_than_utterances_both_work(blocks, method, n, dim):
    corpus = blocks([n // 2, n - n // 2], dim=dim)
    found = detect_boundaries(corpus.embeddings, method=method, segment_size=n // 2, boundary_window=3)
    assert_sound(found, n)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_the_type_of_the_numbers_changes_nothing(even_corpus, dtype):
    found = detect_boundaries(even_corpus.embeddings.astype(dtype), segment_size=40)
    assert found.indices.tolist() == even_corpus.boundaries.tolist()


def test_a_mapped_matrix_gives_the_same_as_one_in_memory(even_corpus, tmp_path):
    np.save(tmp_path / "matrix.npy", even_corpus.embeddings)
    mapped = np.load(tmp_path / "matrix.npy", mmap_mode="r")
    one, other = detect_boundaries(mapped, segment_size=40), detect_boundaries(even_corpus.embeddings, segment_size=40)
    assert one.indices.tolist() == other.indices.tolist()
    assert np.array_equal(one.probabilities, other.probabilities)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("gap", [np.nan, 0.0, np.inf])
def test_gaps_keep_their_place(even_corpus, method, gap):
    embeddings = even_corpus.embeddings.copy()
    embeddings[[3, 100, 101, 102, 250]] = gap
    found = detect_boundaries(embeddings, method=method, segment_size=40, boundary_window=8)
    assert_sound(found, len(embeddings))
    assert found.indices.tolist() == even_corpus.boundaries.tolist()


def test_a_gap_beside_a_boundary_is_told(even_corpus):
    embeddings = even_corpus.embeddings.copy()
    first = int(even_corpus.boundaries[0])
    embeddings[first] = np.nan
    found = detect_boundaries(embeddings, segment_size=40)
    assert found.indices[0] in (first, first + 1)
    assert found.intervals[0].tolist() == [first, first + 1]
    assert found.boundary_warnings[0]


def test_an_utterance_of_no_weight_is_a_gap(even_corpus):
    embeddings = even_corpus.embeddings.copy()
    weights = np.ones(len(embeddings))
    weights[even_corpus.boundaries[2]] = 0
    embeddings[even_corpus.boundaries[2]] = np.nan
    by_weight = detect_boundaries(even_corpus.embeddings, segment_size=40, weights=weights)
    by_gap = detect_boundaries(embeddings, segment_size=40)
    assert np.abs(by_weight.indices - by_gap.indices).max() <= 1
    assert by_weight.probabilities[2] < 0.6


@pytest.mark.parametrize("method", METHODS)
def test_a_shuffled_corpus_is_doubted(method):
    corpus = simulate_embeddings("adult", 1200, segment_size=100, seed=1, dim=32)
    shuffled = corpus.embeddings[np.random.default_rng(0).permutation(1200)]
    found = detect_boundaries(shuffled, method=method, segment_size=100)
    assert (found.probabilities <= 0.5).all()
    assert found.warnings or not found.n_boundaries


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [600, 100, 40])
def test_sessions_of_one_speaker_are_not_taken_for_speakers(method, size):
    corpus = simulate_embeddings("child", 1200, segment_size=200, seed=1, sizes=np.array([1200]))
    found = detect_boundaries(corpus.embeddings, method=method, segment_size=size)
    assert (found.probabilities <= 0.5).all()
    assert found.warnings or not found.n_boundaries


@pytest.mark.parametrize("method", ["cosine", "gmm"])
def test_a_window_search_that_lost_its_place_says_so(blocks, method):
    corpus = blocks([100, 60, 100, 100, 100, 100, 100], dim=16)
    found = detect_boundaries(corpus.embeddings, method=method, segment_size=100, boundary_window=8)
    wrong = ~np.isin(found.indices, corpus.boundaries)
    assert wrong.any()
    assert (found.probabilities[wrong] <= 0.5).all()
    assert all(found.boundary_warnings[b] for b in np.flatnonzero(wrong))
    assert found.warnings


@pytest.mark.parametrize("kind", ["adult", "child"])
def test_simulated_encoders_with_short_and_long_speakers_are_found(kind):
    nuisance = Nuisance(short_share=0.1, long_share=0.05, size_jitter=0.03)
    corpus = simulate_embeddings(kind, 4000, segment_size=200, seed=2, nuisance=nuisance)
    found = detect_boundaries(corpus.embeddings, segment_size=200)
    assert score_boundaries(corpus.boundaries, found.indices, tolerance=2).f1 >= 0.95


def test_an_unknown_size_is_found_and_said(even_corpus):
    found = detect_boundaries(even_corpus.embeddings, segment_size="auto")
    assert found.indices.tolist() == even_corpus.boundaries.tolist()
    assert any("auto" in warning for warning in found.warnings)
    assert_sound(detect_boundaries(np.random.default_rng(0).standard_normal((9, 2)), segment_size="auto"), 9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "best"},
        {"segment_size": 0},
        {"segment_size": "some"},
        {"segment_size": np.nan},
        {"boundary_window": -1},
        {"gmm_components": 0},
        {"approved": [0]},
        {"rejected": [480 + 2]},
        {"approved": [1.5]},
        {"weights": np.ones(3)},
        {"weights": np.full(482, -1.0)},
    ],
)
def test_a_wrong_argument_is_refused_in_words(even_corpus, wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        detect_boundaries(even_corpus.embeddings, **wrong)


@pytest.mark.parametrize("wrong", [np.zeros(5), np.zeros((2, 3, 4)), np.array([["a", "b"]])])
def test_a_matrix_that_is_none_is_refused(wrong):
    with pytest.raises(UsageError, match="embeddings"):
        detect_boundaries(wrong)


@SLOW
@given(seed=st.integers(0, 10_000))
def test_reversing_the_corpus_mirrors_the_boundaries(blocks, seed):
    corpus = blocks([30, 34, 28, 31, 30, 29], seed=seed)
    forward = detect_boundaries(corpus.embeddings, segment_size=30)
    backward = detect_boundaries(corpus.embeddings[::-1], segment_size=30)
    assert (len(corpus.embeddings) - backward.indices[::-1]).tolist() == forward.indices.tolist()


@SLOW
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-20, 1e-3, 7.0, 1e15]))
def test_rotating_and_scaling_the_space_changes_nothing(blocks, seed, scale):
    corpus = blocks([30, 34, 28, 31, 30, 29], seed=seed)
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((12, 12)))
    before = detect_boundaries(corpus.embeddings, segment_size=30)
    after = detect_boundaries(corpus.embeddings.astype(np.float64) @ rotation * scale, segment_size=30)
    assert after.indices.tolist() == before.indices.tolist()
    assert np.allclose(after.probabilities, before.probabilities, atol=0.02)


def test_nothing_is_left_of_the_answer_to_change(even_corpus):
    detector = Detector(even_corpus.embeddings, segment_size=40)
    one, other = detector.detect(), detector.detect()
    assert np.array_equal(one.indices, other.indices)
    with pytest.raises(ValueError, match="read-only"):
        one.similarity[5] = 0
