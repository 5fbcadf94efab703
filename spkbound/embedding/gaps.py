"""Which utterances have no embedding, and why? Columns; an object is made for one that is looked at.

Early in an extraction of a million files nearly all of them are gaps.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.domain import Unreadable

_AT_ONCE = 4_096


class Gaps(Sequence[Unreadable]):
    """Gaps in corpus order. `indices`: int64 (n_gaps,), increasing."""

    def __init__(self, indices: np.ndarray, columns: pa.Table) -> None:
        """Take `columns`: path, stage and reason of each gap."""
        self.indices, self._columns = indices, columns

    @classmethod
    def of(cls, gaps: Iterable[Unreadable]) -> "Gaps":
        if isinstance(gaps, Gaps):
            return gaps
        gaps = list(gaps)
        columns = {
            "path": pa.array([each.path for each in gaps], pa.binary()),
            "stage": pa.array([each.stage for each in gaps], pa.string()),
            "reason": pa.array([each.reason for each in gaps], pa.string()),
        }
        return cls(np.array([each.index for each in gaps], np.int64), pa.table(columns))

    @classmethod
    def of_table(cls, table: pa.Table) -> "Gaps":
        """Rows of a table of utterances in corpus order that have a stage, which is where they failed."""
        failed = pc.is_valid(table["stage"])
        return cls(np.flatnonzero(failed.to_numpy()), table.select(["path", "stage", "reason"]).filter(failed))

    def without(self, reason: str) -> "Gaps":
        """Those with another reason."""
        kept = pc.not_equal(self._columns["reason"].fill_null(""), reason)
        return Gaps(self.indices[kept.to_numpy()], self._columns.filter(kept))

    def at(self, index: int) -> Unreadable | None:
        """The gap at a place of the corpus; None where there is an embedding."""
        row = int(np.searchsorted(self.indices, index))
        return self[row] if row < len(self) and self.indices[row] == index else None

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, which: int | slice) -> "Unreadable | Gaps":
        if isinstance(which, slice):
            rows = np.arange(len(self))[which]
            return Gaps(self.indices[rows], self._columns.take(pa.array(rows)))
        place = range(len(self))[which]
        return next(iter(self[place : place + 1]))

    def __iter__(self) -> Iterator[Unreadable]:
        for start in range(0, len(self), _AT_ONCE):
            rows = self._columns.slice(start, _AT_ONCE).to_pylist()
            for index, row in zip(self.indices[start : start + _AT_ONCE].tolist(), rows):
                yield Unreadable(index=index, path=row["path"], stage=row["stage"], reason=row["reason"] or "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(a == b for a, b in zip(self, other))

    __hash__ = None
