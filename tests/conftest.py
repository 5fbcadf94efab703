"""What several rooms' tests need: a small corpus of synthetic voices with known boundaries, and projects made of it."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

# As the workers of an extraction do it; also, matrices are small here, and threads would only wait for each other.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

# isort: split
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, settings
from machine import ON_CI, SPEECH, find_browser, make_once

from spkbound import pipeline
from spkbound.corpus_choice import CorpusChoice
from spkbound.project import Project
from spkbound.synthetic import make_speech, random_voice
from spkbound.voices import RATE_HZ

# An example may take as long as the machine takes.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

SEGMENT_SIZE, BOUNDARY_WINDOW = 20, 5


def pytest_collection_modifyitems(items):
    """What a machine lacks is skipped by name; on CI only real speech may be lacking."""
    for item in items:
        if item.get_closest_marker("speech") and not SPEECH.is_dir():
            item.add_marker(pytest.mark.skip(reason="real speech is not beside the project"))
        if item.get_closest_marker("browser") and not ON_CI and find_browser() is None:
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@dataclass(frozen=True)
class Voices:
    """A folder of recordings, what is in it in order, where the voice changes, and which file is broken."""

    folder: Path
    paths: list[str]
    boundaries: list[int]
    broken: int


def utterance_paths(n: int) -> list[str]:
    return [f"d{index // 25:02d}/utt_{index:04d}.wav" for index in range(n)]


def write_voices(folder: Path, sizes: list[int], *, seed: int = 5, broken: int | None = None) -> None:
    """Write one file per utterance; voices as unlike as `random_voice` gives them, the nearest pairs left out."""
    rng = np.random.default_rng(seed)
    voices = [random_voice(rng)]
    while len(voices) < len(sizes):
        voice = random_voice(rng)
        if min(abs(np.log2(voice.pitch_hz / other.pitch_hz)) for other in voices) > 0.15:
            voices.append(voice)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    for index, (label, path) in enumerate(zip(labels, utterance_paths(len(labels)))):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if index == broken:
            (folder / path).write_text("this is no audio")
        else:
            soundfile.write(folder / path, make_speech(voices[label], rng, rng.uniform(0.8, 1.6)) * 0.5, RATE_HZ)


@pytest.fixture(scope="session")
def voices(tmp_path_factory) -> Voices:
    """Four voices of 17 to 22 utterances; utterance 7 is a text file called .wav."""
    sizes, broken = [20, 18, 22, 17], 7
    base = tmp_path_factory.getbasetemp()
    folder = make_once(base, "voices", lambda folder: write_voices(folder, sizes, broken=broken))
    return Voices(folder, utterance_paths(sum(sizes)), [int(edge) for edge in np.cumsum(sizes)[:-1]], broken)


@pytest.fixture(scope="session")
def project(voices, tmp_path_factory) -> Path:
    """A project with embeddings and detection; look at it, do not change it."""

    def make(folder: Path) -> None:
        made = pipeline.open_or_create_project(folder, CorpusChoice(input_dir=voices.folder))
        pipeline.extract_project(made)
        pipeline.detect_project(made.change(segment_size=SEGMENT_SIZE, boundary_window=BOUNDARY_WINDOW))

    made = make_once(tmp_path_factory.getbasetemp(), "project", make)
    return shutil.copytree(made, tmp_path_factory.mktemp("projects") / "voices")


@pytest.fixture
def project_copy(project, tmp_path) -> Path:
    """A project of the test's own."""
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    assert Project.open(folder).folder == folder
    return folder
