"""What do the rows of the decision log amount to, place by place? It knows no index and no detector."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from spkbound.review.newest import Opening
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


def place_state(row: Row, place: PlaceKey) -> PlaceState:
    """What a decision made of `place`, one of those it is about."""
    if place != (row.left_path, row.right_path):
        return PlaceState("moved", row.user, row.at, row.id, None, (row.left_path, row.right_path))
    began = None if row.began_left is None else (row.began_left, row.began_right)
    return PlaceState(_STATUS[row.kind], row.user, row.at, row.id, began)


class Fold:
    """The state of every place that somebody decided on, kept up to date row by row from an opening on.

    Parameters
    ----------
    opening : what the log amounted to
    uncover : finds the decision that holds at a place, of those before a row that was taken back
    """

    def __init__(self, opening: Opening, uncover: Callable[[PlaceKey, int], Row | None]) -> None:
        self.last_id = opening.last_id
        self.remarks = dict(opening.remarks)  # what was said without deciding on a place, and not taken back; by id
        self._states = {place: place_state(row, place) for place, row in opening.rows.items()}
        self._versions = dict(opening.versions)
        self._uncover = uncover

    def state(self, place: PlaceKey) -> PlaceState | None:
        """Give the current state; None where nobody decided, or all of it was taken back."""
        return self._states.get(place)

    def version(self, place: PlaceKey) -> int:
        """Give the version of a place: 0 where nobody decided."""
        return self._versions.get(place, 0)

    def follow(self, place: PlaceKey) -> PlaceKey:
        """Find the place where the boundary is now that was at `place`; each step on the way is a later decision."""
        while (state := self.state(place)) is not None and state.went is not None:
            place = state.went
        return place

    def places(self) -> set[PlaceKey]:
        """Give the places that somebody ever decided on."""
        return set(self._versions)

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
            for place in row.keys:
                self._versions[place] = row.version
                if row.kind == "undo":
                    self._take_back(row.undoes, place)
                else:
                    self._states[place] = place_state(row, place)
            touched.update(row.keys)
        return touched

    def _take_back(self, decision: int, place: PlaceKey) -> None:
        """The log lets one undo only what nobody built upon, hence the state undone is the newest of its places."""
        state = self._states.get(place)
        if state is None or state.decision != decision:
            return
        below = self._uncover(place, decision)
        if below is None:
            del self._states[place]
        else:
            self._states[place] = place_state(below, place)
