"""What does a million similarities look like on a thousand pixels? Min and max per pixel from a pyramid; no I/O."""

import numpy as np

_FACTOR = 8
_SMALLEST = 4096


class Pyramid:
    """Minimum and maximum of `similarity` ``(n,)`` over runs of 1, 8, 64, … places; NaN where a run holds only NaN."""

    def __init__(self, similarity: np.ndarray) -> None:
        level = np.ascontiguousarray(similarity, dtype=np.float32)
        self.n = len(level)
        self._levels = [(level, level)]
        while len(self._levels[-1][0]) > _SMALLEST:
            lows, highs = self._levels[-1]
            starts = np.arange(0, len(lows), _FACTOR)
            self._levels.append((np.fmin.reduceat(lows, starts), np.fmax.reduceat(highs, starts)))

    def window(self, lo: int, hi: int, *, n_pixels: int) -> np.ndarray:
        """At most `n_pixels` rows (place, min, max), float32 ``(k, 3)``, that cover places ``[lo, hi)``."""
        lo, hi = max(0, lo), min(self.n, hi)
        if lo >= hi or n_pixels < 1:
            return np.empty((0, 3), np.float32)
        depth = 0
        while depth + 1 < len(self._levels) and (hi - lo) // _FACTOR ** (depth + 1) >= n_pixels:
            depth += 1
        step = _FACTOR**depth
        first, last = lo // step, -(-hi // step)
        lows, highs = (side[first:last] for side in self._levels[depth])
        starts = np.linspace(0, len(lows), min(n_pixels, len(lows)) + 1).astype(np.int64)[:-1]
        places = np.maximum((first + starts) * step, lo)
        return np.column_stack(
            [places, np.fmin.reduceat(lows, starts), np.fmax.reduceat(highs, starts)],
        ).astype("<f4")
