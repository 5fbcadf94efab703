"""From a model directory and wavs to a store, through the command line: the embeddings are those of the real code."""

import contextlib
import io
import json
import re
import shutil

import numpy as np
import pytest
import soundfile
from references import ARCHITECTURES, build_checkpoint, reference_embeddings, reference_folder, reference_wavs

from spkbound.audio import read_audio
from spkbound.cli import main
from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions
from spkbound.embedding.extract import extract as embed_corpus
from spkbound.embedding.sources import open_embeddings
from spkbound.encoders.open import open_encoder, spec_of_model
from spkbound.errors import UsageError

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Noise of 1.5 s, 0.2 s, 10 ms and 1 s at another rate, and a second of nothing."""
    folder = tmp_path_factory.mktemp("recordings")
    rng = np.random.default_rng(2)
    for name, n_samples, rate_hz in zip("abcd", (24_000, 3_200, 160, 22_050), (RATE_HZ, RATE_HZ, RATE_HZ, 22_050)):
        soundfile.write(folder / f"{name}.wav", 0.1 * rng.standard_normal(n_samples), rate_hz)
    soundfile.write(folder / "silent.wav", np.zeros(RATE_HZ), RATE_HZ)
    return folder


def run(*arguments):
    return main(["extract", "--workers", "1", *map(str, arguments)])


def extract(*arguments):
    return run("--gpus", "cpu", *arguments)


@pytest.fixture(scope="module")
def said_of_misfit():
    """What the command said of the checkpoint that does not fit, once there are embeddings."""
    return io.StringIO()


@pytest.fixture(scope="module")
def extracted(recordings, model_dir, said_of_misfit, tmp_path_factory):
    """Embeddings of `recordings`, made on what there is after a checkpoint that does not fit; only to look at."""
    folder, wrong = tmp_path_factory.mktemp("extracted"), tmp_path_factory.mktemp("wrong") / "model"
    shutil.copytree(model_dir, wrong)
    (wrong / "config.yaml").write_text("model: ECAPA_TDNN_c512\nmodel_args: {embed_dim: 16}\n")
    command = ["--input_dir", recordings, "--output_dir", folder, "--model_dir"]
    with contextlib.redirect_stderr(said_of_misfit):
        assert extract(*command, wrong) == 1
    assert run(*command, model_dir) == 3
    return folder


def assert_those_of_the_real_code(found, name):
    expected = reference_embeddings(name)
    found = found.astype(np.float64)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-4 * np.abs(expected).max()
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() >= 0.99999


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_embeddings_are_those_of_the_real_code(name, tmp_path):
    folder = reference_folder(name)
    encoder = open_encoder({"kind": "wespeaker", "model_dir": str(build_checkpoint(folder, tmp_path))})
    audios = [read_audio(wav, rate_hz=encoder.rate_hz) for wav in reference_wavs(folder)]
    assert_those_of_the_real_code(encoder.embed(audios), name)


def test_they_are_through_the_command_line_too(tmp_path):
    folder = reference_folder("ResNet34")
    (tmp_path / "in").mkdir()
    for wav in reference_wavs(folder):
        shutil.copy(wav, tmp_path / "in")
    model = build_checkpoint(folder, tmp_path / "model")
    assert extract("--input_dir", tmp_path / "in", "--output_dir", tmp_path / "out", "--model_dir", model) == 0
    assert_those_of_the_real_code(open_embeddings(tmp_path / "out").embeddings, "ResNet34")


def test_short_files_are_flagged_and_weigh_less_and_what_gives_nothing_says_why(extracted):
    found = open_embeddings(extracted)
    assert found.short.tolist() == [False, True, True, False, False]
    assert found.weights()[1] < found.weights()[0]
    assert [(each.path, each.stage, each.reason) for each in found.unreadable] == [
        (b"c.wav", "features", "too short: 10 ms, at least 25 ms are needed"),
        (b"silent.wav", "features", "silent"),
    ]
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


def test_a_project_goes_on_with_the_encoder_that_it_has(recordings, extracted, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(recordings, tmp_path / "in")
    shutil.copytree(extracted, project / "embeddings")
    shutil.copy(recordings / "a.wav", tmp_path / "in/e.wav")
    assert extract("--project", project, "--input_dir", tmp_path / "in") == 3
    found = open_embeddings(project / "embeddings")
    assert found.encoder.name == "ResNet18"
    assert np.allclose(found.embeddings[4], found.embeddings[0], rtol=1e-4)


def test_a_checkpoint_that_does_not_fit_says_so_and_leaves_the_folder_free_for_another(extracted, said_of_misfit):
    said = said_of_misfit.getvalue()
    assert "does not fit ECAPA_TDNN_c512: missing: layer1.conv.weight" in said
    assert "Traceback" not in said
    assert open_embeddings(extracted).encoder.name == "ResNet18"


@pytest.mark.parametrize("where", ["--output_dir", "--project"])
def test_a_precision_that_the_device_lacks_is_refused_before_anything_is_written(
    where, recordings, model_dir, tmp_path, capsys
):
    command = ["--input_dir", recordings, where, tmp_path / "out", "--model_dir", model_dir, "--precision", "tf32"]
    assert extract(*command) == 2
    assert "precision tf32 needs a GPU" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_so_it_is_when_a_program_asks(recordings, model_dir, tmp_path):
    options = ExtractOptions(encoder=spec_of_model(str(model_dir), precision="tf32"), gpus=())
    with pytest.raises(UsageError, match="precision tf32 needs a GPU"):
        embed_corpus(scan_folder(recordings), tmp_path / "out", options)
    assert not (tmp_path / "out").exists()
