"""What is read before it is asked for? Threads read items while others are worked on, as many bytes as are allowed.

What an item is and how it is read are parameters; this module knows bytes only. Nothing is said about the order.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[Item, Found]):
    """How to read. `expect`: bytes that an item takes while it is read, guessed before; `weigh`: bytes from then on."""

    read: Callable[[Item], Found]
    expect: Callable[[Item], int]
    weigh: Callable[[Found], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much to read. A window is handed out when it is `enough_bytes`, or nothing more fits beside it.

    `most_bytes`: being read, ready and handed out, all together; one item that takes more is read alone.
    """

    n_threads: int  # 0: read in line, in order, when asked
    most_bytes: int
    enough_bytes: int


@contextmanager
def read_ahead(items: Iterable[Item], reading: Reading[Item, Found], limits: Limits) -> Iterator[Iterator[list[Found]]]:
    """Windows of what was read; the caller is done with one when it asks for the next. Ends with the block.

    What `read` raises is raised here, and ends all.
    """
    if limits.n_threads == 0:
        yield _read_in_line(items, reading, limits.enough_bytes)
        return
    ahead = _Ahead(items, reading, limits)
    try:
        yield ahead.windows()
    finally:
        ahead.close()


def _read_in_line(items: Iterable[Item], reading: Reading[Item, Found], enough_bytes: int) -> Iterator[list[Found]]:
    window: list[Found] = []
    n_bytes = 0
    for item in items:
        window.append(reading.read(item))
        n_bytes += reading.weigh(window[-1])
        if n_bytes >= enough_bytes:
            yield window
            window, n_bytes = [], 0
    if window:
        yield window


class _Ahead(Generic[Item, Found]):
    """Threads and one who asks; `_changed` guards all that changes."""

    def __init__(self, items: Iterable[Item], reading: Reading[Item, Found], limits: Limits) -> None:
        self._items, self._reading, self._limits = iter(items), reading, limits
        self._changed = threading.Condition()
        self._ready: list[Found] = []
        self._n_ready_bytes = 0
        self._n_bytes = 0
        self._n_waiting = self._n_ended = 0  # threads
        self._closed = False
        self._error: BaseException | None = None
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(limits.n_threads)]
        for thread in self._threads:
            thread.start()

    def windows(self) -> Iterator[list[Found]]:
        while True:
            with self._changed:
                self._changed.wait_for(self._can_hand_out)
                if self._error is not None:
                    raise self._error
                window, n_bytes = self._ready, self._n_ready_bytes
                self._ready, self._n_ready_bytes = [], 0
            if not window:
                return
            yield window
            del window
            with self._changed:
                self._n_bytes -= n_bytes
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _can_hand_out(self) -> bool:
        n_threads = len(self._threads)
        is_stuck = bool(self._ready) and self._n_waiting + self._n_ended == n_threads
        is_enough = self._n_ready_bytes >= self._limits.enough_bytes
        return self._error is not None or self._n_ended == n_threads or is_stuck or is_enough

    def _work(self) -> None:
        error = None
        try:
            while self._read_next():
                pass
        except BaseException as raised:  # noqa: BLE001 told to the one who asks, whatever it is
            error = raised
        with self._changed:
            self._n_ended += 1
            self._error = self._error or error
            self._changed.notify_all()

    def _read_next(self) -> bool:
        with self._changed:
            items = [] if self._closed else list(islice(self._items, 1))
        for item in items:
            room = self._reading.expect(item)
            if not self._enter(room):
                return False
            found = self._reading.read(item)
            self._hand_in(found, room)
        return bool(items)

    def _enter(self, room: int) -> bool:
        """Wait until there is room; False when nobody wants to know any more."""
        with self._changed:
            self._n_waiting += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closed or self._fits(room))
            self._n_waiting -= 1
            self._n_bytes += room
            return not self._closed

    def _fits(self, room: int) -> bool:
        return self._n_bytes == 0 or self._n_bytes + room <= self._limits.most_bytes

    def _hand_in(self, found: Found, room: int) -> None:
        n_bytes = self._reading.weigh(found)
        with self._changed:
            self._ready.append(found)
            self._n_ready_bytes += n_bytes
            self._n_bytes += n_bytes - room
            self._changed.notify_all()
