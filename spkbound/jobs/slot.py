"""How does one worker's place stand? Processes come and go in it; which task they get the pool decides."""

import time
from dataclasses import dataclass

from spkbound.jobs.process import WorkerProcess
from spkbound.jobs.rules import Rules, WorkerSpec, WorkerStatus
from spkbound.jobs.tasks import Assignment

MAX_BACK_OFF_S = 60.0
START_DEADLINE_S = 1_800.0  # a network may have to be downloaded first


@dataclass(slots=True)
class Slot:
    """The place of one worker. Times are monotonic."""

    number: int
    spec: WorkerSpec
    process: WorkerProcess | None = None
    ready: bool = False
    was_ready: bool = False
    assignment: Assignment | None = None
    n_failed_starts: int = 0
    n_deaths: int = 0  # in a row, without a task done between
    not_before_s: float = 0.0
    since_s: float = 0.0  # start of the process or of its task
    heard_s: float = 0.0
    memory_bytes: int = 0

    def start(self) -> None:
        self.process = WorkerProcess(self.spec.environment)
        self.ready = False
        self.since_s = self.heard_s = time.monotonic()
        self.process.send({"entry": self.spec.entry, "config": self.spec.config})

    def send(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.since_s = self.heard_s = time.monotonic()
        self.process.send({"task": assignment.task})

    def greet(self) -> None:
        """It can take tasks."""
        self.ready = self.was_ready = True
        self.n_failed_starts = 0

    def check_in(self) -> Assignment:
        """Its task is done, well or not."""
        done, self.assignment = self.assignment, None
        self.n_deaths = 0
        return done

    def bury(self, rules: Rules) -> str:
        """Take note of the death of its process; say how it ended. The task stays."""
        how = self.process.bury()
        if not self.ready:
            self.n_failed_starts += 1
        self.process, self.ready, self.memory_bytes = None, False, 0
        self.not_before_s = time.monotonic() + min(MAX_BACK_OFF_S, rules.back_off_s * 2**self.n_deaths)
        self.n_deaths += 1
        return how

    def overdue(self, now_s: float, rules: Rules) -> str:
        """Why its process counts as hung; "" while it does not."""
        if self.process is None or (self.ready and self.assignment is None):
            return ""
        if now_s - self.heard_s > rules.silence_s:
            return f"gave no sign of life for {rules.silence_s:,.3g} s"
        limit_s = rules.deadline_s(self.assignment.task) if self.ready else START_DEADLINE_S
        if now_s - self.since_s > limit_s:
            return f"took longer than {limit_s:,.3g} s"
        return ""

    def forgive(self, gap_s: float) -> None:
        """Nobody listened for so long: it does not count."""
        self.since_s += gap_s
        self.heard_s += gap_s

    def status(self) -> WorkerStatus:
        state = "waiting" if self.n_deaths and self.process is None else "off"
        if self.process is not None:
            state = "starting" if not self.ready else "at work" if self.assignment else "idle"
        task = self.assignment.task if self.assignment else None
        return WorkerStatus(number=self.number, state=state, task=task, memory_bytes=self.memory_bytes)
