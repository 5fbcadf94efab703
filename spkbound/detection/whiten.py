"""Which directions tell speakers apart, and what is one utterance's own scatter there? Works without labels.

Neighbours in the order are nearly always one speaker, so successive differences show the scatter within speakers
(von Neumann 1941); differences 1.5 segments apart show it between speakers of one part of the corpus.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.rows import Rows, sample_rows, usable
from spkbound.detection.scatter import robust_scatter, shrunk

_SCATTER_PAIRS = 24_000
_CONTRAST_PAIRS = 25_000
_CONTRAST_LAG = 1.5  # segment sizes
_FREEDOM = 5.0  # of the Student t of utterances
_DIRECTIONS = 64
_CLIP = 3.0  # longest row kept, as a multiple of the median squared length
_FLOOR = 1e-6  # smallest variance within, as a share of the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitening:
    """Projection ``(x - mean) @ axes`` in which an utterance scatters by 1 in each direction.

    `spread` ``(k,)``: variance of utterances 1.5 segments apart, larger where speakers differ more.
    `longest`: squared length at which a row is clipped.
    """

    mean: np.ndarray
    axes: np.ndarray
    spread: np.ndarray
    longest: float

    def project(self, block: np.ndarray) -> np.ndarray:
        rows = (block - self.mean) @ self.axes
        lengths = np.einsum("ij,ij->i", rows, rows)
        rows *= np.sqrt(np.minimum(1, self.longest / np.maximum(lengths, 1e-9)))[:, None]
        return rows


def fit_whitening(rows: Rows, segment_size: float, *, seed: int = 0) -> Whitening | None:
    """Measure the whitening on (a sample of) the corpus; None where the readable rows do not differ."""
    rng = np.random.default_rng(seed)
    sample, runs = sample_rows(rows, rng)
    if len(sample) < 3:
        return None
    mean = sample.mean(0, dtype=np.float64).astype(np.float32)
    sample -= mean
    total = float(np.square(sample).mean(dtype=np.float64))
    if not total > 1e-12 * max(1.0, float(np.square(mean).mean())):
        return None
    whiten = _whitening_axes(_successive_differences(sample, runs, rng), floor=total * _FLOOR)
    spread, turn = _contrast_axes(rows, sample, whiten, segment_size)
    axes = (whiten @ turn).astype(np.float32)
    lengths = np.square(sample @ axes).sum(1)
    return Whitening(mean=mean, axes=axes, spread=spread, longest=_CLIP * float(np.median(lengths)) + 1e-9)


def _successive_differences(sample: np.ndarray, runs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    first = np.flatnonzero(runs[1:] == runs[:-1])
    if len(first) > _SCATTER_PAIRS:
        first = np.sort(rng.choice(first, _SCATTER_PAIRS, replace=False))
    return (sample[first + 1] - sample[first]) / np.float32(np.sqrt(2))


def _whitening_axes(differences: np.ndarray, *, floor: float) -> np.ndarray:
    dim = differences.shape[1]
    within = robust_scatter(differences, freedom=_FREEDOM, iterations=4)
    within += np.eye(dim) * (np.trace(within) / dim * 1e-3 + floor)
    values, vectors = np.linalg.eigh(shrunk(within, len(differences) / 2))
    return (vectors / np.sqrt(np.maximum(values, floor))).astype(np.float32)


def _contrast_axes(
    rows: Rows, sample: np.ndarray, whiten: np.ndarray, segment_size: float
) -> tuple[np.ndarray, np.ndarray]:
    """Leading directions of the scatter between places 1.5 segments apart: variances and unit axes.

    Not of the global scatter: a corpus joined from parts with different recording conditions would fill the
    leading directions with the parts.
    """
    lag = int(_CONTRAST_LAG * segment_size)
    contrast = np.zeros((0, whiten.shape[1]), dtype=np.float32)
    if len(rows) > 3 * segment_size and lag >= 1:
        contrast = _clipped(_lagged_differences(rows, lag) @ whiten)
    if len(contrast) < 2:
        contrast = sample @ whiten
    values, vectors = np.linalg.eigh((contrast.T @ contrast).astype(np.float64) / len(contrast))
    best = np.argsort(-values)[:_DIRECTIONS]
    return values[best], vectors[:, best]


def _lagged_differences(rows: Rows, lag: int) -> np.ndarray:
    n_pairs = len(rows) - lag
    run = 10 if n_pairs > 2 * _CONTRAST_PAIRS else 1
    n_runs = min(_CONTRAST_PAIRS // run, n_pairs // run)
    starts = np.linspace(0, n_pairs - run, n_runs).astype(np.int64)
    first = (starts[:, None] + np.arange(run)).ravel()
    left, right = rows.read(first), rows.read(first + lag)
    rows.release()
    keep = usable(left) & usable(right)
    return (right[keep] - left[keep]) / np.float32(np.sqrt(2))


def _clipped(rows: np.ndarray) -> np.ndarray:
    if not len(rows):
        return rows
    lengths = np.square(rows).sum(1)
    return rows * np.sqrt(np.minimum(1, _CLIP * np.median(lengths) / np.maximum(lengths, 1e-9)))[:, None]
