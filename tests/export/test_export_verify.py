"""Is every kind of tampering found?"""

import json

import pytest

from spkbound.errors import ExportError
from spkbound.export.verify import verify_export


def append_byte(target):
    with (target / "speaker_001/u0.wav").open("ab") as file:
        file.write(b"!")


def flip_byte(target):
    path = target / "speaker_001/u1.wav"
    path.write_bytes(b"S" + path.read_bytes()[1:])


def remove(target):
    (target / "speaker_002/u4.wav").unlink()


def add(target):
    (target / "speaker_002/deep").mkdir()
    (target / "speaker_002/deep/new.wav").write_bytes(b"")


def swap(target):
    a, b = target / "speaker_003/u8.wav", target / "speaker_003/u9.wav"
    a.rename(target / "x")
    b.rename(a)
    (target / "x").rename(b)


def tear_manifest(target):
    path = target / "manifest.jsonl"
    path.write_bytes(path.read_bytes()[:-20])


def point_outside(target):
    path = target / "manifest.jsonl"
    row = json.loads(path.read_text().splitlines()[0]) | {"audio_filepath": "../corpus/a/u0.wav"}
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")


def name_twice(target):
    path = target / "manifest.jsonl"
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])


def put_folder(target):
    (target / "speaker_001/u2.wav").unlink()
    (target / "speaker_001/u2.wav").mkdir()


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (append_byte, ["size differs: speaker_001/u0.wav"]),
        (flip_byte, ["content differs: speaker_001/u1.wav"]),
        (remove, ["missing: speaker_002/u4.wav"]),
        (add, ["extra: speaker_002/deep/new.wav"]),
        (put_folder, ["unreadable: speaker_001/u2.wav"]),
    ],
)
def test_a_difference_is_named(make_exporter, tamper, found):
    exporter = make_exporter()
    exporter.run()
    tamper(exporter.target)
    assert [str(difference).split(" (")[0] for difference in verify_export(exporter.target)] == found


def test_two_files_that_changed_places_are_found(make_exporter):
    exporter = make_exporter()
    exporter.run()
    swap(exporter.target)
    assert [difference.what for difference in verify_export(exporter.target)] == ["size differs"] * 2


@pytest.mark.parametrize("tamper", [point_outside, name_twice])
def test_a_line_that_cannot_be_is_broken(make_exporter, tamper):
    exporter = make_exporter()
    exporter.run()
    tamper(exporter.target)
    assert [difference.what for difference in verify_export(exporter.target)] == ["broken line"]


def test_a_torn_manifest_is_found_and_stops_a_later_export(make_exporter):
    exporter = make_exporter()
    exporter.run()
    tear_manifest(exporter.target)
    differences = verify_export(exporter.target)
    assert [difference.what for difference in differences] == ["broken line", "extra"]
    with pytest.raises(ExportError, match="line 10"):
        exporter.run()


def test_more_files_than_fit_a_batch_are_all_compared(make_exporter):
    exporter = make_exporter(names=[b"u%05d.wav" % i for i in range(300)], cuts=[200])
    exporter.run(mode="symlink")
    exporter.source(256).write_bytes(b"other")
    exporter.source(299).unlink()
    assert [difference.what for difference in verify_export(exporter.target)] == ["size differs", "missing"]


def test_a_folder_without_a_manifest_is_no_export(tmp_path):
    with pytest.raises(ExportError, match=r"manifest\.jsonl"):
        verify_export(tmp_path)
