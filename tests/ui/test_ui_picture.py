"""Does what an answer calls changed make the rows of before into those of now?"""

import numpy as np
import pyarrow as pa
import pytest
from conftest import OURS
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.domain import Suggestion
from spkbound.review.log import DecisionLog
from spkbound.review.state import ReviewState
from spkbound.review.tables import Operation, Proposals
from spkbound.review.waiting import Weighed
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
    weighed = Weighed.of((DOUBT,), review.detected_edges)
    before = Picture(review, weighed)
    for kind, index in steps:
        take(review, kind, index)
        after = Picture(review, weighed)
        answer = after.now_at(after.changed_since(before))
        made = {index: row for index, row in rows(before).items() if index not in answer["removed"]}
        made |= {row["index"]: row for row in answer["changed"]}
        assert made == rows(after)
        assert not [row for row in answer["changed"] if row == rows(before).get(row["index"])]
        before = after
    review.close()


def test_without_boundaries_nothing_changed(tmp_path):
    review = ReviewState(DecisionLog.open(tmp_path / "r.sqlite"), pa.array([b"a", b"b"], pa.binary()), Proposals.none())
    before = Picture(review, Weighed.of((), review.detected_edges))
    review.apply([Operation(key="k", kind="add", index=1)], user="anna")
    after = Picture(review, Weighed.of((), review.detected_edges))
    assert (after.changed_since(before), before.changed_since(after), before.changed_since(before)) == ({1}, {1}, set())
    assert [row["index"] for row in after.now_at({1})["changed"]] == [1]
    assert before.now_at({1})["removed"] == [1]
    review.close()


def test_who_asks_again_hears_only_what_happened_since(own_client, voices):
    first, second, *_ = voices.boundaries
    known = own_client.get("/x/boundaries").json()
    before = dict(zip(known["columns"]["index"], zip(*known["columns"].values())))

    def ask() -> dict:
        return own_client.get(
            "/x/boundaries", params={"since": known["version"], "detection_id": known["detection_id"]}
        ).json()

    assert ask()["unchanged"]
    operations = [
        {"key": "one", "kind": "approve", "index": first},
        {"key": "two", "kind": "shift", "index": second + 1, "from": second},
    ]
    for one in operations:
        assert own_client.post("/x/ops", json=[one], headers=OURS).json()["results"][0]["ok"]
    news = ask()
    whole = own_client.get("/x/boundaries").json()
    now = dict(zip(whole["columns"]["index"], zip(*whole["columns"].values())))
    told = {row["index"]: tuple(row.values()) for row in news["changed"]}
    assert (news["removed"], news["segments"], news["version"]) == ([second], True, whole["version"])
    assert {first, second + 1} <= set(told)
    assert {index: row for index, row in (before | told).items() if index not in news["removed"]} == now
    assert {name: news[name] for name in ("progress", "stop", "comments")} == {
        name: whole[name] for name in ("progress", "stop", "comments")
    }


@pytest.mark.parametrize("known", [{"since": -5}, {"since": 10_000}, {"since": 0, "detection_id": "of another day"}])
def test_who_knows_too_little_hears_everything(own_client, known):
    body = own_client.get("/x/boundaries", params=known).json()
    assert "columns" in body
