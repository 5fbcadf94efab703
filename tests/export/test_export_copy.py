"""Does an export write exactly what was planned, and never harm what is there?"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from machine import wait_for

from spkbound.errors import ExportConflict, ExportError, NotEnoughSpace, StoreLocked, UsageError
from spkbound.export.staging import locked
from spkbound.export.survey import Survey, check_space
from spkbound.export.verify import verify_export


def rows(exporter, name="manifest.jsonl"):
    return [json.loads(line) for line in (exporter.target / name).read_text("utf-8").splitlines()]


def test_every_file_is_where_the_manifest_says_with_its_content(make_exporter, look):
    exporter = make_exporter(unreadable=[2], excluded={8})
    report = exporter.run()
    assert (report.n_written, report.n_folders, report.n_unreadable_in_folders, report.n_excluded) == (8, 3, 1, 1)
    assert report.n_bytes == sum(row["size"] for row in rows(exporter))
    assert [row["audio_filepath"] for row in rows(exporter)][:3] == [
        "speaker_001/u0.wav",
        "speaker_001/u1.wav",
        "speaker_001/u3.wav",
    ]
    for row in rows(exporter):
        assert (exporter.target / row["audio_filepath"]).read_bytes() == (exporter.root / row["source"]).read_bytes()
    assert [(row["index"], row["why"]) for row in rows(exporter, "left_out.jsonl")] == [
        (2, "unreadable"),
        (8, "excluded"),
    ]
    assert verify_export(exporter.target) == []
    assert not [name for name in look(exporter.target) if name.rpartition("/")[2].startswith(".")]


@pytest.mark.parametrize("mode", ["copy", "hardlink", "symlink"])
def test_exporting_twice_changes_no_byte(make_exporter, look, mode):
    exporter = make_exporter(unreadable=[2])
    exporter.run(mode=mode)
    before = look(exporter.target)
    times = {path: path.lstat().st_mtime_ns for path in exporter.target.rglob("*")}
    report = exporter.run(mode=mode)
    assert (report.n_written, report.n_already_there) == (0, 9)
    assert look(exporter.target) == before
    assert {path: path.lstat().st_mtime_ns for path in exporter.target.rglob("*")} == times
    assert verify_export(exporter.target) == []


def test_links_are_links_and_symlinks_are_absolute(make_exporter):
    exporter = make_exporter()
    exporter.run(mode="hardlink")
    assert (exporter.target / "speaker_001/u0.wav").samefile(exporter.source(0))
    shutil.rmtree(exporter.target)
    exporter.run(mode="symlink")
    assert os.readlink(exporter.target / "speaker_001/u0.wav") == str(exporter.source(0))


@pytest.mark.parametrize("links", ["hardlink", "symlink"])
def test_links_of_an_earlier_export_are_not_taken_for_copies(make_exporter, links):
    exporter = make_exporter()
    exporter.run(mode=links)
    with pytest.raises(ExportConflict, match="no copy"):
        exporter.run(mode="copy")


def test_links_of_an_interrupted_export_become_copies(make_exporter):
    exporter = make_exporter()
    unfinished = exporter.target / ".speaker_001.spkbound-unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "u0.wav").symlink_to(exporter.source(0))
    exporter.run(mode="copy")
    copied = exporter.target / "speaker_001" / "u0.wav"
    assert not copied.is_symlink()
    assert copied.read_bytes() == exporter.source(0).read_bytes()


def test_a_dry_run_writes_nothing_and_says_what_it_would(make_exporter, look):
    exporter = make_exporter(undecided={2})
    report = exporter.run(dry_run=True)
    assert (report.n_written, report.n_undecided) == (7, 3)
    assert "would write 7 files" in report.text()
    assert not exporter.target.exists()


def test_a_later_export_adds_what_is_new_and_keeps_the_rest(make_exporter, look):
    exporter = make_exporter(undecided={1, 2})
    exporter.run()
    before = look(exporter.target)
    exporter.undecided = set()
    report = exporter.run()
    assert (report.n_written, report.n_already_there) == (6, 4)
    assert before.items() - {("manifest.jsonl", before["manifest.jsonl"])} <= look(exporter.target).items()
    assert len(rows(exporter)) == 10


def test_an_exported_segment_keeps_its_number_when_others_are_joined(make_exporter):
    exporter = make_exporter(cuts=[2, 4, 7], undecided={0, 1, 2})
    exporter.run()
    assert {row["speaker"] for row in rows(exporter)} == {"speaker_004"}
    exporter.cuts, exporter.undecided = [4, 7], {1}
    exporter.run()
    assert sorted({row["speaker"] for row in rows(exporter)}) == ["speaker_001", "speaker_004"]
    assert verify_export(exporter.target) == []


def test_folders_have_the_names_that_they_are_given(make_exporter):
    exporter = make_exporter(folders=["Anna", "speaker_002", "Ben.unfinished"])
    exporter.run()
    assert sorted({row["speaker"] for row in rows(exporter)}) == ["Anna", "Ben.unfinished", "speaker_002"]
    assert verify_export(exporter.target) == []


def test_a_name_that_an_exported_segment_has_is_not_given_again(make_exporter):
    exporter = make_exporter(folders=["Anna", "speaker_002", "Ben_7"], undecided={0})
    exporter.run()
    exporter.folders, exporter.undecided = ["ben_7", "speaker_002", "Cleo"], set()
    exporter.run()
    assert sorted({row["speaker"] for row in rows(exporter)}) == ["Ben_7", "speaker_002", "speaker_003"]
    assert verify_export(exporter.target) == []


def test_what_an_interrupted_export_left_under_a_name_that_is_gone_is_swept(make_exporter):
    exporter = make_exporter(folders=["Anna", "Ben", "Cleo"])
    for name in (".Dora.spkbound-unfinished", ".somebody_elses.unfinished"):
        (exporter.target / name).mkdir(parents=True)
    exporter.run()
    assert not (exporter.target / ".Dora.spkbound-unfinished").exists()
    assert (exporter.target / ".somebody_elses.unfinished").exists()


def test_a_changed_segment_is_refused_with_a_list_and_nothing_is_written(make_exporter, look):
    exporter = make_exporter(undecided={2})
    exporter.run()
    before = look(exporter.target)
    exporter.cuts, exporter.undecided = [3, 7], set()
    with pytest.raises(ExportConflict, match="speaker_001") as refused:
        exporter.run()
    assert [conflict.folder for conflict in refused.value.conflicts] == ["speaker_001", "speaker_002"]
    assert look(exporter.target) == before
    assert len(exporter.run(dry_run=True).conflicts) == 2


def test_excluding_a_file_of_an_exported_segment_is_a_change(make_exporter):
    exporter = make_exporter()
    exporter.run()
    exporter.excluded = {5}
    with pytest.raises(ExportConflict, match="1 gone"):
        exporter.run()


def test_approving_later_updates_reviewed_and_copies_nothing(make_exporter):
    exporter = make_exporter(undecided={1})
    exporter.run(include_undecided=True)
    assert [row["reviewed"] for row in rows(exporter)].count(False) == 3
    exporter.undecided = set()
    assert exporter.run().n_written == 0
    assert all(row["reviewed"] for row in rows(exporter))


def test_a_foreign_file_is_never_overwritten(make_exporter, look):
    exporter = make_exporter()
    (exporter.target / "speaker_001").mkdir(parents=True)
    (exporter.target / "speaker_001/u1.wav").write_bytes(b"sound of X.")
    before = look(exporter.target)
    with pytest.raises(ExportConflict, match=r"u1\.wav: a file with other content"):
        exporter.run()
    assert look(exporter.target) == before


def test_a_strange_file_in_a_speaker_folder_is_refused(make_exporter):
    exporter = make_exporter()
    (exporter.target / "speaker_002").mkdir(parents=True)
    (exporter.target / "speaker_002/intruder.wav").write_bytes(b"x")
    with pytest.raises(ExportConflict, match=r"intruder\.wav"):
        exporter.run()


def test_a_file_that_vanished_from_the_export_is_written_again(make_exporter):
    exporter = make_exporter()
    exporter.run()
    (exporter.target / "speaker_002/u5.wav").unlink()
    assert exporter.run().n_written == 1
    assert len(rows(exporter)) == 10
    assert verify_export(exporter.target) == []


def test_hostile_names_arrive_as_they_are(make_exporter):
    names = [
        b"-rf.wav",
        b"a b.wav",
        b"it's.wav",
        b'"q".wav',
        b"new\nline.wav",
        b"${x}.wav",
        b"\xff\xfe.wav",
        b"\\xff.wav",
    ]
    exporter = make_exporter(names=names, cuts=[4])
    exporter.run()
    exported = {
        name for folder in ("speaker_001", "speaker_002") for name in os.listdir(os.fsencode(exporter.target / folder))
    }
    assert exported == set(names)
    assert verify_export(exporter.target) == []
    assert exporter.run().n_written == 0


def test_equal_names_lie_side_by_side(make_exporter):
    exporter = make_exporter(names=[b"a/u.wav", b"b/u.wav", b"c/u__2.wav"], cuts=[])
    exporter.run()
    contents = [(exporter.target / row["audio_filepath"]).read_bytes() for row in rows(exporter)]
    assert contents == [exporter.source(i).read_bytes() for i in range(3)]
    assert [row["audio_filepath"] for row in rows(exporter)] == [
        f"speaker_001/{name}" for name in ("u.wav", "u__3.wav", "u__2.wav")
    ]


def test_a_name_that_is_too_long_is_an_error_before_anything_is_written(make_exporter):
    long = b"x" * 251 + b".wav"
    exporter = make_exporter(names=[b"a/" + long, b"b/" + long], cuts=[])
    with pytest.raises(ExportError, match="258 bytes"):
        exporter.run()
    assert not exporter.target.exists()


def test_a_source_that_vanished_is_listed_and_tried_again_next_time(make_exporter):
    exporter = make_exporter()
    kept = exporter.source(5).read_bytes()
    exporter.source(5).unlink()
    exporter.source(8).unlink()
    exporter.source(8).mkdir()
    report = exporter.run()
    assert [(row.index, row.folder) for row in report.failures] == [(5, "speaker_002"), (8, "speaker_003")]
    assert "failed: a/u5.wav: No such file" in report.text()
    assert [row["why"] for row in rows(exporter, "left_out.jsonl")] == ["failed", "failed"]
    exporter.source(5).write_bytes(kept)
    report = exporter.run()
    assert (report.n_written, len(report.failures)) == (1, 1)
    assert verify_export(exporter.target) == []


def test_a_source_that_grows_while_it_is_read_is_no_copy(make_exporter, tmp_path):
    exporter = make_exporter(cuts=[])
    growing = exporter.source(0)
    growing.write_bytes(b"x" * 20_000_000)
    stop = threading.Event()

    def grow():
        with growing.open("ab") as file:
            while not stop.is_set():
                file.write(b"y")
                file.flush()

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        report = exporter.run()
    finally:
        stop.set()
        thread.join()
    assert [row.reason for row in report.failures] == ["it changed while it was read"]
    assert not (exporter.target / "speaker_001/u0.wav").exists()


def test_the_corpus_itself_is_no_target_but_a_folder_in_it_is(make_exporter):
    exporter = make_exporter()
    exporter.target = exporter.root
    with pytest.raises(ExportError, match="the corpus itself"):
        exporter.run()
    exporter.target = exporter.root / "out"
    assert "inside the corpus" in exporter.run().warnings[0]


def test_a_missing_corpus_and_an_unknown_mode_are_told(make_exporter):
    exporter = make_exporter()
    with pytest.raises(UsageError, match="copy, hardlink, symlink"):
        exporter.run(mode="move")
    exporter.root = exporter.root / "gone"
    with pytest.raises(ExportError, match="the corpus is not at"):
        exporter.run()


def test_space_is_checked_before(tmp_path):
    with pytest.raises(NotEnoughSpace, match="GB free"):
        check_space(Survey(1, 10**18, 0, ()), os.fsencode(tmp_path / "out"), staged=0)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_a_hard_link_to_another_disk_is_refused(make_exporter):
    exporter = make_exporter()
    if os.stat("/dev/shm").st_dev == exporter.root.stat().st_dev:
        pytest.skip("the same file system")
    exporter.target = Path("/dev/shm") / f"spkbound-test-{os.getpid()}"
    with pytest.raises(ExportError, match="different disks"):
        exporter.run(mode="hardlink")
    assert not exporter.target.exists()


def test_two_exports_into_one_folder_do_not_run_at_once(make_exporter):
    exporter = make_exporter()
    exporter.target.mkdir()
    with locked(os.fsencode(exporter.target)), pytest.raises(StoreLocked, match="is running"):
        exporter.run()


def test_progress_counts_to_the_total(make_exporter):
    seen = []
    make_exporter().run(on_progress=seen.append)
    assert (seen[-1].done, seen[-1].total, seen[-1].failed) == (10, 10, 0)
    assert seen[-1].to_dict()["done"] == 10


PROGRAM = """
import sys
import numpy as np, pyarrow as pa
from pathlib import Path
from types import SimpleNamespace
from spkbound.export.copy import run_export
from spkbound.export.plan import plan_export
n, root, target = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
edges = np.arange(0, n + 1, 50)
segments = SimpleNamespace(start=edges[:-1], stop=edges[1:], approved=np.ones(len(edges) - 1, bool))
names = [f"speaker_{s + 1:03d}" for s in range(len(edges) - 1)]
paths = pa.array([b"u%05d.wav" % i for i in range(n)], pa.binary())
print(run_export(plan_export(segments, names, paths, [], ()), root, target).text())
"""


def count_files(folder):
    return sum(len(files) for _, _, files in os.walk(folder))


def test_kill_minus_nine_leaves_nothing_half_written_and_the_next_export_goes_on(tmp_path, look):
    n, root, target = 600, tmp_path / "corpus", tmp_path / "out"
    root.mkdir()
    for i in range(n):
        (root / f"u{i:05d}.wav").write_bytes(bytes([i % 251]) * (20_000 + i))
    command = [sys.executable, "-c", PROGRAM, str(n), str(root)]
    for n_copied in (1, 150, 400):
        process = subprocess.Popen([*command, str(target)], stdout=subprocess.DEVNULL)
        wait_for(lambda: count_files(target) >= n_copied or process.poll() is not None)  # noqa: B023
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in target.glob("speaker_*/*"):
            assert path.read_bytes() == (root / path.name).read_bytes()
        assert all(len(list(folder.iterdir())) == 50 for folder in target.glob("speaker_*"))
        if (target / "manifest.jsonl").exists():
            assert {found.what for found in verify_export(target)} <= {"extra", "unfinished"}
    done_before = len(list(target.rglob("*.wav")))
    subprocess.run([*command, str(target)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*command, str(tmp_path / "straight")], check=True, stdout=subprocess.DEVNULL)
    assert done_before > 0
    assert verify_export(target) == []
    resumed, straight = look(target), look(tmp_path / "straight")
    assert {**resumed, "manifest.jsonl": b""} == {**straight, "manifest.jsonl": b""}
    assert sorted(resumed["manifest.jsonl"].splitlines()) == sorted(straight["manifest.jsonl"].splitlines())


def test_an_unfinished_folder_of_a_segment_that_moved_since_is_not_mixed_in(make_exporter):
    exporter = make_exporter()
    for name in (".speaker_001.spkbound-unfinished", ".speaker_009.unfinished"):
        (exporter.target / name).mkdir(parents=True)
        (exporter.target / name / "u9.wav").write_bytes(b"from another plan")
    exporter.run()
    assert verify_export(exporter.target) == []
    assert sorted(path.name for path in (exporter.target / "speaker_001").iterdir()) == [f"u{i}.wav" for i in range(4)]


def test_an_export_looks_at_its_folder_only_when_it_is_alone_there(make_exporter):
    exporter = make_exporter()
    exporter.run()
    exporter.cuts = [5, 7]  # what is seen now is a conflict, but it is not final while another export runs
    with locked(os.fsencode(exporter.target)), pytest.raises(StoreLocked):
        exporter.run()


def test_an_export_that_is_refused_leaves_no_empty_folder(make_exporter):
    exporter = make_exporter(names=[b"a" * 250 + b".wav", b"b/" + b"a" * 250 + b".wav"], cuts=())
    with pytest.raises(ExportError, match="the target's disk allows"):
        exporter.run()
    assert not exporter.target.exists()
