"""Whatever is killed, and whenever: the rerun finishes, every utterance once, the same bytes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from machine import is_alive, wait_for
from tiny_corpus import digest, pool_workers, put_audio

from spkbound.corpus import scan_folder
from spkbound.embedding.choice import resolve_spec
from spkbound.embedding.extract import ExtractOptions, extract
from spkbound.embedding.layout import Layout, StoreInfo
from spkbound.embedding.sources import open_embeddings
from spkbound.embedding.survey import read_usable
from spkbound.embedding.turns import Turns
from spkbound.encoders.open import open_encoder
from spkbound.errors import WorkerError

PROGRAM = """
import sys
from pathlib import Path
from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract
extract(scan_folder(sys.argv[1]), Path(sys.argv[2]), ExtractOptions(n_workers=2))
"""


def assert_as_undisturbed(folder, extracted):
    assert digest(folder / "store/matrix.npy") == digest(extracted / "store/matrix.npy")
    assert list((folder / "store/parts").iterdir()) == []
    columns = ["path", "size", "duration_s", "rate_hz", "level_db", "flags", "stage", "reason"]
    left, right = (pq.read_table(each / "store/utterances.parquet", columns=columns) for each in (folder, extracted))
    assert left.equals(right)
    assert len(list(folder.rglob("*.pkl"))) == len(left)


def start(audio, folder):
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(audio), str(folder)], stderr=subprocess.DEVNULL)


def kill_when(parent, condition):
    wait_for(lambda: condition() or parent.poll() is not None)
    workers = pool_workers(parent.pid)
    parent.kill()
    parent.wait()
    wait_for(lambda: not any(is_alive(worker) for worker in workers))


def test_a_killed_worker_costs_nothing(audio, extracted, fitted):
    killed = []

    def kill_once(progress):
        if progress.done and not killed:
            killed.extend(pool_workers())
            for worker in killed:
                os.kill(worker, signal.SIGKILL)

    extract(scan_folder(audio), fitted, ExtractOptions(n_workers=2), on_progress=kill_once)
    assert len(killed) == 2
    assert_as_undisturbed(fitted, extracted)


def test_a_killed_parent_goes_on_where_it_was(audio, extracted, fitted):
    parts = fitted / "store/parts"
    kill_when(start(audio, fitted), lambda: any(parts.glob("run*.parquet")))
    n_found = sum(pq.read_metadata(part).num_rows for part in parts.glob("run*.parquet"))
    unfinished = open_embeddings(fitted)
    assert unfinished.origin == "parts"
    assert unfinished.paths.equals(scan_folder(audio).paths)
    assert sum(each.reason != "not embedded yet" for each in unfinished.unreadable) == 0
    assert len(unfinished.unreadable) == 48 - n_found
    summary = extract(scan_folder(audio), fitted, ExtractOptions(n_workers=1))
    assert summary.n_new == 48 - n_found
    assert_as_undisturbed(fitted, extracted)


def test_a_parent_killed_again_and_again_still_gets_there(audio, extracted, fitted):
    for moment in ("store/store.json", "d1/001.pkl", "store/matrix.npy"):
        kill_when(start(audio, fitted), (fitted / moment).exists)
    extract(scan_folder(audio), fitted, ExtractOptions(n_workers=2))
    assert_as_undisturbed(fitted, extracted)


@pytest.mark.parametrize("n_done", [0, 1, 2, 3])
def test_a_compaction_killed_between_its_renames_is_completed(audio, extracted, own_extracted, n_done):
    store = own_extracted / "store"
    (store / "matrix.npy").rename(store / "matrix.next.npy")
    (store / "utterances.parquet").rename(store / "utterances.next.parquet")
    if n_done == 0:  # the table was not there yet: nothing counts, and all is made again
        (store / "utterances.next.parquet").unlink()
    if n_done >= 2:
        (store / "matrix.next.npy").rename(store / "matrix.npy")
    if n_done >= 3:
        (store / "utterances.next.parquet").rename(store / "utterances.parquet")
    if n_done:
        assert open_embeddings(own_extracted).origin == "store"
    summary = extract(scan_folder(audio), own_extracted, ExtractOptions(n_workers=2))
    assert summary.n_new == (0 if n_done else 48)
    assert_as_undisturbed(own_extracted, extracted)


def turns(corpus, folder, entry, mirrors=()):
    layout = Layout(folder)
    layout.parts.mkdir()
    spec = {"kind": "builtin", "background": "background.npz"}
    identity = open_encoder(resolve_spec(layout, spec, device="cpu")).identity
    info = StoreInfo(
        encoder=identity,
        encoder_spec=spec,
        corpus_root=corpus.root,
        order="path",
        channel=0,
        keeps="parquet",
        run=1,
    )
    return (
        Turns(corpus, layout, info, list(mirrors), devices=["cpu"] * 2, entry=f"steps_that_crash:{entry}"),
        layout,
        identity,
    )


def test_a_file_that_takes_its_worker_down_stands_alone_in_the_end(own_audio, fitted, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    put_audio(own_audio / "d1/guilty.wav")
    put_audio(own_audio / "d2/puzzling.wav")
    corpus = scan_folder(own_audio)
    work, layout, identity = turns(corpus, fitted, "open_crashing_step")
    seen = [
        place for turn in work.run(np.arange(len(corpus)), np.ones(len(corpus), int)) for place in turn.places.tolist()
    ]
    assert sorted(seen) == list(range(50))
    known = read_usable(layout, identity)
    table = known.table.take(known.find(corpus.paths))
    failed = {row["path"]: (row["stage"], row["reason"]) for row in table.to_pylist() if row["stage"]}
    assert failed == {
        b"d1/guilty.wav": ("decode", "crashed the decoder (killed by SIGSEGV)"),
        b"d2/puzzling.wav": ("features", "ZeroDivisionError: a bug"),
    }


def test_when_every_task_fails_the_run_ends(audio, fitted, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    corpus = scan_folder(audio)
    work, _, _ = turns(corpus, fitted, "open_hopeless_step")
    with pytest.raises(WorkerError, match="every task fails: ZeroDivisionError: a bug"):
        list(work.run(np.arange(len(corpus)), np.ones(len(corpus), int)))
