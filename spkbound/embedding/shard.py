"""How is one corpus shared out among machines that know nothing of each other? Each takes its part of the order.

All write into the same store: every run has a number of its own, so no two write the same part. They share the store's
lock, which a plain extraction and a compaction want alone; what has to be decided once is decided one after the other.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spkbound.embedding.layout import Layout
from spkbound.errors import UsageError
from spkbound.jobs.lock import FolderLock


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `of`, counted from 1."""

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise UsageError(f"shard {self.number}/{self.of}: give 1/{max(1, self.of)} to {self.of}/{self.of}")

    @property
    def name(self) -> str:
        return f"shard-{self.number:04d}-of-{self.of:04d}"

    def places(self, n_utterances: int) -> np.ndarray:
        """Places of the corpus that are this part's: a run of neighbours."""
        start, stop = ((number * n_utterances) // self.of for number in (self.number - 1, self.number))
        return np.arange(start, stop)


@contextlib.contextmanager
def at_work(layout: Layout, shard: Shard | None) -> Iterator[None]:
    """Hold the store: alone, or as one of several shards.

    Raises
    ------
    StoreLocked : somebody else is at work there, or on the same shard
    """
    with FolderLock(layout.lock, shared=shard is not None):
        if shard is None:
            yield
        else:
            with FolderLock(layout.store / f"lock-{shard.name}"):
                yield


@contextlib.contextmanager
def one_at_a_time(layout: Layout, shard: Shard | None) -> Iterator[None]:
    """What only one may do at once: others wait. Who holds the store alone need not ask."""
    with contextlib.ExitStack() as locks:
        if shard is not None:
            locks.enter_context(FolderLock(layout.store / "lock-setup", wait=True))
        yield
