"""How does a row of the decision log look in memory? Light tuples for folding many, `domain.Decision` for people."""

from dataclasses import dataclass
from typing import NamedTuple

from spkbound.domain import Decision, DecisionKind, Place

# Kinds that say something about a place without deciding on it.
REMARKS = frozenset({"comment", "same_speaker", "dismiss"})


# A `domain.Place` as a plain tuple (left_path, right_path): hashing hundreds of thousands of them has to be fast.
PlaceKey = tuple[bytes, bytes]


class Row(NamedTuple):
    """One row as SQLite returns it; the fields are the columns of ``decisions``.

    `began_left`, `began_right`: where the boundary at `place` stood before anybody shifted it; None: there.
    """

    id: int
    key: str
    kind: DecisionKind
    left_path: bytes
    right_path: bytes
    from_left: bytes | None
    from_right: bytes | None
    batch: str
    user: str
    at: str
    version: int
    detector: str
    undoes: int | None
    text: str | None
    began_left: bytes | None = None
    began_right: bytes | None = None

    @property
    def place(self) -> Place:
        return Place(self.left_path, self.right_path)

    @property
    def origin(self) -> Place | None:
        return None if self.from_left is None else Place(self.from_left, self.from_right)

    @property
    def keys(self) -> tuple[PlaceKey, ...]:
        """The places that the row is about: one, or two for a shift."""
        here = (self.left_path, self.right_path)
        return (here,) if self.from_left is None else (here, (self.from_left, self.from_right))

    def decision(self) -> Decision:
        """Build the value that the rest of the product speaks of."""
        return Decision(
            id=self.id,
            kind=self.kind,
            place=self.place,
            origin=self.origin,
            batch=self.batch,
            user=self.user,
            at=self.at,
            version=self.version,
            detector=self.detector,
            key=self.key,
            undoes=self.undoes,
            text=self.text,
        )


COLUMNS = ", ".join(Row._fields)
INSERT = f"INSERT INTO decisions ({COLUMNS}) VALUES ({', '.join('?' * len(Row._fields))})"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision that is not stored yet; the log adds id, user, time and version.

    `key` is made by the caller, once per decision; rows of equal `batch` (default: the key) are undone together.
    """

    key: str
    kind: DecisionKind
    place: Place
    origin: Place | None = None
    batch: str | None = None
    detector: str = ""
    text: str | None = None
