"""Who embeds what is left? Turns of work through the pool; a file that takes its worker down is found and noted."""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from spkbound.domain import join_root
from spkbound.embedding.background import ONE_THREAD
from spkbound.embedding.choice import resolve_spec
from spkbound.embedding.devices import CPU, count_readers
from spkbound.embedding.layout import Layout, StoreInfo
from spkbound.embedding.parts import Row, part_path, write_part
from spkbound.embedding.plan import MAX_FILES_PER_TASK, OrderedFiles, batches, look_at
from spkbound.embedding.worker import StepConfig, Task
from spkbound.errors import StoreError, WorkerError
from spkbound.jobs import Failure, Outcome, Pool, WorkerSpec

log = logging.getLogger(__name__)

ENTRY = "spkbound.embedding.worker:open_step"
MAX_FAILURES_AT_FIRST = 4
MAX_FILES_PER_GPU_TASK = 4_096  # nothing is read ahead from one task to the next, so short ones would leave gaps


@dataclass(frozen=True, slots=True)
class Turn:
    """Places of the corpus that are off the list, and how many of them are unreadable."""

    places: np.ndarray
    worker: int
    n_failed: int


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
    ) -> None:
        self._entry = entry
        self._corpus, self._layout, self._info, self._mirrors = corpus, layout, info, mirrors
        self._devices = devices
        self._tasks: list[np.ndarray] = []
        self._n_good = 0

    def run(self, left: np.ndarray) -> Iterator[Turn]:
        """Embed all of `left`. A task that fails is tried again file by file, so that one file stands alone.

        Raises
        ------
        StoreError : a worker cannot write
        WorkerError : every task fails, or no worker can be started
        """
        failed: list[np.ndarray] = []
        most_files = MAX_FILES_PER_TASK if self._devices[0] == CPU else MAX_FILES_PER_GPU_TASK
        for places, outcome in self._work(batches(left, n_workers=len(self._devices), most_files=most_files)):
            if outcome.failure is None:
                yield _turn(places, outcome)
            else:
                self._take_note(outcome.failure, n_failures=len(failed) + 1)
                failed.append(places)
        if failed:
            yield from self._single_out(np.concatenate(failed))

    def _single_out(self, places: np.ndarray) -> Iterator[Turn]:
        log.warning("trying %d files again, one by one", len(places))
        for place, outcome in self._work(batches(places, n_workers=len(self._devices), most_files=1)):
            if outcome.failure is None:
                yield _turn(place, outcome)
            else:
                self._take_note(outcome.failure, n_failures=0)
                self._write_failure(int(place[0]), outcome)
                yield Turn(place, outcome.worker, 1)

    def _work(self, work: Iterable[np.ndarray]) -> Iterator[tuple[np.ndarray, Outcome]]:
        first = len(self._tasks)
        self._tasks.extend(work)
        numbers = range(first, len(self._tasks))
        pool = Pool([self._worker_spec(number) for number in range(min(len(self._devices), len(numbers)))])
        for outcome in pool.run(self._task(number) for number in numbers):
            self._n_good += outcome.failure is None
            yield self._tasks[outcome.task["number"]], outcome

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

    def _take_note(self, failure: Failure, *, n_failures: int) -> None:
        if failure.error in (StoreError.__name__, "OSError"):
            raise StoreError(failure.message)
        log.warning("a task %s: %s: %s\n%s", failure.kind, failure.error, failure.message, failure.traceback)
        if failure.kind == "raised" and n_failures >= MAX_FAILURES_AT_FIRST and self._n_good == 0:
            raise WorkerError(f"every task fails: {failure.error}: {failure.message}\n{failure.traceback}")

    def _write_failure(self, place: int, outcome: Outcome) -> None:
        """Put the file on record that no worker could."""
        failure = outcome.failure
        path = self._corpus.paths[place].as_py()
        size, mtime_ns = look_at(join_root(self._corpus.root, path))
        crashed = failure.kind == "crashed"
        row = Row(
            path=path,
            size=size,
            mtime_ns=mtime_ns,
            worker=outcome.worker,
            stage="decode" if crashed else "features",
            reason=f"crashed the worker ({failure.message})" if crashed else f"{failure.error}: {failure.message}",
        )
        part = part_path(self._layout.parts, run=self._info.run, task=outcome.task["number"])
        write_part(part, [row], self._info.encoder)


def _turn(places: np.ndarray, outcome: Outcome) -> Turn:
    return Turn(places, outcome.worker, outcome.value["failed"])
