"""Does the order of work follow the expected harm, and does it say when to stop?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.review.queue import Harm, expected_harm, find_stop, measure_pace, measure_progress


def harm_of(index, *, probability, existence, lo, hi, state="undecided", n=2000):
    """Speakers and files of one boundary."""
    harm = expected_harm(
        np.array([index]),
        state=[state],
        probability=np.array([probability]),
        existence=np.array([existence]),
        lo=np.array([lo]),
        hi=np.array([hi]),
        n_utterances=n,
    )
    return harm.speakers[0], harm.files[0]


def test_a_sure_boundary_and_a_decided_one_do_no_harm():
    assert harm_of(1000, probability=1.0, existence=1.0, lo=1000, hi=1000) == (0, 0)
    assert harm_of(1000, probability=0.1, existence=0.2, lo=990, hi=1010, state="approved") == (0, 0)


def test_a_boundary_that_is_near_spoils_two_speakers_and_misfiles_its_distance():
    # Half the mass here, half on 998, 999, 1001, 1002: 1.5 files away on average.
    assert harm_of(1000, probability=0.5, existence=1.0, lo=998, hi=1002) == pytest.approx((1.0, 0.75))


def test_a_boundary_that_may_not_exist_spoils_one_speaker_and_misfiles_the_smaller_segment():
    assert harm_of(300, probability=0.9, existence=0.9, lo=300, hi=300, n=2000) == pytest.approx((0.1, 30))


def test_where_the_detector_says_nothing_nothing_is_counted_on():
    assert harm_of(5, probability=np.nan, existence=np.nan, lo=5, hi=5) == (1, 5)


@given(st.integers(1, 99), st.integers(1, 99), st.integers(0, 30))
def test_the_mean_offset_equals_brute_force(index, lo, width):
    hi = lo + width
    others = [abs(place - index) for place in range(lo, hi + 1) if place != index]
    expected = np.mean(others) if others else 1.0
    harm = harm_of(index, probability=0.0, existence=1.0, lo=lo, hi=hi, n=100)
    assert harm == pytest.approx((2, expected))


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 2), min_size=1, max_size=9))
def test_no_boundary_spoils_more_than_two_speakers(said):
    n_b = len(said)
    index = np.arange(1, n_b + 1) * 1000
    harm = expected_harm(
        index,
        state=["undecided"] * n_b,
        probability=np.array([p for p, _ in said]),
        existence=np.array([e for _, e in said]),
        lo=index - 400,
        hi=index + 400,
        n_utterances=1000 * (n_b + 1),
    )
    assert ((harm.speakers >= 0) & (harm.speakers <= 2)).all()


def test_what_is_hardly_ever_missing_does_not_outweigh_what_is_probably_one_off():
    one_off = harm_of(1000, probability=0.4, existence=1.0, lo=1000, hi=1001)
    rarely_none = harm_of(1000, probability=0.98, existence=0.98, lo=1000, hi=1000)
    harm = Harm(speakers=np.array([rarely_none[0], one_off[0]]), files=np.array([rarely_none[1], one_off[1]]))
    assert rarely_none[1] > one_off[1]
    assert harm.worst_first().tolist() == [1, 0]


def test_rejected_boundaries_are_no_ends_of_segments():
    harm = expected_harm(
        np.array([10, 12]),
        state=["undecided", "rejected"],
        probability=np.zeros(2),
        existence=np.zeros(2),
        lo=np.array([10, 12]),
        hi=np.array([10, 12]),
        n_utterances=100,
    )
    assert harm.files.tolist() == [10, 0]
    assert harm.speakers.tolist() == [1, 0]


def test_the_knee_stands_where_the_next_decisions_save_little():
    harm = Harm(speakers=np.array([0.001] * 96 + [1.5] * 4), files=np.array([0.1] * 96 + [50.0] * 4))
    stop = find_stop(harm, ["undecided"] * 100)
    assert stop.decisions == 4
    assert stop.saved_at_knee == 200
    assert stop.saved[-1] == pytest.approx(209.6)
    assert find_stop(harm, ["approved"] * 100).decisions == 0
    assert find_stop(Harm(speakers=np.ones(7), files=np.ones(7)), ["undecided"] * 7).decisions == 7


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0, 1000), st.booleans()), max_size=12))
def test_what_is_said_to_be_saved_is_what_the_next_decisions_of_the_queue_save(items):
    speakers, files, decided = (np.array(column) for column in zip(*items)) if items else (np.zeros(0),) * 3
    state = ["approved" if each else "undecided" for each in decided]
    queue = sorted((-s, -f) for s, f, is_decided in items if not is_decided)
    stop = find_stop(Harm(speakers=speakers, files=files), state)
    assert stop.saved == pytest.approx(np.cumsum([0.0, *(-f for _, f in queue)]))
    assert 0 <= stop.decisions <= len(queue)


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
