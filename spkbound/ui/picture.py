"""What does the page know of the review at one moment? Boundaries, suggestions, comments, and what changed since."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from spkbound.domain import Suggestion
from spkbound.review.queue import expected_misfiled, find_stop, measure_progress
from spkbound.review.state import ReviewState
from spkbound.review.suggestions import add_costs
from spkbound.review.tables import BoundaryTable
from spkbound.words import pack_words

_CURVE_POINTS = 120


class Picture:
    """One moment of a review; `suggestions` are those of its detection."""

    def __init__(self, review: ReviewState, suggestions: Sequence[Suggestion]) -> None:
        self.version = review.version
        self.table = review.boundaries()
        self.answered = review.answered()
        self.comments = review.comments()
        self.starts = review.segments().start
        self.excluded = sorted(review.excluded)
        risk = _risks(self.table, review.n_utterances)
        costs = add_costs(self.table, risk, suggestions, answered=self.answered, starts=self.starts)
        self._risk, self._other_costs = costs.of_boundaries, costs.of_others

    def whole(self) -> dict[str, Any]:
        """Everything, in the shape of ``GET /x/boundaries``."""
        return {**self._summary(), "columns": self._columns}

    def since(self, before: "Picture") -> dict[str, Any]:
        """What differs from `before`, in the shape of an answer to an operation."""
        changed = [row for row, was in zip(self._rows, map(before._by_index.get, self._by_index)) if row != was]
        return {
            **self._summary(),
            "changed": [dict(zip(self._columns, row)) for row in changed],
            "removed": [index for index in before._by_index if index not in self._by_index],
        }

    def has_segments_of(self, other: "Picture") -> bool:
        return np.array_equal(self.starts, other.starts)

    def _summary(self) -> dict[str, Any]:
        """Progress and the stop-here curve, as the queue shows them, and what people said beside."""
        progress = measure_progress(self.table.state, self.table.at)
        return {
            "version": self.version,
            "excluded": self.excluded,
            "answered": self.answered,
            "comments": [
                {"index": each.index, "text": each.text, "user": each.user, "at": each.at} for each in self.comments
            ],
            "progress": {
                "decided": progress.decided,
                "left": progress.left,
                "total": progress.total,
                "pace_s": progress.pace_s,
                "ready_s": progress.ready_s,
            },
            "stop": self._stop(),
        }

    def _stop(self) -> dict[str, Any]:
        risk = np.concatenate([self._risk, self._other_costs])
        stop = find_stop(risk, (*self.table.state, *["undecided"] * len(self._other_costs)))
        last = len(stop.saved) - 1
        points = np.unique(np.linspace(0, last, min(last + 1, _CURVE_POINTS)).round().astype(int))
        return {
            "decisions": stop.decisions,
            "saved": round(stop.saved_at_knee, 2),
            "curve": [[int(d), round(float(stop.saved[d]), 2)] for d in points],
        }

    @cached_property
    def _columns(self) -> dict[str, list]:
        """Plain values; ``revision`` is the version of a place; -1 and NaN become None."""
        table = self.table
        return {
            "index": table.index.tolist(),
            "state": list(table.state),
            "probability": _or_none(table.probability),
            "existence": _or_none(table.existence),
            "lo": table.lo.tolist(),
            "hi": table.hi.tolist(),
            "risk": _or_none(self._risk),
            "proposed": [None if index < 0 else index for index in table.proposed_index.tolist()],
            "origin": [None if index < 0 else index for index in table.origin_index.tolist()],
            "user": list(table.user),
            "at": list(table.at),
            "revision": table.version.tolist(),
            "warnings": [[pack_words(text) for text in texts] for texts in table.warnings],
        }

    @cached_property
    def _rows(self) -> list[tuple]:
        return list(zip(*self._columns.values()))

    @cached_property
    def _by_index(self) -> dict[int, tuple]:
        return dict(zip(self._columns["index"], self._rows))


def _risks(table: BoundaryTable, n_utterances: int) -> np.ndarray:
    """Expected misfiled files of each boundary."""
    return expected_misfiled(
        table.index,
        state=table.state,
        probability=table.probability,
        existence=table.existence,
        lo=table.lo,
        hi=table.hi,
        n_utterances=n_utterances,
    )


def _or_none(values: np.ndarray) -> list[float | None]:
    """NaN differs from itself, and rows are compared."""
    return [None if value != value else value for value in values.tolist()]
