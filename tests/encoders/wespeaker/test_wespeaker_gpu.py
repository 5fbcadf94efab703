"""The same on a GPU, where there is one: fp32 gives what the CPU gives, in batches and alone."""

import numpy as np
import pytest
import torch
from references import ARCHITECTURES, build_checkpoint, reference_embeddings, reference_folder, reference_wavs

from spkbound.audio import Audio, read_audio
from spkbound.encoders.open import open_encoder
from spkbound.encoders.wespeaker.frontend import FrontEnd
from spkbound.encoders.wespeaker.profile import Profile

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU")


def spec(folder, **more):
    return {"kind": "wespeaker", "model_dir": str(folder), "device": "cuda:0", **more}


def test_frames_are_those_of_the_cpu():
    rng = np.random.default_rng(0)
    waves = [(0.1 * rng.standard_normal(n)).astype(np.float32) for n in (400, 8_000, 40_000)]
    on_cpu, on_gpu = (FrontEnd(Profile(), device)(waves)[0] for device in ("cpu", "cuda:0"))
    assert (on_cpu - on_gpu.cpu()).abs().max() < 5e-3


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_embeddings_at_fp32_are_those_of_the_real_code_in_batches_and_alone(name, tmp_path):
    folder, expected = reference_folder(name), reference_embeddings(name)
    encoder = open_encoder(spec(build_checkpoint(folder, tmp_path), precision="fp32"))
    audios = [read_audio(wav) for wav in reference_wavs(folder)]
    for found in (encoder.embed(audios), np.concatenate([encoder.embed([audio]) for audio in audios])):
        assert np.abs(found - expected).max() <= 1e-4 * np.abs(expected).max()
        cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
        assert cosines.min() >= 0.99999


@pytest.mark.parametrize("precision", ["tf32", "fp16"])
def test_lower_precision_stays_near(precision, tmp_path):
    folder, expected = reference_folder("ResNet34"), reference_embeddings("ResNet34")
    encoder = open_encoder(spec(build_checkpoint(folder, tmp_path), precision=precision))
    found = encoder.embed([read_audio(wav) for wav in reference_wavs(folder)])
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() >= 0.999
    assert encoder.identity.details["precision"] == precision


def test_many_batches_that_overlap_give_what_each_gives_alone(model_dir):
    encoder = open_encoder(spec(model_dir, precision="fp32"))
    rng = np.random.default_rng(1)
    waves = [(0.1 * rng.standard_normal(n)).astype(np.float32) for n in rng.integers(4_000, 80_000, 400)]
    audios = [Audio(samples=wave, rate_hz=16_000, source_rate_hz=16_000) for wave in waves]
    alone = np.concatenate([encoder.embed([audio]) for audio in audios])
    for _ in range(3):
        assert np.abs(encoder.embed(audios) - alone).max() <= 1e-4 * np.abs(alone).max()
