"""Which suggestions of the detector still wait for an answer? Pure; an answer is a decision that settles them.

A reviewer answers yes by doing what is suggested (add, exclude, reject, same_speaker) and no by dismissing it, or by
approving the boundary that was doubted. Answers are matched by place, so another detection does not ask again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from spkbound.domain import BoundaryState, Suggestion
from spkbound.review.voices import segment_at

_OPEN = ("undecided", "shifted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What reviewers said that may answer a suggestion.

    Attributes
    ----------
    indices : all boundaries, rejected ones included, increasing
    states : the state of each, by index
    now_at : index now of a boundary that the detector proposed at another; by the latter
    judged : utterances that somebody excluded or included
    dismissed : kind, and left and right utterance of the place (or the two segments, or twice the utterance)
    starts : where the current segments begin
    groups : segments said to be one speaker, as positions in `starts`
    """

    indices: Sequence[int]
    states: Mapping[int, BoundaryState]
    now_at: Mapping[int, int]
    judged: AbstractSet[int]
    dismissed: Sequence[tuple[str, int, int]]
    starts: Sequence[int]
    groups: Sequence[Sequence[int]]


def find_answered(suggestions: Sequence[Suggestion], edges: Sequence[int], answers: Answers) -> tuple[int, ...]:
    """Give the positions of the `suggestions` that are answered; `edges` of the detected segments, 0 and n included."""
    outliers = {right for kind, _, right in answers.dismissed if kind == "outlier"} | answers.judged
    beside = {right for kind, _, right in answers.dismissed if kind == "same_speaker_beside"}
    detected = set(edges)
    changes = sorted(right for kind, _, right in answers.dismissed if kind == "second_change")
    made = [index for index in answers.indices if index not in detected]
    voices = _apart(answers)
    is_answered = {
        "outlier": lambda each: each.indices[0] in outliers,
        "same_speaker_beside": lambda each: each.indices[0] in beside or not _is_open(each.indices[0], answers),
        "second_change": lambda each: _any_within(changes, each) or _any_within(made, each),
        "same_voice": lambda each: _is_voice_answered(each, edges, answers, voices),
    }
    return tuple(place for place, each in enumerate(suggestions) if is_answered[each.kind](each))


def middle_of_detected(edges: Sequence[int], start: int) -> int:
    """Name the detected segment that begins at `start` by its middle utterance."""
    return (start + edges[bisect_right(edges, start)]) // 2


def _is_open(index: int, answers: Answers) -> bool:
    return answers.states.get(answers.now_at.get(index, index)) in _OPEN


def _any_within(indices: Sequence[int], suggestion: Suggestion) -> bool:
    """Whether one of the sorted `indices` is where the suggestion may be meant."""
    lo, hi = min(suggestion.interval[0], *suggestion.indices), max(suggestion.interval[1], *suggestion.indices)
    found = bisect_left(indices, lo)
    return found < len(indices) and indices[found] <= hi


def _apart(answers: Answers) -> set[frozenset[int]]:
    """Pairs of current segments that a reviewer said are two speakers."""
    pairs = [(left, right) for kind, left, right in answers.dismissed if kind == "same_voice"]
    return {frozenset(segment_at(answers.starts, index) for index in pair) for pair in pairs}


def _is_voice_answered(
    suggestion: Suggestion, edges: Sequence[int], answers: Answers, apart: set[frozenset[int]]
) -> bool:
    pair = frozenset(segment_at(answers.starts, middle_of_detected(edges, start)) for start in suggestion.indices)
    return len(pair) == 1 or pair in apart or any(pair <= set(group) for group in answers.groups)
