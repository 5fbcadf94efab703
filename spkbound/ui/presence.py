"""Who is looking at which boundary now? Kept in memory for a while after a sign of life; no work depends on it."""

import threading
import time
from collections.abc import Callable

AWAY_S = 8.0  # the page gives a sign of life every 2 s while it is looked at
GONE_S = 900.0


class Presence:
    """The reviewers of one server by name; safe from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[int | None, float]] = {}
        self._lock = threading.Lock()

    def note(self, user: str, index: int | None) -> None:
        """`user` looks at the boundary at `index` now, or at none."""
        with self._lock:
            self._seen[user] = (index, self._clock())

    def others(self, user: str) -> list[dict]:
        """Who else is or was here, in the shape of `others` of ``GET /x/boundaries``; away: ``index`` is None."""
        now = self._clock()
        with self._lock:
            self._seen = {name: seen for name, seen in self._seen.items() if now - seen[1] < GONE_S}
            found = sorted((name, *seen) for name, seen in self._seen.items() if name != user)
        return [
            {
                "user": name,
                "index": index if now - at < AWAY_S else None,
                "away_s": round(now - at) if now - at >= AWAY_S else 0,
            }
            for name, index, at in found
        ]
