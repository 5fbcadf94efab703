"""Do decisions and proposals together give the boundaries that a reviewer expects?"""

import numpy as np
import pyarrow as pa
import pytest

from spkbound.errors import DecisionRefused
from spkbound.review.log import DecisionLog
from spkbound.review.state import ReviewState
from spkbound.review.tables import Operation, Proposals

N = 60
NAMES = [b"s%02d.wav" % i for i in range(N)]


def propose(*indices, masses=None):
    n = len(indices)
    index = np.array(indices, np.int64)
    return Proposals(
        indices=index,
        probabilities=np.full(n, 0.8),
        existence=np.full(n, 0.95),
        intervals=np.stack([index - 1, index + 1], axis=1),
        warnings=(("outlier near",),) * n,
        place_starts=None if masses is None else index - 1,
        place_probabilities=None if masses is None else (np.array(masses, np.float32),) * n,
    )


class Desk:
    """One log with a state on it, and short words for operations."""

    def __init__(self, path, proposals, names=NAMES):
        self.log = DecisionLog.open(path)
        self.state = ReviewState(self.log, pa.array(names, pa.binary()), proposals)
        self._n = 0

    def do(self, kind, index, user="anna", **fields):
        self._n += 1
        [outcome] = self.state.apply([Operation(key=f"{user}{self._n}", kind=kind, index=index, **fields)], user=user)
        return outcome

    def shift(self, start, target, **fields):
        return self.do("shift", target, from_index=start, **fields)

    def states(self):
        table = self.state.boundaries()
        return dict(zip(table.index.tolist(), table.state))

    def row(self, index):
        table = self.state.boundaries()
        at = table.position(index)
        return {name: getattr(table, name)[at] for name in ("state", "probability", "proposed_index", "origin_index")}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "review.sqlite", propose(10, 20, 30))


def test_a_shift_leaves_the_boundary_undecided_until_it_is_approved(desk):
    assert desk.shift(10, 12).ok
    assert desk.states() == {12: "shifted", 20: "undecided", 30: "undecided"}
    assert desk.row(12)["origin_index"] == 10
    assert desk.state.segments().approved.tolist() == [False] * 4
    desk.shift(12, 13)
    desk.do("approve", 13)
    assert desk.row(13) == {"state": "approved", "probability": pytest.approx(np.nan, nan_ok=True)} | {
        "proposed_index": 10,
        "origin_index": 10,
    }
    assert desk.state.segments().approved.tolist() == [True, False, False, False]


def test_a_shift_of_an_approved_boundary_makes_it_shifted(desk):
    desk.do("approve", 10)
    desk.shift(10, 11)
    assert desk.states()[11] == "shifted"


def test_shifting_back_to_the_detectors_place_makes_it_undecided(desk):
    desk.shift(10, 12)
    desk.shift(12, 10)
    assert desk.states() == {10: "undecided", 20: "undecided", 30: "undecided"}
    assert desk.row(10)["origin_index"] == -1


def test_an_added_boundary_shifted_back_does_not_vanish(desk):
    desk.do("add", 40)
    desk.shift(40, 41)
    desk.shift(41, 40)
    assert desk.states()[40] == "shifted"


def test_the_probability_of_a_shifted_boundary_is_the_mass_of_its_place(tmp_path):
    desk = Desk(tmp_path / "r.sqlite", propose(10, masses=[0.1, 0.8, 0.07]))
    desk.shift(10, 11)
    assert desk.row(11)["probability"] == pytest.approx(0.07)
    desk.shift(11, 15)
    assert desk.row(15)["probability"] == 0


def test_rejecting_joins_two_segments_and_can_be_taken_back_by_approving(desk):
    desk.do("reject", 20)
    segments = desk.state.segments()
    assert list(zip(segments.start.tolist(), segments.stop.tolist())) == [(0, 10), (10, 30), (30, 60)]
    assert desk.states()[20] == "rejected"
    desk.do("approve", 20)
    assert len(desk.state.segments()) == 4


def test_a_segment_is_approved_between_two_approved_or_added_ends(desk):
    desk.do("approve", 10)
    desk.do("add", 15)
    desk.do("approve", 30)
    assert desk.state.segments().approved.tolist() == [True, True, False, False, True]
    assert desk.state.locks().approved == (10, 15, 30)


@pytest.mark.parametrize(
    ("start", "target", "says"),
    [
        (10, 0, "an end of the corpus"),
        (10, 60, "an end of the corpus"),
        (10, 99, "no place in this corpus"),
        (10, 20, "a boundary at 20 already"),
        (10, 25, "across the one at 20"),
        (30, 5, "across the one at 20"),
        (11, 12, "no boundary at 11"),
        (10, 10, "at 10 already"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_in_words_and_stores_nothing(desk, start, target, says):
    outcome = desk.shift(start, target)
    assert not outcome.ok
    assert says in outcome.error
    assert desk.log.all() == []


def test_a_shift_may_cross_a_rejected_boundary(desk):
    desk.do("reject", 20)
    assert desk.shift(10, 25).ok
    assert desk.states() == {20: "rejected", 25: "shifted", 30: "undecided"}


def test_what_is_not_there_can_neither_be_approved_nor_rejected_nor_added_twice(desk):
    desk.shift(10, 12)
    assert "no boundary at 10" in desk.do("approve", 10).error
    assert "no boundary at 7" in desk.do("reject", 7).error
    assert "already" in desk.do("add", 20).error
    assert "approve it before" in (desk.do("reject", 20), desk.shift(20, 21))[1].error


def test_excluding_and_including_touch_one_utterance_only(desk):
    desk.do("exclude", 0)
    desk.do("exclude", 59)
    desk.do("include", 0)
    assert desk.state.excluded == {59}
    assert "no utterance 60" in desk.do("exclude", 60).error
    desk.state.undo("anna")
    assert desk.state.excluded == {0, 59}
    assert set(desk.states().values()) == {"undecided"}


def test_undo_of_a_shift_looks_where_the_boundary_is_now(desk):
    desk.shift(10, 12)
    [outcome] = desk.state.undo("anna")
    assert outcome.index == 10
    assert desk.states() == {10: "undecided", 20: "undecided", 30: "undecided"}
    [outcome] = desk.state.redo("anna")
    assert outcome.index == 12
    assert desk.row(12)["origin_index"] == 10


def test_bulk_is_one_undo_step(desk):
    operations = [Operation(key=f"b{i}", kind="approve", index=i, batch="bulk") for i in (10, 20, 30)]
    assert all(outcome.ok for outcome in desk.state.apply(operations, user="anna"))
    assert len(desk.state.undo("anna")) == 3
    assert set(desk.states().values()) == {"undecided"}


def test_an_operation_on_an_old_version_conflicts_with_both_versions_shown(desk):
    version = desk.do("approve", 10, user="ben").version
    outcome = desk.do("reject", 10, version=0)
    assert not outcome.ok
    assert outcome.conflict.mine.kind == "reject"
    assert (outcome.conflict.theirs.user, outcome.conflict.theirs.kind) == ("ben", "approve")
    assert outcome.version == version == 1
    assert desk.states()[10] == "approved"
    assert desk.do("reject", 10, version=1).ok


def test_a_conflict_about_a_moved_boundary_says_where_it_is_now(desk):
    desk.shift(10, 14, user="ben")
    outcome = desk.do("approve", 10, version=0)
    assert outcome.conflict.theirs_index == 14


def test_undo_is_refused_if_somebody_decided_on_that_place_since(desk):
    desk.shift(10, 12)
    desk.do("approve", 12, user="ben")
    with pytest.raises(DecisionRefused, match="ben"):
        desk.state.undo("anna")
    assert desk.states()[12] == "approved"


def test_a_repeated_key_is_ok_and_adds_nothing(desk):
    operation = Operation(key="same", kind="shift", index=12, from_index=10, version=0)
    first = desk.state.apply([operation], user="anna")
    assert desk.state.apply([operation], user="anna") == first
    assert len(desk.log.all()) == 1


def test_two_states_on_one_log_see_each_other(tmp_path, desk):
    other = Desk(tmp_path / "review.sqlite", propose(10, 20, 30))
    desk.shift(10, 12)
    desk.do("exclude", 3)
    assert len(other.state.refresh()) == 2
    assert other.states() == desk.states()
    assert other.state.excluded == {3}
    # Without a refresh the decision of the other is seen all the same, as a conflict.
    desk.do("reject", 20, version=0)
    assert other.do("approve", 20, user="ben", version=0).conflict is not None


def test_decided_places_survive_another_detection(tmp_path, desk):
    desk.shift(10, 12)
    desk.do("approve", 20)
    desk.do("reject", 30)
    again = Desk(tmp_path / "review.sqlite", propose(10, 33))
    assert again.states() == {12: "shifted", 20: "approved", 30: "rejected", 33: "undecided"}
    assert again.state.locks().rejected == (30,)
    assert np.isnan(again.row(20)["probability"])


def test_decisions_follow_their_files_and_orphans_are_counted(tmp_path, desk):
    desk.do("approve", 10)
    desk.do("approve", 20)
    desk.do("exclude", 20)
    names = [b"new.wav", *[name for name in NAMES if name != NAMES[20]]]
    moved = Desk(tmp_path / "review.sqlite", propose(), names)
    assert moved.states() == {11: "approved"}
    assert moved.state.orphans == 2
    assert moved.state.excluded == set()
    assert len(moved.log.all()) == 3


def test_an_empty_corpus_has_neither_boundaries_nor_segments(tmp_path):
    desk = Desk(tmp_path / "r.sqlite", Proposals.none(), names=[])
    assert len(desk.state.boundaries()) == 0
    assert len(desk.state.segments()) == 0
    assert not desk.do("add", 0).ok


def test_names_that_are_not_utf8_are_kept_apart(tmp_path):
    desk = Desk(tmp_path / "r.sqlite", propose(1), names=[b"\xff.wav", b"\xfe.wav", b"${x}\n'.wav"])
    desk.do("approve", 1)
    desk.do("add", 2)
    again = Desk(tmp_path / "r.sqlite", propose(), names=[b"\xff.wav", b"\xfe.wav", b"${x}\n'.wav"])
    assert again.states() == {1: "approved", 2: "added"}


def test_segments_far_apart_may_be_one_speaker(desk):
    assert desk.do("same_speaker", 35, other_index=3).ok
    assert desk.state.same_speakers() == ((0, 3),)
    desk.do("same_speaker", 25, user="ben", other_index=59)
    assert desk.state.same_speakers() == ((0, 2, 3),)
    desk.state.undo("anna")
    assert desk.state.same_speakers() == ((2, 3),)
    desk.state.redo("anna")
    assert desk.state.same_speakers() == ((0, 2, 3),)
    assert len(desk.state.segments()) == 4


def test_one_speaker_in_two_segments_outlives_shifts_and_a_restart(desk, tmp_path):
    desk.do("same_speaker", 30, other_index=10)  # named by their first utterances
    desk.shift(30, 34)
    desk.shift(10, 8)
    again = Desk(tmp_path / "review.sqlite", propose(20, 50))
    assert again.states() == {8: "shifted", 20: "undecided", 34: "shifted", 50: "undecided"}
    assert again.state.same_speakers() == ((1, 3),)
    again.do("reject", 20, user="ben")
    assert again.state.same_speakers() == ((1, 2),)
    again.do("reject", 34, user="ben")
    assert again.state.same_speakers() == ()


def test_one_segment_is_one_speaker_already(desk):
    assert "one segment already" in desk.do("same_speaker", 12, other_index=19).error
    assert "two segments" in desk.do("same_speaker", 12).error
    assert "no utterance 60" in desk.do("same_speaker", 12, other_index=N).error
    assert desk.state.same_speakers() == ()


def test_a_boundary_shifted_to_a_place_that_the_corpus_lost_is_asked_about_where_it_is_proposed(tmp_path):
    desk = Desk(tmp_path / "review.sqlite", propose(10, 20))
    desk.shift(10, 12)
    desk.shift(12, 13)
    without = [name for name in NAMES if name != NAMES[13]]
    later = Desk(tmp_path / "review.sqlite", propose(10, 19), names=without)
    assert later.states() == {10: "undecided", 19: "undecided"}
    assert later.state.segments().start.tolist() == [0, 10, 19]
    assert later.do("approve", 10, user="ben").ok
    assert later.states() == {10: "approved", 19: "undecided"}
