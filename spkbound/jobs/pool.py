"""Who does which task? Fresh interpreters take tasks as they become free; what a task means is the worker's business.

A task that raises, or that kills its worker twice, comes back as data; the others go on.
"""

import logging
import os
import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from spkbound.errors import WorkerError
from spkbound.jobs.process import WorkerProcess

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 2
MAX_FAILED_STARTS = 3
STOP_WAIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSpec:
    """How to start one worker.

    Attributes
    ----------
    entry : ``"package.module:function"``; called once with `config`, it returns the step: task → value
    config : JSON-able
    environment : added to the environment of this process, e.g. ``{"OMP_NUM_THREADS": "1"}``
    """

    entry: str
    config: dict = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a task has no value: it ``raised`` in the worker, or it ``crashed`` two workers."""

    kind: Literal["raised", "crashed"]
    error: str
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A task that is off the list: its value, or its failure. `worker` is the place of its spec."""

    task: object
    worker: int
    seconds: float
    value: object = None
    failure: Failure | None = None


@dataclass(slots=True)
class _Assignment:
    id: int
    task: object
    attempts: int = 0
    started_s: float = 0.0


@dataclass(slots=True)
class _Slot:
    """The place of one worker; processes come and go in it."""

    number: int
    spec: WorkerSpec
    process: WorkerProcess | None = None
    ready: bool = False
    assignment: _Assignment | None = None
    failed_starts: int = 0


class Pool:
    """Workers, one per spec. `run` may be called once; it stops them all when it ends, however it ends."""

    def __init__(self, specs: Iterable[WorkerSpec], *, stop_wait_s: float = STOP_WAIT_S) -> None:
        self._slots = [_Slot(number, spec) for number, spec in enumerate(specs)]
        if not self._slots:
            raise WorkerError("no workers: a pool needs at least one")
        self._stop_wait_s = stop_wait_s
        self._selector = selectors.DefaultSelector()
        self._again: deque[_Assignment] = deque()
        self._tasks: Iterator[object] = iter(())
        self._n_taken = 0

    def run(self, tasks: Iterable[object]) -> Iterator[Outcome]:
        """Hand out JSON-able `tasks`, yield outcomes as they come, in no promised order.

        Raises
        ------
        WorkerError : a worker's step cannot be made, or no worker can be started any more
        """
        self._tasks = iter(tasks)
        try:
            while self._hand_out():
                for key, _ in self._selector.select():
                    yield from self._hear(key.data)
        finally:
            self._stop()

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [slot.process.pid for slot in self._slots if slot.process is not None]

    def _hand_out(self) -> bool:
        """Give every free worker a task, starting those that are needed; False when nothing is left to wait for."""
        for slot in self._slots:
            if slot.assignment is None and slot.failed_starts < MAX_FAILED_STARTS:
                slot.assignment = self._next_assignment()
            if slot.assignment is not None and slot.process is None:
                self._start(slot)
            elif slot.assignment is not None and slot.ready and not slot.assignment.started_s:
                self._send(slot)
        return any(slot.assignment is not None for slot in self._slots)

    def _next_assignment(self) -> _Assignment | None:
        if self._again:
            return self._again.popleft()
        for task in self._tasks:
            self._n_taken += 1
            return _Assignment(self._n_taken, task)
        return None

    def _start(self, slot: _Slot) -> None:
        slot.process = WorkerProcess(slot.spec.environment)
        slot.ready = False
        slot.process.send({"entry": slot.spec.entry, "config": slot.spec.config})
        self._selector.register(slot.process.fileno(), selectors.EVENT_READ, slot)
        log.info("worker %d started as process %d", slot.number, slot.process.pid)

    def _send(self, slot: _Slot) -> None:
        slot.assignment.started_s = time.monotonic()
        slot.process.send({"id": slot.assignment.id, "task": slot.assignment.task})

    def _hear(self, slot: _Slot) -> Iterator[Outcome]:
        messages = slot.process.receive()
        for message in messages or []:
            if "refused" in message:
                raise WorkerError(_describe_refusal(slot.number, **message["refused"]))
            if "ready" in message:
                slot.ready, slot.failed_starts = True, 0
            else:
                yield self._check_in(slot, message)
        if messages is None:
            yield from self._bury(slot)

    def _check_in(self, slot: _Slot, message: dict) -> Outcome:
        failure = Failure(kind="raised", **message["error"]) if "error" in message else None
        return self._close(slot, message.get("value"), failure)

    def _close(self, slot: _Slot, value: object, failure: Failure | None) -> Outcome:
        done, slot.assignment = slot.assignment, None
        return Outcome(
            task=done.task,
            worker=slot.number,
            seconds=time.monotonic() - done.started_s,
            value=value,
            failure=failure,
        )

    def _bury(self, slot: _Slot) -> Iterator[Outcome]:
        """Take note of a worker's death: its task is tried once more, or handed back."""
        self._selector.unregister(slot.process.fileno())
        how = slot.process.bury()
        slot.process = None
        assignment = slot.assignment
        log.warning("worker %d died (%s)%s", slot.number, how, " at work" if slot.ready and assignment else "")
        if not slot.ready:
            slot.failed_starts += 1
            self._give_up_unstartable(slot, how)
        elif assignment is not None and assignment.started_s:
            assignment.attempts += 1
            if assignment.attempts >= MAX_ATTEMPTS:
                yield self._close(slot, None, Failure(kind="crashed", error="WorkerDied", message=how))
            else:
                self._put_back(slot)

    def _put_back(self, slot: _Slot) -> None:
        if slot.assignment is not None:
            slot.assignment.started_s = 0.0
            self._again.append(slot.assignment)
            slot.assignment = None

    def _give_up_unstartable(self, slot: _Slot, how: str) -> None:
        if slot.failed_starts < MAX_FAILED_STARTS:
            return
        self._put_back(slot)
        if all(other.failed_starts >= MAX_FAILED_STARTS for other in self._slots):
            raise WorkerError(
                f"no worker can be started: each died {MAX_FAILED_STARTS} times before its first task ({how})"
            )

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
        self._selector.close()
        log.info("stopped %d workers of process %d", len(running), os.getpid())


def _describe_refusal(number: int, *, error: str, message: str, traceback: str) -> str:
    return f"worker {number} cannot begin: {error}: {message}\n{traceback}".rstrip()
