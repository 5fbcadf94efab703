"""What the baseline made is taken over when its encoder is named, and only if it is that encoder's."""

import os
import pickle
import shutil

import numpy as np
import pytest

from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract
from spkbound.embedding.sources import open_embeddings
from spkbound.errors import EncoderMismatch


@pytest.fixture
def tree(own_extracted, tmp_path):
    """A tree of pickles with nothing beside it, as the baseline leaves one, and the encoder that made it."""
    background = shutil.move(own_extracted / "store/background.npz", tmp_path / "background.npz")
    shutil.rmtree(own_extracted / "store")
    (own_extracted / "extraction_stats.json").unlink()
    return own_extracted, {"kind": "builtin", "background": str(background)}


def named(encoder):
    return ExtractOptions(n_workers=1, encoder=encoder)


def change(file, **fields):
    file.write_bytes(pickle.dumps({**pickle.loads(file.read_bytes()), **fields}))


def test_pickles_of_the_named_encoder_are_done(audio, extracted, tree):
    folder, encoder = tree
    (folder / "d1/001.pkl").unlink()
    summary = extract(scan_folder(audio), folder, named(encoder))
    assert (summary.n_total, summary.n_new, summary.n_failed) == (48, 1, 0)
    assert np.array_equal(open_embeddings(folder).embeddings, open_embeddings(extracted).embeddings)
    assert extract(scan_folder(audio), folder, named(encoder)).n_new == 0


def test_a_source_that_is_newer_than_its_pickle_is_embedded_again(own_audio, tree):
    folder, encoder = tree
    os.utime(own_audio / "d1/001.wav", (4e9, 4e9))
    assert extract(scan_folder(own_audio), folder, named(encoder)).n_new == 1


def test_pickles_of_another_encoder_are_refused_and_left_alone(audio, tree):
    folder, encoder = tree
    rng = np.random.default_rng(0)
    for file in folder.rglob("*.pkl"):
        change(file, embedding=rng.standard_normal(48).astype(np.float32))
    before = (folder / "d1/001.pkl").read_bytes()
    with pytest.raises(EncoderMismatch, match=r"not of builtin.*(cosine|numbers)"):
        extract(scan_folder(audio), folder, named(encoder))
    assert (folder / "d1/001.pkl").read_bytes() == before


def test_without_a_name_nothing_is_believed(audio, tree):
    folder, _ = tree
    assert extract(scan_folder(audio), folder, ExtractOptions(n_workers=1)).n_new == 48


def test_pickles_are_not_believed_where_no_source_can_be_compared(own_audio, tree):
    folder, encoder = tree
    for file in own_audio.rglob("*.wav"):
        file.write_text("no longer audio")
        os.utime(file, (1e9, 1e9))
    with pytest.raises(EncoderMismatch, match="can be read"):
        extract(scan_folder(own_audio), folder, named(encoder))
