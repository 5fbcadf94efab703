"""The front end against WeSpeaker's own."""

import numpy as np
import pytest
from references import reference_features, reference_waves

from spkbound.encoders.wespeaker.frontend import FrontEnd, mel_bank
from spkbound.encoders.wespeaker.profile import Profile


def noise(n_samples: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal(n_samples)).astype(np.float32)


def test_frames_equal_those_of_the_real_front_end():
    features, front_end = reference_features(), FrontEnd(Profile())
    for name, wave in reference_waves().items():
        frames, _ = front_end([wave])
        assert frames.shape == (1, *features[name].shape)
        assert np.abs(frames[0].numpy() - features[name]).max() < 1e-4


def test_a_batch_gives_each_utterance_its_own_frames_and_zeros_behind_its_end():
    front_end, waves = FrontEnd(Profile()), [noise(n, n) for n in (400, 559, 8_000, 16_001)]
    together, valid = front_end(waves)
    assert valid.lengths.tolist() == [1, 1, 48, 98]
    for wave, length, frames in zip(waves, valid.lengths.tolist(), together):
        alone = front_end([wave])[0][0]
        assert (frames[:length] - alone).abs().max() < 1e-4
        assert not frames[length:].any()


def test_a_batch_of_many_frames_is_no_other_than_a_small_one():
    front_end, wave = FrontEnd(Profile()), noise(160_000)
    many, _ = front_end([wave] * 20)  # several portions of spectra
    assert (many == front_end([wave])[0]).all()


def test_scale_shows_only_without_mean_normalisation():
    wave = noise(8_000)
    frames = {
        (scale, mean): FrontEnd(Profile(scale=scale, norm_mean=mean))([wave])[0].numpy()
        for scale in ("int16", "unit")
        for mean in (True, False)
    }
    assert np.allclose(frames["int16", True], frames["unit", True], atol=1e-3)
    assert np.allclose(frames["int16", False] - frames["unit", False], 2 * np.log(32768), atol=1e-3)


def test_the_window_decides_the_numbers():
    wave = noise(8_000)
    hamming, povey = (FrontEnd(Profile(window=window))([wave])[0] for window in ("hamming", "povey"))
    assert (hamming - povey).abs().max() > 0.1


def test_variance_normalisation_leaves_unit_deviation():
    frames = FrontEnd(Profile(norm_var=True))([noise(16_000)])[0][0]
    assert np.allclose(frames.std(0).numpy(), 1, atol=1e-3)


@pytest.mark.parametrize(
    ("rate_hz", "n_mels", "frame", "hop", "fft"), [(16_000, 80, 400, 160, 512), (8_000, 64, 200, 80, 256)]
)
def test_rate_and_bands_follow_the_profile(rate_hz, n_mels, frame, hop, fft):
    profile = Profile(rate_hz=rate_hz, n_mels=n_mels)
    assert (profile.frame_samples, profile.hop_samples, profile.fft_samples) == (frame, hop, fft)
    assert mel_bank(profile).shape == (fft // 2 + 1, n_mels)
    frames, _ = FrontEnd(profile)([noise(rate_hz)])
    assert frames.shape == (1, 98, n_mels)
    tone = np.sin(2 * np.pi * 1_000 * np.arange(rate_hz) / rate_hz).astype(np.float32)
    bands = FrontEnd(Profile(rate_hz=rate_hz, n_mels=n_mels, norm_mean=False))([tone])[0][0].mean(0)
    edges_mel = np.linspace(31.7, 1127 * np.log1p(rate_hz / 2 / 700), n_mels + 2)
    assert abs(700 * np.expm1(edges_mel[1 + int(bands.argmax())] / 1127) - 1_000) < 60
