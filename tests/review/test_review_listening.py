import sqlite3

import numpy as np
import pyarrow as pa
import pytest

from spkbound.errors import StoreCorrupt
from spkbound.review.listening import ListeningLog, survey_listening
from spkbound.review.log import DecisionLog
from spkbound.review.state import ReviewState
from spkbound.review.tables import Operation, Proposals

N = 2000
INDICES = np.arange(20, N, 20)


@pytest.fixture
def paths() -> pa.Array:
    return pa.array([b"f/%05d\xff.wav" % i for i in range(N)], pa.binary())


@pytest.fixture
def review(tmp_path, paths):
    proposals = Proposals(
        indices=INDICES,
        probabilities=np.full(len(INDICES), 0.9),
        existence=np.full(len(INDICES), 0.9),
        intervals=np.column_stack([INDICES, INDICES]),
        warnings=((),) * len(INDICES),
    )
    state = ReviewState(DecisionLog.open(tmp_path / "review.sqlite"), paths, proposals)
    yield state
    state.close()


def decide(review, kind, indices, batch=None, **more):
    operations = [Operation(key=f"{kind}{i}", kind=kind, index=int(i), batch=batch, **more) for i in indices]
    assert all(outcome.ok for outcome in review.apply(operations, user="anna"))


def hear(log, review, paths, answer="here", n=None):
    found = survey_listening(log, review, paths)
    for item in [item for item in found.items if not found.answered(item)][:n]:
        log.answer(item, "elsewhere" if item.is_decoy else answer, user="ben")
    return survey_listening(log, review, paths)


def test_a_sample_is_heard_to_its_end_across_restarts(tmp_path, review, paths):
    decide(review, "approve", INDICES[:80], batch="bulk")  # approved in one go counts like any other
    log = ListeningLog(tmp_path / "review.sqlite")
    assert survey_listening(log, review, paths).goal is None
    log.set_goal(0.1, 0.95, user="ben")
    first = survey_listening(log, review, paths)
    assert first.guarantee.n_sample == 29
    assert {item.index for item in first.items if not item.is_decoy} <= set(INDICES[:80].tolist())
    assert [item.index for item in first.items] != sorted(item.index for item in first.items)
    hear(log, review, paths, n=10)
    again = ListeningLog(tmp_path / "review.sqlite")
    assert survey_listening(again, review, paths).items == first.items
    assert hear(again, review, paths).guarantee.text() == "0 of 29 wrong: fewer than 9.9 % at 95 % confidence"


def test_what_is_approved_later_is_heard_before_anything_follows(tmp_path, review, paths):
    decide(review, "approve", INDICES[:40])
    log = ListeningLog(tmp_path / "review.sqlite")
    log.set_goal(0.1, 0.95, user="ben")
    assert hear(log, review, paths).guarantee.bound is not None
    decide(review, "approve", INDICES[40:])
    later = survey_listening(log, review, paths).guarantee
    assert later.bound is None
    assert later.n_heard < later.n_sample == 29
    assert hear(log, review, paths).guarantee.bound is not None


def test_what_was_wrong_counts_after_it_was_mended(tmp_path, review, paths):
    decide(review, "approve", INDICES)
    log = ListeningLog(tmp_path / "review.sqlite")
    log.set_goal(0.1, 0.95, user="ben")
    found = survey_listening(log, review, paths)
    wrong = next(item for item in found.items if not item.is_decoy)
    log.answer(wrong, "elsewhere", user="ben")
    decide(review, "reject", [wrong.index])
    found = hear(log, review, paths)
    assert (found.guarantee.n_wrong, found.guarantee.n_judged) == (1, 30)
    assert found.guarantee.text().startswith("1 of 30 wrong: fewer than 1")


def test_another_size_after_answers_is_another_look(tmp_path, review, paths):
    decide(review, "approve", INDICES)
    log = ListeningLog(tmp_path / "review.sqlite")
    log.set_goal(0.1, 0.95, user="ben")
    log.set_goal(0.2, 0.95, user="ben")
    assert log.goal().looks == 1
    hear(log, review, paths, n=1)
    log.set_goal(0.1, 0.95, user="ben")
    assert log.goal().looks == 2
    assert log.goal().seed == ListeningLog(tmp_path / "review.sqlite").goal().seed


def test_answers_are_only_ever_added_and_decisions_stay_readable(tmp_path, review, paths):
    decide(review, "approve", INDICES[:10])
    log = ListeningLog(tmp_path / "review.sqlite")
    log.set_goal(0.1, 0.95, user="ben")
    hear(log, review, paths)
    with sqlite3.connect(tmp_path / "review.sqlite") as connection:
        for statement in ("UPDATE listening_answers SET answer = 'here'", "DELETE FROM listening_goals"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    with DecisionLog.open(tmp_path / "review.sqlite") as again:
        assert len(again.all()) == 10


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "review.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 50)
    with pytest.raises(StoreCorrupt):
        ListeningLog(tmp_path / "review.sqlite")
