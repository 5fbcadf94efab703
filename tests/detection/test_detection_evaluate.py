"""Scores of found boundaries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.detection.evaluate import (
    calibration_error,
    log_loss,
    misfiled_share,
    review_curve,
    score_boundaries,
    score_segments,
)

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


def test_the_log_loss_is_that_of_the_definition_and_stays_finite():
    expected = -(np.log(0.8) + np.log(0.3)) / 2
    assert log_loss([0.8, 0.7], [True, False]) == pytest.approx(expected)
    assert log_loss([1.0], [False]) == pytest.approx(-np.log(1e-6))
    assert log_loss([1.0, 0.0], [True, False]) == pytest.approx(0, abs=1e-5)
    assert log_loss([], []) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.floats(0.01, 0.99))
def test_no_constant_has_a_lower_log_loss_than_the_share_of_true_ones(is_true, constant):
    share = np.mean(is_true)
    best = log_loss(np.full(len(is_true), share), is_true)
    assert best <= log_loss(np.full(len(is_true), constant), is_true) + 1e-12


def test_of_a_torn_speaker_the_smaller_part_is_misfiled_and_of_two_in_one_segment_the_smaller_one():
    assert misfiled_share(np.array([50]), np.array([50, 80]), 100) == pytest.approx(0.2)
    assert misfiled_share(np.array([50, 80]), np.array([50]), 100) == pytest.approx(0.2)
    assert misfiled_share(np.array([50]), np.array([47]), 100) == pytest.approx(0.03)
    assert misfiled_share(np.array([50]), np.array([25, 50, 75]), 100) == pytest.approx(0.5)


@given(places, places)
def test_no_more_is_misfiled_than_impure_and_uncovered_together(reference, hypothesis):
    reference, hypothesis = np.array(reference, dtype=int), np.array(hypothesis, dtype=int)
    share = misfiled_share(reference, hypothesis, 61)
    segments = score_segments(reference, hypothesis, 61)
    largest = max(1 - segments.purity, 1 - segments.coverage)
    assert largest - 1e-12 <= share <= (1 - segments.purity) + (1 - segments.coverage) + 1e-12
    assert share == pytest.approx(misfiled_share(hypothesis, reference, 61))


def test_a_review_meets_faults_in_the_order_of_cost():
    intervals = np.array([[9, 11], [20, 20], [30, 33]])
    assert review_curve([1.0, 3.0, 2.0], intervals, [10, 31]).tolist() == [0, 0, 1, 2]
    assert review_curve([1.0, 1.0, 1.0], intervals, [10, 31]).tolist() == [0, 1, 1, 2]


def test_a_fault_is_met_once_where_an_item_makes_one_listen():
    intervals = np.array([[10, 10], [40, 60], [9, 13]])
    never, beside, both = (review_curve([3.0, 2.0, 1.0], intervals, faults) for faults in ([30], [62], [12, 50]))
    assert never.tolist() == [0, 0, 0, 0]
    assert beside.tolist() == [0, 0, 1, 1]
    assert both.tolist() == [0, 1, 2, 2]
    assert review_curve([], np.empty((0, 2)), [5]).tolist() == [0]
