import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.domain import Place
from spkbound.errors import StoreCorrupt
from spkbound.review.fold import place_state
from spkbound.review.log import DecisionLog
from spkbound.review.rows import NewDecision
from spkbound.review.transfer import import_rows, lines_to_rows, rows_to_lines

HOSTILE = b"a/${alert(1)}\xff\\x41 \n.wav"


def place(number: int) -> Place:
    return Place(b"a/%d.wav" % number, HOSTILE + b"%d" % number)


def said(kind: str, number: int, key: str, *, come_from: int | None = None, **more: str) -> NewDecision:
    origin = None if come_from is None else place(come_from)
    return NewDecision(key=key, kind=kind, place=place(number), origin=origin, detector="d", **more)


@pytest.fixture
def logs(tmp_path):
    found = [DecisionLog.open(tmp_path / f"{name}.sqlite") for name in ("here", "there")]
    yield found
    for log in found:
        log.close()


def carried(log) -> list:
    """As from another machine: through text and back."""
    return lines_to_rows(list(rows_to_lines(log.rows_since(0))))


def state_of(log) -> dict:
    states = {where: place_state(row, where) for where, row in log.opening().rows.items()}
    return {where: (state.status, state.user, state.at, state.began) for where, state in states.items()}


def test_everything_arrives_as_it_was_once_and_in_order(logs):
    here, there = logs
    there.append([said("shift", 2, "k1", come_from=1), said("approve", 2, "k2")], user="anna")
    there.append([said("comment", 3, "k3", text="breath?"), said("reject", 4, "k4", batch="k3")], user="ben")
    there.undo("ben")
    there.redo("ben")
    there.undo("anna")
    first = import_rows(here, carried(there))
    assert (first.n_added, first.n_known, first.clashes) == (len(there.all()), 0, ())
    without_ids = [row._replace(id=0, undoes=None) for row in here.rows_since(0)]
    assert without_ids == [row._replace(id=0, undoes=None) for row in there.rows_since(0)]
    assert state_of(here) == state_of(there)
    again = import_rows(here, carried(there))
    assert (again.n_added, again.n_known) == (0, first.n_added)


def test_what_both_sides_decided_is_listed_and_not_applied_nor_what_builds_on_it(logs):
    here, there = logs
    here.append([said("approve", 1, "h1")], user="anna")
    there.append([said("reject", 1, "t1"), said("approve", 1, "t2"), said("approve", 5, "t3")], user="ben")
    there.append([said("shift", 7, "t4", come_from=1)], user="ben")
    before = state_of(here)
    found = import_rows(here, carried(there))
    assert [clash.theirs.key for clash in found.clashes] == ["t1", "t2", "t4"]
    assert "ben said reject" in str(found.clashes[0])
    assert "here anna said approve" in str(found.clashes[0])
    after = state_of(here)
    assert {where: after[where] for where in before} == before
    assert set(after) - set(before) == {(place(5).left_path, place(5).right_path)}


def test_an_undo_of_what_was_not_taken_over_is_a_clash_as_well(logs):
    here, there = logs
    here.append([said("approve", 1, "h1")], user="anna")
    there.append([said("reject", 1, "t1")], user="ben")
    there.undo("ben", key="t2")
    assert [clash.theirs.key for clash in import_rows(here, carried(there)).clashes] == ["t1", "t2"]


def test_work_that_goes_on_from_here_comes_back(logs):
    here, there = logs
    here.append([said("approve", 1, "h1")], user="anna")
    import_rows(there, carried(here))
    there.append([said("reject", 1, "t1")], user="ben")
    assert import_rows(here, carried(there)).clashes == ()
    assert state_of(here) == state_of(there)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "burn"},
        {"left_path": 5},
        {"version": "1"},
        {"user": None},
        {"at": 7},
        {"key": None},
        {"version": 2**63},
    ],
)
def test_a_line_that_is_no_decision_stops_the_import_before_it_begins(logs, change):
    here, there = logs
    there.append([said("approve", 1, "t1"), said("approve", 2, "t2")], user="ben")
    lines = list(rows_to_lines(there.rows_since(0)))
    lines[1] = orjson.dumps(orjson.loads(lines[1]) | change)
    with pytest.raises(StoreCorrupt, match="line 2"):
        import_rows(here, lines_to_rows(lines))
    with pytest.raises(StoreCorrupt, match="line 1"):
        lines_to_rows([b"{nonsense"])
    assert here.all() == []


def test_the_end_of_a_log_goes_on_from_what_came_before(logs):
    here, there = logs
    there.append([said("approve", 1, "t1"), said("comment", 2, "t2", text="hm")], user="ben")
    n_sent = len(carried(there))
    import_rows(here, carried(there))
    there.undo("ben")
    there.undo("ben")
    there.redo("ben")
    found = import_rows(here, carried(there)[n_sent:])
    assert (found.n_added, found.clashes) == (3, ())
    assert state_of(here) == state_of(there)


def test_a_row_cannot_take_back_what_is_about_another_place(logs):
    here, there = logs
    there.append([said("approve", 1, "t1"), said("approve", 2, "t2")], user="ben")
    there.undo("ben", key="t3")
    lines = list(rows_to_lines(there.rows_since(0)))
    lines[2] = orjson.dumps(orjson.loads(lines[2]) | {"undoes": 1, "undoes_key": "t1"})
    assert [clash.theirs.key for clash in import_rows(here, lines_to_rows(lines)).clashes] == ["t3"]


@given(st.lists(st.tuples(st.sampled_from(["approve", "reject", "undo", "redo"]), st.integers(1, 3)), max_size=12))
@settings(max_examples=15, deadline=None)
def test_any_story_is_the_same_on_the_other_side(tmp_path_factory, story):
    folder = tmp_path_factory.mktemp("story")
    with DecisionLog.open(folder / "a.sqlite") as there, DecisionLog.open(folder / "b.sqlite") as here:
        for step, (kind, number) in enumerate(story):
            if kind in ("undo", "redo"):
                getattr(there, kind)("ben", key=f"k{step}")
            else:
                there.append([said(kind, number, f"k{step}")], user="ben")
            if step % 3 == 0:
                import_rows(here, carried(there))
        assert import_rows(here, carried(there)).clashes == ()
        assert state_of(here) == state_of(there)
