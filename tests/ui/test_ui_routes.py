import contextlib
import json
import struct

import numpy as np
import pytest
from conftest import OURS
from fastapi.testclient import TestClient
from machine import wait_for

from spkbound import pipeline
from spkbound.domain import path_to_text
from spkbound.project import Project
from spkbound.ui.server import build_app

ALL_ROUTES = [
    "/x/project",
    "/x/boundaries",
    "/x/timeline?lo=0&hi=10&px=5",
    "/x/closeup?index=5",
    "/x/voice?index=5",
    "/x/agreement",
    "/x/changes",
    "/x/peaks?lo=0&hi=3",
    "/x/audio/3",
    "/x/find?q=3",
    "/x/job",
    "/x/unreadable",
    "/x/detection",
    "/x/export/plan",
]


def rows_of(body: dict) -> dict[int, dict]:
    columns = body["columns"]
    return {i: {name: values[k] for name, values in columns.items()} for k, i in enumerate(columns["index"])}


def test_without_a_project_every_route_says_so(empty_client):
    for path in ALL_ROUTES:
        answer = empty_client.get(path)
        assert (answer.status_code, "no project" in answer.json()["error"]) == (404, True), path
    assert empty_client.get("/").status_code == 200


def test_before_extraction_what_is_missing_is_named(own_client, tmp_path, voices):
    own_client.app.state.workplace.create(str(tmp_path / "p"), str(voices.folder))
    client = own_client
    found = client.get("/x/project").json()
    assert (found["has_corpus"], found["has_embeddings"], found["has_detection"]) == (True, False, False)
    assert client.get("/x/job").json()["state"] == "idle"
    assert client.get("/x/unreadable").json()["total"] == 0
    for path in ("/x/boundaries", "/x/detection", "/x/closeup?index=5", "/x/audio/1"):
        assert client.get(path).status_code == 404
        assert "extract first" in client.get(path).json()["error"]


def test_the_project_is_described(client, voices):
    found = client.get("/x/project").json()
    assert found["n_utterances"] == len(voices.paths)
    assert found["has_embeddings"]
    assert found["has_detection"]
    assert found["corpus_root_exists"]
    assert found["n_unreadable"] == 1
    assert found["detection_id"]


def test_the_boundaries_are_those_of_the_detection(client, voices):
    body = client.get("/x/boundaries").json()
    assert body["columns"]["index"] == voices.boundaries
    assert set(body["columns"]["state"]) == {"undecided"}
    assert body["progress"]["left"] == len(voices.boundaries)
    assert body["stop"]["curve"][0] == [0, 0.0]
    same = client.get("/x/boundaries", params={"since": body["version"], "detection_id": body["detection_id"]}).json()
    assert same["unchanged"] is True
    other = client.get("/x/boundaries", params={"since": body["version"], "detection_id": "another"}).json()
    assert "columns" in other


def test_a_decision_changes_its_row_and_nothing_else(own_client, decide, voices):
    index = voices.boundaries[0]
    body = decide("approve", index, revision=0)
    assert [result["ok"] for result in body["results"]] == [True]
    assert [(row["index"], row["state"]) for row in body["changed"]] == [(index, "approved")]
    assert body["removed"] == []
    assert body["progress"]["decided"] == 1
    row = rows_of(own_client.get("/x/boundaries").json())[index]
    assert (row["state"], row["harm"], row["risk"]) == ("approved", 0, 0)
    assert row["revision"] == body["changed"][0]["revision"] > 0


def test_a_shift_moves_the_row_and_undo_brings_it_back(own_client, decide, voices):
    index = voices.boundaries[1]
    moved = decide("shift", index + 2, **{"from": index, "revision": 0})
    assert moved["removed"] == [index]
    assert (index + 2, index) in [(row["index"], row["origin"]) for row in moved["changed"]]
    back = own_client.post("/x/undo", json={"key": "undo-1"}, headers=OURS).json()
    assert back["removed"] == [index + 2]
    assert back["index"] == index
    again = own_client.post("/x/undo", json={"key": "undo-1"}, headers=OURS).json()
    assert again["changed"] == []
    assert again["removed"] == []
    redone = own_client.post("/x/redo", json={"key": "redo-1"}, headers=OURS).json()
    assert redone["removed"] == [index]


def test_the_same_key_twice_stores_one_row(own_client, voices):
    operation = {"key": "once", "kind": "approve", "index": voices.boundaries[0]}
    first = own_client.post("/x/ops", json=[operation], headers=OURS).json()
    second = own_client.post("/x/ops", json=[operation], headers=OURS).json()
    assert first["version"] == second["version"]
    assert second["results"][0]["ok"]
    assert second["changed"] == []


def test_an_old_revision_is_a_conflict_with_both_versions(decide, voices):
    index = voices.boundaries[0]
    decide("approve", index, revision=0)
    body = decide("reject", index, revision=0)
    result = body["results"][0]
    assert result["ok"] is False
    assert result["conflict"]["mine"]["kind"] == "reject"
    assert (result["conflict"]["theirs"]["kind"], result["conflict"]["theirs"]["index"]) == ("approve", index)


def test_excluding_is_listed_and_shown(own_client, decide):
    assert decide("exclude", 3)["excluded"] == [3]
    shown = own_client.get("/x/closeup", params={"index": 5, "half": 4}).json()
    assert [u["i"] for u in shown["utterances"] if u["excluded"]] == [3]
    assert decide("include", 3)["excluded"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"key": "k"},
        [{"key": "k", "kind": "vanish", "index": 3}],
        [{"key": "", "kind": "approve", "index": 3}],
        [{"key": "k", "kind": "approve", "index": -1}],
        [{"key": "k", "kind": "approve", "index": "3; drop"}],
        "no json at all",
    ],
)
def test_a_malformed_operation_is_a_422_in_words(own_client, body):
    answer = own_client.post("/x/ops", json=body, headers=OURS)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_the_timeline_is_triples_with_gaps(client, voices):
    n = len(voices.paths)
    answer = client.get("/x/timeline", params={"lo": 0, "hi": n, "px": 1000})
    triples = np.frombuffer(answer.content, "<f4").reshape(-1, 3)
    assert triples[:, 0].tolist() == list(range(n))
    assert np.isnan(triples[0, 1:]).all()
    assert np.nanmin(triples[:, 1]) >= -1
    assert np.nanmax(triples[:, 2]) <= 1
    few = client.get("/x/timeline", params={"lo": 0, "hi": n, "px": 7}).content
    assert len(few) == 7 * struct.calcsize("<fff")
    assert client.get("/x/timeline?lo=nan&hi=5&px=3").status_code == 422
    assert client.get("/x/timeline?lo=5&hi=1&px=3").content == b""


def test_the_closeup_tells_the_two_speakers_apart(client, voices):
    index = voices.boundaries[0]
    body = client.get("/x/closeup", params={"index": index, "half": 10}).json()
    assert (body["lo"], body["hi"]) == (index - 10, index + 10)
    left, right = (np.array(body[side], dtype=float) for side in ("left", "right"))
    own_left = np.nanmean(left[:10]) - np.nanmean(left[10:])
    own_right = np.nanmean(right[10:]) - np.nanmean(right[:10])
    assert own_left > 0.2
    assert own_right > 0.2
    assert body["left_segment"] == {"start": 0, "stop": index, "name": "speaker_001"}
    assert body["right_segment"]["name"] == "speaker_002"
    assert all(0 <= i < index for i in body["references"]["left"])
    assert len(body["references"]["left"]) == 3
    assert body["places"]["p"]
    assert abs(sum(body["places"]["p"]) - 1) < 0.1
    assert body["interval"][0] <= index <= body["interval"][1]


def test_the_closeup_names_segments_as_the_list_of_speakers_does(own_client, voices, tmp_path):
    workplace = own_client.app.state.workplace
    (tmp_path / "speakers.csv").write_text("name,count\nAnna,20\nBob,18\nCleo,22\nDora,17\n")
    pipeline.detect_project(workplace.change(speakers=workplace.list_of_speakers(str(tmp_path / "speakers.csv"))))
    body = own_client.get("/x/closeup", params={"index": voices.boundaries[1]}).json()
    assert (body["left_segment"]["name"], body["right_segment"]["name"]) == ("Bob", "Cleo")
    plan = own_client.get("/x/export/plan", params={"include_undecided": True}).json()
    assert [folder["name"] for folder in plan["folders"]] == ["Anna", "Bob", "Cleo", "Dora"]


def test_an_unreadable_utterance_keeps_its_place_in_the_closeup(client, voices):
    body = client.get("/x/closeup", params={"index": 10, "half": 5}).json()
    place = voices.broken - body["lo"]
    assert body["utterances"][place]["unreadable"]
    assert body["left"][place] is None
    assert body["right"][place] is None
    assert client.get("/x/peaks", params={"lo": 6, "hi": 9}).json()[str(voices.broken)] is None


def test_places_outside_the_corpus_are_not_found(client, voices):
    n = len(voices.paths)
    for index in (0, -1, n, 10**30):
        assert client.get("/x/closeup", params={"index": index}).status_code == 404
    for index in (-1, n, 10**30):
        assert client.get(f"/x/audio/{index}").status_code == 404
    assert client.get("/x/audio/abc").status_code == 422


def test_finding_goes_by_index_and_by_name(client):
    assert client.get("/x/find", params={"q": "12"}).json()["index"] == 12
    assert client.get("/x/find", params={"q": "utt_0030"}).json() == {"index": 30, "path": "d01/utt_0030.wav"}
    assert client.get("/x/find", params={"q": "0031"}).json()["index"] == 31
    for query in ("no such file", "", "%", "'; --"):
        assert client.get("/x/find", params={"q": query}).status_code == 404


def test_the_unreadable_are_listed_with_reasons(client, voices):
    body = client.get("/x/unreadable").json()
    (row,) = body["rows"]
    assert (row["index"], row["path"]) == (voices.broken, voices.paths[voices.broken])
    assert row["reason"]
    assert row["size"] > 0
    (reason,) = body["by_reason"]
    assert client.get("/x/unreadable", params={"reason": reason}).json()["total"] == 1
    assert client.get("/x/unreadable", params={"reason": "another"}).json()["total"] == 0


def test_what_is_not_embedded_yet_is_waiting_and_not_unreadable(own_client, tmp_path, voices):
    project = own_client.app.state.workplace.create(str(tmp_path / "p"), str(voices.folder))

    class Enough(Exception):
        pass

    def stop(progress):
        if 0 < progress.done < progress.total:
            raise Enough

    with contextlib.suppress(Enough):
        pipeline.extract_project(project, pipeline.ExtractSettings(n_workers=1), on_progress=stop)
    found = own_client.get("/x/project").json()
    if found["n_waiting"]:  # a fast machine may be done before anybody can say enough
        assert found["has_embeddings"] is False
        assert found["n_unreadable"] <= 1
        assert own_client.get("/x/unreadable").json()["total"] == found["n_unreadable"]


def test_the_detection_is_summed_up(client, voices):
    body = client.get("/x/detection").json()
    assert sum(body["sizes"]) == len(voices.paths)
    assert len(body["probabilities"]) == body["n_boundaries"] == len(voices.boundaries)


def test_a_new_detection_is_seen_without_restart(own_client, project_copy):
    before = own_client.get("/x/boundaries").json()["detection_id"]
    pipeline.detect_project(Project.open(project_copy).change(method="cosine"))
    assert own_client.get("/x/boundaries").json()["detection_id"] != before


def test_the_plan_names_what_is_written_and_what_is_left_out(own_client, decide, voices, tmp_path):
    first = voices.boundaries[0]
    decide("approve", first)
    target = tmp_path / "speakers"
    body = own_client.get("/x/export/plan", params={"folder": str(target)}).json()
    (folder,) = body["folders"]
    assert (folder["name"], folder["n"], folder["left_out"], folder["so_far"]) == ("speaker_001", first, 1, "new")
    assert folder["bytes"] > 0
    assert body["space"]["needed"] == folder["bytes"]
    assert [row["kind"] for row in body["left_out"]] == ["undecided", "unreadable"]
    assert body["ready"]
    assert not target.exists()
    everything = own_client.get("/x/export/plan", params={"folder": str(target), "include_undecided": 1}).json()
    assert everything["totals"]["n_folders"] == len(voices.boundaries) + 1
    links = own_client.get("/x/export/plan", params={"folder": str(target), "mode": "symlink"}).json()
    assert links["space"]["needed"] == 0


def test_a_plan_that_cannot_be_says_why(own_client, voices):
    inside = own_client.get("/x/export/plan", params={"folder": str(voices.folder / "x")}).json()
    assert not inside["ready"]
    assert any("inside the corpus" in check["text"]["text"] for check in inside["checks"] if not check["ok"])
    assert own_client.get("/x/export/plan?mode=steal").status_code == 400
    assert own_client.get("/x/export/plan?folder=relative/folder").status_code == 400


def test_verifying_without_an_export_fails_in_words(own_client, tmp_path):
    own_client.post("/x/export/verify", json={"folder": str(tmp_path / "nothing")}, headers=OURS)
    wait_for(lambda: own_client.get("/x/export/verify").json()["state"] != "running")
    state = own_client.get("/x/export/verify").json()
    assert state["state"] == "failed"
    assert state["text"]


def test_an_unknown_job_or_setting_is_refused(own_client):
    assert own_client.post("/x/job/start", json={"kind": "destroy"}, headers=OURS).status_code == 422
    before = own_client.app.state.workplace.settings()
    for settings in ({"nonsense": 1}, {"proposals": "/etc/passwd"}, {"input_dir": 5}):
        refused = own_client.post("/x/job/start", json={"kind": "detect", "settings": settings}, headers=OURS)
        assert refused.status_code == 422
    assert own_client.app.state.workplace.settings() == before


def test_hostile_names_come_as_they_are_and_only_as_data(tmp_path):
    """A name that is code in a template, markup and no UTF-8 at once: JSON carries it, nothing interprets it."""
    name = b"${alert(1)}<img src=x onerror=alert(2)>{{value}}\xff.wav"
    document = {
        "boundaries": [0, 2, 4],
        "total_audio_files": 4,
        "detected_speakers": 2,
        "speakers": [_speaker(1, 0, [b"a.wav", name]), _speaker(2, 2, [b"c.wav", b"d.wav"])],
    }
    folder = tmp_path / "baseline"
    folder.mkdir()
    (folder / "speaker_boundary_detection_result.json").write_text(json.dumps(document))
    client = TestClient(build_app(Project.open(folder)), raise_server_exceptions=False)
    found = client.get("/x/project").json()
    assert (found["has_embeddings"], found["has_detection"], found["is_proposals"]) == (False, True, True)
    body = client.get("/x/closeup", params={"index": 2}).json()
    assert body["utterances"][1]["name"] == path_to_text(name)
    assert body["left"] == [None] * 4
    assert name[:12].decode() not in client.get("/").text
    assert client.get("/x/audio/1").status_code == 404
    assert client.get("/x/peaks?lo=0&hi=4").json()["1"] is None


def _speaker(number: int, start: int, paths: list[bytes]) -> dict:
    names = [path_to_text(path) for path in paths]
    return {
        "speaker_id": f"speaker_{number:03d}",
        "start_index": start,
        "end_index": start + len(paths),
        "file_count": len(paths),
        "audio_files": names,
        "relative_paths": names,
    }


def test_an_edit_from_before_other_files_came_is_not_stored(own_client, voices):
    seen = own_client.get("/x/boundaries").json()
    index = voices.boundaries[0]
    edits = [
        {"key": "old", "kind": "exclude", "index": index, "corpus": "the order of another day"},
        {"key": "now", "kind": "approve", "index": index, "corpus": seen["corpus_id"]},
    ]
    old, now = own_client.post("/x/ops", json=edits, headers=OURS).json()["results"]
    assert (old["key"], old["ok"]) == ("old", False)
    assert "other files" in old["error"]
    assert (now["key"], now["ok"]) == ("now", True)
    assert own_client.get("/x/boundaries").json()["excluded"] == []
