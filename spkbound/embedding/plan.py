"""What is left to do? The corpus minus the store, by path, size and time of each source; nothing is read or written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from spkbound.domain import Order
from spkbound.embedding.known import Known
from spkbound.embedding.look import look_at_many

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
    """Ask the file system for size and time of the sources at `places`."""
    table = np.full((len(corpus.paths), 2), -1, np.int64)
    table[places] = look_at_many(corpus.root, corpus.paths.take(pa.array(places)))
    return Sources(sizes=table[:, 0], mtimes_ns=table[:, 1])


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
