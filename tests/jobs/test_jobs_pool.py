import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from machine import is_alive, wait_for

from spkbound.errors import WorkerError
from spkbound.jobs import Pool, WorkerSpec

HERE = str(Path(__file__).parent)


def spec(step, **config):
    return WorkerSpec(entry=f"steps_for_tests:{step}", config=config, environment={"PYTHONPATH": HERE})


def moody(tmp_path, n_workers=2):
    return Pool([spec("make_moody", folder=str(tmp_path))] * n_workers)


def test_every_task_is_done_once_by_whoever_is_free():
    outcomes = list(Pool([spec("make_double", number=k) for k in range(2)]).run(range(200)))
    assert sorted(outcome.task for outcome in outcomes) == list(range(200))
    assert all(outcome.value["value"] == 2 * outcome.task for outcome in outcomes)
    assert all(outcome.value["config"] == {"number": outcome.worker} for outcome in outcomes)
    assert {outcome.value["pid"] for outcome in outcomes}.isdisjoint({os.getpid()})


def test_no_tasks_start_no_worker():
    pool = Pool([spec("refuse")])
    assert list(pool.run([])) == []


def test_what_a_step_prints_or_reads_does_not_disturb_the_protocol(capfd):
    outcomes = list(Pool([spec("make_noisy")]).run(["a", "b"]))
    assert [outcome.value for outcome in outcomes] == [["a", ""], ["b", ""]]
    assert "raw bytes" in capfd.readouterr().err


def test_the_environment_reaches_the_worker():
    asked = WorkerSpec(
        entry="steps_for_tests:make_environment", environment={"PYTHONPATH": HERE, "OMP_NUM_THREADS": "3"}
    )
    assert [outcome.value for outcome in Pool([asked]).run(["OMP_NUM_THREADS"])] == ["3"]


@pytest.mark.parametrize("do", ["raise", "unanswerable"])
def test_a_task_that_raises_is_data_and_its_worker_lives_on(tmp_path, do):
    outcomes = list(moody(tmp_path, 1).run([{"id": 1, "do": do}, {"id": 2, "do": "ok"}]))
    assert outcomes[0].failure.kind == "raised"
    assert outcomes[0].failure.error in ("ValueError", "TypeError")
    assert "Traceback" in outcomes[0].failure.traceback
    assert outcomes[1].value == 2


def test_a_dead_worker_is_replaced_and_its_task_tried_again(tmp_path):
    tasks = [{"id": k, "do": "die once" if k == 3 else "ok"} for k in range(10)]
    outcomes = list(moody(tmp_path).run(tasks))
    assert sorted(outcome.value for outcome in outcomes) == list(range(10))


@pytest.mark.parametrize(("do", "how"), [("die", "killed by SIGKILL"), ("exit", "exit code 7")])
def test_a_task_that_kills_two_workers_is_handed_back_and_the_rest_goes_on(tmp_path, do, how):
    tasks = [{"id": k, "do": do if k == 3 else "ok"} for k in range(10)]
    outcomes = {outcome.task["id"]: outcome for outcome in moody(tmp_path).run(tasks)}
    assert len(outcomes) == 10
    assert (outcomes[3].failure.kind, outcomes[3].failure.message) == ("crashed", how)
    assert all(outcomes[k].failure is None for k in outcomes if k != 3)


def test_a_step_that_cannot_be_made_says_why():
    with pytest.raises(WorkerError, match="RuntimeError: no such device"):
        list(Pool([spec("refuse")]).run([1]))


def test_workers_that_die_before_their_first_task_end_the_run():
    with pytest.raises(WorkerError, match=r"no worker can be started.*exit code 9"):
        list(Pool([spec("die_at_start")] * 2).run([1, 2, 3]))


def test_one_worker_that_cannot_start_leaves_the_work_to_the_others():
    outcomes = list(Pool([spec("die_at_start"), spec("make_double")]).run(range(5)))
    assert sorted(outcome.task for outcome in outcomes) == list(range(5))


def test_a_run_that_is_given_up_leaves_nothing_running(tmp_path):
    pool = moody(tmp_path)
    outcomes = pool.run([{"id": 1, "do": "sleep"}, {"id": 2, "do": "ok"}])
    assert next(outcomes).value == 2
    pids = pool.pids
    assert len(pids) == 2
    outcomes.close()
    assert not any(is_alive(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_running_when_the_parent_is_ended(tmp_path, number):
    program = f"""
        import signal
        from spkbound.jobs import Pool, WorkerSpec
        signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored by whoever started the tests
        spec = WorkerSpec(entry="steps_for_tests:make_moody", config={{"folder": {str(tmp_path)!r}}},
                          environment={{"PYTHONPATH": {HERE!r}}})
        list(Pool([spec, spec]).run([{{"id": k, "do": "sleep"}} for k in range(2)]))
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stderr=subprocess.DEVNULL)
    marks = [tmp_path / "0", tmp_path / "1"]
    wait_for(lambda: all(mark.exists() and mark.read_text() for mark in marks))
    pids = [int(mark.read_text()) for mark in marks]
    assert all(is_alive(pid) for pid in pids)
    parent.send_signal(number)
    assert parent.wait(60) != 0
    wait_for(lambda: not any(is_alive(pid) for pid in pids))
