import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from spkbound.detection import detect_boundaries
from spkbound.detection_file import fingerprint_paths, load_detection, save_detection
from spkbound.domain import Suggestion
from spkbound.errors import StoreCorrupt


@pytest.fixture
def detection():
    rng = np.random.default_rng(1)
    means = np.repeat(rng.normal(size=(4, 6)), 30, axis=0)
    embeddings = (means + 0.2 * rng.normal(size=means.shape)).astype(np.float32)
    embeddings[50] = np.nan
    return detect_boundaries(embeddings, segment_size=30)


def test_a_detection_is_read_back_as_it_was(detection, tmp_path):
    name = save_detection(detection, tmp_path / "d.npz", fingerprint="f")
    stored = load_detection(tmp_path / "d.npz")
    assert (stored.detection_id, stored.fingerprint) == (name, "f")
    for field in ("indices", "probabilities", "existence", "intervals", "similarity", "place_starts"):
        np.testing.assert_array_equal(getattr(stored.detection, field), getattr(detection, field))
    assert stored.detection.boundaries() == detection.boundaries()
    for found, expected in zip(stored.detection.place_probabilities, detection.place_probabilities):
        np.testing.assert_allclose(found, expected, atol=1e-7)


SUGGESTED = (
    Suggestion(kind="second_change", indices=(40, 45), interval=(39, 45), probability=0.9, cost=4.5),
    Suggestion(kind="outlier", indices=(7,), interval=(7, 7), probability=0.6, cost=0.6),
)


def test_suggestions_are_read_back(detection, tmp_path):
    save_detection(replace(detection, suggestions=SUGGESTED), tmp_path / "d.npz", fingerprint="f")
    assert load_detection(tmp_path / "d.npz").detection.suggestions == SUGGESTED


def test_a_detection_stored_before_there_were_suggestions_is_read(detection, tmp_path):
    save_detection(detection, tmp_path / "d.npz", fingerprint="f")
    with np.load(tmp_path / "d.npz") as stored:
        arrays = dict(stored)
    about = json.loads(str(arrays.pop("about")))
    del about["suggestions"]
    np.savez(tmp_path / "old.npz", about=np.array(json.dumps(about)), **arrays)
    assert load_detection(tmp_path / "old.npz").detection.suggestions == ()


def test_who_is_who_is_read_back(tmp_path):
    rng = np.random.default_rng(1)
    embeddings = np.repeat(rng.normal(size=(3, 6)), 30, axis=0) + 0.2 * rng.normal(size=(90, 6))
    found = detect_boundaries(embeddings, roster=[30, 25, 30, 30], segment_size=30)
    save_detection(found, tmp_path / "d.npz", fingerprint="f", names=("Anna", None, "Bob", "Cleo"))
    stored = load_detection(tmp_path / "d.npz")
    assert stored.names == ("Anna", None, "Bob", "Cleo")
    assert stored.detection.alignment.entries.tolist() == [0, 2, 3]
    assert stored.detection.alignment.absent.tolist() == [1]
    assert stored.detection.alignment.probabilities.tolist() == found.alignment.probabilities.tolist()


def test_a_detection_without_boundaries_is_read_back(tmp_path):
    nothing = detect_boundaries(np.zeros((3, 2), np.float32), segment_size=10)
    save_detection(nothing, tmp_path / "d.npz", fingerprint="f")
    assert load_detection(tmp_path / "d.npz").detection.n_boundaries == 0


def test_nothing_is_no_detection(tmp_path):
    assert load_detection(tmp_path / "d.npz") is None


def test_a_truncated_file_is_refused_by_name(detection, tmp_path):
    file = tmp_path / "d.npz"
    save_detection(detection, file, fingerprint="f")
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(StoreCorrupt, match=r"d\.npz"):
        load_detection(file)


def test_the_fingerprint_tells_orders_and_names_apart():
    def of(*paths: bytes) -> str:
        return fingerprint_paths(pa.array(paths, pa.binary()))

    assert len({of(), of(b"a"), of(b"a", b"b"), of(b"b", b"a"), of(b"ab"), of(b"a", b"\xff")}) == 6
    assert of(b"a", b"b") == fingerprint_paths(pa.array([b"x", b"a", b"b"], pa.binary())[1:])
