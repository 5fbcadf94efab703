"""How far is it, how fast, how long still? Counted over the last seconds; nothing is measured here but the clock."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

WINDOW_S = 10.0

Phase = Literal["fitting", "embedding", "compacting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerProgress:
    """One worker: its number, utterances done in this run, and utterances per second lately."""

    number: int
    device: str
    done: int
    rate_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How an extraction stands.

    `done` of `total` utterances, those of earlier runs included, `failed` of them unreadable; `rate_per_s` over the
    last 10 s; `left_s` None while nothing is known of the pace.
    """

    phase: Phase
    done: int
    total: int
    failed: int
    rate_per_s: float = 0.0
    left_s: float | None = None
    per_worker: tuple[WorkerProgress, ...] = ()

    def to_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Event:
    at_s: float
    worker: int
    n: int
    n_bytes: int


class Meter:
    """Counts what workers check in. The time left goes by bytes, since long files take long."""

    def __init__(
        self,
        *,
        done: int,
        total: int,
        failed: int,
        bytes_left: int,
        devices: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._done, self._total, self._failed, self._bytes_left = done, total, failed, bytes_left
        self._devices, self._clock = devices, clock
        self._started_s = clock()
        self._events: deque[_Event] = deque()
        self._by_worker: Counter[int] = Counter()

    def add(self, *, worker: int, n: int, failed: int, n_bytes: int) -> None:
        self._done += n
        self._failed += failed
        self._bytes_left -= n_bytes
        self._by_worker[worker] += n
        self._events.append(_Event(self._clock(), worker, n, n_bytes))

    def progress(self) -> Progress:
        now_s = self._clock()
        while self._events and self._events[0].at_s < now_s - WINDOW_S:
            self._events.popleft()
        span_s = max(1e-3, min(WINDOW_S, now_s - self._started_s))
        recent: Counter[int] = Counter()
        for event in self._events:
            recent[event.worker] += event.n
        bytes_per_s = sum(event.n_bytes for event in self._events) / span_s
        return Progress(
            phase="embedding",
            done=self._done,
            total=self._total,
            failed=self._failed,
            rate_per_s=sum(recent.values()) / span_s,
            left_s=max(0.0, self._bytes_left / bytes_per_s) if bytes_per_s else None,
            per_worker=tuple(
                WorkerProgress(
                    number=number, device=self._devices[number], done=done, rate_per_s=recent[number] / span_s
                )
                for number, done in sorted(self._by_worker.items())
            ),
        )
