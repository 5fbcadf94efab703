"""Does what an answer calls changed make the rows of before into those of now?"""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.domain import Suggestion
from spkbound.review.log import DecisionLog
from spkbound.review.state import ReviewState
from spkbound.review.tables import Operation, Proposals
from spkbound.ui.picture import Picture

N = 60
INDICES = np.array([10, 20, 30, 40])
DOUBT = Suggestion(kind="same_speaker_beside", indices=(20,), interval=(20, 20), probability=0.5, cost=7.0)
STEPS = st.lists(
    st.tuples(st.sampled_from(["approve", "reject", "add", "shift", "exclude", "undo", "redo"]), st.integers(1, N - 1)),
    max_size=12,
)


def open_review(path) -> ReviewState:
    proposals = Proposals(
        indices=INDICES,
        probabilities=np.array([0.9, np.nan, 0.7, 0.6]),
        existence=np.array([0.95, np.nan, 0.8, 0.9]),
        intervals=np.stack([INDICES - 1, INDICES + 1], axis=1),
        warnings=((), ("short",), (), ()),
        suggestions=(DOUBT,),
    )
    return ReviewState(DecisionLog.open(path), pa.array([b"%02d.wav" % i for i in range(N)], pa.binary()), proposals)


def take(review: ReviewState, kind: str, index: int) -> None:
    if kind in ("undo", "redo"):
        getattr(review, kind)("anna")
        return
    near = int(INDICES[np.abs(INDICES - index).argmin()])
    start = near if kind == "shift" else None
    place = near if kind in ("approve", "reject") else index
    review.apply([Operation(key=f"{review.version}", kind=kind, index=place, from_index=start)], user="anna")


def rows(picture: Picture) -> dict[int, dict]:
    columns = picture.whole()["columns"]
    return {row[0]: dict(zip(columns, row)) for row in zip(*columns.values())}


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_what_changed_laid_over_what_was_is_what_is(tmp_path_factory, steps):
    review = open_review(tmp_path_factory.mktemp("log") / "review.sqlite")
    before = Picture(review, (DOUBT,))
    for kind, index in steps:
        take(review, kind, index)
        after = Picture(review, (DOUBT,))
        answer = after.since(before)
        made = {index: row for index, row in rows(before).items() if index not in answer["removed"]}
        made |= {row["index"]: row for row in answer["changed"]}
        assert made == rows(after)
        assert not [row for row in answer["changed"] if row == rows(before).get(row["index"])]
        before = after
    review.close()


def test_without_boundaries_nothing_changed(tmp_path):
    review = ReviewState(DecisionLog.open(tmp_path / "r.sqlite"), pa.array([b"a", b"b"], pa.binary()), Proposals.none())
    before = Picture(review, ())
    review.apply([Operation(key="k", kind="add", index=1)], user="anna")
    answer = Picture(review, ()).since(before)
    assert ([row["index"] for row in answer["changed"]], answer["removed"]) == ([1], [])
    assert before.since(before)["changed"] == []
    review.close()
