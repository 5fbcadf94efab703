"""What does the page know of the review at one moment? Boundaries, suggestions, comments, and what changed since."""

from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

import numpy as np

from spkbound.review.queue import Harm, expected_harm, find_stop, measure_progress
from spkbound.review.state import ReviewState
from spkbound.review.tables import BoundaryTable
from spkbound.review.waiting import Weighed, add_harm
from spkbound.words import pack_words

_CURVE_POINTS = 120


class Picture:
    """One moment of a review; `suggestions` are those of its detection."""

    def __init__(self, review: ReviewState, suggestions: Weighed) -> None:
        with review.at_rest():
            self.version = review.version
            self.table = review.boundaries()
            self.answered = review.answered()
            self.comments = review.comments()
            self.starts = review.segments().start
            self.excluded = sorted(review.excluded)
        harm = _harm_of(self.table, review.n_utterances)
        waiting = add_harm(self.table, harm, suggestions, answered=self.answered, starts=self.starts)
        self._harm, self._other_harm = waiting.boundaries, waiting.others

    def whole(self) -> dict[str, Any]:
        """Everything, in the shape of ``GET /x/boundaries``."""
        return {**self._summary(), "columns": self._columns(np.arange(len(self.table)))}

    def now_at(self, indices: AbstractSet[int]) -> dict[str, Any]:
        """How the boundaries at `indices` are now, in the shape of an answer to an operation."""
        wanted = np.array(sorted(indices), np.int64)
        columns = self._columns(np.flatnonzero(np.isin(self.table.index, wanted)))
        return {
            **self._summary(),
            "changed": [dict(zip(columns, row)) for row in zip(*columns.values())],
            "removed": np.setdiff1d(wanted, self.table.index, assume_unique=True).tolist(),
        }

    def changed_since(self, before: "Picture") -> frozenset[int]:
        """Where a boundary is another than in `before`, came or went; warnings come with the proposal."""
        here, there = self.table.index, before.table.index
        both, now, then = np.intersect1d(here, there, assume_unique=True, return_indices=True)
        differs = [mine[now] != theirs[then] for mine, theirs in zip(self._comparable, before._comparable)]
        moved = np.setxor1d(here, there, assume_unique=True)
        return frozenset([*both[np.any(differs, axis=0)].tolist(), *moved.tolist()])

    @cached_property
    def _comparable(self) -> list[np.ndarray]:
        """What may differ in a row, each equal to itself."""
        table = self.table
        numbers = [table.lo, table.hi, table.proposed_index, table.origin_index, table.version]
        measures = [np.nan_to_num(column, nan=-1.0) for column in (table.probability, table.existence)]
        return [
            *numbers,
            *measures,
            self._harm.speakers,
            self._harm.files,
            *(np.array(column, object) for column in (table.state, table.user, table.at)),
        ]

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
        harm, others = self._harm, self._other_harm
        together = Harm(
            speakers=np.concatenate([harm.speakers, others.speakers]), files=np.concatenate([harm.files, others.files])
        )
        stop = find_stop(together, (*self.table.state, *["undecided"] * len(others.files)))
        last = len(stop.saved) - 1
        points = np.unique(np.linspace(0, last, min(last + 1, _CURVE_POINTS)).round().astype(int))
        return {
            "decisions": stop.decisions,
            "saved": round(stop.saved_at_knee, 2),
            "curve": [[int(d), round(float(stop.saved[d]), 2)] for d in points],
        }

    def _columns(self, rows: np.ndarray) -> dict[str, list]:
        """Plain values of these rows; -1 and NaN become None.

        ``harm``: speakers expected to be spoilt, which makes the order; ``risk``: files expected to be misfiled;
        ``revision``: the version of a place.
        """
        table, places = self.table, rows.tolist()
        return {
            "index": table.index[rows].tolist(),
            "state": [table.state[place] for place in places],
            "probability": _or_none(table.probability[rows]),
            "existence": _or_none(table.existence[rows]),
            "lo": table.lo[rows].tolist(),
            "hi": table.hi[rows].tolist(),
            "harm": self._harm.speakers[rows].tolist(),
            "risk": self._harm.files[rows].tolist(),
            "proposed": [None if index < 0 else index for index in table.proposed_index[rows].tolist()],
            "origin": [None if index < 0 else index for index in table.origin_index[rows].tolist()],
            "user": [table.user[place] for place in places],
            "at": [table.at[place] for place in places],
            "revision": table.version[rows].tolist(),
            "warnings": [[pack_words(text) for text in table.warnings[place]] for place in places],
        }


def _harm_of(table: BoundaryTable, n_utterances: int) -> Harm:
    return expected_harm(
        table.index,
        state=table.state,
        probability=table.probability,
        existence=table.existence,
        lo=table.lo,
        hi=table.hi,
        n_utterances=n_utterances,
    )


def _or_none(values: np.ndarray) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]
