"""How much energy is in each band, every 10 ms, and when is it speech? Samples → log-mel frames and a choice of them.

What the frames say of a voice is left to `cepstra` and `mixture`.
"""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import rfft

RATE_HZ = 16_000
WINDOW_SAMPLES = 400  # 25 ms
HOP_SAMPLES = 160  # 10 ms
FFT_SAMPLES = 512
PREEMPHASIS = np.float32(0.97)
N_BANDS = 64
LOWEST_HZ = 20.0
FLOOR = 1e-6  # of the loudest frames' band energy is added to every band: light noise and digital silence look alike

SPEECH_RANGE_DB = 25.0  # a frame this far below the loudest ones is a pause
SILENCE_RMS = 10 ** (-90 / 20)  # full scale = 1: less than one step of 16 bits

_BLOCK_FRAMES = 2_000  # bounds the memory of an hour-long file


def log_mel(samples: np.ndarray, highest_hz: float) -> np.ndarray:
    """Log band energies of float32 `samples` at 16 kHz: float32 (n_frames, 64), up to `highest_hz`.

    No frames for fewer than 400 samples (25 ms) or for silence. Scaling the samples adds a constant to all.
    """
    bands = _band_energies(samples, highest_hz)
    if len(bands) == 0:
        return bands
    level = bands.mean(axis=1)
    return np.log(bands + np.float32(FLOOR) * _loudest(level))


def speech_frames(bands: np.ndarray) -> np.ndarray:
    """Which of the log-mel frames (n_frames, 64) are speech: bool (n_frames,), by level."""
    level = np.exp(bands - bands.max()).mean(axis=1)
    return level > _loudest(level) * 10 ** (-SPEECH_RANGE_DB / 10)


def _loudest(level: np.ndarray) -> np.ndarray:
    """Mean of the loudest twentieth, three at least, so that one click does not decide."""
    n_loudest = max(3, len(level) // 20)
    return np.sort(level)[-n_loudest:].mean()


def _band_energies(samples: np.ndarray, highest_hz: float) -> np.ndarray:
    if len(samples) < WINDOW_SAMPLES:
        return np.zeros((0, N_BANDS), np.float32)
    frames = sliding_window_view(np.asarray(samples, np.float32), WINDOW_SAMPLES)[::HOP_SAMPLES]
    blocks = [frames[i : i + _BLOCK_FRAMES] for i in range(0, len(frames), _BLOCK_FRAMES)]
    bank = mel_bank(highest_hz)
    return _unless_silent(np.concatenate([_power(block) @ bank for block in blocks]))


def _power(frames: np.ndarray) -> np.ndarray:
    """Power spectra float32 (n_frames, 257) of pre-emphasised Hamming windows."""
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames[:, 1:] -= PREEMPHASIS * frames[:, :-1]
    frames[:, 0] *= 1 - PREEMPHASIS
    spectra = rfft(frames * _window(), FFT_SAMPLES)
    return (spectra.real**2 + spectra.imag**2).astype(np.float32)


def _unless_silent(bands: np.ndarray) -> np.ndarray:
    loudest_power = float(bands.sum(axis=1).max())
    return bands if loudest_power > _silence_power() else bands[:0]


@lru_cache
def _silence_power() -> float:
    """Summed band energy of a frame of white noise at the level of silence (white: what quantisation makes)."""
    return float(np.sum(_window().astype(float) ** 2) * (1 + PREEMPHASIS**2) * SILENCE_RMS**2 * FFT_SAMPLES / 2)


@lru_cache
def _window() -> np.ndarray:
    return np.hamming(WINDOW_SAMPLES).astype(np.float32)


@lru_cache
def mel_bank(highest_hz: float) -> np.ndarray:
    """Triangles on the mel scale (1127 ln(1 + f/700), as Kaldi's): float32 (257, 64)."""
    edges = np.linspace(_mel(LOWEST_HZ), _mel(highest_hz), N_BANDS + 2)
    bins = _mel(np.arange(FFT_SAMPLES // 2 + 1) * RATE_HZ / FFT_SAMPLES)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _mel(hz: float | np.ndarray) -> np.ndarray:
    return 1127 * np.log1p(np.asarray(hz) / 700)
