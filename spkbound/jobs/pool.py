"""Who does which task? Fresh interpreters take tasks as they become free; what a task means is the worker's business.

A task that raises, kills its worker or hangs is cut until the guilty thing stands alone, and that comes back as data;
the others go on.
"""

import logging
import os
import time
from collections.abc import Iterable, Iterator

from spkbound.errors import WorkerError
from spkbound.jobs.engine import Engine
from spkbound.jobs.local import LocalEngine
from spkbound.jobs.rules import Failure, Outcome, Rules, WorkerSpec
from spkbound.jobs.slot import Slot
from spkbound.jobs.tasks import Assignment, TaskQueue
from spkbound.words import Words, unpack_words

log = logging.getLogger(__name__)

MAX_DEATHS = 2
MAX_FAILED_STARTS = 4
STOP_WAIT_S = 5.0
TASKS_AT_HAND = 16  # per worker: among so many the costliest is looked for
_ROUND_S = 0.2
_WATCH_EVERY_S = 0.5
_STOPPED_S = 2.0  # a round that took so much longer means that we ourselves were stopped


class Pool:
    """Workers, one per spec. `run` may be called once; it stops them all when it ends, however it ends."""

    def __init__(
        self,
        specs: Iterable[WorkerSpec],
        rules: Rules | None = None,
        *,
        engine: Engine | None = None,
        stop_wait_s: float = STOP_WAIT_S,
    ) -> None:
        self._slots = [Slot(number, spec) for number, spec in enumerate(specs)]
        if not self._slots:
            raise WorkerError("no workers: a pool needs at least one")
        self._rules = rules or Rules()
        self._stop_wait_s = stop_wait_s
        self._engine = engine or LocalEngine()
        self._queue = TaskQueue((), cost=self._rules.cost, window=0)
        self._watched_s = 0.0

    def run(self, tasks: Iterable[object]) -> Iterator[Outcome]:
        """Hand out JSON-able `tasks`, yield outcomes as they come, in no promised order.

        Raises
        ------
        WorkerError : a worker's step cannot be made, or no worker can be started any more
        """
        self._queue = TaskQueue(tasks, cost=self._rules.cost, window=TASKS_AT_HAND * len(self._slots))
        round_s = time.monotonic()
        try:
            while self._hand_out():
                for number in self._engine.wait(_ROUND_S):
                    yield from self._hear(self._slots[number])
                self._forgive(time.monotonic() - round_s - _ROUND_S)
                round_s = time.monotonic()
                for slot in self._slots:
                    yield from self._end_hung(slot, round_s)
                self._watch(round_s)
        finally:
            self._stop()

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [slot.process.pid for slot in self._slots if slot.process is not None]

    def _hand_out(self) -> bool:
        """Give every free worker a task, starting those that are needed; False when nothing is left to wait for."""
        if self._rules.may_hand_out():
            for slot in self._slots:
                if slot.ready and slot.assignment is None and self._queue.n_at_hand():
                    slot.send(self._queue.take())
            self._start_needed()
        return any(slot.assignment for slot in self._slots) or self._queue.n_at_hand() > 0

    def _start_needed(self) -> None:
        n_starting = sum(slot.process is not None and not slot.ready for slot in self._slots)
        now_s = time.monotonic()
        for slot in self._slots:
            if slot.process is None and now_s >= slot.not_before_s and self._queue.n_at_hand() > n_starting:
                slot.start(self._engine)
                n_starting += 1
                log.info("worker %d started as process %d", slot.number, slot.process.pid)

    def _hear(self, slot: Slot) -> Iterator[Outcome]:
        messages = slot.process.receive()
        slot.heard_s = time.monotonic()
        for message in messages or []:
            if "memory" in message:
                slot.memory_bytes = message["memory"]
            elif "ready" in message:
                slot.greet()
            elif "refused" in message:
                self._note_refusal(slot, message["refused"])
            else:
                yield from self._check_in(slot, message)
        if messages is None:
            yield from self._bury(slot)

    def _check_in(self, slot: Slot, message: dict) -> Iterator[Outcome]:
        assignment = slot.check_in()
        if "error" in message:
            yield from self._take_failure(slot, assignment, _failure_of(message["error"]))
        else:
            seconds = time.monotonic() - slot.since_s
            yield Outcome(task=assignment.task, worker=slot.number, seconds=seconds, value=message["value"])

    def _take_failure(self, slot: Slot, assignment: Assignment, failure: Failure) -> Iterator[Outcome]:
        """Try a task again, whole or in parts, or hand it back."""
        task, rules = assignment.task, self._rules
        rules.on_failure(task, failure)
        assignment.n_deaths += failure.kind != "raised"
        is_first_death = failure.kind != "raised" and assignment.n_deaths < MAX_DEATHS
        n_items = rules.n_items(task)
        # A death can have come from outside, so the first is forgiven; who hangs takes too long to be asked twice.
        if is_first_death and (failure.kind == "crashed" or n_items < 2):
            self._queue.put_back(assignment)
        elif n_items > 1:
            for part in rules.split(task):
                self._queue.put_back(Assignment(part, n_deaths=MAX_DEATHS - 1 if rules.n_items(part) > 1 else 0))
        else:
            seconds = time.monotonic() - slot.since_s
            yield Outcome(task=task, worker=slot.number, seconds=seconds, failure=failure)

    def _end_hung(self, slot: Slot, now_s: float) -> Iterator[Outcome]:
        why = slot.overdue(now_s, self._rules)
        if why:
            slot.process.kill()
            yield from self._bury(slot, hung=why)

    def _bury(self, slot: Slot, *, hung: str = "") -> Iterator[Outcome]:
        """Take note of a worker's death, and of what it was at."""
        self._engine.forget(slot.number)
        was_ready = slot.ready
        how = slot.bury(self._rules)
        log.warning("worker %d died (%s)%s", slot.number, hung or how, " at work" if slot.assignment else "")
        if not was_ready:
            self._give_up_unstartable(hung or how)
        elif slot.assignment is not None:
            assignment, slot.assignment = slot.assignment, None
            failure = Failure(kind="hung" if hung else "crashed", error="WorkerDied", message=hung or how)
            yield from self._take_failure(slot, assignment, failure)

    def _give_up_unstartable(self, how: str) -> None:
        """End the run when nobody can be started; as long as one can, the others are tried again now and then."""
        if all(slot.n_failed_starts >= MAX_FAILED_STARTS for slot in self._slots):
            raise WorkerError(
                Words(
                    "no worker can be started: each died {times} times before its first task ({how})",
                    times=MAX_FAILED_STARTS,
                    how=how,
                )
            )

    def _note_refusal(self, slot: Slot, refusal: dict) -> None:
        """A step that cannot be made ends the run, unless it could be made before: a device may come back."""
        text = _describe_refusal(slot.number, **refusal)
        if not slot.was_ready:
            raise WorkerError(text)
        log.warning("%s", text)

    def _forgive(self, gap_s: float) -> None:
        if gap_s > _STOPPED_S:
            for slot in self._slots:
                slot.forgive(gap_s)

    def _watch(self, now_s: float) -> None:
        if now_s - self._watched_s >= _WATCH_EVERY_S:
            self._watched_s = now_s
            self._rules.watch([slot.status() for slot in self._slots])

    def _stop(self) -> None:
        """Close every stdin, wait a little, then end what is left."""
        running = [slot.process for slot in self._slots if slot.process is not None]
        for process in running:
            process.close()
        deadline_s = time.monotonic() + self._stop_wait_s
        for process in running:
            process.end(deadline_s)
        for slot in self._slots:
            slot.process = None
        self._engine.close()
        log.info("stopped %d workers of process %d", len(running), os.getpid())


def _failure_of(told: dict) -> Failure:
    return Failure(kind="raised", **{**told, "message": unpack_words(told["message"])})


def _describe_refusal(number: int, *, error: str, message: str | dict, traceback: str) -> str:
    """An error of ours, which has no traceback, says all in its message."""
    said = unpack_words(message)
    why = f"{error}: {said}\n{traceback}".rstrip() if traceback else said
    return Words("worker {number} cannot begin: {why}", number=number, why=why)
