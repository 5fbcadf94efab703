"""How alike are the utterances before and after each place? What the timeline draws; finds nothing by itself."""

import numpy as np

_BLOCK_ROWS = 32_768


def similarity_timeline(read, n_utterances: int, width: int) -> np.ndarray:
    """Cosine of the mean of `width` utterances before each place and of as many from it on.

    `read(start, stop)` gives centred rows ``(stop - start, k)``, zero for gaps. Float32 ``(n_utterances,)`` in
    [-1, 1], low at a change; NaN at 0 and where a side has no readable utterance.
    """
    timeline = np.full(n_utterances, np.nan, dtype=np.float32)
    for start in range(0, n_utterances, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, n_utterances)
        lo, hi = max(0, start - width), min(n_utterances, stop + width)
        rows = read(lo, hi)
        sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
        at = np.arange(start, stop) - lo
        left = sums[at] - sums[np.maximum(at - width, 0)]
        right = sums[np.minimum(at + width, hi - lo)] - sums[at]
        timeline[start:stop] = _cosine(left, right)
    timeline[:1] = np.nan
    return timeline


def _cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    norms = np.sqrt(np.square(left).sum(1) * np.square(right).sum(1))
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.where(norms > 1e-20, (left * right).sum(1) / norms, np.nan)
    return np.clip(cosine, -1, 1)
