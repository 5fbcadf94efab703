import os

import pytest

from spkbound.errors import ExportError
from spkbound.export.ledger import Ledger
from spkbound.export.manifest import read_failed, read_manifest
from spkbound.export.reconcile import collect_exported, reconcile


def both_ways(exporter) -> tuple:
    """What is planned beside what is there, by the ledger and by reading every row."""
    plan = exporter.plan()
    slow = reconcile(plan, collect_exported(read_manifest(exporter.target), read_failed(exporter.target)))
    fast = reconcile(plan, Ledger().read(exporter.target))
    assert fast.conflicts == slow.conflicts
    assert fast.reviewed == slow.reviewed
    assert [(w.folder.name, w.so_far) for w in fast.works] == [(w.folder.name, w.so_far) for w in slow.works]
    return fast, [work.so_far for work in fast.works]


def test_it_finds_what_reading_every_row_finds(make_exporter):
    exporter = make_exporter([b"a/u.wav", b"b/u.wav", b"c/\xff\\x41.wav", b"d.wav", b"e.wav", b"f.wav"], cuts=(3, 5))
    assert both_ways(exporter)[1] == ["new", "new", "new"]
    exporter.undecided = {2}
    exporter.run()
    exporter.undecided = set()
    assert both_ways(exporter)[1] == ["exported", "exported", "new"]
    exporter.cuts = [2, 5]
    fast, so_far = both_ways(exporter)
    assert len(fast.conflicts) == 2
    assert "new" in so_far
    exporter.cuts, exporter.undecided = [3, 5], {0}
    assert both_ways(exporter)[0].reviewed == {"speaker_001": False}


def test_a_folder_with_a_failed_file_is_incomplete_until_it_was_tried_again(make_exporter):
    exporter = make_exporter()
    content = exporter.source(5).read_bytes()
    exporter.source(5).unlink()
    exporter.run()
    assert both_ways(exporter)[1] == ["exported", "incomplete", "exported"]
    exporter.source(5).write_bytes(content)
    exporter.run()
    assert both_ways(exporter)[1] == ["exported", "exported", "exported"]


def test_the_manifest_is_read_again_when_it_changed(make_exporter):
    exporter = make_exporter(undecided={0})
    ledger = Ledger()
    assert ledger.read(exporter.target) == {}
    exporter.run()
    assert set(ledger.read(exporter.target)) == {"speaker_002", "speaker_003"}
    exporter.undecided = set()
    exporter.run()
    assert set(ledger.read(exporter.target)) == {"speaker_001", "speaker_002", "speaker_003"}


@pytest.mark.parametrize("line", [b"{", b'{"speaker": "speaker_001"}\n', b'{"audio_filepath": 5}\n', b"\xff\n"])
def test_a_broken_line_is_named(make_exporter, line):
    exporter = make_exporter()
    exporter.run()
    with (exporter.target / "manifest.jsonl").open("ab") as file:
        file.write(line)
    with pytest.raises(ExportError, match="line 11"):
        Ledger().read(exporter.target)


def test_an_empty_manifest_is_no_trouble(make_exporter):
    exporter = make_exporter()
    os.makedirs(exporter.target)
    (exporter.target / "manifest.jsonl").touch()
    assert Ledger().read(exporter.target) == {}
