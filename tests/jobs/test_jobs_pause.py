"""A job is paused, waits, goes on, or is killed while it waits; its state says so."""

import os
import signal
import subprocess
import sys

from machine import wait_for
from tiny_sounds import write_sounds

from spkbound.jobs.background import is_running, pause, read_state, resume, start_background
from spkbound.jobs.job import RunningJob

N_FILES = 600  # enough to be caught at work on a fast machine


def extraction(corpus, project):
    return [sys.executable, "-m", "spkbound", "extract", "--project", project, "--input_dir", corpus, "--workers", "1"]


def spkbound(*arguments):
    command = [sys.executable, "-m", "spkbound", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_an_extraction_waits_goes_on_and_is_honest_when_it_is_killed_waiting(tmp_path):
    write_sounds(tmp_path / "corpus", N_FILES)
    project = tmp_path / "project"
    logs = project / "logs"
    command = list(map(str, extraction(tmp_path / "corpus", project)))
    start_background(logs, command, kind="extract")
    wait_for(lambda: read_state(logs).progress.get("done"))
    assert pause(logs).state in ("running", "paused")
    wait_for(lambda: read_state(logs).state == "paused")
    waiting = read_state(logs)
    assert 0 < waiting.progress["done"] < N_FILES
    assert waiting.progress["left_s"] is None
    said = spkbound("status", project).stdout
    assert "extract: paused" in said
    assert f"{waiting.progress['done']:,} of {N_FILES:,} done" in said
    assert read_state(logs).progress["done"] == waiting.progress["done"]
    resume(logs)
    wait_for(lambda: read_state(logs).progress["done"] > waiting.progress["done"])
    pause(logs)
    wait_for(lambda: read_state(logs).state in ("paused", "done"))
    if read_state(logs).state == "paused":  # a fast machine may be done before
        os.kill(read_state(logs).pid, signal.SIGKILL)
        wait_for(lambda: not is_running(logs))
        assert read_state(logs).state == "interrupted"
        start_background(logs, command, kind="extract")
    wait_for(lambda: read_state(logs).state == "done")
    assert not (logs / "pause").exists()
    assert "extract: done" in spkbound("status", project).stdout


def test_whoever_starts_a_job_wants_it_to_run(tmp_path):
    (tmp_path / "pause").touch()
    with RunningJob(tmp_path, "extract") as job:
        assert not job.is_pause_asked()
        pause(tmp_path)
        wait_for(job.is_pause_asked)
        job.report({"done": 1}, paused=True)
        assert read_state(tmp_path).state == "paused"
        job.report({"done": 1}, paused=False)
        assert read_state(tmp_path).state == "running"


def test_nobody_can_pause_what_does_not_run(tmp_path):
    assert pause(tmp_path) is None
    assert not (tmp_path / "pause").exists()


_SLOW_TO_START = """
import sys, time
from pathlib import Path
from spkbound.jobs.job import RunningJob
folder = Path(sys.argv[1])
while not (folder / "pause").exists():
    time.sleep(0.02)
with RunningJob(folder, "extract") as job:
    (folder / "asked").write_text(str(job.is_pause_asked()))
"""


def test_a_pause_asked_while_the_job_is_starting_is_kept_and_an_older_one_is_not(tmp_path):
    (tmp_path / "pause").touch()
    start_background(tmp_path, [sys.executable, "-c", _SLOW_TO_START, str(tmp_path)], kind="extract")
    assert not (tmp_path / "pause").exists()
    pause(tmp_path)
    wait_for(lambda: read_state(tmp_path).state == "done")
    assert (tmp_path / "asked").read_text() == "True"
