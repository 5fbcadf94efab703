"""How high is the voice, and how much of it is voice? Samples → F0 of the speech frames, and four statistics of it.

By autocorrelation (Boersma 1993) of the lowest harmonics, of which enough survives a telephone. A microphone changes
nothing of it, words change it a little.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import irfft, rfft

from spkbound.encoders.fbank import HOP_SAMPLES, RATE_HZ, WINDOW_SAMPLES

DECIMATION = 4
LOW_RATE_HZ = RATE_HZ // DECIMATION
PASSED_HZ, STOPPED_HZ = 500.0, 900.0
FRAME_SAMPLES = 200  # at 4 kHz, 50 ms: three periods of the lowest voice
FFT_SAMPLES = 288  # a fast size of at least a frame and the longest lag
LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
SHORTEST_LAG = int(LOW_RATE_HZ / HIGHEST_HZ)
LONGEST_LAG = int(LOW_RATE_HZ / LOWEST_HZ) + 1
OCTAVE_COST = 0.04  # per octave down: a period is as good as two of them, and the shorter is meant
VOICED = 0.5  # periodicity from which a frame has a pitch
FRAMES_BETWEEN = 2  # speech frames per frame looked at
MANY_FRAMES = 30  # are enough; longer speech is looked at more sparsely

N_PITCH_STATISTICS = 4
OCTAVE_SPREAD = 0.02  # added to the quartile range before the logarithm: a quarter of a semitone
MIN_VOICED_FRAMES = 3


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
    """Pitch of some of the frames `places`, numbered as those of `fbank`: of every second, or of some 30 of them."""
    low = _lowered(samples)
    low = np.concatenate([np.repeat(low[:1], FRAME_SAMPLES // 2), low, np.repeat(low[-1:], FRAME_SAMPLES)])
    chosen = places[:: max(FRAMES_BETWEEN, -(-len(places) // MANY_FRAMES))]
    starts = (chosen * HOP_SAMPLES + WINDOW_SAMPLES // 2) // DECIMATION
    return _find_periods(sliding_window_view(low, FRAME_SAMPLES)[starts])


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
    """At 4 kHz; what folds back lies above the lowest 900 Hz, which alone are looked at, or is weak."""
    samples = np.asarray(samples, np.float32)[: len(samples) // DECIMATION * DECIMATION]
    return samples[::4] + samples[1::4] + samples[2::4] + samples[3::4]


def _find_periods(frames: np.ndarray) -> PitchFrames:
    """Pitch of frames (n_frames, 200)."""
    spectra = rfft((frames - frames.mean(axis=1, keepdims=True)) * _window(), FFT_SAMPLES)
    alike = irfft((spectra.real**2 + spectra.imag**2) * _low_pass(), FFT_SAMPLES)[:, : LONGEST_LAG + 2]
    alike = alike[:, SHORTEST_LAG - 1 :] / (alike[:, :1] + np.float32(1e-20)) * _correction()
    before, middle, after = alike[:, :-2], alike[:, 1:-1], alike[:, 2:]
    is_peak = (middle >= before) & (middle > after)
    bend = np.where(is_peak, before - 2 * middle + after, -1)
    heights = np.where(is_peak, middle - (before - after) ** 2 / (8 * bend), 0)  # of a parabola through the three
    chosen = np.arange(len(alike)), (heights - _octave_cost()).argmax(axis=1)
    shift = (before - after)[chosen] / (2 * bend[chosen])
    octaves = np.log2(LOW_RATE_HZ / (SHORTEST_LAG + chosen[1] + shift * is_peak[chosen]))
    return PitchFrames(octaves.astype(np.float32), np.clip(heights[chosen], 0, 1).astype(np.float32))


@lru_cache
def _low_pass() -> np.ndarray:
    """Of power, 1 up to 500 Hz and 0 from 900 Hz: float32 (145,)."""
    hz = np.arange(FFT_SAMPLES // 2 + 1) * LOW_RATE_HZ / FFT_SAMPLES
    way = np.clip((hz - PASSED_HZ) / (STOPPED_HZ - PASSED_HZ), 0, 1)
    return (np.cos(np.pi / 2 * way) ** 2).astype(np.float32)


@lru_cache
def _window() -> np.ndarray:
    return np.hanning(FRAME_SAMPLES).astype(np.float32)


@lru_cache
def _correction() -> np.ndarray:
    """What the window takes from the likeness at each lag (Boersma 1993, equation 9): float32 (n_lags + 2,)."""
    alike = irfft(np.abs(rfft(np.hanning(FRAME_SAMPLES), FFT_SAMPLES)) ** 2, FFT_SAMPLES)
    return (alike[0] / alike[SHORTEST_LAG - 1 : LONGEST_LAG + 2]).astype(np.float32)


@lru_cache
def _octave_cost() -> np.ndarray:
    return (OCTAVE_COST * np.log2(np.arange(SHORTEST_LAG, LONGEST_LAG + 1))).astype(np.float32)
