"""Does the order of work follow the expected harm, and does it say when to stop?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.review.queue import expected_misfiled, find_stop, measure_pace, measure_progress


def risk_of(index, *, probability, existence, lo, hi, state="undecided", n=2000):
    return expected_misfiled(
        np.array([index]),
        state=[state],
        probability=np.array([probability]),
        existence=np.array([existence]),
        lo=np.array([lo]),
        hi=np.array([hi]),
        n_utterances=n,
    )[0]


def test_a_sure_boundary_and_a_decided_one_cost_nothing():
    assert risk_of(1000, probability=1.0, existence=1.0, lo=1000, hi=1000) == 0
    assert risk_of(1000, probability=0.1, existence=0.2, lo=990, hi=1010, state="approved") == 0


def test_a_boundary_that_is_near_costs_its_distance():
    # Half the mass here, half on 998, 999, 1001, 1002: 1.5 files away on average.
    assert risk_of(1000, probability=0.5, existence=1.0, lo=998, hi=1002) == pytest.approx(0.75)


def test_a_boundary_that_may_not_exist_costs_the_smaller_segment():
    assert risk_of(300, probability=0.9, existence=0.9, lo=300, hi=300, n=2000) == pytest.approx(30)


def test_where_the_detector_says_nothing_nothing_is_counted_on():
    assert risk_of(5, probability=np.nan, existence=np.nan, lo=5, hi=5) == 5


@given(st.integers(1, 99), st.integers(1, 99), st.integers(0, 30))
def test_the_mean_offset_equals_brute_force(index, lo, width):
    hi = lo + width
    others = [abs(place - index) for place in range(lo, hi + 1) if place != index]
    expected = np.mean(others) if others else 1.0
    assert risk_of(index, probability=0.0, existence=1.0, lo=lo, hi=hi, n=100) == pytest.approx(expected)


def test_rejected_boundaries_are_no_ends_of_segments():
    risk = expected_misfiled(
        np.array([10, 12]),
        state=["undecided", "rejected"],
        probability=np.zeros(2),
        existence=np.zeros(2),
        lo=np.array([10, 12]),
        hi=np.array([10, 12]),
        n_utterances=100,
    )
    assert risk.tolist() == [10, 0]


def test_the_knee_stands_where_the_next_decisions_save_little():
    risk = np.array([50.0] * 4 + [0.1] * 96)
    stop = find_stop(risk, ["undecided"] * 100)
    assert stop.decisions == 4
    assert stop.saved_at_knee == 200
    assert stop.saved[-1] == pytest.approx(209.6)
    assert find_stop(risk, ["approved"] * 100).decisions == 0
    assert find_stop(np.ones(7), ["undecided"] * 7).decisions == 7


def test_pace_is_the_median_gap_without_breaks_and_bulk_counts_once():
    times = [f"2026-01-01T10:00:{s:02d}.000Z" for s in (0, 4, 8, 8, 8, 14)] + ["2026-01-01T11:00:00.000Z"]
    assert measure_pace(times) == 4
    assert measure_pace(times[:2]) is None


def test_progress_counts_what_is_decided_and_expects_the_rest():
    times = [f"2026-01-01T10:00:{s:02d}.000Z" for s in (0, 5, 10, 15)]
    progress = measure_progress(
        ["approved", "rejected", "added", "approved", "shifted", "undecided"], [*times, None, None]
    )
    assert (progress.decided, progress.left, progress.total) == (4, 2, 6)
    assert (progress.pace_s, progress.ready_s) == (5, 10)
