"""A pool among bad files, dying workers and a clock that jumps: the guilty thing stands alone, the rest is done."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from machine import wait_for

from spkbound.errors import WorkerError
from spkbound.jobs import Pool, Rules, WorkerSpec
from spkbound.jobs.tasks import TaskQueue

HERE = str(Path(__file__).parent)


def spec(step, **config):
    return WorkerSpec(entry=f"steps_for_tests:{step}", config=config, environment={"PYTHONPATH": HERE})


def halve(task):
    return [task[: len(task) // 2], task[len(task) // 2 :]]


def run_lists(tasks, *, n_workers=2, **rules):
    """Outcomes of tasks that are lists of items, cut by halves when they fail."""
    rules = Rules(n_items=len, split=halve, back_off_s=0.01, **rules)
    return list(Pool([spec("make_choosy")] * n_workers, rules).run(tasks))


def assert_only_the_guilty_failed(outcomes, items, guilty, kind):
    done = [item for outcome in outcomes if outcome.failure is None for item in outcome.task]
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    assert sorted(done) == sorted(item for item in items if item != guilty)
    assert [(outcome.task, outcome.failure.kind) for outcome in failed] == [([guilty], kind)]


@pytest.mark.parametrize(
    ("guilty", "kind", "rules"),
    [
        ("segfault", "crashed", {}),
        ("raise", "raised", {}),
        ("hang", "hung", {"deadline_s": lambda task: 1.0 if "hang" in task else 60.0}),
        ("stop", "hung", {"silence_s": 4.0}),  # a healthy one is silent for a second, and longer where it is held up
    ],
)
def test_what_spoils_a_task_of_many_stands_alone_in_the_end(guilty, kind, rules):
    items = ["a", "b", guilty, "c"] if guilty != "stop" else [guilty, "c"]  # each cut waits for the silence again
    outcomes = run_lists([items, ["g", "h"], ["i"]], **rules)
    assert_only_the_guilty_failed(outcomes, [*items, "g", "h", "i"], guilty, kind)


def test_what_is_healthy_is_done_before_what_failed_is_tried_again():
    outcomes = run_lists([["segfault"], *[[str(k)] for k in range(20)]], n_workers=1)
    assert outcomes[-1].task == ["segfault"]


def test_a_failure_can_end_the_run():
    def refuse(task, failure):
        raise WorkerError(f"{failure.kind}: {failure.message}")

    with pytest.raises(WorkerError, match="raised: no good"):
        run_lists([["a", "raise"], ["b"]], on_failure=refuse)


def test_the_deadline_is_of_each_task():
    rules = Rules(deadline_s=lambda task: 0.4 if task > 5 else 30, back_off_s=0.01)
    outcomes = {outcome.task: outcome for outcome in Pool([spec("make_sleeper")] * 2, rules).run([0.9, 600])}
    assert outcomes[0.9].failure is None
    assert outcomes[600].failure.message == "took longer than 0.4 s"


def test_a_worker_that_dies_at_its_start_is_started_again_later_each_time(tmp_path):
    started_s = time.monotonic()
    pool = Pool([spec("die_until_the_mark", file=str(tmp_path / "mark"))], Rules(back_off_s=0.25))
    assert [outcome.value for outcome in pool.run([1, 2])] == [1, 2]
    assert time.monotonic() - started_s > 0.25 + 0.5 + 1.0


def test_a_device_that_is_gone_for_a_while_does_not_end_the_run(tmp_path):
    pool = Pool([spec("refuse_the_second_time", file=str(tmp_path / "mark"))], Rules(back_off_s=0.05))
    assert sorted(outcome.value for outcome in pool.run(["a", "die", "b"])) == ["a", "b", "die"]


def test_the_costliest_of_those_at_hand_goes_first_and_no_more_are_looked_at():
    taken = []
    tasks = iter([3, 1, 4, 1, 5, 9, 2, 6])
    queue = TaskQueue(tasks, cost=float, window=4)
    while queue.n_at_hand():
        taken.append(queue.take().task)
    assert taken == [4, 5, 9, 3, 6, 2, 1, 1]
    queue = TaskQueue(iter([1, 2, 3]), cost=float, window=1)
    assert queue.n_at_hand() == 1
    assert list(tasks) == []


def test_the_longest_task_does_not_wait_for_the_short_ones():
    outcomes = list(Pool([spec("make_sleeper")], Rules(cost=float)).run([0.0] * 15 + [0.1]))
    assert [outcome.task for outcome in outcomes] == [0.1] + [0.0] * 15


def test_while_it_is_paused_nothing_is_handed_out_and_what_is_in_hand_is_finished():
    pause, seen, states, seen_at_rest = [], [], [], []

    def watch(workers):
        states.append({worker.state for worker in workers})
        if pause and states[pause[0] :][-3:] == [{"idle"}] * 3:
            seen_at_rest.append(len(seen))
            pause.clear()

    rules = Rules(may_hand_out=lambda: not pause, watch=watch)
    for outcome in Pool([spec("make_sleeper")] * 2, rules).run([0.1] * 12):
        seen.append(outcome)
        if len(seen) == 4:
            pause.append(len(states))
    assert len(seen) == 12
    assert len(seen_at_rest) == 1
    assert 4 <= seen_at_rest[0] <= 4 + 2


def test_workers_say_what_they_hold_and_what_they_are_at(tmp_path):
    states = []

    def watch(workers):
        states.extend(workers)
        if any(worker.state == "at work" and worker.memory_bytes for worker in workers):
            (tmp_path / "go").touch()

    list(Pool([spec("make_waiter", folder=str(tmp_path))], Rules(watch=watch)).run(["task"]))
    busy = [state for state in states if state.state == "at work"]
    assert busy[-1].task == "task"
    assert 5e6 < busy[-1].memory_bytes < 5e9


def test_a_parent_that_was_stopped_itself_does_not_blame_its_workers(tmp_path):
    program = f"""
        from spkbound.jobs import Pool, Rules, WorkerSpec
        config, environment = {{"folder": {str(tmp_path)!r}}}, {{"PYTHONPATH": {HERE!r}}}
        spec = WorkerSpec(entry="steps_for_tests:make_waiter", config=config, environment=environment)
        tell = lambda *failure: print(failure, flush=True)
        rules = Rules(deadline_s=lambda task: 4.0, on_failure=tell)
        for outcome in Pool([spec, spec], rules).run(["one", "other"]):
            print(outcome.failure, flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        wait_for(lambda: (tmp_path / "one.begun").exists() and (tmp_path / "other.begun").exists())
        os.killpg(parent.pid, signal.SIGSTOP)
        time.sleep(4.5)
        (tmp_path / "go").touch()
        os.killpg(parent.pid, signal.SIGCONT)
        assert parent.communicate(timeout=60)[0] == "None\nNone\n"
    finally:
        parent.kill()
