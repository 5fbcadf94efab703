"""Does a log of an earlier version open with everything in it, and is a lost one said to be lost?"""

import sqlite3
from pathlib import Path

import pytest
from review.replay import opened, replay

import spkbound.review
from spkbound.domain import Place
from spkbound.errors import StoreCorrupt
from spkbound.review.database import SCHEMA_VERSION
from spkbound.review.log import DecisionLog
from spkbound.review.rows import NewDecision

HERE = Place(b"a.wav", b"b.wav")
SCHEMA = Path(spkbound.review.__file__).with_name("schema.sql")


def write_version(version: int, path: Path) -> list[tuple]:
    """A log as an earlier version wrote it: the first knew no `dismiss`, the second not where a boundary began."""
    schema = SCHEMA.read_text()
    began = schema[schema.index("    began_left BLOB") : schema.index("    CHECK ((from_left")]
    dismissed = ("'dismiss', ", ", 'dismiss'", ",\n    CHECK (kind <> 'dismiss' OR text IS NOT NULL)")
    for later in (began, *(dismissed if version == 1 else ())):
        assert later in schema
        schema = schema.replace(later, "")
    rows = [
        (1, "k1", "approve", b"a.wav", b"b.wav", None, None, "k1", "anna", "at 1", 1, "d", None, None),
        (2, "k2", "comment", b"a.wav", b"b.wav", None, None, "k2", "ben", "at 2", 1, "d", None, "?"),
        (3, "k3", "undo", b"a.wav", b"b.wav", None, None, "k3", "anna", "at 3", 2, "d", 1, None),
        (4, "k4", "shift", b"c.wav", b"d.wav", b"b.wav", b"c.wav", "k4", "ben", "at 4", 1, "d", None, None),
        (5, "k5", "shift", b"d.wav", b"e.wav", b"c.wav", b"d.wav", "k5", "ben", "at 5", 2, "d", None, None),
        (6, "k6", "approve", b"d.wav", b"e.wav", None, None, "k6", "anna", "at 6", 3, "d", None, None),
        (7, "k7", "shift", b"e.wav", b"f.wav", b"d.wav", b"e.wav", "k7", "ben", "at 7", 4, "d", None, None),
        (8, "k8", "undo", b"e.wav", b"f.wav", b"d.wav", b"e.wav", "k8", "ben", "at 8", 5, "d", 7, None),
    ]
    with sqlite3.connect(path) as connection:
        connection.executescript(schema + f"PRAGMA user_version = {version};")
        connection.executemany(f"INSERT INTO decisions VALUES ({', '.join('?' * 14)})", rows)
    connection.close()
    return rows


@pytest.mark.parametrize("version", [1, 2])
def test_a_log_of_an_earlier_version_opens_with_its_rows_and_takes_new_kinds(tmp_path, version):
    path = tmp_path / "review.sqlite"
    rows = write_version(version, path)
    with DecisionLog.open(path) as log:
        assert [tuple(row)[:14] for row in log.rows_since(0)] == rows
        assert opened(log.opening()) == replay(log.rows_since(0))
        assert log.opening().rows[b"d.wav", b"e.wav"].began_left == b"b.wav"
        log.append([NewDecision(key="k9", kind="dismiss", place=HERE, text="second_change")], user="anna")
        log.append([NewDecision(key="k10", kind="approve", place=HERE)], user="anna")
        assert [row.version for row in log.all()] == [1, 1, 2, 1, 2, 3, 4, 5, 2, 3]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT status FROM current_places").fetchall() == [
        ("approved",),
        ("moved",),
        ("moved",),
        ("approved",),
    ]
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        connection.execute("DELETE FROM decisions")


def test_what_one_version_makes_of_an_older_file_is_what_it_makes_anew(tmp_path):
    def objects(path):
        connection = sqlite3.connect(path)
        return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())

    write_version(1, tmp_path / "first.sqlite")
    write_version(2, tmp_path / "second.sqlite")
    for name in ("first.sqlite", "second.sqlite", "new.sqlite"):
        DecisionLog.open(tmp_path / name).close()
    assert objects(tmp_path / "first.sqlite") == objects(tmp_path / "second.sqlite") == objects(tmp_path / "new.sqlite")


def test_an_empty_file_is_a_lost_review_and_no_new_one(tmp_path):
    path = tmp_path / "review.sqlite"
    path.touch()
    with pytest.raises(StoreCorrupt, match="truncated"):
        DecisionLog.open(path)
    assert path.stat().st_size == 0
