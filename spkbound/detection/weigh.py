"""How much does an utterance of this duration tell? Measured on the corpus itself, without labels.

Neighbours in the order are nearly always one speaker, so their squared difference shows how much two utterances of
their durations scatter (von Neumann 1941). Where short ones scatter no more than long ones, all count the same.
"""

import numpy as np

from spkbound.detection.rows import Rows, open_rows, usable

_SAMPLE_ROWS = 40_000  # of a larger corpus
_RUN_ROWS = 200
_MOST_BINS = 10
_ROWS_PER_BIN = 100
_PRIOR_ROWS = 50  # a bin of as many is drawn half way to the mean
_STEPS = 8
_FAR = 2.0  # a squared difference of more than so many times its expectation counts less
_BOUNDS = (0.1, 2.0)
_SAME = 0.05  # weights that differ by less are equal


def weigh_by_duration(embeddings: np.ndarray, durations_s: np.ndarray) -> np.ndarray | None:
    """Weigh each utterance by the inverse of the variance that its duration goes with.

    Parameters
    ----------
    embeddings : float (n_utterances, dim)
        In corpus order, also memory-mapped.
    durations_s : float (n_utterances,)
        NaN where unknown: then the weight is 1, as on average.

    Returns
    -------
    Float32 ``(n_utterances,)`` in [0.1, 2], never lower for a longer one; None where all tell the same.
    """
    from scipy.optimize import isotonic_regression  # not at import: who only reads a detection never waits for it

    known = np.isfinite(durations_s) & (durations_s > 0)
    n_bins = min(_MOST_BINS, int(known.sum()) // _ROWS_PER_BIN)
    if n_bins < 2:
        return None
    logs = np.log(durations_s[known].astype(np.float64))
    edges = np.quantile(logs, np.linspace(0, 1, n_bins + 1)[1:-1])
    bins = np.full(len(known), -1)
    bins[known] = np.unique(np.searchsorted(edges, logs, side="right"), return_inverse=True)[1]
    first, squares = _squared_differences(open_rows(embeddings), known)
    if not squares.any():
        return None
    variances, counts = _variances(squares, bins[first], bins[first + 1], int(bins.max()) + 1)
    falling = isotonic_regression(variances, weights=np.maximum(counts, 1e-9), increasing=False).x
    centres = [np.median(logs[bins[known] == each]) for each in range(len(falling))]
    weights = np.ones(len(known), dtype=np.float32)
    weights[known] = np.clip(np.interp(logs, centres, 1 / falling), *_BOUNDS)
    return weights if np.ptp(weights) > _SAME else None


def _squared_differences(rows: Rows, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean squared difference of neighbours, each direction in units of its own median: first of each pair, value."""
    n = len(rows)
    run = n if n <= _SAMPLE_ROWS else _RUN_ROWS
    starts = np.linspace(0, n - run, max(1, min(n, _SAMPLE_ROWS) // run)).astype(np.int64)
    places, differences = [], []
    for start in starts:
        block = rows.read(slice(start, start + run))
        good = usable(block) & known[start : start + run]
        pairs = np.flatnonzero(good[1:] & good[:-1])
        places.append(start + pairs)
        differences.append(np.square(block[pairs + 1] - block[pairs]))
    rows.release()
    places, differences = np.concatenate(places), np.concatenate(differences)
    if not differences.any():
        return places, np.zeros(len(places))
    scale = np.median(differences, axis=0)
    return places, (differences / np.maximum(scale, max(scale.max() * 1e-6, 1e-30))).mean(1)


def _variances(squares: np.ndarray, left: np.ndarray, right: np.ndarray, n_bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Fit ``v[left] + v[right]`` to the squared differences: mean 1 over utterances, and how many each rests on.

    Pairs that straddle a boundary, and outliers, are far above what is expected of them and count less.
    """
    design = np.zeros((len(squares), n_bins))
    at = np.arange(len(squares))
    np.add.at(design, (at, left), 1.0)
    np.add.at(design, (at, right), 1.0)
    counts = design.sum(0) / 2
    variances = np.full(n_bins, squares.mean() / 2)
    for _ in range(_STEPS):
        expected = design @ variances
        ratio = squares / expected
        trust = np.minimum(1, _FAR * np.median(ratio) / np.maximum(ratio, 1e-12)) / expected**2
        information = design.T @ (trust[:, None] * design)
        information += np.eye(n_bins) * np.trace(information) / n_bins * 1e-6
        variances = np.linalg.solve(information, design.T @ (trust * squares))
        variances = np.maximum(variances, 0.05 * variances.max())
    variances /= max(np.average(variances, weights=counts), 1e-300)
    return (variances * counts + _PRIOR_ROWS) / (counts + _PRIOR_ROWS), counts
