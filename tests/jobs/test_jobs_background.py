import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from machine import wait_for

from spkbound.errors import StoreLocked
from spkbound.jobs.background import cancel, is_running, read_log_tail, read_state, start_background
from spkbound.jobs.job import RunningJob
from spkbound.jobs.state import JobState, load_state, now, save_state
from spkbound.words import Words


def program(body):
    head = """
        import os, sys, time
        from pathlib import Path
        from spkbound.jobs.job import RunningJob
        folder = Path(sys.argv[1])
        with RunningJob(folder, "extract") as job:
            print("hello from the job", flush=True)
            job.report({"done": 1, "total": 2})
    """
    return textwrap.dedent(head) + textwrap.indent(textwrap.dedent(body), "    ")


def start(folder, body):
    return start_background(folder, [sys.executable, "-c", program(body), str(folder)], kind="extract")


def wait_until_at_work(folder):
    wait_for(lambda: (state := load_state(folder)) and state.progress)


def test_a_job_runs_to_its_end_and_says_so(tmp_path):
    pid = start(tmp_path, "pass")
    wait_for(lambda: not is_running(tmp_path))
    state = read_state(tmp_path)
    assert (state.kind, state.state, state.pid) == ("extract", "done", pid)
    assert state.progress == {"done": 1, "total": 2}
    assert state.started_at <= state.ended_at
    assert read_log_tail(tmp_path) == ["hello from the job"]


def test_the_log_is_of_this_job_alone(tmp_path):
    for _ in range(2):
        start(tmp_path, "pass")
        wait_for(lambda: not is_running(tmp_path))
    assert read_log_tail(tmp_path) == ["hello from the job"]
    assert (tmp_path / "job.before.log").read_text() == "hello from the job\n"


def test_a_job_is_detached_and_only_one_runs_per_folder(tmp_path):
    pid = start(tmp_path, "time.sleep(600)")
    wait_until_at_work(tmp_path)
    assert os.getsid(pid) == pid
    assert read_state(tmp_path).state == "running"
    with pytest.raises(StoreLocked, match="another process"):
        start(tmp_path, "pass")
    with pytest.raises(StoreLocked), RunningJob(tmp_path, "extract"):
        pass
    assert cancel(tmp_path).state == "cancelled"
    assert not is_running(tmp_path)


def test_a_killed_job_is_interrupted_and_can_be_started_again(tmp_path):
    pid = start(tmp_path, "time.sleep(600)")
    wait_until_at_work(tmp_path)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_running(tmp_path))
    assert read_state(tmp_path).state == "interrupted"
    start(tmp_path, "pass")
    wait_for(lambda: read_state(tmp_path).state == "done")


def test_a_job_that_fails_leaves_its_message_and_its_log(tmp_path):
    start(tmp_path, "raise ValueError('the disk is full')")
    wait_for(lambda: not is_running(tmp_path))
    state = read_state(tmp_path)
    assert (state.state, state.message) == ("failed", "the disk is full")
    assert read_log_tail(tmp_path, n_lines=1) == ["ValueError: the disk is full"]


def test_a_job_that_does_not_listen_is_killed(tmp_path):
    start(
        tmp_path,
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
    )
    wait_for(lambda: "deaf" in read_log_tail(tmp_path))
    assert cancel(tmp_path, wait_s=0.3).state == "cancelled"
    assert not is_running(tmp_path)


def test_a_job_that_never_reports_is_interrupted_when_it_ends(tmp_path):
    start_background(tmp_path, [sys.executable, "-c", "import nothing_like_it"], kind="extract")
    wait_for(lambda: not is_running(tmp_path))
    assert read_state(tmp_path).state == "interrupted"
    assert "nothing_like_it" in read_log_tail(tmp_path)[-1]


def test_a_job_in_the_foreground_keeps_the_same_state(tmp_path):
    with RunningJob(tmp_path, "detect") as job:
        job.report({"done": 3}, message="on the way")
        assert is_running(tmp_path)
        assert read_state(tmp_path).progress == {"done": 3}
    assert read_state(tmp_path).state == "done"
    assert not is_running(tmp_path)


def test_an_interrupt_in_the_foreground_is_a_cancel(tmp_path):
    with pytest.raises(KeyboardInterrupt), RunningJob(tmp_path, "detect"):
        os.kill(os.getpid(), signal.SIGTERM)
    assert read_state(tmp_path).state == "cancelled"


def test_a_job_goes_on_where_its_state_cannot_be_written(tmp_path, caplog):
    with RunningJob(tmp_path, "extract") as job:
        (tmp_path / "state.json").unlink()
        (tmp_path / "state.json").mkdir()
        job.report({"done": 1}, paused=True)
    assert "cannot say how far the job is" in caplog.text
    assert not is_running(tmp_path)


def test_a_job_of_another_machine_is_not_signalled(tmp_path):
    with subprocess.Popen(["sleep", "600"]) as bystander, RunningJob(tmp_path, "extract"):
        (tmp_path / "pid").write_text(f"{bystander.pid} elsewhere\n")
        with pytest.raises(StoreLocked, match="runs on elsewhere"):
            cancel(tmp_path)
        assert bystander.poll() is None
        bystander.kill()


def test_nothing_was_ever_started(tmp_path):
    assert read_state(tmp_path) is None
    assert cancel(tmp_path) is None
    assert read_log_tail(tmp_path) == []
    assert not is_running(tmp_path)


WRONG = {"kind": "extract", "started_at": "x"}


@pytest.mark.parametrize(
    "content",
    [
        '{"state": "done"',
        "[]",
        "\0",
        *map(json.dumps, [{**WRONG, "state": "odd"}, {**WRONG, "state": "done", "progress": 1}]),
    ],
)
def test_a_state_that_is_not_ours_is_no_state(tmp_path, content):
    (tmp_path / "state.json").write_text(content)
    assert read_state(tmp_path) is None
    save_state(tmp_path, JobState(kind="extract", state="done", started_at=now()))
    assert read_state(tmp_path).state == "done"


def test_a_job_finds_spkbound_wherever_it_is_started_from(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    start_background(tmp_path / "logs", [sys.executable, "-c", "import spkbound; print('found')"], kind="extract")
    wait_for(lambda: not is_running(tmp_path / "logs"))
    assert read_log_tail(tmp_path / "logs") == ["found"]


def test_a_message_keeps_what_it_was_made_of(tmp_path):
    message = Words("line {line}: {what}", line=7, what=Words("0 samples"))
    save_state(tmp_path, JobState(kind="detect", state="failed", started_at=now(), message=message))
    again = load_state(tmp_path).message
    assert again == "line 7: 0 samples"
    assert (again.template, again.values["what"].template) == (message.template, "0 samples")
