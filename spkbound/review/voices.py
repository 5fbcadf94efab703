"""Which segments are one speaker by what reviewers said? Pure; pairs of utterances in, groups of segments out."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Pair = tuple[int, int]


def segment_at(starts: Sequence[int], index: int) -> int:
    """Find the segment that holds utterance `index` among segments that begin at the sorted `starts`."""
    return bisect_right(starts, index) - 1


def middle_of_segment(starts: Sequence[int], index: int, n_utterances: int) -> int:
    """Name the segment of `index` by its middle utterance, which stays inside when its ends are shifted."""
    number = segment_at(starts, index)
    stop = starts[number + 1] if number + 1 < len(starts) else n_utterances
    return (starts[number] + stop) // 2


def group_segments(pairs: Iterable[Pair], starts: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Put the segments together that `pairs` of utterances link, also by way of others.

    Returns
    -------
    Groups of at least two positions of segments, increasing; groups in the order of their first segment.
    """
    first: dict[int, int] = {}  # segment → an earlier one of its group, or itself

    def root(segment: int) -> int:
        while first.setdefault(segment, segment) != segment:
            segment = first[segment]
        return segment

    for pair in pairs:
        low, high = sorted(root(segment_at(starts, index)) for index in pair)
        first[high] = low
    groups: dict[int, list[int]] = {}
    for segment in sorted(first):
        groups.setdefault(root(segment), []).append(segment)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)
