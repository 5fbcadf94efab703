"""What does a detection say that the one before did not? Boundaries that moved, are new, or are gone; pure.

Both must be of the same utterances in the same order.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.result import Detection

NOTE = "changes"  # in a detection's notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Indices of boundaries, increasing: `moved` from one to another, `new`, and `gone`."""

    moved: tuple[tuple[int, int], ...] = ()
    new: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def text(self) -> str:
        if not (self.moved or self.new or self.gone):
            return "no boundary changed"
        return f"moved {len(self.moved):,}, new {len(self.new):,}, gone {len(self.gone):,}"


def with_changes(before: Detection, after: Detection) -> Detection:
    """`after`, with a note of what changed since `before`; `changes_of` reads it."""
    changes = compare_detections(before, after)
    note = {"moved": [list(pair) for pair in changes.moved], "new": list(changes.new), "gone": list(changes.gone)}
    return replace(after, debug={**after.debug, NOTE: note})


def changes_of(detection: Detection) -> Changes | None:
    """What changed since the detection before; None where there was none to compare with."""
    note = detection.debug.get(NOTE)
    if note is None:
        return None
    return Changes(moved=tuple(map(tuple, note["moved"])), new=tuple(note["new"]), gone=tuple(note["gone"]))


def compare_detections(before: Detection, after: Detection) -> Changes:
    """Match the boundaries of two detections one to one, the nearest first, none across another.

    Two may be the same boundary if they are no farther apart than `boundary_window`, or if one lies in the interval of
    the other. What finds no partner is new or gone.
    """
    old, new = np.setdiff1d(before.indices, after.indices), np.setdiff1d(after.indices, before.indices)
    kept = np.intersect1d(before.indices, after.indices)
    pairs = _pairs(_candidates(before, after, old, new), kept)
    return Changes(
        moved=tuple(pairs),
        new=_rest(new, [to for _, to in pairs]),
        gone=_rest(old, [come_from for come_from, _ in pairs]),
    )


def _candidates(before: Detection, after: Detection, old: np.ndarray, new: np.ndarray) -> list[tuple[int, int]]:
    """Pairs that may be the same boundary, the nearest first."""
    first, last = _reach(before, old)
    found = set()
    for index, lo, hi in zip(old.tolist(), first, last):
        near = new[np.searchsorted(new, lo) : np.searchsorted(new, hi, side="right")]
        found.update((index, other) for other in near.tolist())
    first, last = _reach(after, new)
    for index, lo, hi in zip(new.tolist(), first, last):
        near = old[np.searchsorted(old, lo) : np.searchsorted(old, hi, side="right")]
        found.update((other, index) for other in near.tolist())
    return sorted(found, key=lambda pair: (abs(pair[1] - pair[0]), pair))


def _reach(detection: Detection, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each of these boundaries may have moved: lowest and highest place."""
    window = float(detection.settings.get("boundary_window", 0))
    interval = detection.intervals[np.searchsorted(detection.indices, indices)]
    return np.minimum(interval[:, 0], indices - window), np.maximum(interval[:, 1], indices + window)


def _pairs(candidates: list[tuple[int, int]], kept: np.ndarray) -> list[tuple[int, int]]:
    """Take candidates in turn, where both are free and the order of all boundaries stays as it is."""
    taken = [(index, index) for index in kept.tolist()]
    moved = []
    for pair in candidates:
        at = bisect_left(taken, pair)
        left, right = taken[max(at - 1, 0) : at], taken[at : at + 1]
        if all(a < pair[0] and b < pair[1] for a, b in left) and all(a > pair[0] and b > pair[1] for a, b in right):
            insort(taken, pair)
            moved.append(pair)
    return sorted(moved)


def _rest(indices: np.ndarray, matched: list[int]) -> tuple[int, ...]:
    return tuple(np.setdiff1d(indices, np.array(matched, dtype=np.int64)).tolist())
