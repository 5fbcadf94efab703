import shutil

import pytest
from machine import make_once
from tiny_corpus import make_corpus

from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract


@pytest.fixture(scope="session")
def audio(tmp_path_factory):
    """A folder of 48 readable files."""
    return make_once(tmp_path_factory.getbasetemp(), "audio", lambda folder: make_corpus(folder, 48))


@pytest.fixture(scope="session")
def extracted(audio, tmp_path_factory):
    """Embeddings of `audio` by an undisturbed run; tests only look at them."""

    def make(folder):
        extract(scan_folder(audio), folder, ExtractOptions(n_workers=2))

    made = make_once(tmp_path_factory.getbasetemp(), "extracted", make)
    return shutil.copytree(made, tmp_path_factory.mktemp("extracted") / "extracted")


@pytest.fixture
def own_audio(audio, tmp_path):
    """A copy of `audio` that a test may change."""
    return shutil.copytree(audio, tmp_path / "audio")


@pytest.fixture
def own_extracted(extracted, tmp_path):
    """A copy of `extracted` that a test may change."""
    return shutil.copytree(extracted, tmp_path / "extracted")


@pytest.fixture
def fitted(extracted, tmp_path):
    """An empty folder of embeddings whose encoder is fitted already, as a run killed just then leaves it."""
    folder = tmp_path / "fitted"
    (folder / "store").mkdir(parents=True)
    shutil.copy(extracted / "store/background.npz", folder / "store")
    return folder
