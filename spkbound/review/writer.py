"""What may one transaction on the decision log do? Add rows, take back, re-apply; `log` opens and commits it."""

import sqlite3
from collections.abc import Callable, Iterable

from spkbound.domain import Place
from spkbound.errors import DecisionRefused
from spkbound.review.fold import place_state
from spkbound.review.newest import find_newest
from spkbound.review.rows import COLUMNS, INSERT, REMARKS, NewDecision, PlaceKey, Row
from spkbound.words import Words

_SINCE = f"SELECT {COLUMNS} FROM decisions WHERE id > ? ORDER BY id"
_BY_ID = f"SELECT {COLUMNS} FROM decisions WHERE id = ?"
_BY_KEY = f"SELECT {COLUMNS} FROM decisions WHERE key = ?"
_BATCH = f"SELECT {COLUMNS} FROM decisions WHERE batch = ? ORDER BY id"
_ACTIVE_BATCH = f"SELECT {COLUMNS} FROM active_decisions WHERE batch = ? AND user = ? ORDER BY id"
_VERSION = """
SELECT coalesce(max(version), 0) FROM (
    SELECT max(version) AS version FROM decisions WHERE left_path = :left AND right_path = :right
    UNION ALL
    SELECT max(version) FROM decisions WHERE from_left = :left AND from_right = :right
)"""
_LAST_AT = f"""
SELECT {COLUMNS} FROM decisions
WHERE (left_path = :left AND right_path = :right OR from_left = :left AND from_right = :right)
    AND kind NOT IN ('comment', 'same_speaker', 'dismiss')
ORDER BY id DESC LIMIT 1"""
# One's own redos do not count: they are the earlier steps of the same way back.
_LATER_ACTIVE = f"""
SELECT {COLUMNS} FROM active_decisions
WHERE (left_path = :left AND right_path = :right OR from_left = :left AND from_right = :right)
    AND id > :id AND batch <> :batch AND kind NOT IN ('comment', 'same_speaker', 'dismiss')
    AND NOT (user = :user AND undoes IS NOT NULL)
ORDER BY id DESC LIMIT 1"""
_LAST_STEP = "SELECT batch FROM active_decisions WHERE user = ? ORDER BY id DESC LIMIT 1"
# What can be redone are undos that no later step of one's own made obsolete and that were not taken back yet.
_LAST_UNDO = """
SELECT batch FROM decisions AS d
WHERE user = :user AND kind = 'undo'
    AND NOT EXISTS (SELECT 1 FROM decisions AS r WHERE r.undoes = d.id)
    AND id > coalesce((
        SELECT id FROM decisions WHERE user = :user AND kind <> 'undo' AND undoes IS NULL ORDER BY id DESC LIMIT 1
    ), 0)
ORDER BY id DESC LIMIT 1"""


class LogWriter:
    """One open write transaction on the decision log; only `DecisionLog.writing` makes one."""

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], str]) -> None:
        self._connection = connection
        self._clock = clock

    def since(self, row_id: int) -> list[Row]:
        """Read the rows after `row_id`, oldest first."""
        return self._rows(_SINCE, (row_id,))

    def by_key(self, key: str) -> Row | None:
        return next(iter(self._rows(_BY_KEY, (key,))), None)

    def last_at(self, place: Place) -> Row | None:
        """Find the newest row that decided on `place`, undone or not."""
        return next(iter(self._rows(_LAST_AT, _named(place))), None)

    def add(self, new: NewDecision, *, user: str) -> Row:
        """Store `new`; a key that is stored already gives its row and adds nothing."""
        stored = self.by_key(new.key)
        return stored if stored is not None else self._insert(new, user=user, undoes=None)

    def undo(self, *, user: str, key: str) -> list[Row]:
        """Take back the last step of `user`; nothing to take back gives no rows.

        Raises
        ------
        DecisionRefused
            Somebody decided on one of its places since; carries both decisions.
        """
        if self.by_key(key) is not None:
            return self._rows(_BATCH, (key,))
        step = self._scalar(_LAST_STEP, (user,))
        rows = self._rows(_ACTIVE_BATCH, (step, user))
        for row in rows:
            self._refuse_if_decided_since(row, after=row.id, batch=row.batch, doing=Words("undone"))
        return [
            self._insert(_follow_up(row, kind="undo", key=key, number=number), user=user, undoes=row.id)
            for number, row in enumerate(reversed(rows))
        ]

    def redo(self, *, user: str, key: str) -> list[Row]:
        """Apply again what the last undo of `user` took back; see `undo`."""
        if self.by_key(key) is not None:
            return self._rows(_BATCH, (key,))
        step = self._scalar(_LAST_UNDO, {"user": user})
        undos = self._rows(_BATCH, (step,))[::-1]
        undone = [self._rows(_BY_ID, (undo.undoes,))[0] for undo in undos]
        for undo, row in zip(undos, undone):
            self._refuse_if_decided_since(row, after=undo.id, batch=undo.batch, doing=Words("redone"))
        return [
            self._insert(_follow_up(row, kind=row.kind, key=key, number=number), user=user, undoes=undo.id)
            for number, (undo, row) in enumerate(zip(undos, undone))
        ]

    def adopt(self, row: Row, *, undoes: int | None) -> None:
        """Store a row of another log as it is there; only its id, and that of the row it undoes, are of this log."""
        left, right = self._began(row.kind, row.place, row.origin) or (None, None)
        self._connection.execute(INSERT, row._replace(id=None, undoes=undoes, began_left=left, began_right=right))

    def next_version(self, places: Iterable[PlaceKey]) -> int:
        """Give the version that the next decision on `places` has."""
        return 1 + max(self._scalar(_VERSION, {"left": left, "right": right}) for left, right in places)

    def taken_back(self, row_id: int) -> bool:
        """Whether a row undoes this one; or, of an undo, applies again what it took back."""
        return self._scalar("SELECT 1 FROM decisions WHERE undoes = ?", (row_id,)) is not None

    def _refuse_if_decided_since(self, row: Row, *, after: int, batch: str, doing: str) -> None:
        if row.kind in REMARKS:
            return
        for place in filter(None, (row.place, row.origin)):
            later = self._rows(_LATER_ACTIVE, _named(place) | {"id": after, "batch": batch, "user": row.user})
            if later:
                theirs = later[0].decision()
                raise DecisionRefused(
                    Words(
                        "the last step cannot be {done}: {user} decided on the same place since; decide again instead",
                        done=doing,
                        user=theirs.user,
                    ),
                    mine=row.decision(),
                    theirs=theirs,
                )

    def _insert(self, new: NewDecision, *, user: str, undoes: int | None) -> Row:
        version = self._next_version(new, undoes=undoes)
        origin = new.origin
        cursor = self._connection.execute(
            INSERT,
            (
                None,
                new.key,
                new.kind,
                new.place.left_path,
                new.place.right_path,
                origin and origin.left_path,
                origin and origin.right_path,
                new.batch or new.key,
                user,
                self._clock(),
                version,
                new.detector,
                undoes,
                new.text,
                *(self._began(new.kind, new.place, new.origin) or (None, None)),
            ),
        )
        return self._rows(_BY_ID, (cursor.lastrowid,))[0]

    def _began(self, kind: str, place: Place, origin: Place | None) -> PlaceKey | None:
        """Where the boundary stood at first that a new row is about; None: where the row puts it."""
        if kind not in ("approve", "reject", "shift"):
            return None
        stood = origin or place
        subject = (stood.left_path, stood.right_path)
        below = find_newest(self._connection, subject)
        began = below and place_state(below, subject).began
        return (began or subject) if kind == "shift" else began

    def _next_version(self, new: NewDecision, *, undoes: int | None) -> int:
        version = max(self._scalar(_VERSION, _named(place)) for place in (new.place, new.origin) if place)
        subject = self._rows(_BY_ID, (undoes,))[0].kind if new.kind == "undo" else new.kind
        return version if subject in REMARKS else version + 1

    def _rows(self, sql: str, parameters: tuple | dict) -> list[Row]:
        return [Row._make(found) for found in self._connection.execute(sql, parameters)]

    def _scalar(self, sql: str, parameters: tuple | dict) -> object:
        found = self._connection.execute(sql, parameters).fetchone()
        return found and found[0]


def _named(place: Place) -> dict[str, object]:
    return {"left": place.left_path, "right": place.right_path}


def _follow_up(row: Row, *, kind: str, key: str, number: int) -> NewDecision:
    return NewDecision(
        key=key if number == 0 else f"{key}#{number}",
        kind=kind,
        place=row.place,
        origin=row.origin,
        batch=key,
        detector=row.detector,
        text=row.text,
    )
