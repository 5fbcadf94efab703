"""How does a decision log of an earlier version become one of this version? Made anew, every row taken over.

From 1 to 2 `dismiss` came, from 2 to 3 where a shifted boundary began. SQLite cannot change a CHECK, hence anew.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from spkbound.review.rows import INSERT, REMARKS, PlaceKey, Row

_SCHEMA = Path(__file__).with_name("schema.sql")
_OLD_COLUMNS = ", ".join(name for name in Row._fields if name not in ("began_left", "began_right"))
_SET_ASIDE = """
DROP VIEW IF EXISTS current_places;
DROP VIEW IF EXISTS place_versions;
DROP VIEW IF EXISTS active_touches;
DROP VIEW IF EXISTS active_decisions;
DROP TRIGGER IF EXISTS decisions_keep;
DROP TRIGGER IF EXISTS decisions_stay;
DROP TRIGGER IF EXISTS decisions_not_replaced;
DROP INDEX IF EXISTS decisions_place;
DROP INDEX IF EXISTS decisions_origin;
DROP INDEX IF EXISTS decisions_user;
DROP INDEX IF EXISTS decisions_batch;
ALTER TABLE decisions RENAME TO decisions_before;
"""
# The trigger would look three times for each row; indices are made faster of a whole table.
_WHILE_FILLING = """
DROP TRIGGER decisions_not_replaced;
DROP INDEX decisions_place;
DROP INDEX decisions_origin;
DROP INDEX decisions_user;
DROP INDEX decisions_batch;
"""
_CACHE_KIB = 200_000


def make_tables(connection: sqlite3.Connection) -> None:
    """Make what is not there yet, inside the transaction that is open."""
    _run(connection, _SCHEMA.read_text("utf-8"))


def renew_tables(connection: sqlite3.Connection) -> None:
    """Make an earlier version's tables anew, inside the transaction that is open; some seconds per 100 k rows."""
    usual = connection.execute("PRAGMA cache_size").fetchone()[0]
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    _run(connection, _SET_ASIDE)
    make_tables(connection)
    _run(connection, _WHILE_FILLING)
    old = connection.execute(f"SELECT {_OLD_COLUMNS} FROM decisions_before ORDER BY id")
    connection.executemany(INSERT, _with_beginnings(Row(*fields) for fields in old))
    connection.execute("DROP TABLE decisions_before")
    make_tables(connection)
    connection.execute(f"PRAGMA cache_size = {usual}")


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Execute a script statement by statement; `executescript` would commit what is open."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def _with_beginnings(rows: Iterable[Row]) -> Iterator[Row]:
    """Complete rows, oldest first, by where their boundary began: what stands at a place is what is on top there."""
    stacks: dict[PlaceKey, list[tuple[int, PlaceKey | None]]] = defaultdict(list)
    for row in rows:
        began = None
        if row.kind == "undo":
            for place in row.keys:
                stacks[place] = [each for each in stacks[place] if each[0] != row.undoes]
        elif row.kind not in REMARKS:
            here, *origin = row.keys
            stood = origin[0] if origin else here
            if stacks[stood] and row.kind in ("approve", "reject", "shift"):
                began = stacks[stood][-1][1]
            if origin:
                began = began or stood
                stacks[stood].append((row.id, None))
            stacks[here].append((row.id, began))
        yield row if began is None else row._replace(began_left=began[0], began_right=began[1])
