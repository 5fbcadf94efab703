"""What waits for an answer beside the boundaries, and what harm does it do? Pure arithmetic on columns."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from spkbound.domain import Suggestion
from spkbound.review.queue import Harm
from spkbound.review.tables import BoundaryTable

# Speakers who are spoilt if it is so: two in one folder are two, one in two folders is one.
_SPOILT = {"second_change": 2, "same_voice": 1, "same_speaker_beside": 1}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The harm of each boundary, and of each other item that waits (a segment's outliers are one)."""

    boundaries: Harm
    others: Harm


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The suggestions of one detection as columns ``(n,)``: kind, first index, and the harm if nothing is done."""

    kind: np.ndarray
    index: np.ndarray
    harm: Harm

    @classmethod
    def of(cls, suggestions: Sequence[Suggestion], edges: Sequence[int]) -> Self:
        """Weigh `suggestions`; `edges` of the detected segments, 0 and n included."""
        return cls(
            kind=np.array([each.kind for each in suggestions], str),
            index=np.array([each.indices[0] for each in suggestions], np.int64),
            harm=Harm(
                speakers=np.array([expected_spoilt(each, edges) for each in suggestions], float),
                files=np.array([each.cost for each in suggestions], float),
            ),
        )


def expected_spoilt(suggestion: Suggestion, edges: Sequence[int]) -> float:
    """Expect how many speakers are spoilt if nothing is done about it, in [0, 2]; `edges` as in `Weighed.of`.

    An utterance that does not belong was recorded among those that do, and their folder stays that speaker's: it
    spoils no more than the share of the folder that it is.
    """
    if suggestion.kind == "outlier":
        after = bisect_right(edges, suggestion.indices[0])
        return suggestion.probability / (edges[after] - edges[after - 1])
    return _SPOILT[suggestion.kind] * suggestion.probability


def add_harm(
    table: BoundaryTable, harm: Harm, suggestions: Weighed, *, answered: Sequence[int], starts: np.ndarray
) -> Waiting:
    """Put what waits for an answer beside the boundaries, which do this `harm` by themselves.

    `answered`: positions of suggestions; `starts`: where the current segments begin. A doubt whether a boundary is one
    at all is no item of its own: the boundary does the more of both.
    """
    waits = np.ones(len(suggestions.kind), bool)
    waits[list(answered)] = False
    is_outlier, is_doubt = suggestions.kind == "outlier", suggestions.kind == "same_speaker_beside"
    alone = np.flatnonzero(waits & ~is_outlier & ~is_doubt)
    outliers = np.flatnonzero(waits & is_outlier)
    segment = np.searchsorted(starts, suggestions.index[outliers], side="right")
    _, segment = np.unique(segment, return_inverse=True)
    speakers, files = (
        np.concatenate([np.bincount(segment, column[outliers]), column[alone]])
        for column in (suggestions.harm.speakers, suggestions.harm.files)
    )
    boundaries = _with_doubts(table, harm, suggestions, np.flatnonzero(waits & is_doubt))
    return Waiting(boundaries, Harm(speakers=speakers, files=files))


def _with_doubts(table: BoundaryTable, harm: Harm, suggestions: Weighed, doubts: np.ndarray) -> Harm:
    """The `harm` of each boundary, or that of the doubt about it where that is more."""
    if not len(doubts):
        return harm
    # A boundary that was shifted to a place which is proposed now has the proposal that it began as.
    places = (*table.index.tolist(), *table.proposed_index.tolist())
    row_of = {index: place % len(table) for place, index in enumerate(places)}
    rows = [row_of[index] for index in suggestions.index[doubts].tolist()]
    speakers, files = harm.speakers.copy(), harm.files.copy()
    np.maximum.at(speakers, rows, suggestions.harm.speakers[doubts])
    np.maximum.at(files, rows, suggestions.harm.files[doubts])
    return Harm(speakers=speakers, files=files)
