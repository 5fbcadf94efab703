"""The pitch of a voice is found whatever its level and band, and what has none says so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.encoders.pitch import VOICED, pitch_statistics, track_pitch

RATE_HZ = 16_000
EVERY_FRAME = np.arange(98)  # of one second


def buzz(pitch_hz: float, *, above_hz: float = 0.0, duration_s: float = 1.0) -> np.ndarray:
    """Harmonics of `pitch_hz` that fall by 6 dB per octave, those below `above_hz` left out."""
    times = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    numbers = [k for k in range(1, int(3_400 / pitch_hz)) if k * pitch_hz >= above_hz]
    sound = sum(np.sin(2 * np.pi * k * pitch_hz * times + k**2) / k for k in numbers)
    return (0.1 * sound).astype(np.float32)


def noise() -> np.ndarray:
    return (0.1 * np.random.default_rng(0).standard_normal(RATE_HZ)).astype(np.float32)


def semitones_off(samples: np.ndarray, pitch_hz: float) -> float:
    return float(12 * np.abs(pitch_statistics(track_pitch(samples, EVERY_FRAME))[0] - np.log2(pitch_hz)))


@given(pitch_hz=st.floats(70, 450))
@settings(max_examples=40, deadline=None)
def test_a_buzz_has_the_pitch_that_it_was_made_with(pitch_hz: float) -> None:
    assert semitones_off(buzz(pitch_hz), pitch_hz) < 0.5
    assert track_pitch(buzz(pitch_hz), EVERY_FRAME).periodicity.min() > 0.8


@pytest.mark.parametrize("pitch_hz", [90.0, 130.0, 220.0])
def test_a_telephone_does_not_take_the_pitch_away(pitch_hz: float) -> None:
    assert semitones_off(buzz(pitch_hz, above_hz=300), pitch_hz) < 0.5


def test_neither_level_nor_offset_nor_light_noise_move_the_pitch() -> None:
    plain = track_pitch(buzz(140), EVERY_FRAME)
    for changed in (0.001 * buzz(140), buzz(140) + np.float32(0.4)):
        assert np.allclose(track_pitch(changed, EVERY_FRAME).octaves, plain.octaves, atol=1e-3)
    assert semitones_off(buzz(140) + 0.1 * noise(), 140) < 0.5


def test_noise_is_seldom_voiced() -> None:
    assert np.mean(track_pitch(noise(), EVERY_FRAME).periodicity > VOICED) < 0.3


def test_without_a_voice_the_pitch_is_unknown_and_the_rest_is_not() -> None:
    statistics = pitch_statistics(track_pitch(np.zeros(RATE_HZ, np.float32), EVERY_FRAME))
    assert np.isnan(statistics[:2]).all()
    assert np.array_equal(statistics[2:], [0, 0])


def test_only_the_chosen_frames_are_looked_at() -> None:
    samples = np.concatenate([buzz(100), buzz(200)])
    late = pitch_statistics(track_pitch(samples, np.arange(110, 190)))
    assert np.isclose(late[0], np.log2(200), atol=0.03)


def test_long_audio_gives_the_same_pitch_as_its_beginning() -> None:
    long = np.tile(buzz(125), 45)
    assert np.allclose(
        track_pitch(long, np.arange(4_400)).octaves[:45], track_pitch(long[:RATE_HZ], np.arange(90)).octaves, atol=1e-3
    )
