import pytest
from conftest import OURS

from spkbound.errors import StoreLocked
from spkbound.jobs.lock import FolderLock
from spkbound.jobs.state import JobState, now, save_state


def test_a_running_job_keeps_its_settings(own_client):
    workplace = own_client.app.state.workplace
    before = workplace.settings()
    with FolderLock(workplace.project.logs_dir / "lock"):
        save_state(workplace.project.logs_dir, JobState(kind="detect", state="running", started_at=now()))
        with pytest.raises(StoreLocked):
            workplace.start("detect", {"segment_size": before.segment_size + 1})
    assert workplace.settings() == before


def test_what_no_file_and_no_place_can_be_is_refused_in_words(own_client):
    huge = [{"key": "k", "kind": "approve", "index": 10**30}]
    assert own_client.post("/x/ops", json=huge, headers=OURS).status_code == 422
    for folder in ("/tmp/\0", "~nobody_of_that_name/x", "rel/\\xff"):
        assert own_client.get("/x/export/plan", params={"folder": folder}).status_code == 400
    beside_a_file = own_client.get("/x/export/plan", params={"folder": __file__})
    assert "Not a directory" in beside_a_file.json()["error"]
    assert own_client.get("/x/project", headers={"host": "[::1"}).status_code == 403
    assert own_client.post("/x/undo", json={"key": "k"}, headers={**OURS, "origin": "http://[::1"}).status_code == 403
