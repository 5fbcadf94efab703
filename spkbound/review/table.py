"""How do states and proposals become one table of boundaries? Pure; who decided what is settled before."""

from collections.abc import Callable, Mapping

import numpy as np

from spkbound.domain import BoundaryState
from spkbound.review.fold import PlaceState
from spkbound.review.tables import BoundaryTable, Proposals

NOWHERE = -1
StateAtIndex = tuple[BoundaryState, PlaceState | None, int]


def build_table(
    proposals: Proposals,
    states: Mapping[int, StateAtIndex],
    began_index: Callable[[PlaceState | None], int | None],
) -> BoundaryTable:
    """Join what is decided with what the detector says of the same boundary.

    A boundary that was shifted keeps existence, interval and warnings of the proposal that it began as; its
    probability is the mass that the detector gives the new place.
    """
    row_of = {index: row for row, index in enumerate(proposals.indices.tolist())}
    indices = np.fromiter(states, np.int64, len(states))
    began = [began_index(decision) for _, decision, _ in states.values()]
    rows = [_find_row(row_of, index, start) for index, start in zip(states, began)]
    sees = [proposals.intervals[row] if row is not None else (index, index) for index, row in zip(states, rows)]
    intervals = np.array(sees, np.int64).reshape(-1, 2)
    decisions = [decision for _, decision, _ in states.values()]
    return BoundaryTable(
        index=indices,
        state=tuple(state for state, _, _ in states.values()),
        probability=np.array([_probability(proposals, row, index) for index, row in zip(states, rows)], float),
        existence=np.array([np.nan if row is None else proposals.existence[row] for row in rows], float),
        lo=intervals[:, 0],
        hi=intervals[:, 1],
        proposed_index=np.array([NOWHERE if row is None else proposals.indices[row] for row in rows], np.int64),
        origin_index=np.array(
            [NOWHERE if start is None or start == index else start for index, start in zip(states, began)], np.int64
        ),
        user=tuple(decision and decision.user for decision in decisions),
        at=tuple(decision and decision.at for decision in decisions),
        version=np.array([version for _, _, version in states.values()], np.int64),
        warnings=tuple(() if row is None else proposals.warnings[row] for row in rows),
    )


def _find_row(row_of: dict[int, int], index: int, began: int | None) -> int | None:
    """Prefer the proposal that the boundary began as to one at the place where it stands now."""
    found = None if began is None else row_of.get(began)
    return row_of.get(index) if found is None else found


def _probability(proposals: Proposals, row: int | None, index: int) -> float:
    if row is None:
        return np.nan
    if proposals.indices[row] == index:
        return proposals.probabilities[row]
    if proposals.place_starts is None or proposals.place_probabilities is None:
        return np.nan
    masses = proposals.place_probabilities[row]
    offset = index - int(proposals.place_starts[row])
    return float(masses[offset]) if 0 <= offset < len(masses) else 0.0
