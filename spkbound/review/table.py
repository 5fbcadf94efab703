"""How do states and proposals become one table of boundaries? Pure; who decided what is settled before.

Row by row, so that one decision changes one row; the columns are put together when they are asked for.
"""

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from spkbound.domain import BoundaryState
from spkbound.review.fold import PlaceState
from spkbound.review.tables import BoundaryTable, Proposals

NOWHERE = -1
StateAtIndex = tuple[BoundaryState, PlaceState | None, int]


class BoundaryRow(NamedTuple):
    """One row of a `BoundaryTable`; the fields are its columns."""

    index: int
    state: BoundaryState
    probability: float
    existence: float
    lo: int
    hi: int
    proposed_index: int
    origin_index: int
    user: str | None
    at: str | None
    version: int
    warnings: tuple[str, ...]


class RowMaker:
    """Joins what is decided with what the detector says of the same boundary.

    A boundary that was shifted keeps existence, interval and warnings of the proposal that it began as; its
    probability is the mass that the detector gives the new place.
    """

    def __init__(self, proposals: Proposals) -> None:
        self._proposals = proposals
        self._row_of = {index: row for row, index in enumerate(proposals.indices.tolist())}

    def row(self, index: int, standing: StateAtIndex, began: int | None) -> BoundaryRow:
        """Make the row of the boundary at `index`; `began`: where it stood before anybody shifted it, None: here."""
        state, decision, version = standing
        proposals, row = self._proposals, self._find(index, began)
        lo, hi = (index, index) if row is None else proposals.intervals[row].tolist()
        return BoundaryRow(
            index=index,
            state=state,
            probability=_probability(proposals, row, index),
            existence=np.nan if row is None else float(proposals.existence[row]),
            lo=lo,
            hi=hi,
            proposed_index=NOWHERE if row is None else int(proposals.indices[row]),
            origin_index=NOWHERE if began is None or began == index else began,
            user=decision and decision.user,
            at=decision and decision.at,
            version=version,
            warnings=() if row is None else proposals.warnings[row],
        )

    def _find(self, index: int, began: int | None) -> int | None:
        """Prefer the proposal that the boundary began as to one at the place where it stands now."""
        found = None if began is None else self._row_of.get(began)
        return self._row_of.get(index) if found is None else found


def build_table(rows: Iterable[BoundaryRow]) -> BoundaryTable:
    """Put rows, in any order, together as columns."""
    ordered = sorted(rows, key=itemgetter(0))  # by index
    columns = dict(zip(BoundaryRow._fields, zip(*ordered))) if ordered else dict.fromkeys(BoundaryRow._fields, ())
    kinds = {"probability": float, "existence": float}
    arrays = {
        name: np.fromiter(columns[name], kinds.get(name, np.int64), len(ordered))
        for name in ("index", "probability", "existence", "lo", "hi", "proposed_index", "origin_index", "version")
    }
    return BoundaryTable(**{**columns, **arrays})


def _probability(proposals: Proposals, row: int | None, index: int) -> float:
    if row is None:
        return np.nan
    if proposals.indices[row] == index:
        return float(proposals.probabilities[row])
    if proposals.place_starts is None or proposals.place_probabilities is None:
        return np.nan
    masses = proposals.place_probabilities[row]
    offset = index - int(proposals.place_starts[row])
    return float(masses[offset]) if 0 <= offset < len(masses) else 0.0
