"""Decisions are respected exactly, and detecting again with them equals a fresh detection."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spkbound.detection import Detector, detect_boundaries
from spkbound.detection.locks import read_locks

METHODS = ("global", "cosine", "gmm")
N = 482


def assert_respected(found, approved, rejected, reach) -> None:
    assert np.isin(approved, found.indices).all()
    at = np.isin(found.indices, approved)
    assert (found.probabilities[at] == 1).all()
    assert (found.existence[at] == 1).all()
    assert (found.intervals[at] == found.indices[at, None]).all()
    for index in rejected:
        near = found.indices[np.abs(found.indices - index) <= reach]
        assert np.isin(near, approved).all()
    assert (np.diff(found.indices) > 0).all()


@pytest.fixture(scope="module", params=METHODS)
def detector(request, even_corpus):
    return Detector(even_corpus.embeddings, method=request.param, segment_size=40, boundary_window=6)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    approved=st.sets(st.integers(1, N - 1), max_size=30),
    rejected=st.sets(st.integers(1, N - 1), max_size=30),
)
def test_whatever_is_decided_is_respected(detector, approved, rejected):
    found = detector.redetect(approved=approved, rejected=rejected)
    assert_respected(found, sorted(approved), rejected, 6)


@pytest.mark.parametrize("method", METHODS)
def test_detecting_again_equals_a_fresh_detection(even_corpus, method):
    options = {"method": method, "segment_size": 40, "boundary_window": 6}
    detector = Detector(even_corpus.embeddings, **options)
    detector.detect()
    for approved, rejected in [((20,), ()), ((), (40, 82)), ((41, 200, 201), (40, 300)), ((), ())]:
        again = detector.redetect(approved=approved, rejected=rejected)
        fresh = detect_boundaries(even_corpus.embeddings, approved=approved, rejected=rejected, **options)
        assert np.array_equal(again.indices, fresh.indices)
        assert np.array_equal(again.probabilities, fresh.probabilities)
        assert np.array_equal(again.intervals, fresh.intervals)
        assert again.warnings == fresh.warnings


def test_rejecting_everything_leaves_nothing(even_corpus):
    every = range(1, N)
    found = detect_boundaries(even_corpus.embeddings, segment_size=40, rejected=every)
    assert found.n_boundaries == 0


def test_approving_everything_keeps_everything(even_corpus):
    found = detect_boundaries(even_corpus.embeddings, segment_size=40, approved=range(1, N))
    assert found.indices.tolist() == list(range(1, N))


def test_an_approved_place_stands_even_where_nothing_can_be_found():
    found = detect_boundaries(np.full((50, 3), np.nan), approved=[7], segment_size=10)
    assert found.indices.tolist() == [7]
    assert found.probabilities.tolist() == [1.0]


def test_forbidden_places_lie_within_reach_of_a_rejected_one():
    locks = read_locks([12], [10, 30], n_utterances=100, reach=2)
    places = np.array([7, 8, 10, 12, 13, 28, 32, 33])
    assert locks.forbidden(places).tolist() == [False, True, True, False, False, True, True, False]
