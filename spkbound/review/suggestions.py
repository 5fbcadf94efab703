"""Which suggestions of the detector still wait for an answer? Pure; an answer is a decision that settles them.

A reviewer answers yes by doing what is suggested (add, exclude, reject, same_speaker) and no by dismissing it, or by
approving the boundary that was doubted. Answers are matched by place, so another detection does not ask again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from spkbound.domain import BoundaryState, Suggestion
from spkbound.review.tables import BoundaryTable
from spkbound.review.voices import segment_at

_OPEN = ("undecided", "shifted")


@dataclass(frozen=True, slots=True)
class Costs:
    """Expected misfiled files of each boundary, and of each other item that waits (a segment's outliers are one)."""

    of_boundaries: np.ndarray
    of_others: np.ndarray


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


def add_costs(
    table: BoundaryTable,
    risk: np.ndarray,
    suggestions: Sequence[Suggestion],
    *,
    answered: Sequence[int],
    starts: np.ndarray,
) -> Costs:
    """Put what waits for an answer beside the boundaries, whose `risk` is float64 ``(n_b,)``.

    `starts`: where the current segments begin. A doubt whether a boundary is one at all is no item of its own: the
    boundary costs the more of both.
    """
    done = set(answered)
    waiting: dict[str, list[Suggestion]] = {}
    for place, each in enumerate(suggestions):
        if place not in done:
            waiting.setdefault(each.kind, []).append(each)
    outliers = _cost_of_segments(waiting.pop("outlier", []), starts)
    of_boundaries = _with_doubts(risk, waiting.pop("same_speaker_beside", []), table)
    others = [each.cost for kind in waiting.values() for each in kind]
    return Costs(of_boundaries, np.array([*others, *outliers], float))


def _cost_of_segments(outliers: Sequence[Suggestion], starts: np.ndarray) -> Iterable[float]:
    """What the outliers of each segment that has any cost together."""
    costs: dict[int, float] = {}
    segments = np.searchsorted(starts, [each.indices[0] for each in outliers], side="right")
    for segment, each in zip(segments.tolist(), outliers):
        costs[segment] = costs.get(segment, 0.0) + each.cost
    return costs.values()


def _with_doubts(risk: np.ndarray, doubts: Sequence[Suggestion], table: BoundaryTable) -> np.ndarray:
    """The `risk` of each boundary, or what the doubt about it costs if that is more."""
    risk = risk.copy()
    if not doubts:
        return risk
    # A boundary that was shifted to a place which is proposed now has the proposal that it began as.
    places = (*table.index.tolist(), *table.proposed_index.tolist())
    row_of = {index: place % len(table) for place, index in enumerate(places)}
    for each in doubts:
        row = row_of[each.indices[0]]
        risk[row] = max(risk[row], each.cost)
    return risk
