"""Which task is next? The costliest of those at hand; what failed waits until everything else was handed out."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Assignment:
    """A task on its way. `n_deaths`: workers that it took with it, or that hung over it."""

    task: object
    n_deaths: int = 0


class TaskQueue:
    """Tasks of an iterable that is read only a window ahead."""

    def __init__(self, tasks: Iterable[object], *, cost: Callable[[object], float], window: int) -> None:
        self._tasks, self._cost, self._window = iter(tasks), cost, window
        self._numbers = itertools.count()
        self._at_hand: list[tuple[float, int, object]] = []
        self._again: deque[Assignment] = deque()

    def n_at_hand(self) -> int:
        """How many could be handed out now; 0 when nothing is left."""
        while len(self._at_hand) < self._window:
            found = list(itertools.islice(self._tasks, 1))
            if not found:
                break
            # Of equal ones the first goes first.
            heapq.heappush(self._at_hand, (-self._cost(found[0]), next(self._numbers), found[0]))
        return len(self._at_hand) + len(self._again)

    def take(self) -> Assignment:
        """The next; there must be one at hand."""
        if self._at_hand:
            return Assignment(heapq.heappop(self._at_hand)[2])
        return self._again.popleft()

    def put_back(self, assignment: Assignment) -> None:
        self._again.append(assignment)
