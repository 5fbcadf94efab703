import json

import pytest

from spkbound.errors import ExportConflict
from spkbound.export.verify import verify_export


@pytest.fixture
def exporter(make_exporter):
    """Four segments; the first and the third are one speaker, and two files of theirs have one name."""
    names = [b"a/u%d.wav" % i for i in range(9)] + [b"b/u1.wav"]
    return make_exporter(names, cuts=(3, 5, 8), same=((2, 0),), unreadable=[6])


def indices(exporter) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line in (exporter.target / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        found.setdefault(row["speaker"], []).append(row["index"])
    return found


def test_both_segments_go_under_the_lower_number_and_the_others_keep_theirs(exporter):
    report = exporter.run()
    assert indices(exporter) == {"speaker_001": [0, 1, 2, 5, 7], "speaker_002": [3, 4], "speaker_004": [8, 9]}
    assert (report.n_folders, verify_export(exporter.target)) == (3, [])


def test_names_are_told_apart_across_both_segments(make_exporter):
    exporter = make_exporter([b"a/u.wav", b"b/x.wav", b"c/u.wav"], cuts=(1, 2), same=((0, 2),))
    exporter.run()
    assert sorted(path.name for path in (exporter.target / "speaker_001").iterdir()) == ["u.wav", "u__2.wav"]


def test_a_chain_is_one_folder_and_it_waits_until_all_of_it_is_approved(make_exporter):
    exporter = make_exporter(cuts=(2, 4, 6, 8), same=((0, 2, 4),), undecided={4})
    exporter.run()
    assert sorted(indices(exporter)) == ["speaker_002", "speaker_004"]
    assert [len(folder.segments) for folder in exporter.plan().held_back] == [3]
    exporter.undecided = set()
    exporter.run()
    assert indices(exporter)["speaker_001"] == [0, 1, 4, 5, 8, 9]


def test_segments_that_were_exported_apart_are_a_conflict_when_they_are_joined(exporter, look):
    same, exporter.same = exporter.same, ()
    exporter.run()
    before, exporter.same = look(exporter.target), same
    with pytest.raises(ExportConflict) as refused:
        exporter.run()
    assert {conflict.folder for conflict in refused.value.conflicts} == {"speaker_001", "speaker_003"}
    assert "0 to 2 and 5 to 7" in str(refused.value.conflicts[0])
    assert look(exporter.target) == before


def test_exporting_twice_changes_no_byte(exporter, look):
    exporter.run()
    before = look(exporter.target)
    exporter.run()
    assert look(exporter.target) == before


def test_what_is_left_out_names_the_joined_folder(exporter):
    exporter.run()
    (row,) = [json.loads(line) for line in (exporter.target / "left_out.jsonl").read_text().splitlines()]
    assert (row["index"], row["speaker"]) == (6, "speaker_001")
