import json
import os
import pickle
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest
from tiny_corpus import digest, put_audio, snapshot

from spkbound.corpus import read_manifest, scan_folder
from spkbound.embedding.extract import ExtractOptions, extract
from spkbound.embedding.sources import open_embeddings
from spkbound.errors import EncoderError, EncoderMismatch, StoreError, StoreLocked, UsageError
from spkbound.jobs.lock import FolderLock

ONE = ExtractOptions(n_workers=1)


def test_every_utterance_has_its_row_in_corpus_order(audio, extracted):
    corpus = scan_folder(audio)
    found = open_embeddings(extracted)
    assert found.origin == "store"
    assert found.paths.equals(corpus.paths)
    assert found.corpus_root == corpus.root
    assert found.embeddings.shape == (48, found.encoder.dim)
    assert np.isfinite(found.embeddings).all()
    assert found.embeddings.dtype == np.float32
    assert np.allclose(found.durations_s, 0.5)
    assert found.unreadable == []


def test_embeddings_are_read_only(extracted):
    found = open_embeddings(extracted)
    for array in (found.embeddings, found.durations_s, found.levels_db):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_pickles_have_the_baselines_form(audio, extracted):
    found = open_embeddings(extracted)
    content = pickle.loads((extracted / "d1/001.pkl").read_bytes())
    assert set(content) == {"embedding", "original_path", "relative_path", "filename", "embedding_dim", "gpu_rank"}
    row = found.paths.to_pylist().index(b"d1/001.wav")
    assert np.array_equal(content["embedding"], found.embeddings[row])
    assert content["embedding"].dtype == np.float32
    assert content["original_path"] == str(audio / "d1/001.wav")
    assert (content["relative_path"], content["filename"]) == ("d1/001.wav", "001.wav")
    assert content["embedding_dim"] == found.dim
    assert content["gpu_rank"] in (0, 1)


def test_the_statistics_add_up(extracted):
    stats = json.loads((extracted / "extraction_stats.json").read_text())
    assert (stats["total_files"], stats["total_success"], stats["total_failed"], stats["failures"]) == (48, 48, 0, [])
    assert sum(worker["total_processed"] for worker in stats["gpu_stats"]) == 48
    assert stats["encoder"]["name"] == "builtin"
    assert stats["rates"]["files"] == 48


def test_a_second_run_has_nothing_to_do_and_rewrites_nothing(audio, own_extracted):
    before = snapshot(own_extracted)
    summary = extract(scan_folder(audio), own_extracted, ONE)
    assert (summary.n_new, summary.n_total, summary.n_success) == (0, 48, 48)
    assert snapshot(own_extracted) == before


def test_the_matrix_does_not_depend_on_the_number_of_workers(audio, extracted, tmp_path):
    extract(scan_folder(audio), tmp_path, ExtractOptions(n_workers=1, store="parquet"))
    assert digest(tmp_path / "store/matrix.npy") == digest(extracted / "store/matrix.npy")
    assert digest(tmp_path / "store/background.npz") == digest(extracted / "store/background.npz")
    assert list(tmp_path.rglob("*.pkl")) == []


def test_added_changed_and_removed_files_are_followed_and_only_those(own_audio, own_extracted):
    (own_audio / "d0/000.wav").unlink()
    put_audio(own_audio / "d1/001.wav", seed=900, duration_s=0.7)
    put_audio(own_audio / "a/new.wav", seed=901)
    before = open_embeddings(own_extracted)
    background = digest(own_extracted / "store/background.npz")
    summary = extract(scan_folder(own_audio), own_extracted, ONE)
    after = open_embeddings(own_extracted)
    assert (summary.n_total, summary.n_new) == (48, 2)
    assert digest(own_extracted / "store/background.npz") == background
    old = dict(zip(before.paths.to_pylist(), np.asarray(before.embeddings)))
    new = dict(zip(after.paths.to_pylist(), np.asarray(after.embeddings)))
    assert list(new) == sorted((old.keys() - {b"d0/000.wav"}) | {b"a/new.wav"})
    assert [path for path in new if path in old and not np.array_equal(old[path], new[path])] == [b"d1/001.wav"]
    assert not (own_extracted / "d0/000.pkl").exists()


def test_embeddings_of_files_that_come_back_are_not_made_again(audio, own_audio, own_extracted):
    whole = digest(own_extracted / "store/matrix.npy")
    shutil.move(own_audio / "d2", own_audio.parent / "unmounted")
    assert extract(scan_folder(own_audio), own_extracted, ONE).n_total == 32
    assert not (own_extracted / "d2/002.pkl").exists()
    shutil.move(own_audio.parent / "unmounted", own_audio / "d2")
    summary = extract(scan_folder(own_audio), own_extracted, ONE)
    assert (summary.n_total, summary.n_new) == (48, 0)
    assert digest(own_extracted / "store/matrix.npy") == whole
    assert (own_extracted / "d2/002.pkl").exists()
    assert not (own_extracted / "store/absent.parquet").exists()


def test_unreadable_files_keep_their_place_with_stage_and_reason(own_audio, fitted):
    (own_audio / "d0/000.wav").write_bytes(b"")
    (own_audio / "d1/001.wav").write_text("no audio at all")
    (own_audio / "d1/vanishing.wav").symlink_to(own_audio / "gone.wav")
    put_audio(own_audio / "d2/short.wav", duration_s=0.005)
    corpus = scan_folder(own_audio)
    summary = extract(corpus, fitted, ONE)
    found = open_embeddings(fitted)
    names = {each.path: (each.index, each.stage) for each in found.unreadable}
    places = {path: place for place, path in enumerate(corpus.paths.to_pylist())}
    assert names == {
        b"d0/000.wav": (places[b"d0/000.wav"], "open"),
        b"d1/001.wav": (places[b"d1/001.wav"], "open"),
        b"d1/vanishing.wav": (places[b"d1/vanishing.wav"], "open"),
        b"d2/short.wav": (places[b"d2/short.wav"], "features"),
    }
    assert all(each.reason for each in found.unreadable)
    assert (summary.n_failed, summary.n_success, summary.unreadable) == (4, 46, tuple(found.unreadable))
    assert np.flatnonzero(np.isnan(found.embeddings).all(axis=1)).tolist() == sorted(i for i, _ in names.values())
    assert found.durations_s[places[b"d2/short.wav"]] < 0.01
    assert extract(corpus, fitted, ONE).n_new == 0
    assert extract(corpus, fitted, ExtractOptions(n_workers=1, retry_failed=True)).n_new == 4


def test_a_file_that_vanishes_between_scan_and_read_keeps_its_place(own_audio, fitted):
    corpus = scan_folder(own_audio)
    (own_audio / "d1/001.wav").unlink()
    assert [each.path for each in extract(corpus, fitted, ONE).unreadable] == [b"d1/001.wav"]
    assert extract(corpus, fitted, ONE).n_new == 0
    put_audio(own_audio / "d1/001.wav")
    assert extract(corpus, fitted, ONE).n_failed == 0


def test_hostile_names_and_equal_stems_come_through(tmp_path):
    names = [b"'q\".wav", b"n\nl.wav", b"${x}.wav", b"\xff\xfe.wav", b"b\\x41.wav", b"s/a.flac", b"s/a.wav", b"s/a.ogg"]
    for seed, name in enumerate(names):
        put_audio(os.path.join(os.fsencode(tmp_path / "in"), name), seed=seed)
    corpus = scan_folder(tmp_path / "in")
    out = tmp_path / "out"
    summary = extract(corpus, out, ONE)
    assert (summary.n_success, summary.n_failed) == (8, 0)
    assert open_embeddings(out).paths.to_pylist() == sorted(names)
    assert sorted(os.listdir(out / "s")) == ["a.ogg.pkl", "a.pkl", "a.wav.pkl"]
    shutil.rmtree(out / "store")
    tree = open_embeddings(out)
    assert (tree.origin, tree.paths.to_pylist()) == ("pickles", sorted(names))


def test_a_corpus_of_one_file_is_a_corpus(tmp_path):
    put_audio(tmp_path / "in/only.wav")
    assert extract(scan_folder(tmp_path / "in"), tmp_path / "out", ONE).n_success == 1
    assert np.isfinite(open_embeddings(tmp_path / "out").embeddings).all()


def test_a_corpus_that_nobody_can_read_says_so(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.wav").touch()
    with pytest.raises(EncoderError, match=r"1 of 1 cannot be read, first a\.wav"):
        extract(scan_folder(tmp_path / "in"), tmp_path / "out", ONE)


def test_a_manifest_fixes_the_order_of_rows_also_where_only_pickles_are_kept(audio, fitted):
    listed = [b"d2/047.wav", b"d0/000.wav", b"d1/010.wav"]
    manifest = fitted.parent / "wav.scp"
    manifest.write_bytes(b"".join(b"u%d %s/%s\n" % (k, os.fsencode(audio), path) for k, path in enumerate(listed)))
    corpus = read_manifest(manifest)
    extract(corpus, fitted, ExtractOptions(n_workers=1, store="pkl"))
    found = open_embeddings(fitted)
    assert found.origin == "pickles"
    assert found.order == "manifest"
    assert found.paths.to_pylist() == listed
    assert not (fitted / "store/matrix.npy").exists()
    assert extract(corpus, fitted, ExtractOptions(n_workers=1, store="pkl")).n_new == 0
    (fitted / "d1/010.pkl").unlink()
    assert extract(corpus, fitted, ExtractOptions(n_workers=1, store="pkl")).n_new == 1
    extract(corpus, fitted, ONE)
    assert np.array_equal(open_embeddings(fitted).embeddings, found.embeddings)


def test_missing_pickles_are_restored_from_the_store(audio, own_extracted):
    before = (own_extracted / "d1/001.pkl").read_bytes()
    (own_extracted / "d1/001.pkl").unlink()
    (own_extracted / "d1/004.pkl").write_bytes(b"")
    assert extract(scan_folder(audio), own_extracted, ONE).n_new == 0
    assert (own_extracted / "d1/001.pkl").read_bytes() == before
    assert (own_extracted / "d1/004.pkl").stat().st_size > 0


def test_another_encoder_is_refused_with_both_names(audio, own_extracted):
    info = json.loads((own_extracted / "store/store.json").read_text())
    info["encoder"] |= {"name": "resnet34", "digest": "feed" * 16}
    (own_extracted / "store/store.json").write_text(json.dumps(info))
    with pytest.raises(EncoderMismatch, match=r"resnet34.*feedfeed.*asked for is builtin"):
        extract(scan_folder(audio), own_extracted, ONE)
    info["encoder_spec"] = {"kind": "wespeaker"}
    (own_extracted / "store/store.json").write_text(json.dumps(info))
    with pytest.raises(EncoderMismatch, match=r"resnet34.*asked for is the builtin"):
        extract(scan_folder(audio), own_extracted, ONE)


def test_another_channel_is_refused(audio, own_extracted):
    with pytest.raises(StoreError, match=r"channel 0, asked for is mean"):
        extract(scan_folder(audio), own_extracted, ExtractOptions(channel="mean"))


def test_two_extractions_at_once_are_refused(audio, own_extracted):
    with FolderLock(own_extracted / "store/lock"), pytest.raises(StoreLocked):
        extract(scan_folder(audio), own_extracted, ONE)


def test_a_folder_that_cannot_be_made_is_named(audio, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot write to"):
        extract(scan_folder(audio), tmp_path / "file/out", ONE)


@pytest.mark.parametrize("wrong", [{"store": "csv"}, {"n_workers": 0}, {"channel": -1}, {"channel": "left"}])
def test_wrong_options_are_refused(wrong):
    with pytest.raises(UsageError):
        ExtractOptions(**wrong)


def test_progress_counts_up_and_ends_with_compacting(audio, fitted):
    seen = []
    extract(scan_folder(audio), fitted, ExtractOptions(n_workers=2, store="parquet"), on_progress=seen.append)
    embedding = [progress for progress in seen if progress.phase == "embedding"]
    assert [progress.done for progress in embedding] == sorted(progress.done for progress in embedding)
    assert embedding[-1].done == embedding[-1].total == 48
    assert embedding[-1].rate_per_s > 0
    assert embedding[-1].left_s == 0
    assert sum(worker.done for worker in embedding[-1].per_worker) == 48
    assert seen[-1].phase == "compacting"
    json.dumps(seen[-1].to_dict())


def test_no_parts_stay_and_the_table_says_who_did_what(extracted):
    assert list((extracted / "store/parts").iterdir()) == []
    table = pq.read_table(extracted / "store/utterances.parquet")
    assert set(table["worker"].to_pylist()) <= {0, 1}
    assert set(table["flags"].to_pylist()) == {""}
    assert b"encoder_digest" in table.schema.metadata[b"spkbound"]


def test_a_background_that_cannot_be_read_is_fitted_again_only_while_nothing_depends_on_it(
    audio, own_extracted, fitted
):
    (fitted / "store/background.npz").write_bytes(b"half")
    extract(scan_folder(audio), fitted, ONE)
    assert digest(fitted / "store/matrix.npy") == digest(own_extracted / "store/matrix.npy")
    (own_extracted / "store/background.npz").write_bytes(b"half")
    with pytest.raises(EncoderError, match="cannot read"):
        extract(scan_folder(audio), own_extracted, ONE)
    (own_extracted / "store/background.npz").unlink()
    with pytest.raises(EncoderError, match="is missing"):
        extract(scan_folder(audio), own_extracted, ONE)
