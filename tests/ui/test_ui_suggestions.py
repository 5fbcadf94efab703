"""What waits beside the boundaries, what was said of it, and what goes in one step: as the routes give and take it."""

import dataclasses

from conftest import OURS
from test_ui_routes import rows_of

from spkbound import pipeline
from spkbound.detection_file import ARRAYS_NAME, load_detection, save_detection
from spkbound.domain import Suggestion
from spkbound.project import Project


def suggest(client, *suggestions: Suggestion) -> None:
    """Put suggestions into the detection of the open project."""
    project = client.app.state.workplace.project
    file = project.detection_dir / ARRAYS_NAME
    stored = load_detection(file)
    detection = dataclasses.replace(stored.detection, suggestions=suggestions)
    save_detection(detection, file, fingerprint=stored.fingerprint)


def test_suggestions_wait_with_names_until_they_are_answered(own_client, decide, voices):
    first, second, _ = voices.boundaries
    suggest(
        own_client,
        Suggestion(kind="second_change", indices=(first + 9,), interval=(first, first + 9), probability=0.6, cost=8.0),
        Suggestion(kind="same_voice", indices=(0, second), interval=(0, second), probability=0.7, cost=17.0),
        Suggestion(kind="same_speaker_beside", indices=(first,), interval=(first, first), probability=0.2, cost=4.0),
    )
    body = own_client.get("/x/boundaries").json()
    assert [each["kind"] for each in body["suggestions"]] == ["second_change", "same_voice", "same_speaker_beside"]
    assert body["suggestions"][1]["voices"] == [first // 2, (second + voices.boundaries[2]) // 2]
    assert body["names"]["1"] == ["speaker_001", "speaker_003"]
    assert body["names"]["2"] == ["speaker_001", "speaker_002"]
    assert body["answered"] == []
    assert [each["harm"] for each in body["suggestions"]] == [1.2, 0.7, 0.2]
    assert (rows_of(body)[first]["harm"], rows_of(body)[first]["risk"]) == (0.2, 4.0)
    assert body["stop"]["curve"][-1][0] == len(voices.boundaries) + 2

    said_no = decide("dismiss", first + 9, text="second_change")
    assert (said_no["answered"], said_no["changed"], "names" in said_no) == ([0], [], False)
    joined = decide("same_speaker", first // 2, other=second + 5)
    assert joined["answered"] == [0, 1]
    rejected = decide("reject", first)
    assert rejected["answered"] == [0, 1, 2]
    assert rejected["stop"]["curve"][-1][0] == len(voices.boundaries) - 1
    back = own_client.post("/x/undo", json={"key": "back"}, headers=OURS).json()
    assert back["answered"] == [0, 1]
    assert back["names"]["2"] == ["speaker_001", "speaker_002"]


def test_a_dismissal_without_a_kind_is_refused_in_words(decide):
    [result] = decide("dismiss", 9)["results"]
    assert not result["ok"]
    assert "kind of suggestion" in result["error"]


def test_a_comment_comes_with_its_author_and_stays_with_its_boundary(own_client, decide, voices):
    index = voices.boundaries[0]
    body = decide("comment", index, text="<b>twins?</b>")
    [said] = body["comments"]
    assert (said["index"], said["text"]) == (index, "<b>twins?</b>")
    assert said["user"]
    assert said["at"].endswith("Z")
    assert decide("shift", index + 1, **{"from": index})["comments"][0]["index"] == index + 1
    assert own_client.get("/x/boundaries").json()["comments"][0]["index"] == index + 1


def test_a_voice_is_known_by_utterances_of_its_segment(client, voices):
    first, second, _ = voices.boundaries
    body = client.get("/x/voice", params={"index": first + 3}).json()
    assert (body["start"], body["stop"], body["name"]) == (first, second, "speaker_002")
    assert len(body["references"]) == 3
    assert all(first <= i < second for i in body["references"])
    assert client.get("/x/voice", params={"index": len(voices.paths)}).status_code == 404


def test_what_detecting_again_changed_is_told(own_client, project_copy):
    assert own_client.get("/x/changes").json() is None
    pipeline.detect_project(Project.open(project_copy).change(method="cosine"))
    assert set(own_client.get("/x/changes").json()) == {"moved", "new", "gone"}


def test_a_bulk_step_is_stored_and_taken_back_as_one(own_client, voices):
    step = [{"key": f"b{i}", "kind": "approve", "index": i, "batch": "all"} for i in voices.boundaries]
    body = own_client.post("/x/ops", json=step, headers=OURS).json()
    assert body["progress"]["left"] == 0
    back = own_client.post("/x/undo", json={"key": "u"}, headers=OURS).json()
    assert back["progress"]["left"] == len(voices.boundaries)
    assert len(back["changed"]) == len(voices.boundaries)


def test_a_truncated_log_is_said_to_be_lost(own_client, project_copy):
    own_client.get("/x/boundaries")
    for name in ("review.sqlite-wal", "review.sqlite-shm"):
        (project_copy / name).unlink(missing_ok=True)
    (project_copy / "review.sqlite").write_bytes(b"")
    own_client.app.state.workplace.open(str(project_copy))
    answer = own_client.get("/x/boundaries")
    assert answer.status_code == 409
    assert "truncated" in answer.json()["error"]


def test_agreement_is_counted_where_two_decided(own_client, decide, voices):
    decide("approve", voices.boundaries[0])
    assert own_client.get("/x/agreement").json() == {"twice": 0, "agreed": 0}


def test_where_others_look_is_told_to_each(own_client, voices):
    index = voices.boundaries[0]
    presence = own_client.app.state.workplace.presence
    presence.note("ana", index)
    told = own_client.get("/x/boundaries", params={"at": 5}).json()
    assert told["others"] == [{"user": "ana", "index": index, "away_s": 0}]
    unchanged = own_client.get("/x/boundaries", params={"since": told["version"]}).json()
    assert unchanged["others"] == told["others"]
    assert presence.others("ana")[0]["index"] is None
