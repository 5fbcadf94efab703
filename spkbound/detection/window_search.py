"""How do `cosine` and `gmm` go through a corpus? From boundary to boundary, searching round the expected place.

Anchored anew at each boundary found, so a wrong one may lose the place for good; then the search says so. What is
left or right in a window is for a judge to say.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spkbound.detection.doubt import capped
from spkbound.detection.locks import Locks
from spkbound.detection.result import FoundBoundary, certain_boundary, spread
from spkbound.detection.rows import Rows, usable
from spkbound.words import Words

_MOST_MEMBERS = 400
_MARGIN = 3  # utterances judged beyond the window, at least
_LARGEST_RATIO = 6.0
_CHANCE = 0.35  # share of members on the wrong side from which a gain is no better than chance
_EVEN = 0.23  # share at which a change is as likely as none: between true blocks (0.01) and a shuffled corpus (0.45)
_EVEN_SCALE = 0.05
_LOST = 0.3  # highest probability of a boundary whose search ended on its edge

ON_THE_EDGE = Words("lost lock: the search ended on the edge of its window; the true boundary is probably outside")
BY_CHANCE = Words("lost lock: the two sides do not differ more than chance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Per utterance, how much more it looks like the left side; own row left out for the members of both sides."""

    left: np.ndarray
    window: np.ndarray
    right: np.ndarray


Judge = Callable[[np.ndarray, np.ndarray, np.ndarray], Judged]  # rows of the left side, the window, the right side


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSearch:
    """One search through a corpus. `mean` ``(dim,)`` is taken off; `weights` ``(n,)`` or None.

    `counts`: expected lengths of the first segments; `size` where None, and of all further ones.
    """

    rows: Rows
    mean: np.ndarray
    weights: np.ndarray | None
    size: int
    counts: tuple[int | None, ...]
    window: int
    locks: Locks
    judge: Judge

    def run(self) -> list[FoundBoundary]:
        """Search each stretch between approved boundaries."""
        stops = [*self.locks.approved.tolist(), len(self.rows)]
        found: list[FoundBoundary] = []
        start = 0
        for stop in stops:
            found += self._search(start, stop, len(found))
            if stop < len(self.rows):
                found.append(certain_boundary(stop))
            start = stop
        return found

    def _search(self, start: int, stop: int, number: int) -> list[FoundBoundary]:
        """Search from `start`, where the segment of that number (from 0) begins."""
        found = []
        anchor, expected = start, start + self._expect(number)
        while expected + self.window < stop:
            number += 1
            places = np.arange(max(anchor + 1, expected - self.window), expected + self.window + 1)
            places = places[~self.locks.forbidden(places)]
            if len(places):
                found.append(self._look(anchor, places, expected + self._expect(number), stop))
                anchor = expected = found[-1].index
            expected += self._expect(number)
        return found

    def _expect(self, number: int) -> int:
        count = self.counts[number] if number < len(self.counts) else None
        return self.size if count is None else count

    def _look(self, anchor: int, places: np.ndarray, following: int, stop: int) -> FoundBoundary:
        """Look for the boundary among `places`; the one `following` it is expected there."""
        lo, hi = int(places[0]), int(places[-1])
        margin = max(_MARGIN, self.window)
        judged_from, judged_to = max(anchor + 1, lo - margin), min(stop - 1, hi + margin)
        left, _ = self._read(max(anchor, judged_from - _MOST_MEMBERS), judged_from)
        reach = max(judged_to + 1, following - self.window)
        right, _ = self._read(judged_to, min(stop, reach, judged_to + _MOST_MEMBERS))
        window, weights = self._read(judged_from, judged_to)
        every = np.arange(judged_from, judged_to + 1)
        ratios, existence = np.zeros(len(weights)), 0.0
        if min(len(left), len(right)) >= 2:
            judged = self.judge(left, window, right)
            ratios[weights > 0], existence = _evidence(judged)
        total = np.concatenate([[0.0], np.cumsum(ratios * weights)])
        share = np.exp(total - total.max())
        share *= existence / share.sum()
        return self._conclude(places, share[np.isin(every, places)], existence)

    def _conclude(self, places: np.ndarray, mass: np.ndarray, contrast: float) -> FoundBoundary:
        best = int(np.argmax(mass)) if mass.max() > 0 else len(mass) // 2
        full = np.zeros(places[-1] - places[0] + 1)
        full[places - places[0]] = mass
        where = spread(int(places[best]), int(places[0]), full)
        found = FoundBoundary(places=where, existence=min(1.0, float(mass.sum())))
        if contrast < 1 / (1 + np.exp((_CHANCE - _EVEN) / _EVEN_SCALE)):
            found = capped(found, _LOST, BY_CHANCE)
        if (self.window and found.index in (places[0], places[-1])) or mass.sum() < 0.5 * contrast:
            found = capped(found, _LOST, ON_THE_EDGE)
        return found

    def _read(self, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Readable rows of ``[start, stop)``, centred; and what each of all utterances there counts, 0 for a gap."""
        block = self.rows.read(slice(start, stop))
        weights = np.ones(len(block)) if self.weights is None else np.minimum(self.weights[start:stop], 1.0)
        weights = np.where(usable(block), weights, 0.0)
        return (block[weights > 0] - self.mean).astype(np.float64), weights


def _evidence(judged: Judged) -> tuple[np.ndarray, float]:
    """Log ratios of the window's utterances, bounded, and how sure a change is at all, in [0, 1]."""
    left, right = np.median(judged.left), np.median(judged.right)
    middle = (left + right) / 2
    if not left > right:
        return np.zeros(len(judged.window)), 0.0
    residual = np.concatenate([judged.left - left, judged.right - right])
    variance = max(float(np.mean(np.minimum(np.square(residual), (left - right) ** 2))), 1e-12)
    wrong = ((judged.left <= middle).mean() + (judged.right >= middle).mean()) / 2
    ratios = np.clip((left - right) * (judged.window - middle) / variance, -_LARGEST_RATIO, _LARGEST_RATIO)
    return ratios, 1 / (1 + np.exp((float(wrong) - _EVEN) / _EVEN_SCALE))
