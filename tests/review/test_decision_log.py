"""Does the log keep every decision, once, in order, whoever writes?"""

import sqlite3
import subprocess
import sys
import threading

import pytest

from spkbound.domain import Place
from spkbound.errors import DecisionRefused, ProjectError, StoreCorrupt
from spkbound.review.journal import is_network_path
from spkbound.review.log import DecisionLog
from spkbound.review.rows import NewDecision

HERE = Place(b"a.wav", b"b.wav")
THERE = Place(b"b.wav", b"c.wav")


@pytest.fixture
def log(tmp_path):
    with DecisionLog.open(tmp_path / "review.sqlite") as opened:
        yield opened


def decide(key, kind="approve", place=HERE, **fields):
    return NewDecision(key=key, kind=kind, place=place, **fields)


def test_a_repeated_key_gives_the_stored_row_and_adds_nothing(log):
    first = log.append([decide("k1")], user="anna")
    again = log.append([decide("k1", "reject"), decide("k2")], user="ben")
    assert again[0] == first[0]
    assert [row.key for row in log.all()] == ["k1", "k2"]


def test_versions_increase_per_place_and_a_shift_counts_at_both(log):
    rows = log.append(
        [decide("1"), decide("2"), decide("3", place=THERE), decide("4", "shift", THERE, origin=HERE)], user="anna"
    )
    assert [row.version for row in rows] == [1, 2, 1, 3]
    assert log.append([decide("5")], user="anna")[0].version == 4


def test_a_remark_leaves_the_version_alone(log):
    rows = log.append([decide("1"), decide("2", "comment", text="twins?"), decide("3")], user="anna")
    assert [row.version for row in rows] == [1, 1, 2]
    assert rows[1].text == "twins?"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET user = 'eve'",
        "DELETE FROM decisions",
        "INSERT OR REPLACE INTO decisions SELECT * FROM decisions",
        "REPLACE INTO decisions (key, kind, left_path, right_path, batch, user, at, version, detector)"
        " VALUES ('k1', 'reject', x'61', x'62', 'b', 'eve', '', 1, '')",
    ],
)
def test_no_statement_changes_or_removes_a_row(log, tmp_path, statement):
    log.append([decide("k1")], user="anna")
    with sqlite3.connect(tmp_path / "review.sqlite") as other, pytest.raises(sqlite3.IntegrityError, match="only ever"):
        other.execute(statement)
    assert [row.user for row in log.all()] == ["anna"]


def test_a_failed_transaction_stores_nothing(log):
    with pytest.raises(sqlite3.IntegrityError):
        log.append([decide("k1"), decide("k2", "nonsense")], user="anna")
    assert log.all() == []
    assert len(log.append([decide("k3")], user="anna")) == 1


def test_undo_takes_back_a_batch_and_redo_applies_it_again(log):
    log.append([decide("k1", batch="bulk"), decide("k2", place=THERE, batch="bulk")], user="anna")
    undone = log.undo("anna")
    assert [(row.kind, row.undoes) for row in undone] == [("undo", 2), ("undo", 1)]
    assert log.undo("anna") == []
    redone = log.redo("anna")
    assert [(row.kind, row.place) for row in redone] == [("approve", HERE), ("approve", THERE)]
    assert log.redo("anna") == []
    assert len(log.undo("anna")) == 2


def test_undo_and_redo_survive_a_restart(tmp_path):
    path = tmp_path / "review.sqlite"
    with DecisionLog.open(path) as log:
        log.append([decide("k1")], user="anna")
        log.append([decide("k2", "reject")], user="anna")
        log.undo("anna")
    with DecisionLog.open(path) as log:
        assert log.undo("anna")[0].undoes == 1
        assert [row.kind for row in (log.redo("anna") + log.redo("anna"))] == ["approve", "reject"]


def test_a_new_step_ends_what_can_be_redone(log):
    log.append([decide("k1")], user="anna")
    log.undo("anna")
    log.append([decide("k2", place=THERE)], user="anna")
    assert log.redo("anna") == []


def test_undo_sent_twice_with_one_key_takes_back_one_step(log):
    log.append([decide("k1")], user="anna")
    log.append([decide("k2", place=THERE)], user="anna")
    assert log.undo("anna", key="u") == log.undo("anna", key="u")
    assert len(log.all()) == 3


def test_undo_takes_back_nobody_elses_step(log):
    log.append([decide("k1")], user="anna")
    assert log.undo("ben") == []


def test_undo_is_refused_with_both_versions_if_somebody_decided_since(log):
    log.append([decide("k1")], user="anna")
    log.append([decide("k2", "reject")], user="ben")
    with pytest.raises(DecisionRefused, match="ben decided") as refused:
        log.undo("anna")
    assert (refused.value.mine.key, refused.value.theirs.key) == ("k1", "k2")
    log.undo("ben")
    assert log.undo("anna")[0].undoes == 1


def test_redo_is_refused_if_somebody_decided_since(log):
    log.append([decide("k1")], user="anna")
    log.undo("anna")
    log.append([decide("k2", "reject")], user="ben")
    with pytest.raises(DecisionRefused):
        log.redo("anna")


def test_threads_and_processes_lose_no_row_and_share_versions(tmp_path):
    path = tmp_path / "review.sqlite"
    log = DecisionLog.open(path)
    program = (
        "import sys; from spkbound.review.log import DecisionLog; from spkbound.review.rows import NewDecision;"
        "from spkbound.domain import Place; log = DecisionLog.open(sys.argv[1]);"
        "[log.append([NewDecision(key=f'p{i}', kind='approve', place=Place(b'a.wav', b'b.wav'))], user='p')"
        " for i in range(25)]"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(path)])
    threads = [
        threading.Thread(target=lambda t=t: [log.append([decide(f"{t}-{i}")], user="t") for i in range(25)])
        for t in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert process.wait(300) == 0
    assert [row.version for row in log.all()] == list(range(1, 101))


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "review.sqlite").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreCorrupt, match=r"review\.sqlite"):
        DecisionLog.open(tmp_path / "review.sqlite")


def test_a_log_of_a_newer_version_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "review.sqlite") as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(ProjectError, match="newer"):
        DecisionLog.open(tmp_path / "review.sqlite")


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(ProjectError, match="nowhere"):
        DecisionLog.open(tmp_path / "nowhere" / "review.sqlite")


def test_the_nearest_mount_point_decides_whether_a_disk_is_networked():
    mounts = (
        "/dev/sda / ext4 rw 0 0\nserver:/x /home nfs4 rw 0 0\n"
        "/dev/sdb /home/my\\040disk ext4 rw 0 0\nssh /mnt fuse.sshfs rw 0 0\n"
    )
    assert not is_network_path("/var/p", mounts)
    assert is_network_path("/home/anna/p", mounts)
    assert not is_network_path("/home/my disk/p", mounts)
    assert is_network_path("/mnt/p", mounts)
    assert not is_network_path("/homework", mounts)


@pytest.mark.parametrize("version", [0, 1])
def test_another_programs_database_is_left_alone(tmp_path, version):
    file = tmp_path / "review.sqlite"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE theirs (a)")
    other.execute(f"PRAGMA user_version = {version}")
    other.close()
    with pytest.raises(StoreCorrupt, match="another program's"):
        DecisionLog.open(file)
    assert sqlite3.connect(file).execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
