"""Which frequencies sound when? A small picture of one utterance for its tile; it reads no files."""

import numpy as np

RATE_HZ = 16_000
N_BANDS, N_COLUMNS = 32, 64
RANGE_DB = 60.0  # below the loudest; quieter is 0

_FRAME = 400  # 25 ms
_FFT = 512
_MOST_FRAMES = 16 * N_COLUMNS  # of a long utterance not every frame is looked at
_BAND_HZ = (60.0, 7600.0)


def draw_spectrogram(samples: np.ndarray) -> np.ndarray:
    """Loudness per mel band and stretch of time: uint8 (N_BANDS, N_COLUMNS), highest band first, the loudest is 255.

    Parameters
    ----------
    samples : float32 (n_samples,) at `RATE_HZ`; silence, or none at all, gives zeros
    """
    if not np.any(samples):
        return np.zeros((N_BANDS, N_COLUMNS), np.uint8)
    power = _columns(_frames(samples)) @ _MEL.T
    loudness_db = 10 * np.log10(np.maximum(power, power.max() * 10 ** (-RANGE_DB / 10)))
    scaled = 1 + (loudness_db - loudness_db.max()) / RANGE_DB
    return np.rint(scaled * 255).astype(np.uint8).T[::-1]


def _frames(samples: np.ndarray) -> np.ndarray:
    """Power spectra (n_frames, n_bins) of frames spread over all samples, at least one per column."""
    padded = np.pad(samples, (_FRAME // 2, _FRAME // 2)).astype(np.float32)
    hop = max(1, min(160, len(samples) // N_COLUMNS), len(samples) // _MOST_FRAMES)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[:: int(hop)]
    return np.square(np.abs(np.fft.rfft(windows * np.hanning(_FRAME).astype(np.float32), _FFT)))


def _columns(frames: np.ndarray) -> np.ndarray:
    """The mean of the frames of each column; a very short utterance shows a frame more than once."""
    starts = np.arange(N_COLUMNS) * len(frames) // N_COLUMNS
    stops = np.maximum(starts + 1, np.arange(1, N_COLUMNS + 1) * len(frames) // N_COLUMNS)
    sums = np.concatenate([np.zeros((1, frames.shape[1])), np.cumsum(frames, axis=0, dtype=np.float64)])
    return (sums[stops] - sums[starts]) / (stops - starts)[:, None]


def _mel_filters() -> np.ndarray:
    """Triangles (N_BANDS, n_bins) evenly spaced on the mel scale (O'Shaughnessy 1987), each with at least one bin."""

    def mel(hz: np.ndarray | float) -> np.ndarray:
        return 2595 * np.log10(1 + np.asarray(hz) / 700)

    bins = mel(np.arange(_FFT // 2 + 1) * RATE_HZ / _FFT)
    edges = np.linspace(*mel(np.array(_BAND_HZ)), N_BANDS + 2)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.clip(np.minimum(rising, falling), 0, None)
    nearest = np.abs(bins - edges[1:-1, None]).argmin(axis=1)
    filters[np.arange(N_BANDS), nearest] = np.maximum(filters[np.arange(N_BANDS), nearest], 0.5)
    return filters / filters.sum(axis=1, keepdims=True)


_MEL = _mel_filters()
