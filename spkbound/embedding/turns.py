"""Who embeds what is left? Turns of work through the pool; a file that takes its worker down is found and noted."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from spkbound.domain import join_root
from spkbound.embedding.background import ONE_THREAD
from spkbound.embedding.choice import resolve_spec
from spkbound.embedding.devices import CPU, count_readers
from spkbound.embedding.layout import Layout, StoreInfo
from spkbound.embedding.look import look_at
from spkbound.embedding.parts import Row, part_path, write_part
from spkbound.embedding.patience import Patience
from spkbound.embedding.plan import MAX_FILES_PER_TASK, OrderedFiles, batches
from spkbound.embedding.worker import StepConfig, Task
from spkbound.errors import StoreError, WorkerError
from spkbound.jobs import Failure, Outcome, Pool, Rules, WorkerSpec, WorkerStatus
from spkbound.jobs.engine import Engine
from spkbound.words import Words

log = logging.getLogger(__name__)

ENTRY = "spkbound.embedding.worker:open_step"
MAX_FAILURES_AT_FIRST = 4
MAX_FILES_PER_GPU_TASK = 4_096  # nothing is read ahead from one task to the next, so short ones would leave gaps


@dataclass(frozen=True, slots=True)
class Turn:
    """Places of the corpus that are off the list, how many of them are unreadable, and what memory of a GPU it took."""

    places: np.ndarray
    worker: int
    n_failed: int
    device_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseer:
    """Who looks on: is told how the workers stand, and may ask for a pause."""

    may_hand_out: Callable[[], bool] = lambda: True
    watch: Callable[[Sequence[WorkerStatus]], None] = lambda workers: None


class Turns:
    """One run over the places that are left."""

    def __init__(
        self,
        corpus: OrderedFiles,
        layout: Layout,
        info: StoreInfo,
        mirrors: list[bytes],
        *,
        devices: Sequence[str],
        entry: str = ENTRY,
        patience: Patience | None = None,
        engine: Engine | None = None,
    ) -> None:
        self._entry, self._engine = entry, engine
        self._corpus, self._layout, self._info, self._mirrors = corpus, layout, info, mirrors
        self._devices = devices
        self._tasks: list[np.ndarray] = []
        self._costs = np.zeros(0, np.int64)
        self._patience = patience or Patience()
        self._n_whole = self._n_good = self._n_failures = 0

    def run(self, left: np.ndarray, costs: np.ndarray, overseer: Overseer | None = None) -> Iterator[Turn]:
        """Embed all of `left`. A task that fails is halved and tried again, so that in the end one file stands alone.

        `costs` : int64 (n_utterances,), bytes that each utterance of the corpus stands for

        Raises
        ------
        StoreError : a worker cannot write
        WorkerError : every task fails, or no worker can be started
        """
        most_files = MAX_FILES_PER_TASK if self._devices[0] == CPU else MAX_FILES_PER_GPU_TASK
        self._costs = costs
        self._tasks = list(batches(left, costs[left], n_workers=len(self._devices), most_files=most_files))
        self._n_whole = len(self._tasks)
        n_workers = min(len(self._devices), len(self._tasks))
        specs = [self._worker_spec(number) for number in range(n_workers)]
        pool = Pool(specs, self._rules(overseer or Overseer()), engine=self._engine)
        for outcome in pool.run(self._task(number) for number in range(self._n_whole)):
            places = self._places(outcome.task)
            if outcome.failure is None:
                self._n_good += 1
                self._patience.learn(self._cost(outcome.task), outcome.seconds)
                yield Turn(places, outcome.worker, outcome.value["failed"], outcome.value["device_bytes"])
            else:
                self._write_failure(int(places[0]), outcome)
                yield Turn(places, outcome.worker, 1)

    def _rules(self, overseer: Overseer) -> Rules:
        return Rules(
            cost=self._cost,
            deadline_s=lambda task: self._patience.deadline_s(self._cost(task)),
            n_items=lambda task: len(task["paths"]),
            split=self._halve,
            on_failure=self._take_note,
            silence_s=Rules().silence_s if self._engine is None else float("inf"),  # Ray looks after its actors itself
            may_hand_out=overseer.may_hand_out,
            watch=overseer.watch,
        )

    def _places(self, task: dict) -> np.ndarray:
        return self._tasks[task["number"]]

    def _cost(self, task: dict) -> int:
        return int(self._costs[self._places(task)].sum())

    def _halve(self, task: dict) -> list[dict]:
        halves = np.array_split(self._places(task), 2)
        log.warning("trying %d files again, in halves", len(self._places(task)))
        self._tasks += halves
        return [self._task(len(self._tasks) - 2), self._task(len(self._tasks) - 1)]

    def _worker_spec(self, number: int) -> WorkerSpec:
        config = StepConfig(
            encoder=resolve_spec(self._layout, self._info.encoder_spec, device=self._devices[number]),
            root=os.fsdecode(self._corpus.root),
            folder=os.fspath(self._layout.folder),
            channel=self._info.channel,
            run=self._info.run,
            worker=number,
            n_readers=count_readers(self._devices),
        )
        return WorkerSpec(entry=self._entry, config=asdict(config), environment=ONE_THREAD)

    def _task(self, number: int) -> dict:
        places = self._tasks[number].tolist()
        mirrors = [os.fsdecode(self._mirrors[place]) for place in places] if self._mirrors else []
        paths = [os.fsdecode(self._corpus.paths[place].as_py()) for place in places]
        return asdict(Task(number=number, paths=paths, mirrors=mirrors))

    def _take_note(self, task: dict, failure: Failure) -> None:
        if failure.error in (StoreError.__name__, "OSError"):
            raise StoreError(failure.message)
        log.warning("a task %s: %s: %s\n%s", failure.kind, failure.error, failure.message, failure.traceback)
        self._n_failures += failure.kind == "raised" and task["number"] < self._n_whole
        if self._n_failures >= MAX_FAILURES_AT_FIRST and self._n_good == 0:
            why = f"{failure.error}: {failure.message}\n{failure.traceback}" if failure.traceback else failure.message
            raise WorkerError(Words("every task fails: {why}", why=why))

    def _write_failure(self, place: int, outcome: Outcome) -> None:
        """Put the file on record that no worker could."""
        failure = outcome.failure
        path = self._corpus.paths[place].as_py()
        size, mtime_ns = look_at(join_root(self._corpus.root, path))
        row = Row(
            path=path,
            size=size,
            mtime_ns=mtime_ns,
            worker=outcome.worker,
            stage="features" if failure.kind == "raised" else "decode",
            reason=_reason(failure),
        )
        part = part_path(self._layout.parts, run=self._info.run, task=outcome.task["number"])
        write_part(part, [row], self._info.encoder)


def _reason(failure: Failure) -> str:
    if failure.kind == "crashed":
        return Words("crashed the decoder ({how})", how=failure.message)
    if failure.kind == "hung":
        return Words("the decoder hangs ({how})", how=failure.message)
    return f"{failure.error}: {failure.message}"
