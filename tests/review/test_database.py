"""Does a log of an earlier version open with everything in it, and is a lost one said to be lost?"""

import sqlite3
from pathlib import Path

import pytest

import spkbound.review
from spkbound.domain import Place
from spkbound.errors import StoreCorrupt
from spkbound.review.database import SCHEMA_VERSION
from spkbound.review.log import DecisionLog
from spkbound.review.rows import NewDecision

HERE = Place(b"a.wav", b"b.wav")
SCHEMA = Path(spkbound.review.__file__).with_name("schema.sql")


def write_first_version(path: Path) -> list[tuple]:
    """A log as the first version wrote it: before `dismiss` was known."""
    schema = SCHEMA.read_text()
    for later in ("'dismiss', ", ", 'dismiss'", ",\n    CHECK (kind <> 'dismiss' OR text IS NOT NULL)"):
        assert later in schema
        schema = schema.replace(later, "")
    rows = [
        (1, "k1", "approve", b"a.wav", b"b.wav", None, None, "k1", "anna", "at 1", 1, "d", None, None),
        (2, "k2", "comment", b"a.wav", b"b.wav", None, None, "k2", "ben", "at 2", 1, "d", None, "?"),
        (3, "k3", "undo", b"a.wav", b"b.wav", None, None, "k3", "anna", "at 3", 2, "d", 1, None),
    ]
    with sqlite3.connect(path) as connection:
        connection.executescript(schema + "PRAGMA user_version = 1;")
        connection.executemany(f"INSERT INTO decisions VALUES ({', '.join('?' * 14)})", rows)
    connection.close()
    return rows


def test_a_log_of_the_first_version_opens_with_its_rows_and_takes_new_kinds(tmp_path):
    path = tmp_path / "review.sqlite"
    rows = write_first_version(path)
    with DecisionLog.open(path) as log:
        assert [tuple(row) for row in log.rows_since(0)] == rows
        log.append([NewDecision(key="k4", kind="dismiss", place=HERE, text="second_change")], user="anna")
        log.append([NewDecision(key="k5", kind="approve", place=HERE)], user="anna")
        assert [row.version for row in log.all()] == [1, 1, 2, 2, 3]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT status FROM current_places").fetchall() == [("approved",)]
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        connection.execute("DELETE FROM decisions")


def test_what_one_version_makes_of_an_older_file_is_what_it_makes_anew(tmp_path):
    def objects(path):
        connection = sqlite3.connect(path)
        return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())

    write_first_version(tmp_path / "old.sqlite")
    for name in ("old.sqlite", "new.sqlite"):
        DecisionLog.open(tmp_path / name).close()
    assert objects(tmp_path / "old.sqlite") == objects(tmp_path / "new.sqlite")


def test_an_empty_file_is_a_lost_review_and_no_new_one(tmp_path):
    path = tmp_path / "review.sqlite"
    path.touch()
    with pytest.raises(StoreCorrupt, match="truncated"):
        DecisionLog.open(path)
    assert path.stat().st_size == 0
