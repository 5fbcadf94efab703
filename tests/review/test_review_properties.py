"""Does what is true of one decision hold for every sequence of them?"""

import itertools
import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from review.replay import opened, replay

from spkbound.errors import DecisionRefused
from spkbound.review.log import DecisionLog
from spkbound.review.state import ReviewState
from spkbound.review.tables import Operation, Proposals

N = 12
PATHS = pa.array([b"%02d.wav" % i for i in range(N)], pa.binary())
PROPOSED = np.array([3, 6, 9])
USERS = ("anna", "ben")

operations = st.tuples(
    st.sampled_from(
        ["approve", "reject", "shift", "add", "exclude", "include", "comment", "same_speaker", "undo", "redo"]
    ),
    st.integers(0, N),
    st.integers(0, N),
    st.sampled_from(USERS),
)


def open_state(path):
    proposals = Proposals(
        indices=PROPOSED,
        probabilities=np.full(3, 0.9),
        existence=np.full(3, 1.0),
        intervals=np.stack([PROPOSED, PROPOSED], axis=1),
        warnings=((),) * 3,
    )
    return ReviewState(DecisionLog.open(path), PATHS, proposals)


def perform(state, step, key):
    kind, index, start, user = step
    if kind in ("undo", "redo"):
        try:
            return getattr(state, kind)(user, key=key)
        except DecisionRefused:
            return []
    other = start if kind == "same_speaker" else None
    start = start if kind == "shift" else None
    return state.apply([Operation(key=key, kind=kind, index=index, from_index=start, other_index=other)], user=user)


def picture(state):
    """Everything a reviewer sees but versions and the author of a decision that was taken back."""
    table = state.boundaries()
    segments = state.segments()
    return (
        list(zip(table.index.tolist(), table.state, table.origin_index.tolist(), table.user)),
        list(zip(segments.start.tolist(), segments.stop.tolist(), segments.approved.tolist())),
        state.excluded,
        state.same_speakers(),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(operations, max_size=25))
def test_replaying_the_log_gives_the_state_and_equals_the_view(steps):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.sqlite"
        state = open_state(path)
        for number, step in enumerate(steps):
            perform(state, step, f"k{number}")
        assert picture(open_state(path)) == picture(state)
        with DecisionLog.open(path) as log:
            states, versions, remarks = replay(log.rows_since(0))
            assert opened(log.opening()) == (states, versions, remarks)
        assert {place: (*state[:4], versions[place]) for place, state in states.items()} == viewed(path)


@settings(max_examples=60, deadline=None)
@given(st.lists(operations, max_size=25), st.integers(0, 25))
def test_who_opened_the_log_later_sees_what_the_first_sees_and_every_way_back(steps, at):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.sqlite"
        first = open_state(path)
        for number, step in enumerate(steps[:at]):
            perform(first, step, f"k{number}")
        later = open_state(path)
        for number, step in enumerate(steps[at:]):
            perform(later, step, f"l{number}")
        first.refresh()
        assert picture(later) == picture(first) == picture(open_state(path))


@settings(max_examples=60, deadline=None)
@given(st.lists(operations, max_size=15), operations)
def test_undo_after_a_decision_is_identity_and_redo_after_undo_as_well(steps, last):
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(Path(folder) / "r.sqlite")
        for number, step in enumerate(steps):
            perform(state, step, f"k{number}")
        before = picture(state)
        rows = perform(state, last, "last")
        if last[0] in ("undo", "redo") or not rows[0].ok:
            return
        after = picture(state)
        state.undo(last[3])
        assert picture(state) == before
        state.redo(last[3])
        assert picture(state) == after


@settings(max_examples=40, deadline=None)
@given(st.lists(operations.filter(lambda step: step[0] not in ("undo", "redo")), max_size=15))
def test_one_reviewer_can_walk_all_the_way_back_and_forth(steps):
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(Path(folder) / "r.sqlite")
        pictures = [picture(state)]
        for number, (kind, index, start, _) in enumerate(steps):
            if perform(state, (kind, index, start, "anna"), f"k{number}")[0].ok:
                pictures.append(picture(state))
        for earlier in pictures[-2::-1]:
            assert state.undo("anna")
            assert picture(state) == earlier
        assert state.undo("anna") == []
        for later in pictures[1:]:
            assert state.redo("anna")
            assert picture(state) == later
        assert state.redo("anna") == []


@settings(max_examples=40, deadline=None)
@given(st.lists(operations, max_size=25))
def test_segments_partition_the_corpus_whatever_is_decided(steps):
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(Path(folder) / "r.sqlite")
        for number, step in enumerate(steps):
            perform(state, step, f"k{number}")
        segments = state.segments()
        edges = [0, *segments.stop.tolist()]
        assert edges[:-1] == segments.start.tolist()
        assert edges[-1] == N
        assert all(a < b for a, b in itertools.pairwise(edges))


def viewed(path):
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT left_path, right_path, status, user, at, decision, version FROM current_places"
        )
        return {(left, right): tuple(rest) for left, right, *rest in rows}
