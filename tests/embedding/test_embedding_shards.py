"""One corpus shared out: shards at the same time write one store, and merged it is as if one had done it."""

import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
from tiny_corpus import digest, put_audio

from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract
from spkbound.embedding.layout import Layout, load_info
from spkbound.embedding.merge import merge_parts
from spkbound.embedding.shard import Shard, at_work
from spkbound.embedding.sources import open_embeddings
from spkbound.errors import StoreLocked, UsageError


def shard(number, of=3):
    return ExtractOptions(n_workers=1, store="parquet", shard=Shard(number, of))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 1_000])
def test_shards_partition_the_corpus(n):
    for of in (1, 3, 8):
        parts = [Shard(number, of).places(n) for number in range(1, of + 1)]
        assert np.concatenate(parts).tolist() == list(range(n))
        assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize(("number", "of"), [(0, 3), (4, 3), (1, 0)])
def test_a_shard_that_cannot_be_is_refused(number, of):
    with pytest.raises(UsageError, match="shard"):
        Shard(number, of)


def test_shards_at_the_same_time_and_a_merge_give_what_one_run_gives(audio, extracted, tmp_path):
    command = [sys.executable, "-m", "spkbound", "extract", "--input_dir", audio, "--output_dir", tmp_path / "e"]
    command += ["--store", "parquet", "--workers", "1", "--shard"]
    running = [subprocess.Popen([*map(str, command), f"{number}/3"], stdout=subprocess.PIPE) for number in (1, 2, 3)]
    said = [process.communicate(timeout=300)[0].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert all("16 utterances, 0 unreadable; 16 of them now" in text for text in said)
    assert load_info(Layout(tmp_path / "e")).run == 3
    merged = merge_parts(tmp_path / "e")
    assert (merged.n_known, merged.n_total) == (48, 48)
    assert digest(tmp_path / "e/store/matrix.npy") == digest(extracted / "store/matrix.npy")
    assert list((tmp_path / "e/store/parts").iterdir()) == []
    assert open_embeddings(tmp_path / "e").origin == "store"


def test_a_plain_extraction_after_some_shards_does_the_rest_and_merges(audio, extracted, fitted):
    summary = extract(scan_folder(audio), fitted, shard(2))
    assert (summary.n_total, summary.n_new) == (16, 16)
    assert extract(scan_folder(audio), fitted, shard(2)).n_new == 0
    whole = extract(scan_folder(audio), fitted, ExtractOptions(n_workers=1, store="parquet"))
    assert whole.n_new == 32
    assert digest(fitted / "store/matrix.npy") == digest(extracted / "store/matrix.npy")


def test_what_is_merged_too_early_can_be_opened_and_gone_on_with(audio, extracted, fitted):
    extract(scan_folder(audio), fitted, shard(1))
    merged = merge_parts(fitted)
    assert (merged.n_known, merged.n_total) == (16, 48)
    assert len(pq.read_table(fitted / "store/utterances.parquet")) == 16
    found = open_embeddings(fitted)
    assert (found.n_utterances, np.isnan(found.embeddings[:, 0]).sum()) == (48, 32)
    for number in (2, 3):
        assert extract(scan_folder(audio), fitted, shard(number)).n_new == 16
    assert merge_parts(fitted).n_known == 48
    assert digest(fitted / "store/matrix.npy") == digest(extracted / "store/matrix.npy")


def test_a_shard_names_the_places_of_its_unreadable_files_in_the_whole_corpus(own_audio, fitted):
    put_audio(own_audio / "d1/001.wav", duration_s=0.005)
    corpus = scan_folder(own_audio)
    place = corpus.paths.to_pylist().index(b"d1/001.wav")
    summary = extract(corpus, fitted, shard(2))
    assert [(each.index, each.path) for each in summary.unreadable] == [(place, b"d1/001.wav")]


def test_who_wants_the_store_alone_waits_until_no_shard_is_at_work(audio, fitted):
    layout = Layout(fitted)
    with at_work(layout, Shard(1, 3)):
        with pytest.raises(StoreLocked):
            extract(scan_folder(audio), fitted, ExtractOptions(n_workers=1))
        with pytest.raises(StoreLocked):
            extract(scan_folder(audio), fitted, shard(1))
        assert extract(scan_folder(audio), fitted, shard(2)).n_new == 16
        with pytest.raises(StoreLocked):
            merge_parts(fitted)
    assert merge_parts(fitted).n_known == 16
