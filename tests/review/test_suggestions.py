"""Does a suggestion wait until it is answered, and never come back once it was?"""

import numpy as np
import pyarrow as pa
import pytest

from spkbound.domain import Suggestion
from spkbound.review.log import DecisionLog
from spkbound.review.queue import Harm
from spkbound.review.state import ReviewState
from spkbound.review.tables import Operation, Proposals
from spkbound.review.waiting import Weighed, add_harm, expected_spoilt

N = 60
OUTLIER, BESIDE, CHANGE, STRETCH, VOICE = range(5)


def suggest(kind, *indices, interval=None):
    interval = interval or (min(indices), max(indices))
    return Suggestion(kind=kind, indices=indices, interval=interval, probability=0.5, cost=1.0)


SUGGESTED = (
    suggest("outlier", 5),
    suggest("same_speaker_beside", 20),
    suggest("second_change", 15, interval=(13, 16)),
    suggest("second_change", 32, 36),
    suggest("same_voice", 10, 40),
)


def open_state(path, indices=(10, 20, 30, 40), suggested=SUGGESTED):
    index = np.array(indices, np.int64)
    ones = np.ones(len(index))
    proposals = Proposals(
        indices=index,
        probabilities=ones * 0.8,
        existence=ones * 0.9,
        intervals=np.stack([index, index], axis=1),
        warnings=((),) * len(index),
        suggestions=suggested,
    )
    names = pa.array([b"%02d.wav" % i for i in range(N)], pa.binary())
    return ReviewState(DecisionLog.open(path), names, proposals)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "review.sqlite"


class Reviewer:
    def __init__(self, state, user="anna"):
        self.state, self.user, self._n = state, user, 0

    def do(self, kind, index, **fields):
        self._n += 1
        operation = Operation(key=f"{self.user}-{id(self)}-{self._n}", kind=kind, index=index, **fields)
        [outcome] = self.state.apply([operation], user=self.user)
        return outcome


@pytest.fixture
def anna(path):
    return Reviewer(open_state(path))


def test_at_first_every_suggestion_waits(anna):
    assert anna.state.answered() == ()


@pytest.mark.parametrize(
    ("deed", "answered"),
    [
        (("exclude", 5, {}), OUTLIER),
        (("include", 5, {}), OUTLIER),
        (("reject", 20, {}), BESIDE),
        (("approve", 20, {}), BESIDE),
        (("add", 14, {}), CHANGE),
        (("add", 32, {}), STRETCH),
        (("shift", 33, {"from_index": 30}), STRETCH),
        (("same_speaker", 12, {"other_index": 45}), VOICE),
    ],
)
def test_doing_what_it_asks_for_answers_it(anna, deed, answered):
    kind, index, fields = deed
    assert anna.do(kind, index, **fields).ok
    assert anna.state.answered() == (answered,)
    anna.state.undo("anna")
    assert anna.state.answered() == ()


@pytest.mark.parametrize(
    ("number", "index", "fields"),
    [
        (OUTLIER, 5, {"text": "outlier"}),
        (BESIDE, 20, {"text": "same_speaker_beside"}),
        (CHANGE, 15, {"text": "second_change"}),
        (STRETCH, 32, {"text": "second_change"}),
        (VOICE, 10, {"text": "same_voice", "other_index": 40}),
    ],
)
def test_no_is_an_answer_that_can_be_taken_back(anna, number, index, fields):
    before = anna.state.boundaries()
    assert anna.do("dismiss", index, **fields).ok
    assert anna.state.answered() == (number,)
    assert anna.state.boundaries() is before
    [undone] = anna.state.undo("anna")
    assert undone.index == (40 if number == VOICE else index)
    assert anna.state.answered() == ()
    anna.state.redo("anna")
    assert anna.state.answered() == (number,)


def test_what_was_answered_does_not_come_back_with_another_detection(anna, path):
    anna.do("dismiss", 5, text="outlier")
    anna.do("dismiss", 15, text="second_change")
    anna.do("dismiss", 10, text="same_voice", other_index=40)
    moved = (
        suggest("outlier", 5),
        suggest("outlier", 6),
        suggest("second_change", 14, interval=(12, 18)),
        suggest("same_voice", 11, 41),
        suggest("same_voice", 11, 30),
    )
    assert open_state(path, (11, 20, 30, 41), moved).answered() == (0, 2, 3)


def test_voices_linked_by_way_of_a_third_need_no_answer(path):
    pairs = [(0, 20), (20, 40), (0, 40)]
    anna = Reviewer(open_state(path, suggested=tuple(suggest("same_voice", *pair) for pair in pairs)))
    anna.do("same_speaker", 0, other_index=20)
    anna.do("same_speaker", 20, other_index=40)
    assert anna.state.answered() == (0, 1, 2)
    assert anna.state.same_speakers() == ((0, 2, 4),)


def test_a_shift_leaves_the_doubt_about_a_boundary(anna):
    anna.do("shift", 22, from_index=20)
    assert anna.state.answered() == ()
    anna.do("approve", 22)
    assert anna.state.answered() == (BESIDE,)


def test_only_what_is_a_suggestion_can_be_dismissed(anna):
    assert "kind of suggestion" in anna.do("dismiss", 15).error
    assert "kind of suggestion" in anna.do("dismiss", 15, text="ghost").error
    assert "two segments" in anna.do("dismiss", 15, text="same_voice").error
    assert "no utterance" in anna.do("dismiss", N, text="outlier").error


def test_a_comment_stays_with_its_boundary(anna, path):
    anna.do("comment", 20, text="twins?")
    anna.do("shift", 22, from_index=20)
    anna.do("comment", 22, text="surely twins")
    anna.do("shift", 21, from_index=22)
    anna.do("comment", 50, text="a dog")
    [first, second, third] = open_state(path).comments()
    assert [(each.index, each.text) for each in (first, second, third)] == [
        (21, "twins?"),
        (21, "surely twins"),
        (50, "a dog"),
    ]
    assert (first.user, first.at[:2]) == ("anna", "20")
    anna.state.undo("anna")
    assert [each.index for each in anna.state.comments()] == [21, 21]
    anna.state.undo("anna")
    assert [each.index for each in anna.state.comments()] == [22, 22]


def test_a_doubt_about_a_place_that_a_boundary_was_shifted_to_earlier_costs_there(path):
    before = open_state(path, indices=(20, 40), suggested=())
    assert Reviewer(before).do("shift", 22, from_index=20).ok
    doubt = suggest("same_speaker_beside", 22)
    state = open_state(path, indices=(20, 22, 40), suggested=(doubt,))
    table = state.boundaries()
    starts = state.segments().start
    none = Harm(speakers=np.zeros(len(table)), files=np.zeros(len(table)))
    weighed = Weighed.of((doubt,), state.detected_edges)
    waiting = add_harm(table, none, weighed, answered=state.answered(), starts=starts)
    assert waiting.boundaries.files.tolist() == [1.0, 0.0]
    assert waiting.boundaries.speakers.tolist() == [0.5, 0.0]


def test_two_in_one_folder_are_two_spoilt_speakers_and_one_in_two_folders_is_one():
    edges = [0, 20, 40, 60]
    assert expected_spoilt(suggest("second_change", 30), edges) == 1.0
    assert expected_spoilt(suggest("same_voice", 0, 40), edges) == 0.5
    assert expected_spoilt(suggest("same_speaker_beside", 20), edges) == 0.5


def test_what_does_not_belong_spoils_the_share_of_its_folder_and_a_segment_asks_once(path):
    foreign = (suggest("outlier", 3), suggest("outlier", 5), suggest("outlier", 21), suggest("outlier", 22))
    state = open_state(path, indices=(20, 30), suggested=foreign)
    table, starts = state.boundaries(), state.segments().start
    none = Harm(speakers=np.zeros(len(table)), files=np.zeros(len(table)))
    weighed = Weighed.of(foreign, state.detected_edges)
    waiting = add_harm(table, none, weighed, answered=(3,), starts=starts)
    assert waiting.others.speakers.tolist() == pytest.approx([2 * 0.5 / 20, 0.5 / 10])
    assert waiting.others.files.tolist() == [2.0, 1.0]
