"""How is the file of the decision log opened, made, and brought up to date? What is in it is the question of `log`."""

import sqlite3
import time
from pathlib import Path

from spkbound.errors import ProjectError, StoreCorrupt
from spkbound.review.journal import journal_mode
from spkbound.review.schema import make_tables, renew_tables

SCHEMA_VERSION = 3
BUSY_TIMEOUT_S = 10.0
_BEING_MADE_S = 0.5  # another process that makes the file fills it within this


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
    if _version(connection, path) < SCHEMA_VERSION:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _bring_up_to_date(connection, _version(connection, path))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    connection.execute("PRAGMA foreign_keys = ON")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Read the schema version, 0 for a new file; what is no decision log of ours or a newer one is refused."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise ProjectError(
            f"{path} has schema version {version}, this spkbound knows up to {SCHEMA_VERSION}; use a newer spkbound"
        )
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "decisions" not in tables and (tables or version):
        raise StoreCorrupt(f"{path} is not a decision log: it is another program's; move it away")
    return version


def _bring_up_to_date(connection: sqlite3.Connection, version: int) -> None:
    """Called with the write lock held, so that of two who open the file at once the second finds it done."""
    if version == 0:
        make_tables(connection)
    elif version < SCHEMA_VERSION:
        renew_tables(connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
