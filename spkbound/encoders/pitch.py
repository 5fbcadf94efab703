"""How high is the voice, and how much of it is voice? Samples → F0 of the speech frames, and four statistics of it.

By autocorrelation (Boersma 1993) of the lowest harmonics, which survive a telephone's band. What words are said
changes it little.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from spkbound.encoders.fbank import HOP_SAMPLES, RATE_HZ, WINDOW_SAMPLES

DECIMATION = 4
LOW_RATE_HZ = RATE_HZ // DECIMATION
CUTOFF_HZ = 700.0
FILTER_SAMPLES = 24  # at 8 kHz
FRAME_SAMPLES = 200  # at 4 kHz, 50 ms: three periods of the lowest voice
FFT_SAMPLES = 288  # a fast size of at least a frame and the longest lag
LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
SHORTEST_LAG = int(LOW_RATE_HZ / HIGHEST_HZ)
LONGEST_LAG = int(LOW_RATE_HZ / LOWEST_HZ) + 1
OCTAVE_COST = 0.04  # per octave down: a period is as good as two of them, and the shorter is meant
VOICED = 0.5  # periodicity from which a frame has a pitch
FRAMES_BETWEEN = 2  # speech frames per frame looked at

N_PITCH_STATISTICS = 4
OCTAVE_SPREAD = 0.02  # added to the quartile range before the logarithm: a quarter of a semitone
MIN_VOICED_FRAMES = 3

_BLOCK_FRAMES = 2_000


@dataclass(frozen=True, slots=True)
class PitchFrames:
    """`octaves` (n_frames,): log2 of F0 in Hz; `periodicity` (n_frames,) in [0, 1]: how far a frame repeats itself."""

    octaves: np.ndarray
    periodicity: np.ndarray

    def __len__(self) -> int:
        return len(self.octaves)

    def __getitem__(self, which: slice) -> "PitchFrames":
        return PitchFrames(self.octaves[which], self.periodicity[which])


def track_pitch(samples: np.ndarray, places: np.ndarray) -> PitchFrames:
    """Pitch of every second of the frames `places` (n_places,), numbered as those of `fbank`; float32."""
    low = _lowered(samples)
    half = FRAME_SAMPLES // 2
    frames = sliding_window_view(np.pad(low, (half, FRAME_SAMPLES), "edge"), FRAME_SAMPLES)
    starts = (places[::FRAMES_BETWEEN] * HOP_SAMPLES + WINDOW_SAMPLES // 2) // DECIMATION
    blocks = [_periods(frames[starts[i : i + _BLOCK_FRAMES]]) for i in range(0, len(starts), _BLOCK_FRAMES)]
    return PitchFrames(*np.concatenate(blocks, axis=1))


def pitch_statistics(pitch: PitchFrames) -> np.ndarray:
    """Median of log2 F0, log of its quartile range, voiced share, mean periodicity: float32 (4,).

    The first two are NaN where fewer than three frames are voiced.
    """
    octaves = np.sort(pitch.octaves[pitch.periodicity > VOICED])
    n_voiced = len(octaves)
    if n_voiced < MIN_VOICED_FRAMES:
        return np.array([np.nan, np.nan, n_voiced / len(pitch), pitch.periodicity.mean()], np.float32)
    spread = octaves[(3 * n_voiced) // 4] - octaves[n_voiced // 4]
    shares = n_voiced / len(pitch), pitch.periodicity.mean()
    return np.array([octaves[n_voiced // 2], np.log(spread + OCTAVE_SPREAD), *shares], np.float32)


def _lowered(samples: np.ndarray) -> np.ndarray:
    """The lowest 1.2 kHz at 4 kHz."""
    samples = np.asarray(samples, np.float32)[: len(samples) // 2 * 2]
    pairs = np.pad(samples[::2] + samples[1::2], FILTER_SAMPLES // 2, "edge")
    return np.ascontiguousarray(sliding_window_view(pairs, FILTER_SAMPLES)[::2]) @ _low_pass()


def _periods(frames: np.ndarray) -> np.ndarray:
    """log2 F0 and periodicity (2, n_frames) of frames (n_frames, 200)."""
    spectra = np.fft.rfft((frames - frames.mean(axis=1, keepdims=True)) * _window(), FFT_SAMPLES)
    alike = np.fft.irfft(spectra.real**2 + spectra.imag**2, FFT_SAMPLES)[:, : LONGEST_LAG + 2]
    alike = alike[:, SHORTEST_LAG - 1 :] / (alike[:, :1] + np.float32(1e-20)) * _correction()
    middle = alike[:, 1:-1]
    is_peak = (middle >= alike[:, :-2]) & (middle > alike[:, 2:])
    best = np.where(is_peak, middle - _octave_cost(), -1).argmax(axis=1)
    rows = np.arange(len(best))
    before, middle, after = (alike[rows, best + step] for step in range(3))
    is_peak = (middle >= before) & (middle > after)
    shift = np.where(is_peak, (before - after) / np.where(is_peak, 2 * (before - 2 * middle + after), 1), 0)
    octaves = np.log2(LOW_RATE_HZ / (SHORTEST_LAG + best + shift))
    return np.stack([octaves, np.where(is_peak, np.clip(middle, 0, 1), 0)]).astype(np.float32)


@lru_cache
def _low_pass() -> np.ndarray:
    times = np.arange(FILTER_SAMPLES) - (FILTER_SAMPLES - 1) / 2
    taps = np.sinc(4 * CUTOFF_HZ / RATE_HZ * times) * np.hanning(FILTER_SAMPLES + 2)[1:-1]
    return (taps / taps.sum()).astype(np.float32)


@lru_cache
def _window() -> np.ndarray:
    return np.hanning(FRAME_SAMPLES).astype(np.float32)


@lru_cache
def _correction() -> np.ndarray:
    """What the window takes from the likeness at each lag (Boersma 1993, equation 9): float32 (n_lags + 2,)."""
    alike = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(FRAME_SAMPLES), FFT_SAMPLES)) ** 2, FFT_SAMPLES)
    return (alike[0] / alike[SHORTEST_LAG - 1 : LONGEST_LAG + 2]).astype(np.float32)


@lru_cache
def _octave_cost() -> np.ndarray:
    return (OCTAVE_COST * np.log2(np.arange(SHORTEST_LAG, LONGEST_LAG + 1))).astype(np.float32)
