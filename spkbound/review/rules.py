"""Which operations make sense on the boundaries as they stand? Pure; it says why not in words for the reviewer."""

from bisect import bisect_left, bisect_right
from typing import get_args

from spkbound.domain import SUGGESTION_KINDS, BoundaryState
from spkbound.review.tables import Operation, OperationKind
from spkbound.words import Words

OPERATION_KINDS: tuple[str, ...] = get_args(OperationKind)


def find_objection(
    operation: Operation, *, here: BoundaryState | None, n_utterances: int, active: list[int]
) -> str | None:
    """Say why `operation` cannot be done; None if it can.

    `here` is the state of the boundary that the operation is about (for a shift: where it starts), `active` the sorted
    indices of all boundaries that are not rejected.
    """
    if operation.kind not in OPERATION_KINDS:
        return f"there is no operation “{operation.kind}”; known are {', '.join(OPERATION_KINDS)}"
    if not operation.key:
        return "an operation needs a key"
    if operation.kind == "dismiss" and operation.text not in SUGGESTION_KINDS:
        return f"to dismiss needs the kind of suggestion: one of {', '.join(SUGGESTION_KINDS)}"
    if is_about_segments(operation):
        return _object_to_pair(operation, n_utterances=n_utterances, active=active)
    if is_about_utterance(operation):
        return _object_to_utterance(operation.index, n_utterances)
    objection = _object_to_place(operation.index, n_utterances)
    if objection or operation.kind in ("comment", "dismiss"):
        return objection
    if operation.kind == "shift":
        return _object_to_shift(operation, here=here, n_utterances=n_utterances, active=active)
    if operation.kind == "add":
        is_there = here not in (None, "rejected")
        return Words("there is a boundary at {place} already", place=operation.index) if is_there else None
    return None if here else Words("there is no boundary at {place}; it was moved or taken back", place=operation.index)


def is_about_utterance(operation: Operation) -> bool:
    """Whether `index` is an utterance and no place between two."""
    return operation.kind in ("exclude", "include") or (operation.kind, operation.text) == ("dismiss", "outlier")


def is_about_segments(operation: Operation) -> bool:
    """Whether `index` and `other_index` name two segments."""
    return operation.kind == "same_speaker" or (operation.kind, operation.text) == ("dismiss", "same_voice")


def _object_to_utterance(index: int, n_utterances: int) -> str | None:
    if 0 <= index < n_utterances:
        return None
    return Words("there is no utterance {index}; the corpus has {n}, counted from 0", index=index, n=n_utterances)


def _object_to_pair(operation: Operation, *, n_utterances: int, active: list[int]) -> str | None:
    if operation.other_index is None:
        return "two segments are needed, each named by one of its utterances"
    pair = (operation.index, operation.other_index)
    objection = next(filter(None, (_object_to_utterance(index, n_utterances) for index in pair)), None)
    if objection is None and len({bisect_right(active, index) for index in pair}) == 1:
        return Words("{one} and {other} are in one segment already", one=pair[0], other=pair[1])
    return objection


def _object_to_place(index: int, n_utterances: int) -> str | None:
    if 0 < index < n_utterances:
        return None
    if index in (0, n_utterances):
        return Words("{place} is an end of the corpus; a boundary stands between two utterances", place=index)
    last = n_utterances - 1
    return Words("{place} is no place in this corpus; a boundary can stand at 1 to {last}", place=index, last=last)


def _object_to_shift(
    operation: Operation, *, here: BoundaryState | None, n_utterances: int, active: list[int]
) -> str | None:
    start, target = operation.from_index, operation.index
    if start is None:
        return "a shift needs the place it starts from"
    if here is None:
        return Words("there is no boundary at {place} to shift; it was moved or taken back", place=start)
    if here == "rejected":
        return Words("the boundary at {place} is rejected; approve it before you shift it", place=start)
    if start == target:
        return Words("the boundary is at {place} already", place=target)
    if _contains(active, target):
        return Words("there is a boundary at {place} already; reject one of the two instead", place=target)
    neighbour = _neighbour_between(active, start, target)
    if neighbour is not None:
        return Words("a boundary cannot be shifted across the one at {place}", place=neighbour)
    return None


def _contains(active: list[int], index: int) -> bool:
    found = bisect_left(active, index)
    return found < len(active) and active[found] == index


def _neighbour_between(active: list[int], start: int, target: int) -> int | None:
    """Find the boundary nearest to `start` that lies strictly between it and `target`."""
    lo, hi = sorted((start, target))
    between = active[bisect_right(active, lo) : bisect_left(active, hi)]
    if not between:
        return None
    return between[0] if target > start else between[-1]
