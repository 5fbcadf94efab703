"""How far is it, how fast, how long still? Counted over the last seconds; nothing is measured here but the clock."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from spkbound.jobs import WorkerStatus

WINDOW_S = 10.0
TURNS_PER_WORKER = 4  # long turns are counted over more than the window, for in ten seconds hardly one may end

Phase = Literal["fitting", "embedding", "compacting"]
Pace = Literal["at work", "pausing", "paused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerProgress:
    """One worker: utterances done in this run and in hand, utterances per second lately.

    `memory_bytes` it holds; `device_bytes` it held of its GPU's memory at most.
    """

    number: int
    device: str
    state: str = "at work"
    done: int = 0
    at_hand: int = 0
    rate_per_s: float = 0.0
    memory_bytes: int = 0
    device_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How an extraction stands.

    `done` of `total` utterances, those of earlier runs included, `failed` of them unreadable; `rate_per_s` of the
    last seconds; `left_s` None while nothing is known of the pace, and while it is paused.
    """

    phase: Phase
    done: int
    total: int
    failed: int
    pace: Pace = "at work"
    rate_per_s: float = 0.0
    left_s: float | None = None
    per_worker: tuple[WorkerProgress, ...] = ()

    @property
    def paused(self) -> bool:
        return self.pace == "paused"

    def to_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Event:
    at_s: float
    worker: int
    n: int
    cost: int


class Meter:
    """Counts what workers check in. The time left goes by cost (bytes), since long files take long."""

    def __init__(
        self,
        *,
        done: int,
        total: int,
        failed: int,
        cost_left: int,
        devices: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._done, self._total, self._failed, self._cost_left = done, total, failed, cost_left
        self._devices, self._clock = devices, clock
        self._since_s = clock()
        self._events: deque[_Event] = deque()
        self._by_worker: Counter[int] = Counter()
        self._device_bytes: Counter[int] = Counter()
        self._workers: Sequence[WorkerStatus] = ()
        self._pace: Pace = "at work"

    def add(self, *, worker: int, n: int, failed: int, cost: int, device_bytes: int = 0) -> None:
        """A turn is done: `n` utterances, `failed` of them unreadable; its worker held so much of its GPU's memory."""
        self._device_bytes[worker] = max(self._device_bytes[worker], device_bytes)
        self._done += n
        self._failed += failed
        self._cost_left -= cost
        self._by_worker[worker] += n
        self._events.append(_Event(self._clock(), worker, n, cost))

    def see(self, workers: Sequence[WorkerStatus], *, pause: bool) -> None:
        """Take note of how the workers stand. After a pause the pace is measured anew."""
        self._workers = workers
        before, busy = self._pace, any(worker.state == "at work" for worker in workers)
        self._pace = "at work" if not pause else "pausing" if busy else "paused"
        if self._pace == "at work" and before == "paused":
            self._events.clear()
            self._since_s = self._clock()

    def progress(self) -> Progress:
        now_s = self._clock()
        self._forget(now_s)
        span_s = max(1e-3, now_s - self._since_s)
        recent: Counter[int] = Counter()
        for event in self._events:
            recent[event.worker] += event.n
        cost_per_s = sum(event.cost for event in self._events) / span_s
        is_paused = self._pace == "paused"
        return Progress(
            phase="embedding",
            done=self._done,
            total=self._total,
            failed=self._failed,
            pace=self._pace,
            rate_per_s=0.0 if is_paused else sum(recent.values()) / span_s,
            left_s=max(0.0, self._cost_left / cost_per_s) if cost_per_s and not is_paused else None,
            per_worker=tuple(self._worker(number, recent, span_s) for number in self._numbers()),
        )

    def _forget(self, now_s: float) -> None:
        """Drop what was long ago, as long as enough remains to tell the pace by."""
        enough = TURNS_PER_WORKER * len(self._devices)
        while len(self._events) > enough and self._events[0].at_s < now_s - WINDOW_S:
            self._since_s = self._events.popleft().at_s

    def _numbers(self) -> list[int]:
        return sorted({*self._by_worker, *(worker.number for worker in self._workers)})

    def _worker(self, number: int, recent: Counter[int], span_s: float) -> WorkerProgress:
        seen = next((worker for worker in self._workers if worker.number == number), None)
        known = {
            "number": number,
            "device": self._devices[number],
            "done": self._by_worker[number],
            "device_bytes": self._device_bytes[number],
        }
        if seen is None:
            return WorkerProgress(**known, rate_per_s=recent[number] / span_s)
        return WorkerProgress(
            **known,
            state=seen.state,
            at_hand=len(seen.task["paths"]) if seen.task else 0,
            rate_per_s=0.0 if self._pace == "paused" else recent[number] / span_s,
            memory_bytes=seen.memory_bytes,
        )
