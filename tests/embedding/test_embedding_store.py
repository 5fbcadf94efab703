import json
import logging
import os
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tiny_corpus import digest

from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract
from spkbound.embedding.files import store_file
from spkbound.embedding.layout import Layout, load_info
from spkbound.embedding.matrix import open_matrix
from spkbound.embedding.parts import Row, part_path, read_rows, read_vectors, write_part
from spkbound.embedding.sources import has_embeddings, open_embeddings
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import StoreCorrupt, StoreError

ENCODER = EncoderIdentity(name="tiny", version="1", dim=3, rate_hz=16_000, digest="ab" * 32)
ONE = ExtractOptions(n_workers=1)


def row(path, value=None, **facts):
    embedding = None if value is None else np.full(3, value, np.float32)
    return Row(path=path, size=1, mtime_ns=2, worker=0, embedding=embedding, **facts)


def test_a_part_gives_back_what_was_written(tmp_path):
    part = part_path(tmp_path, run=1, task=2)
    rows = [row(b"a", 1.5, duration_s=0.5, flags=""), row(b"\xff", stage="open", reason="gone"), row(b"c", 2.5)]
    write_part(part, rows, ENCODER)
    table = read_rows(part, ENCODER)
    assert table["path"].to_pylist() == [b"a", b"\xff", b"c"]
    assert table["stage"].to_pylist() == [None, "open", None]
    vectors = read_vectors(part, ENCODER)
    assert vectors[:, 0].tolist()[::2] == [1.5, 2.5]
    assert np.isnan(vectors[1]).all()


def test_a_part_of_nothing_but_unreadable_files_is_a_part(tmp_path):
    part = part_path(tmp_path, run=1, task=0)
    write_part(part, [row(b"a", stage="open", reason="empty")] * 2, ENCODER)
    assert np.isnan(read_vectors(part, ENCODER)).all()


def test_a_file_that_cannot_be_finished_leaves_nothing(tmp_path):
    with pytest.raises(OverflowError), store_file(tmp_path / "x") as temporary:
        temporary.write_bytes(b"half" + (300).to_bytes(1, "big"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="No space"), store_file(tmp_path / "x"):
        raise OSError(28, "No space left on device")


@pytest.fixture
def parts_of_a_killed_run(audio, extracted, fitted):
    """A store with one part and no matrix: what a run leaves that was killed early."""
    layout, done = Layout(fitted), Layout(extracted)
    layout.parts.mkdir()
    shutil.copy(done.info, layout.info)
    shutil.copy(done.corpus, layout.corpus)
    table = pq.read_table(done.utterances).slice(0, 20)
    rows = [Row(**facts) for facts in table.to_pylist()]
    for found, vector in zip(rows, np.load(done.matrix)):
        found.embedding = vector
    write_part(part_path(layout.parts, run=1, task=0), rows, load_info(done).encoder)
    return layout


def test_what_a_part_holds_is_not_made_again(audio, extracted, parts_of_a_killed_run):
    folder = parts_of_a_killed_run.folder
    assert extract(scan_folder(audio), folder, ONE).n_new == 28
    assert digest(folder / "store/matrix.npy") == digest(extracted / "store/matrix.npy")


def truncate(part, encoder):
    part.write_bytes(part.read_bytes()[:-100])


def make_foreign(part, encoder):
    pq.write_table(pa.table({"x": [1, 2, 3]}), part)


def make_other_encoders(part, encoder):
    write_part(part, [Row(path=b"d0/000.wav", size=1, mtime_ns=1, worker=0)], ENCODER)


def flip_bits_of_embeddings(part, encoder):
    content = bytearray(part.read_bytes())
    start = pq.read_metadata(part).row_group(0).column(10).data_page_offset
    content[start + 60 : start + 160] = b"\x55" * 100
    part.write_bytes(content)


@pytest.mark.parametrize("damage", [truncate, make_foreign, make_other_encoders, flip_bits_of_embeddings])
def test_a_part_that_cannot_be_used_is_moved_aside_by_name(audio, extracted, parts_of_a_killed_run, damage, caplog):
    layout = parts_of_a_killed_run
    part = part_path(layout.parts, run=1, task=0)
    damage(part, load_info(layout).encoder)
    with caplog.at_level(logging.WARNING):
        extract(scan_folder(audio), layout.folder, ONE)
    assert [file.name for file in layout.refused.iterdir()] == [part.name]
    assert any(part.name in message and "moved to" in message for message in caplog.messages)
    assert digest(layout.matrix) == digest(extracted / "store/matrix.npy")


def test_a_truncated_matrix_is_moved_aside_with_its_table(audio, extracted, own_extracted):
    layout = Layout(own_extracted)
    layout.matrix.write_bytes(layout.matrix.read_bytes()[:-4])
    assert extract(scan_folder(audio), own_extracted, ONE).n_new == 48
    assert sorted(file.name for file in layout.refused.iterdir()) == ["matrix.npy", "utterances.parquet"]
    assert digest(layout.matrix) == digest(extracted / "store/matrix.npy")


def test_looking_at_an_unfinished_store_changes_nothing(parts_of_a_killed_run):
    layout = parts_of_a_killed_run
    (layout.parts / "run000001-task00000009.parquet").write_bytes(b"PAR1 cut off")
    before = sorted(layout.store.rglob("*"))
    found = open_embeddings(layout.folder)
    assert found.origin == "parts"
    assert len(found.unreadable) == 28
    assert np.isnan(found.embeddings[20:]).all()
    assert np.isfinite(found.embeddings[:20]).all()
    assert sorted(layout.store.rglob("*")) == before


def test_a_store_of_another_version_is_refused(audio, own_extracted):
    layout = Layout(own_extracted)
    layout.info.write_text(json.dumps(json.loads(layout.info.read_text()) | {"format_version": 99}))
    with pytest.raises(StoreCorrupt, match="99"):
        extract(scan_folder(audio), own_extracted, ONE)
    layout.info.write_text("{")
    with pytest.raises(StoreCorrupt, match=r"store\.json"):
        open_embeddings(own_extracted)


def test_where_nothing_is_it_says_what_was_looked_for(tmp_path):
    with pytest.raises(StoreError, match="does not exist"):
        open_embeddings(tmp_path / "nowhere")
    with pytest.raises(StoreError, match=r"looked for store/store\.json .* and for \.pkl files"):
        open_embeddings(tmp_path)
    assert not has_embeddings(tmp_path)


def test_what_is_there_is_seen(extracted):
    assert has_embeddings(extracted)


def test_a_bare_matrix_needs_a_path_per_row(tmp_path):
    matrix = np.arange(12, dtype=np.float64).reshape(4, 3) + 1
    matrix[1] = 0
    matrix[2, 1] = np.nan
    np.save(tmp_path / "x.npy", matrix)
    (tmp_path / "paths").write_bytes(b"a.wav\nb.wav\n\xff.wav\nd.wav\n")
    found = open_matrix(tmp_path / "x.npy", tmp_path / "paths")
    assert found.paths.to_pylist() == [b"a.wav", b"b.wav", b"\xff.wav", b"d.wav"]
    assert found.corpus_root == str(tmp_path).encode()
    assert [each.index for each in found.unreadable] == [1, 2]
    (tmp_path / "paths").write_bytes(b"a.wav\nb.wav\n")
    with pytest.raises(StoreCorrupt, match=r"4 rows.*2 files"):
        open_matrix(tmp_path / "x.npy", tmp_path / "paths")
    (tmp_path / "paths").write_bytes(b"a.wav\nb.wav\na.wav\nd.wav\n")
    with pytest.raises(StoreCorrupt, match="twice"):
        open_matrix(tmp_path / "x.npy", tmp_path / "paths")
    np.save(tmp_path / "y.npy", np.arange(3.0))
    with pytest.raises(StoreCorrupt, match="must hold floats"):
        open_matrix(tmp_path / "y.npy", tmp_path / "paths")


def test_a_list_of_one_absolute_path_has_a_root(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((1, 3), np.float32))
    (tmp_path / "paths").write_bytes(b"/data/a.wav\n")
    found = open_matrix(tmp_path / "x.npy", tmp_path / "paths")
    assert (found.corpus_root, found.paths.to_pylist()) == (b"/data", [b"a.wav"])


@pytest.mark.parametrize(
    "header", [b"", b"{" * 60, b"{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 8)}" % 10**19]
)
def test_a_file_that_is_no_matrix_is_named(tmp_path, header):
    content = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + header.ljust(117) + b"\n" if header else b""
    (tmp_path / "x.npy").write_bytes(content)
    (tmp_path / "paths").write_bytes(b"a.wav\n")
    with pytest.raises(StoreCorrupt, match=r"x\.npy is no \.npy file"):
        open_matrix(tmp_path / "x.npy", tmp_path / "paths")


def test_a_list_of_paths_is_text_with_or_without_a_byte_order_mark(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((1, 3), np.float32))
    (tmp_path / "paths").write_bytes(b"\xef\xbb\xbfa.wav\n")
    assert open_matrix(tmp_path / "x.npy", tmp_path / "paths").paths.to_pylist() == [b"a.wav"]
    (tmp_path / "paths").write_bytes(b"a\0.wav\n")
    with pytest.raises(StoreCorrupt, match="zero bytes"):
        open_matrix(tmp_path / "x.npy", tmp_path / "paths")


def test_the_folder_of_a_store_need_not_have_a_name_in_utf8(tmp_path):
    folder = tmp_path / os.fsdecode(b"\xff")
    part = part_path(folder, run=1, task=1)
    write_part(part, [row(b"a.wav", 1)], ENCODER)
    assert read_rows(part, ENCODER)["path"].to_pylist() == [b"a.wav"]
