"""The parts of the built-in encoder: which frames, which sounds."""

import numpy as np

from spkbound.encoders.cepstra import N_CEPSTRAL_STATISTICS, cepstral_statistics, speech_cepstra
from spkbound.encoders.fbank import log_mel, mel_bank, speech_frames
from spkbound.encoders.mixture import fit_mixture, gather_evidence

WIDE_HZ = 7_600.0


def noise(n_samples: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal(n_samples)).astype(np.float32)


def test_scaling_adds_the_same_to_every_band() -> None:
    difference = log_mel(8 * noise(16_000), WIDE_HZ) - log_mel(noise(16_000), WIDE_HZ)
    assert np.allclose(difference, 2 * np.log(8), atol=1e-3)


def test_there_is_a_frame_every_10_ms() -> None:
    assert len(log_mel(noise(399), WIDE_HZ)) == 0
    assert len(log_mel(noise(400), WIDE_HZ)) == 1
    assert len(log_mel(noise(16_000), WIDE_HZ)) == 98


def test_long_audio_gives_the_same_frames_as_its_beginning() -> None:
    long = np.tile(noise(16_000), 30)
    assert np.allclose(log_mel(long, WIDE_HZ)[:98], log_mel(long[:16_000], WIDE_HZ), atol=1e-3)


def test_pauses_are_no_speech() -> None:
    samples = noise(48_000)
    samples[:16_000] *= 0.01
    samples[32_000:] = 0
    is_speech = speech_frames(log_mel(samples, WIDE_HZ))
    assert is_speech[101:197].all()
    assert not is_speech[:98].any()
    assert not is_speech[201:].any()


def test_no_band_reaches_above_the_highest() -> None:
    bank = mel_bank(3_800.0)
    assert bank.shape == (257, 64)
    assert bank[122:].max() == 0
    assert bank[121:].sum() < bank.sum() / 64


def test_statistics_of_an_utterance_are_finite() -> None:
    frames = speech_cepstra(noise(1_000), WIDE_HZ)
    assert cepstral_statistics(frames).shape == (N_CEPSTRAL_STATISTICS,)
    assert np.isfinite(cepstral_statistics(frames)).all()


def test_the_mixture_finds_the_sounds() -> None:
    rng = np.random.default_rng(0)
    sounds = rng.normal(0, 10, (3, 5))
    mixture = fit_mixture((sounds[rng.integers(3, size=3_000)] + rng.normal(0, 1, (3_000, 5))), seed=0)
    centres = mixture.centres * mixture.scale + mixture.shift
    assert all(np.linalg.norm(centres - sound, axis=1).min() < 2 for sound in sounds)
    assert np.isclose(mixture.weights.sum(), 1)


def test_the_corpus_itself_pulls_its_mixture_nowhere() -> None:
    points = np.random.default_rng(1).normal(0, 1, (5_000, 4)).astype(np.float32)
    mixture = fit_mixture(points, seed=0)
    plain, shifted = gather_evidence(mixture, points), gather_evidence(mixture, points + np.float32(0.5))
    assert np.isclose(plain.counts.sum(), 5_000)
    assert np.abs(plain.pulls).max() / 5_000 < 0.02
    assert shifted.pulls.mean() / shifted.counts.mean() > 0.2


def test_evidence_of_two_stretches_adds_up() -> None:
    points = np.random.default_rng(2).normal(0, 1, (600, 4)).astype(np.float32)
    mixture = fit_mixture(points, seed=0)
    whole, first, rest = (gather_evidence(mixture, part) for part in (points, points[:200], points[200:]))
    assert np.allclose(whole.counts, first.counts + rest.counts, atol=1e-2)
    assert np.allclose(whole.pulls, first.pulls + rest.pulls, atol=1e-2)
