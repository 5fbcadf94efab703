"""Scores of found boundaries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.detection.evaluate import calibration_error, score_boundaries, score_segments

places = st.lists(st.integers(1, 60), max_size=12, unique=True).map(sorted)


def test_a_boundary_is_found_once():
    score = score_boundaries([10, 20], [9, 10, 11, 40], tolerance=1)
    assert (score.n_matched, score.precision, score.recall) == (1, 0.25, 0.5)


@given(places, places)
def test_scores_grow_with_tolerance_and_change_places_with_the_roles(reference, hypothesis):
    exact, near = score_boundaries(reference, hypothesis), score_boundaries(reference, hypothesis, tolerance=3)
    assert exact.f1 <= near.f1
    swapped = score_boundaries(hypothesis, reference, tolerance=3)
    assert swapped.precision == near.recall


@given(places)
def test_the_truth_scores_one(reference):
    assert score_boundaries(reference, reference).f1 == 1
    segments = score_segments(np.array(reference, dtype=int), np.array(reference, dtype=int), 61)
    assert (segments.purity, segments.coverage) == (1, 1)


def test_one_segment_covers_all_and_is_as_pure_as_the_largest_speaker():
    score = score_segments(np.array([60]), np.array([], dtype=int), 100)
    assert score.purity == pytest.approx(0.6)
    assert score.coverage == 1


def test_calibration_is_measured_in_bins_of_equal_count():
    probabilities = np.repeat([0.2, 0.8], 50)
    is_true = np.concatenate([np.arange(50) < 10, np.arange(50) < 40])
    assert calibration_error(probabilities, is_true, n_bins=2) == pytest.approx(0)
    assert calibration_error(probabilities, np.ones(100), n_bins=2) == pytest.approx(0.5)
    assert calibration_error([], []) == 0
