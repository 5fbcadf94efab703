"""A worker's turn: the same rows whether it reads in line or ahead, sound let go of, failures as data."""

import os
import subprocess
import sys
import weakref

import numpy as np
import pytest
import soundfile

from spkbound.audio import Audio
from spkbound.embedding.layout import Layout
from spkbound.embedding.parts import Row, part_path, read_rows, read_vectors
from spkbound.embedding.worker import ReadFile, StepConfig, Task, embed_window, run_task
from spkbound.encoders.base import EncoderIdentity
from spkbound.encoders.open import open_encoder
from spkbound.errors import StoreError


class Meter:
    """Mean and spread are the embedding; knows how much of the sound that it was given is still held by anybody."""

    rate_hz = 16_000
    device_bytes = 0
    identity = EncoderIdentity(name="meter", version="1", dim=2, rate_hz=16_000, digest="0" * 64)

    def __init__(self):
        self.given, self.held_bytes, self.n_files = [], [], []

    def embed(self, audios):
        self.given += [weakref.ref(audio.samples) for audio in audios]
        held = [each() for each in self.given]
        self.held_bytes.append(sum(samples.nbytes for samples in held if samples is not None))
        self.n_files.append(len(audios))
        return np.array([[audio.samples.mean(), np.ptp(audio.samples) or np.nan] for audio in audios], np.float32)


def config(audio, folder, **changes):
    (folder / "store/parts").mkdir(parents=True, exist_ok=True)
    return StepConfig(encoder={}, root=str(audio), folder=str(folder), channel=0, run=1, worker=0, **changes)


def part_of(folder, identity, task=0):
    part = part_path(Layout(folder).parts, run=1, task=task)
    return read_rows(part, identity), read_vectors(part, identity)


@pytest.mark.parametrize("n_readers", [1, 5])
def test_reading_ahead_changes_nothing_of_what_is_found(n_readers, own_audio, extracted, tmp_path):
    (own_audio / "broken.wav").write_bytes(b"no sound")
    paths = sorted(os.path.relpath(file, own_audio) for file in own_audio.rglob("*.wav")) + ["missing.wav"]
    encoder = open_encoder({"kind": "builtin", "background": str(extracted / "store/background.npz")})
    found = []
    for readers in (0, n_readers):
        folder = tmp_path / f"out{readers}"
        task = Task(number=0, paths=paths, mirrors=[path + ".pkl" for path in paths])
        assert run_task(config(own_audio, folder, n_readers=readers), encoder, task) == {
            "n": 50,
            "failed": 2,
            "device_bytes": 0,
        }
        assert len(list(folder.rglob("*.pkl"))) == 48
        found.append(part_of(folder, encoder.identity))
    (rows, vectors), (other_rows, other_vectors) = found
    assert rows["path"].to_pylist() == [path.encode() for path in paths]
    assert rows.equals(other_rows)
    assert np.array_equal(vectors, other_vectors, equal_nan=True)


@pytest.fixture(scope="module")
def long_audio(tmp_path_factory):
    """Eight names for 80 s of sound."""
    folder = tmp_path_factory.mktemp("long")
    soundfile.write(folder / "0.wav", np.resize([0.1, -0.1, 0.2], 80 * 16_000), 16_000)
    for k in range(1, 8):
        os.link(folder / "0.wav", folder / f"{k}.wav")
    return folder


@pytest.mark.parametrize("n_readers", [0, 2])
def test_sound_that_is_embedded_is_let_go_of(n_readers, long_audio, tmp_path):
    meter = Meter()
    limits = config(long_audio, tmp_path, n_readers=n_readers)
    run_task(limits, meter, Task(number=0, paths=[f"{k}.wav" for k in range(8)]))
    assert sum(meter.n_files) == 8
    assert max(meter.held_bytes) <= (16 + 32 * n_readers) * 2**20 + 80 * 64_000
    if n_readers == 0:
        assert meter.n_files == [4, 4]  # 5 MB each, 16 MiB are enough
        assert max(meter.held_bytes) == 4 * 80 * 64_000


def test_a_pickle_that_cannot_be_written_ends_the_task_without_its_part(audio, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/d0").write_text("in the way")
    task = Task(number=0, paths=["d0/000.wav"], mirrors=["d0/000.pkl"])
    with pytest.raises(StoreError, match="cannot write pickles below"):
        run_task(config(audio, tmp_path / "out"), Meter(), task)
    assert list(Layout(tmp_path / "out").parts.iterdir()) == []


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.ones(1), "too short: 0.0625 ms, at least 25 ms are needed"),
        (np.zeros(399), "too short: 24.9 ms, at least 25 ms are needed"),
        (np.zeros(400), "silent"),
        (np.full(8_000, 0.25), "silent"),
        (np.full(8_000, 1e-5) * np.resize([1, -1], 8_000), "silent"),
    ],
)
def test_what_gives_no_embedding_says_why(samples, reason, audio, extracted):
    sound = Audio(samples=samples.astype(np.float32), rate_hz=16_000, source_rate_hz=16_000)
    encoder = open_encoder({"kind": "builtin", "background": str(extracted / "store/background.npz")})
    read = ReadFile(0, Row(path=b"a.wav", size=1, mtime_ns=1, worker=0), sound)
    embed_window(encoder, [read])
    assert (read.row.stage, read.row.reason, read.row.embedding, read.audio) == ("features", reason, None, None)


def test_a_worker_starts_without_what_it_does_not_use():
    program = "import sys, pyarrow, spkbound.embedding.worker, spkbound.encoders.builtin; pyarrow.array([b'']); "
    command = [sys.executable, "-c", program + "print(*sys.modules)"]
    modules = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert modules.isdisjoint({"pandas", "torch", "gradio", "matplotlib", "sklearn"})
    assert {"pyarrow", "numpy"} <= modules
