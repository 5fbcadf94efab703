"""What do the rows of the decision log amount to, place by place? Pure; it knows no index and no detector."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from spkbound.review.rows import REMARKS, PlaceKey, Row

Status = Literal["approved", "rejected", "added", "shifted", "moved", "excluded", "included"]

_STATUS: dict[str, Status] = {
    "approve": "approved",
    "reject": "rejected",
    "add": "added",
    "shift": "shifted",
    "exclude": "excluded",
    "include": "included",
}


class PlaceState(NamedTuple):
    """What the newest active decision made of a place.

    `moved`: its boundary was shifted away, to `went`. `began`: where the boundary that is here stood before anybody
    shifted it (None: here). `decision` is the id of the row.
    """

    status: Status
    user: str
    at: str
    decision: int
    began: PlaceKey | None = None
    went: PlaceKey | None = None


class Fold:
    """The state of every place that somebody decided on, kept up to date row by row.

    Each place keeps the states it had, so that an undo takes back in constant time: the log lets one undo only what
    nobody built upon, hence the state undone is the newest of its places.
    """

    def __init__(self) -> None:
        self.last_id = 0
        self.remarks: dict[int, Row] = {}  # what was said without deciding on a place, and not taken back; by id
        self._states: dict[PlaceKey, list[PlaceState]] = {}
        self._versions: dict[PlaceKey, int] = {}

    def state(self, place: PlaceKey) -> PlaceState | None:
        """Give the current state; None where nobody decided, or all of it was taken back."""
        states = self._states.get(place)
        return states[-1] if states else None

    def version(self, place: PlaceKey) -> int:
        """Give the version of a place: 0 where nobody decided."""
        return self._versions.get(place, 0)

    def follow(self, place: PlaceKey) -> PlaceKey:
        """Find the place where the boundary is now that was at `place`; each step on the way is a later decision."""
        while (state := self.state(place)) is not None and state.went is not None:
            place = state.went
        return place

    def states(self) -> dict[PlaceKey, PlaceState]:
        return {place: states[-1] for place, states in self._states.items() if states}

    def add_rows(self, rows: Iterable[Row]) -> set[PlaceKey]:
        """Take in rows in the order of their ids; returns the places whose state may have changed."""
        touched: set[PlaceKey] = set()
        for row in rows:
            self.last_id = row.id
            if row.kind in REMARKS:
                self.remarks[row.id] = row
                continue
            if self.remarks.pop(row.undoes, None) is not None:
                continue
            place = (row.left_path, row.right_path)
            origin = None if row.from_left is None else (row.from_left, row.from_right)
            if row.kind == "undo":
                self._take_back(row.undoes, place, origin)
            elif origin is None:
                self._decide(row, place)
            else:
                self._shift(row, place, origin)
            touched.add(place)
            self._versions[place] = row.version
            if origin is not None:
                touched.add(origin)
                self._versions[origin] = row.version
        return touched

    def _decide(self, row: Row, place: PlaceKey) -> None:
        """An approval or rejection keeps the history of the boundary it is about; an addition begins one."""
        states = self._states.setdefault(place, [])
        began = states[-1].began if states and row.kind in ("approve", "reject") else None
        states.append(PlaceState(_STATUS[row.kind], row.user, row.at, row.id, began))

    def _shift(self, row: Row, place: PlaceKey, origin: PlaceKey) -> None:
        left = self._states.setdefault(origin, [])
        began = (left[-1].began if left else None) or origin
        left.append(PlaceState("moved", row.user, row.at, row.id, None, place))
        self._states.setdefault(place, []).append(PlaceState("shifted", row.user, row.at, row.id, began))

    def _take_back(self, decision: int, place: PlaceKey, origin: PlaceKey | None) -> None:
        """An undo names the places of the row that it takes back."""
        for each in (place, origin):
            if each in self._states:
                self._states[each] = [state for state in self._states[each] if state.decision != decision]
