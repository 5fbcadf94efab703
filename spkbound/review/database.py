"""How is the file of the decision log opened, made, and brought up to date? What is in it is the question of `log`."""

import sqlite3
import time
from pathlib import Path

from spkbound.errors import ProjectError, StoreCorrupt
from spkbound.review.journal import journal_mode

SCHEMA_VERSION = 2
BUSY_TIMEOUT_S = 10.0
_BEING_MADE_S = 0.5  # another process that makes the file fills it within this
_SCHEMA = Path(__file__).with_name("schema.sql")
# From 1 to 2: `dismiss` came. SQLite cannot change a CHECK, so the table is made anew and the rows are taken over.
_RENEW = """
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
{schema}
DROP TRIGGER decisions_not_replaced; -- it would look three times for each row
INSERT INTO decisions SELECT * FROM decisions_before ORDER BY id;
DROP TABLE decisions_before;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the database at `path` in the present schema, or make it; sqlite3's own errors pass through.

    Raises
    ------
    StoreCorrupt
        The file is empty although it should not be, or another program's.
    ProjectError
        It was written by a newer version of spkbound.
    """
    _refuse_truncated(path)
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_truncated(path: Path) -> None:
    """A file of no bytes is a review that was lost, unless somebody is making it right now."""
    for _ in range(10):
        if not path.exists() or path.stat().st_size > 0:
            return
        time.sleep(_BEING_MADE_S / 10)
    raise StoreCorrupt(
        f"{path} has 0 bytes: it was truncated, and the decisions in it are lost here; "
        "restore it from a copy, or move it away to begin a new review"
    )


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute(f"PRAGMA journal_mode = {journal_mode(path)}")
    # A commit reaches the disk before the page says "stored": people's work, and one fsync is cheap beside a key press.
    connection.execute("PRAGMA synchronous = FULL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise ProjectError(
            f"{path} has schema version {version}, this spkbound knows up to {SCHEMA_VERSION}; use a newer spkbound"
        )
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "decisions" not in tables and (tables or version):
        raise StoreCorrupt(f"{path} is not a decision log: it is another program's; move it away")
    if version < SCHEMA_VERSION:
        schema = _SCHEMA.read_text("utf-8")
        renew = _RENEW.format(schema=schema) if version else ""
        finish = f"PRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;"
        connection.executescript(f"BEGIN IMMEDIATE;\n{renew}\n{schema}\n{finish}")
    connection.execute("PRAGMA foreign_keys = ON")
