import pytest
from conftest import OURS
from machine import wait_for

from spkbound.errors import StoreLocked, UsageError
from spkbound.jobs.lock import FolderLock
from spkbound.jobs.state import AT_WORK, JobState, now, save_state
from spkbound.ui import page_corpus
from spkbound.ui.guard import MAX_BODY_BYTES


def test_a_running_job_keeps_its_settings(own_client):
    workplace = own_client.app.state.workplace
    before = workplace.settings()
    with FolderLock(workplace.project.logs_dir / "lock"):
        save_state(workplace.project.logs_dir, JobState(kind="detect", state="running", started_at=now()))
        with pytest.raises(StoreLocked):
            workplace.start("detect", {"segment_size": before.segment_size + 1})
    assert workplace.settings() == before


@pytest.mark.parametrize(
    ("encoder", "gpus", "said"),
    [("/no/such/network", "", "no encoder"), ("tests", "", r"config\.yaml"), ("", "0;1", "GPUs are numbers")],
)
def test_an_encoder_or_device_that_cannot_be_starts_no_job(encoder, gpus, said):
    with pytest.raises(UsageError, match=said):
        page_corpus.name_encoder(encoder), page_corpus.name_gpus(gpus)


def test_a_network_that_is_named_on_the_page_is_the_one_that_is_opened(own_client, tmp_path):
    workplace = own_client.app.state.workplace
    assert workplace.encoder() == ""
    workplace.start_extraction({}, model_dir=str(tmp_path), gpus="cpu")
    wait_for(lambda: workplace.job()["state"] not in AT_WORK)
    assert any(str(tmp_path) in line for line in workplace.job()["log_tail"])


def test_what_no_file_and_no_place_can_be_is_refused_in_words(own_client):
    huge = [{"key": "k", "kind": "approve", "index": 10**30}]
    assert own_client.post("/x/ops", json=huge, headers=OURS).status_code == 422
    looks_at = f"/x/boundaries?at={10**30}"  # would be told to every other reviewer
    assert own_client.get(looks_at).status_code == 422
    for folder in ("/tmp/\0", "~nobody_of_that_name/x", "rel/\\xff"):
        assert own_client.get("/x/export/plan", params={"folder": folder}).status_code == 400
    beside_a_file = own_client.get("/x/export/plan", params={"folder": __file__})
    assert "Not a directory" in beside_a_file.json()["error"]
    assert own_client.get("/x/project", headers={"host": "[::1"}).status_code == 403
    assert own_client.post("/x/undo", json={"key": "k"}, headers={**OURS, "origin": "http://[::1"}).status_code == 403


def test_a_job_that_waits_keeps_others_from_starting_and_goes_on_when_asked(own_client):
    logs = own_client.app.state.workplace.project.logs_dir
    with FolderLock(logs / "lock"):
        save_state(logs, JobState(kind="extract", state="running", started_at=now()))
        assert own_client.post("/x/job/pause", headers=OURS).json()["pausing"] is True
        save_state(logs, JobState(kind="extract", state="paused", started_at=now()))
        assert own_client.get("/x/job").json()["state"] == "paused"
        assert own_client.post("/x/job/start", json={"kind": "detect"}, headers=OURS).status_code == 423
        assert own_client.post("/x/job/retry", json={}, headers=OURS).status_code == 423
        assert (logs / "pause").exists()
        own_client.post("/x/job/resume", headers=OURS)
        assert not (logs / "pause").exists()
    assert own_client.get("/x/job").json()["state"] == "interrupted"


def test_only_an_unreadable_utterance_is_tried_again(own_client):
    refused = own_client.post("/x/job/retry", json={"index": 0}, headers=OURS)
    assert refused.status_code == 400
    assert "not among the unreadable" in refused.json()["error"]


def test_a_request_that_is_too_long_is_refused_before_it_is_read(client, voices):
    operation = {"kind": "comment", "index": voices.boundaries[0], "text": "x"}
    longest = [{**operation, "key": "long", "text": "x" * (MAX_BODY_BYTES - 1000)}]
    assert client.post("/x/ops", json=longest, headers=OURS).status_code == 422  # read: such a comment cannot be
    for body in (b"[" + b" " * MAX_BODY_BYTES + b"]", b"[" * (MAX_BODY_BYTES + 1)):
        answer = client.post("/x/ops", content=body, headers={**OURS, "content-type": "application/json"})
        assert (answer.status_code, str(MAX_BODY_BYTES) in answer.json()["error"]) == (413, True)


def test_a_request_of_unknown_length_is_refused(client):
    pieces = (b"[]" for _ in range(1))
    answer = client.post("/x/ops", content=pieces, headers={**OURS, "content-type": "application/json"})
    assert (answer.status_code, "content-length" in answer.json()["error"]) == (411, True)
