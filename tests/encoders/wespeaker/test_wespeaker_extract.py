"""From a model directory and wavs to a store, through the command line: the embeddings are those of the real code."""

import json
import re
import shutil

import numpy as np
import pytest
import soundfile
from references import ARCHITECTURES, build_checkpoint, reference_embeddings, reference_folder, reference_wavs

from spkbound.cli import main
from spkbound.embedding.sources import open_embeddings

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Noise of 1.5 s, 0.2 s, 10 ms and 1 s at another rate."""
    folder = tmp_path_factory.mktemp("recordings")
    rng = np.random.default_rng(2)
    for name, n_samples, rate_hz in zip("abcd", (24_000, 3_200, 160, 22_050), (RATE_HZ, RATE_HZ, RATE_HZ, 22_050)):
        soundfile.write(folder / f"{name}.wav", 0.1 * rng.standard_normal(n_samples), rate_hz)
    return folder


def extract(*arguments):
    return main(["extract", "--gpus", "cpu", "--workers", "1", *map(str, arguments)])


@pytest.fixture(scope="module")
def extracted(recordings, model_dir, tmp_path_factory):
    """Embeddings of `recordings`; tests only look at them."""
    folder = tmp_path_factory.mktemp("extracted")
    assert extract("--input_dir", recordings, "--output_dir", folder, "--model_dir", model_dir) == 3
    return folder


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_embeddings_are_those_of_the_real_code(name, tmp_path):
    folder, expected = reference_folder(name), reference_embeddings(name)
    for wav in reference_wavs(folder):
        (tmp_path / "in").mkdir(exist_ok=True)
        shutil.copy(wav, tmp_path / "in")
    model = build_checkpoint(folder, tmp_path / "model")
    assert extract("--input_dir", tmp_path / "in", "--output_dir", tmp_path / "out", "--model_dir", model) == 0
    found = open_embeddings(tmp_path / "out").embeddings.astype(np.float64)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-4 * np.abs(expected).max()
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() >= 0.99999


def test_short_files_are_flagged_and_weigh_less_and_shorter_ones_are_unreadable(extracted):
    found = open_embeddings(extracted)
    assert found.short.tolist() == [False, True, True, False]
    assert found.weights()[1] < found.weights()[0]
    assert [(each.path, each.stage) for each in found.unreadable] == [(b"c.wav", "features")]
    assert found.unreadable[0].reason
    assert np.isfinite(found.embeddings[[0, 1, 3]]).all()


def test_the_store_says_who_made_the_embeddings(extracted):
    identity = open_embeddings(extracted).encoder
    assert (identity.name, identity.dim, identity.details["precision"]) == ("ResNet18", 16, "fp32")
    stats = json.loads((extracted / "extraction_stats.json").read_text())
    assert stats["encoder"] == identity.to_dict()
    assert sorted(file.name for file in extracted.glob("*.pkl")) == ["a.pkl", "b.pkl", "d.pkl"]


def test_the_same_command_again_does_nothing(recordings, extracted, model_dir, capsys):
    before = (extracted / "store/matrix.npy").stat().st_mtime_ns
    assert extract("--input_dir", recordings, "--output_dir", extracted, "--model_dir", model_dir) == 3
    assert "nothing left to do" in capsys.readouterr().out
    assert (extracted / "store/matrix.npy").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ([], r"holds embeddings of ResNet18 1 \(\w+\), asked for is the builtin"),
        (["--model_dir", "{model}", "--window", "povey"], r"ResNet18 1 \(\w+\), .*window povey instead of hamming"),
    ],
)
def test_embeddings_of_another_encoder_are_never_mixed_in(recordings, extracted, model_dir, other, says, capsys):
    other = [text.format(model=model_dir) for text in other]
    assert extract("--input_dir", recordings, "--output_dir", extracted, *other) == 1
    assert re.search(says, capsys.readouterr().err)


def test_a_project_goes_on_with_the_encoder_that_it_has(recordings, model_dir, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(recordings, tmp_path / "in")
    assert extract("--input_dir", tmp_path / "in", "--project", project, "--model_dir", model_dir) == 3
    shutil.copy(recordings / "a.wav", tmp_path / "in/e.wav")
    assert extract("--project", project) == 3
    found = open_embeddings(project / "embeddings")
    assert found.encoder.name == "ResNet18"
    assert np.allclose(found.embeddings[4], found.embeddings[0], rtol=1e-4)


def test_a_checkpoint_that_does_not_fit_says_so_and_leaves_the_folder_free_for_another(
    recordings, model_dir, tmp_path, capsys
):
    wrong = tmp_path / "wrong"
    shutil.copytree(model_dir, wrong)
    (wrong / "config.yaml").write_text("model: ECAPA_TDNN_c512\nmodel_args: {embed_dim: 16}\n")
    command = ["--input_dir", recordings, "--output_dir", tmp_path / "out", "--model_dir"]
    assert extract(*command, wrong) == 1
    said = capsys.readouterr().err
    assert "does not fit ECAPA_TDNN_c512: missing: layer1.conv.weight" in said
    assert "Traceback" not in said
    assert main(["extract", *map(str, command), str(model_dir), "--workers", "1"]) == 3  # on what there is
