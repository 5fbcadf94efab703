"""By which paths is an operation stored? From indices to places of the log; it decides nothing and stores nothing."""

from collections.abc import Sequence

from spkbound.domain import Place
from spkbound.review.places import PlaceFinder
from spkbound.review.rows import NewDecision, PlaceKey
from spkbound.review.rules import is_about_segments, is_about_utterance
from spkbound.review.tables import Operation
from spkbound.review.voices import middle_of_segment


def name_place(finder: PlaceFinder, operation: Operation, index: int) -> PlaceKey | None:
    """Name the place whose version an operation may compare; None outside the corpus, and for two segments."""
    if is_about_segments(operation):
        return None
    if is_about_utterance(operation):
        return finder.utterance_place(index) if 0 <= index < len(finder) else None
    return finder.boundary_place(index) if 0 < index < len(finder) else None


def name_decision(finder: PlaceFinder, operation: Operation, *, active: Sequence[int], detector: str) -> NewDecision:
    """Name what is to be stored, of an operation without objection; `active` are the boundaries not rejected."""
    is_pair = is_about_segments(operation)
    place = _pair(finder, operation, active) if is_pair else name_place(finder, operation, operation.index)
    origin = name_place(finder, operation, operation.from_index) if operation.kind == "shift" else None
    return NewDecision(
        key=operation.key,
        kind=operation.kind,
        place=Place(*place),
        origin=origin and Place(*origin),
        batch=operation.batch,
        detector=detector,
        text=operation.text,
    )


def _pair(finder: PlaceFinder, operation: Operation, active: Sequence[int]) -> PlaceKey:
    """Two segments, each by the utterance in its middle, in corpus order."""
    starts = [0, *active]
    first, second = sorted((operation.index, operation.other_index))
    return tuple(finder.path(middle_of_segment(starts, index, len(finder))) for index in (first, second))
