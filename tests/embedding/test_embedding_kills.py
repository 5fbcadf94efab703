"""Whatever is killed, and whenever: the rerun finishes, every utterance once, the same bytes."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
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
from spkbound.embedding.patience import Patience
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
extract(scan_folder(sys.argv[1]), Path(sys.argv[2]), ExtractOptions(n_workers=2), on_progress={on_progress})
"""
HELD_UP = """
import time
def hold_up(progress):
    if progress.phase == "embedding" and progress.done:
        Path(sys.argv[2], "held_up").touch()
        time.sleep(600)
"""


def assert_as_undisturbed(folder, extracted):
    assert digest(folder / "store/matrix.npy") == digest(extracted / "store/matrix.npy")
    assert list((folder / "store/parts").iterdir()) == []
    columns = ["path", "size", "duration_s", "rate_hz", "level_db", "flags", "stage", "reason"]
    left, right = (pq.read_table(each / "store/utterances.parquet", columns=columns) for each in (folder, extracted))
    assert left.equals(right)
    assert len(list(folder.rglob("*.pkl"))) == len(left)


def start(audio, folder, *, before="", on_progress=None):
    program = before + PROGRAM.format(on_progress=on_progress)
    return subprocess.Popen([sys.executable, "-c", program, str(audio), str(folder)], stderr=subprocess.DEVNULL)


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
    kill_when(start(audio, fitted, before=HELD_UP, on_progress="hold_up"), (fitted / "held_up").exists)
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


def turns(corpus, folder, entry, mirrors=(), **how):
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
        Turns(corpus, layout, info, list(mirrors), devices=["cpu"] * 2, entry=f"steps_that_crash:{entry}", **how),
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


def test_a_decoder_that_hangs_is_ended_and_its_file_stands_alone(own_audio, fitted, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    put_audio(own_audio / "d1/hanging.wav")
    corpus = scan_folder(own_audio)
    work, layout, identity = turns(corpus, fitted, "open_hanging_step", patience=Patience(least_s=3.0))
    [place] = [place for place, path in enumerate(corpus.paths.to_pylist()) if path == b"d1/hanging.wav"]
    places = np.arange(place - 5, place + 3)  # few, for each half that hangs takes its time
    seen = [place for turn in work.run(places, np.ones(49, int)) for place in turn.places.tolist()]
    assert sorted(seen) == places.tolist()
    known = read_usable(layout, identity)
    table = known.table.take(known.find(corpus.paths.take(places)))
    failed = {row["path"]: (row["stage"], row["reason"]) for row in table.to_pylist() if row["stage"]}
    assert list(failed) == [b"d1/hanging.wav"]
    assert failed[b"d1/hanging.wav"][1].startswith("the decoder hangs (took longer than 3")


def test_a_device_without_room_for_a_task_gets_smaller_ones(audio, fitted, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    corpus = scan_folder(audio)
    work, _, _ = turns(corpus, fitted, "open_step_of_a_small_device")
    turns_done = list(work.run(np.arange(12), np.ones(48, int)))
    assert sorted(place for turn in turns_done for place in turn.places.tolist()) == list(range(12))
    assert sum(turn.n_failed for turn in turns_done) == 0


def kill_at_random(audio, folder, rng):
    """Start, and kill the parent or a worker at any moment of about the time that its workers would take."""
    parent = start(audio, folder)
    wait_for(lambda: pool_workers(parent.pid) or parent.poll() is not None)
    time.sleep(rng.uniform(0.0, 2.0))
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        os.kill(rng.choice([parent.pid, *pool_workers(parent.pid)]), signal.SIGKILL)
    parent.wait()


def test_whatever_is_killed_at_any_moment_the_rerun_gives_the_same_store(audio, extracted, fitted, tmp_path):
    rng = random.Random(0)
    for round_number in range(2):
        folder = shutil.copytree(fitted, tmp_path / str(round_number))
        for _ in range(5):
            kill_at_random(audio, folder, rng)
        extract(scan_folder(audio), folder, ExtractOptions(n_workers=1))
        assert_as_undisturbed(folder, extracted)


def test_when_every_task_fails_the_run_ends(audio, fitted, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    corpus = scan_folder(audio)
    work, _, _ = turns(corpus, fitted, "open_hopeless_step")
    with pytest.raises(WorkerError, match="every task fails: ZeroDivisionError: a bug"):
        list(work.run(np.arange(len(corpus)), np.ones(len(corpus), int)))
