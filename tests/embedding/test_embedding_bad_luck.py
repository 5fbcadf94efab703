"""A full disk, a folder that turns read-only, files that change meanwhile, odd clocks, odd folders."""

import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
import pytest
from tiny_corpus import digest, put_audio

from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract
from spkbound.embedding.known import Known
from spkbound.embedding.parts import ROW_SCHEMA
from spkbound.embedding.plan import find_left, look_at_sources

ONE = ExtractOptions(n_workers=1, store="parquet")
PROGRAM = """
import sys
from pathlib import Path
from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract
from spkbound.errors import StoreError
options = ExtractOptions(n_workers=2, store="parquet")
{more}
try:
    extract(scan_folder(sys.argv[1]), Path(sys.argv[2]), options, on_progress=tell)
except StoreError as error:
    sys.exit(f"StoreError: {{error}}")
"""
NOTHING_MORE = "tell = None"
TURN_READ_ONLY = """
def tell(progress):
    if progress.phase == "embedding":
        (Path(sys.argv[2]) / "store/parts").chmod(0o555)
"""


def run(audio, folder, *, more=NOTHING_MORE, before=(), limit_bytes=None):
    """Extract in another process, whose files may not grow beyond a limit."""

    def limit():
        if limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    command = [*before, sys.executable, "-c", PROGRAM.format(more=more), str(audio), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, check=False, timeout=300)


def test_a_disk_that_fills_up_ends_the_run_by_name_and_a_later_one_goes_on(audio, extracted, fitted):
    done = run(audio, fitted, limit_bytes=3_000)  # enough for store.json, too little for a part
    assert done.returncode == 1
    assert "StoreError: cannot write" in done.stderr
    assert "run000001-task" in done.stderr
    assert "free some space" in done.stderr
    assert list((fitted / "store/parts").iterdir()) == []
    extract(scan_folder(audio), fitted, ONE)
    assert digest(fitted / "store/matrix.npy") == digest(extracted / "store/matrix.npy")


def test_a_folder_that_turns_read_only_ends_the_run_by_name_and_a_later_one_goes_on(audio, extracted, fitted):
    """Root may write everywhere, unless that right is taken from it first."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    before = drop if os.geteuid() == 0 else []
    if before and (shutil.which("setpriv") is None or subprocess.run([*drop, "true"], check=False).returncode):
        pytest.skip("root cannot give up its right to write everywhere here")
    done = run(audio, fitted, more=TURN_READ_ONLY, before=before)
    (fitted / "store/parts").chmod(stat.S_IRWXU)
    assert done.returncode == 1
    assert "StoreError: cannot write" in done.stderr
    assert "make the folder writable" in done.stderr
    extract(scan_folder(audio), fitted, ONE)
    assert digest(fitted / "store/matrix.npy") == digest(extracted / "store/matrix.npy")


def test_a_file_that_grows_while_it_is_read_does_not_keep_the_run_from_ending(own_audio, fitted):
    growing, stop = own_audio / "d1/001.wav", threading.Event()

    def grow():
        while not stop.is_set():
            with growing.open("ab") as file:
                file.write(bytes(64))
            time.sleep(0.001)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        assert extract(scan_folder(own_audio), fitted, ONE).n_new == 48
    finally:
        stop.set()
        thread.join()
    assert extract(scan_folder(own_audio), fitted, ONE).n_new == 1
    assert extract(scan_folder(own_audio), fitted, ONE).n_new == 0


def test_what_happens_last_counts_whatever_the_clock_says(own_audio, own_extracted):
    for name, year_s in (("d0/000.wav", -1e9), ("d1/001.wav", 0.0), ("d2/002.wav", 5e9)):
        put_audio(own_audio / name, seed=500)
        os.utime(own_audio / name, (year_s, year_s))
    corpus = scan_folder(own_audio)
    assert extract(corpus, own_extracted, ONE).n_new == 3
    assert extract(corpus, own_extracted, ONE).n_new == 0
    os.utime(own_audio / "d2/002.wav", (4e9, 4e9))  # the clock was set back, and the file written again
    assert extract(corpus, own_extracted, ONE).n_new == 1


def test_a_vanished_file_is_reported_and_its_embedding_kept(own_audio, own_extracted):
    for name in ("d0/000.wav", "d1/001.wav"):
        (own_audio / name).unlink()
    summary = extract(scan_folder(own_audio), own_extracted, ONE)
    assert (summary.n_vanished, summary.n_total, summary.n_new) == (2, 46, 0)


def test_one_unreadable_file_can_be_tried_again_alone(own_audio, fitted):
    for name in ("d0/000.wav", "d1/001.wav"):
        (own_audio / name).write_text("no audio")
    corpus = scan_folder(own_audio)
    assert extract(corpus, fitted, ONE).n_failed == 2
    once = ExtractOptions(n_workers=1, store="parquet", retry=(b"d1/001.wav",))
    assert extract(corpus, fitted, once).n_new == 1


@pytest.fixture
def many_files():
    """A folder for many files, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        yield folder


@pytest.mark.parametrize(("n_folders", "n_files"), [(1, 10_000), (20_000, 1)])
def test_many_files_in_one_folder_and_many_folders_with_one_file(n_folders, n_files, many_files):
    for folder in range(n_folders):
        inner = f"{many_files}/{folder:06d}"
        os.mkdir(inner)
        for k in range(n_files):
            os.close(os.open(f"{inner}/{k:05d}.wav", os.O_CREAT))
    corpus = scan_folder(many_files)
    n = n_folders * n_files
    assert len(corpus.paths) == n
    assert corpus.paths[n - 1].as_py() == b"%06d/%05d.wav" % (n_folders - 1, n_files - 1)
    sources = look_at_sources(corpus, np.arange(n))
    assert (sources.sizes == 0).all()
    empty = np.zeros(0, np.int64)
    known = Known(encoder=None, sources=(), table=ROW_SCHEMA.empty_table(), source=empty, row=empty, refused=())
    assert len(find_left(known, known.find(corpus.paths), sources, usable=np.zeros(n, bool))) == n
