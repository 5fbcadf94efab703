"""What is left to do? The corpus minus the store, by path, size and time of each source; nothing is read or written."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa

from spkbound.domain import Order
from spkbound.embedding.known import Known

Answer = TypeVar("Answer")

_LOOKERS = 8
_FILES_PER_LOOK = 100
_LOOKS = 10
_LONG_WAIT_S = 0.0001
MAX_FILES_PER_TASK = 512
_MIN_FILES_PER_TASK = 8
_TASKS_PER_WORKER = 16
OPENING_BYTES = 16 << 10  # opening a file takes as long as reading about so much


class OrderedFiles(Protocol):
    """What a corpus is to an extraction (`spkbound.corpus.Corpus` is one)."""

    @property
    def root(self) -> bytes: ...

    @property
    def paths(self) -> pa.BinaryArray: ...

    @property
    def order(self) -> Order: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Sources as they are now: `sizes`, `mtimes_ns` int64 (n_utterances,), -1 where no file is, or nobody asked."""

    sizes: np.ndarray
    mtimes_ns: np.ndarray


def look_at_sources(corpus: OrderedFiles, places: np.ndarray) -> Sources:
    """Ask the file system for size and time of the sources at `places`; several at a time, for the network's sake."""
    root = corpus.root.rstrip(b"/") + b"/"
    facts = ask_many(lambda path: look_at(root + path), corpus.paths.take(pa.array(places)))
    table = np.full((len(corpus.paths), 2), -1, np.int64)
    table[places] = np.array(facts, np.int64).reshape(-1, 2)
    return Sources(sizes=table[:, 0], mtimes_ns=table[:, 1])


def ask_many(ask: Callable[[bytes], Answer], paths: pa.BinaryArray) -> list[Answer]:
    """Put a question that waits for the file system to every path; answers in order.

    Several at a time where it makes one wait; on a local disk threads would only get in each other's way.
    """
    starts = range(0, len(paths), _FILES_PER_LOOK)

    def look(start: int) -> list[Answer]:
        return [ask(path) for path in paths[start : start + _FILES_PER_LOOK].to_pylist()]

    answers: list[Answer] = []
    lately: deque[float] = deque(maxlen=_LOOKS)
    for number, start in enumerate(starts):
        began_s = time.monotonic()
        answers += look(start)
        lately.append(time.monotonic() - began_s)
        # The fastest, because a look takes long as well where others keep the processors busy.
        if len(lately) == _LOOKS and min(lately) > _FILES_PER_LOOK * _LONG_WAIT_S:
            with ThreadPoolExecutor(_LOOKERS) as lookers:
                return answers + [answer for found in lookers.map(look, starts[number + 1 :]) for answer in found]
    return answers


def look_at(source: bytes) -> tuple[int, int]:
    """Size and time of a file, (-1, -1) where there is none."""
    try:
        facts = os.stat(source)
    except OSError:
        return -1, -1
    return facts.st_size, facts.st_mtime_ns


def find_left(known: Known, rows: np.ndarray, sources: Sources, *, usable: np.ndarray) -> np.ndarray:
    """Places to embed: int64, increasing.

    `rows`: what `known.find` gave. `usable`: bool (n_utterances,), whether the embedding of each place can still be
    had. Done is what was read from the very file that is there now, and is either unreadable or usable.
    """
    left = np.ones(len(rows), bool)
    found = np.flatnonzero(rows >= 0)
    known_rows = rows[found]
    same = known.table["size"].to_numpy()[known_rows] == sources.sizes[found]
    same &= known.table["mtime_ns"].to_numpy()[known_rows] == sources.mtimes_ns[found]
    left[found] = ~(same & (usable[found] | ~known.embedded[known_rows]))
    return np.flatnonzero(left)


def cost_of(sizes: np.ndarray) -> np.ndarray:
    """What each file costs to embed, in bytes: its own, and those that could be read while it is opened; int64."""
    return np.maximum(sizes, 0) + OPENING_BYTES


def batches(
    places: np.ndarray, costs: np.ndarray, *, n_workers: int, most_files: int = MAX_FILES_PER_TASK
) -> Iterator[np.ndarray]:
    """Cut places into tasks of about the same cost: small enough to share out, large enough not to become dust.

    `costs`: (n_places,), of each place. A file that costs more than a task should is a task of its own.
    """
    if len(places) == 0:
        return
    fair = len(places) // (n_workers * _TASKS_PER_WORKER)
    n_files = min(most_files, max(_MIN_FILES_PER_TASK, fair))
    ends = np.cumsum(costs)
    most_cost = int(ends[-1]) * n_files // len(places)
    start = 0
    while start < len(places):
        before = ends[start] - costs[start]
        stop = int(np.searchsorted(ends, before + most_cost, side="right"))
        stop = min(start + most_files, max(start + 1, stop))
        yield places[start:stop]
        start = stop
