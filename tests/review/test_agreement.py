"""Is agreement counted where two decided, and only there?"""

import pyarrow as pa
import pytest

from spkbound.review.agreement import Agreement, measure_agreement
from spkbound.review.log import DecisionLog
from spkbound.review.state import ReviewState
from spkbound.review.tables import Operation, Proposals

N = 60


@pytest.fixture
def log(tmp_path):
    with DecisionLog.open(tmp_path / "review.sqlite") as opened:
        yield opened


@pytest.fixture
def decide(log):
    names = pa.array([b"%02d.wav" % i for i in range(N)], pa.binary())
    state = ReviewState(log, names, Proposals.none())
    numbers = iter(range(1000))

    def do(user, kind, index, **fields):
        if kind == "undo":
            return state.undo(user)
        [outcome] = state.apply([Operation(key=f"k{next(numbers)}", kind=kind, index=index, **fields)], user=user)
        assert outcome.ok, outcome
        return outcome

    for index in (10, 20, 30, 40):
        do("setter", "add", index)
    return do


def agreement(log, *, without="setter"):
    return measure_agreement(row for row in log.rows_since(0) if row.user != without)


def test_nobody_agrees_alone(log, decide):
    decide("anna", "approve", 10)
    decide("anna", "reject", 10)
    assert agreement(log) == Agreement(0, 0)
    assert agreement(log).share is None


def test_two_agree_when_their_last_words_are_the_same(log, decide):
    for user in ("anna", "ben"):
        decide(user, "approve", 10)
        decide(user, "reject", 20)
    decide("anna", "approve", 30)
    decide("ben", "reject", 30)
    assert agreement(log) == Agreement(3, 2)
    assert agreement(log).share == pytest.approx(2 / 3)
    decide("ben", "approve", 30)
    assert agreement(log) == Agreement(3, 3)


def test_who_keeps_a_boundary_elsewhere_disagrees(log, decide):
    decide("anna", "approve", 10)
    decide("ben", "shift", 12, from_index=10)
    assert agreement(log) == Agreement(0, 0)
    decide("ben", "approve", 12)
    assert agreement(log) == Agreement(1, 0)


def test_what_was_taken_back_was_not_said(log, decide):
    decide("anna", "approve", 10)
    decide("ben", "reject", 10)
    decide("ben", "undo", 0)
    assert agreement(log) == Agreement(0, 0)
