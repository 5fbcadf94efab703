import numpy as np
import pytest

from spkbound.ui.spectrogram import N_BANDS, N_COLUMNS, RATE_HZ, draw_spectrogram


def tone(hz: float, seconds: float = 1.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(int(RATE_HZ * seconds)) / RATE_HZ)).astype(np.float32)


def test_a_higher_tone_stands_higher():
    rows = [int(draw_spectrogram(tone(hz)).mean(axis=1).argmax()) for hz in (150, 400, 1000, 2500, 6000)]
    assert rows == sorted(rows, reverse=True)
    assert rows[0] >= N_BANDS - 4
    assert rows[-1] <= 5


def test_what_sounds_later_stands_further_right():
    picture = draw_spectrogram(np.concatenate([tone(300, 0.5), tone(3000, 0.5)]))
    low, high = (int(picture[:, part].mean(axis=1).argmax()) for part in (slice(0, 28), slice(36, None)))
    assert low > high


@pytest.mark.parametrize("n_samples", [0, 1, 30, 399, 5000, 3_000_000])
def test_any_length_gives_a_picture(n_samples):
    samples = np.random.default_rng(1).normal(size=n_samples).astype(np.float32)
    picture = draw_spectrogram(samples)
    assert (picture.shape, picture.dtype) == ((N_BANDS, N_COLUMNS), np.uint8)
    assert picture.max() == (255 if n_samples else 0)


def test_silence_is_blank_and_loudness_makes_no_difference():
    assert not draw_spectrogram(np.zeros(RATE_HZ, np.float32)).any()
    quiet, loud = draw_spectrogram(tone(440) * 0.01), draw_spectrogram(tone(440))
    np.testing.assert_allclose(quiet.astype(int), loud.astype(int), atol=1)


def test_the_page_gets_one_picture_after_the_other(client, voices):
    answer = client.get("/x/spectrograms", params={"lo": voices.broken - 1, "hi": voices.broken + 2})
    pictures = np.frombuffer(answer.content, np.uint8).reshape(3, N_BANDS, N_COLUMNS)
    assert [bool(picture.any()) for picture in pictures] == [True, False, True]
    assert client.get("/x/spectrograms", params={"lo": 10**6, "hi": 10**6 + 5}).content == b""
