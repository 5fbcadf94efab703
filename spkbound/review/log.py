"""Where do decisions live? In an append-only SQLite table, safe for threads and processes; others fold it."""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from spkbound.domain import Decision
from spkbound.errors import ProjectError, StoreCorrupt, StoreLocked
from spkbound.review.database import BUSY_TIMEOUT_S, connect
from spkbound.review.newest import Opening, find_newest, read_opening
from spkbound.review.rows import COLUMNS, NewDecision, PlaceKey, Row
from spkbound.review.writer import LogWriter

_ROWS_AT_A_TIME = 5000


def utc_now() -> str:
    """Tell the time as the log writes it: UTC, ISO 8601 with milliseconds, such as ``2026-01-31T09:30:00.250Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_key() -> str:
    """Make a key that no other decision has."""
    return uuid.uuid4().hex


class DecisionLog:
    """The decisions on one project. Any thread may use it; other processes may open the same file.

    Raises
    ------
    StoreLocked
        Another process held the file for longer than `BUSY_TIMEOUT_S`.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, clock: Callable[[], str]) -> None:
        self._connection = connection
        self._path = path
        self._clock = clock
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], str] = utc_now) -> Self:
        """Open the log at `path`, or make an empty one.

        Raises
        ------
        StoreCorrupt
            The file is not an SQLite database, or has lost its content.
        ProjectError
            It was written by a newer version of spkbound.
        """
        path = Path(path)
        with _translated(path):
            return cls(connect(path), path, clock)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[LogWriter]:
        """Hold the one write transaction: nobody else adds a row until the block ends; an exception stores nothing."""
        with self._lock, _translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield LogWriter(self._connection, self._clock)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def append(self, new: list[NewDecision], *, user: str) -> list[Decision]:
        """Store decisions in one transaction; a repeated key returns its stored row and adds nothing."""
        with self.writing() as writer:
            return [writer.add(each, user=user).decision() for each in new]

    def undo(self, user: str, *, key: str | None = None) -> list[Decision]:
        """Take back the last step of `user`; returns the rows added, none if there is nothing to take back.

        Raises
        ------
        DecisionRefused
            Somebody decided on one of its places since; carries `mine` and `theirs`.
        """
        with self.writing() as writer:
            return [row.decision() for row in writer.undo(user=user, key=key or new_key())]

    def redo(self, user: str, *, key: str | None = None) -> list[Decision]:
        """Apply again what the last undo of `user` took back; a new step of theirs ends what can be redone."""
        with self.writing() as writer:
            return [row.decision() for row in writer.redo(user=user, key=key or new_key())]

    def all(self) -> list[Decision]:
        return self.since(0)

    def since(self, row_id: int) -> list[Decision]:
        """Read the decisions after row `row_id`, oldest first."""
        return [row.decision() for row in self.rows_since(row_id)]

    def rows_since(self, row_id: int) -> Iterator[Row]:
        """Read the rows after `row_id` as light tuples, some at a time, so that few of many are in memory."""
        sql = f"SELECT {COLUMNS} FROM decisions WHERE id > ? ORDER BY id LIMIT {_ROWS_AT_A_TIME}"
        while True:
            with self._lock, _translated(self._path):
                rows = list(map(Row._make, self._connection.execute(sql, (row_id,))))
            yield from rows
            if len(rows) < _ROWS_AT_A_TIME:
                return
            row_id = rows[-1].id

    def opening(self) -> Opening:
        """Read what holds now, of one moment; its rows are those up to `Opening.last_id`."""
        with self._lock, _translated(self._path):
            self._connection.execute("BEGIN")
            try:
                return read_opening(self._connection)
            finally:
                self._connection.execute("ROLLBACK")

    def newest_before(self, place: PlaceKey, row_id: int) -> Row | None:
        """Find the decision that holds at `place` of the rows before `row_id`; None where there is none."""
        with self._lock, _translated(self._path):
            return find_newest(self._connection, place, before=row_id)


@contextmanager
def transaction_beside(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file of a log for one transaction on tables beside the decisions; errors as in `DecisionLog`."""
    with _translated(path), closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection, connection:
        connection.execute("PRAGMA synchronous = FULL")
        yield connection


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreLocked(
                f"{path} was held by another process for {BUSY_TIMEOUT_S:g} s; close the other one or try again"
            ) from error
        raise ProjectError(f"cannot use {path}: {error}; check that its folder exists and can be written") from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise StoreCorrupt(f"{path} is not a decision log: {error}; restore it from a copy") from error
