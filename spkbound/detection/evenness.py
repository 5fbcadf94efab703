"""How much does each stretch of the corpus count, when some voices scatter far more than others?

A speaker recorded unevenly has several times the usual variance in some directions, and would fall apart into false
segments. So sums over utterances are weighted by the local variance, direction by direction (generalised least
squares); successive differences show it, as they show the variance of the whole.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from spkbound.detection.projected import Projected

_WINDOW_PARTS = 2  # local means S/2
_STEP_BLOCKS = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class EvenSums:
    """Weighted sums in the speaker basis.

    Attributes
    ----------
    edges : int64 (n_blocks + 1,)
    sums, masses : float64 (n_blocks + 1, k)
        Of all utterances before each edge, each divided by how much more than usual its surroundings scatter.
    rates : float64 (n_blocks, k)
        What an utterance of each block counts, in (0, 1].
    """

    projected: Projected
    axes: np.ndarray
    sums: np.ndarray
    masses: np.ndarray
    rates: np.ndarray

    @property
    def edges(self) -> np.ndarray:
        return self.projected.edges

    def before(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sums and masses of all utterances before any `places`, not only block edges."""
        at = np.searchsorted(self.edges, places, side="right") - 1
        sums, masses = self.sums[at], self.masses[at]
        inside = np.flatnonzero(self.edges[at] < places)
        at, beyond = at[inside], self.edges[at[inside]][:, None] + np.arange(self.projected.block)
        weights = np.where(beyond < places[inside, None], self.projected.mass.take(beyond, mode="clip"), 0.0)
        rows = self.projected.rows.take(beyond, axis=0, mode="clip")
        sums[inside] += np.einsum("pb,pbk->pk", weights, rows) @ self.axes * self.rates[at]
        masses[inside] += weights.sum(1, keepdims=True) * self.rates[at]
        return sums, masses


def even_sums(projected: Projected, axes: np.ndarray, segment_size: float) -> EvenSums:
    """Weight the sums of all blocks by the local variance."""
    width = max(3, round(segment_size / _WINDOW_PARTS / projected.block))
    local = _local_variance(projected, axes, width)
    known = local[np.isfinite(local).all(1)]
    usual = np.median(known, axis=0) if len(known) else np.ones(axes.shape[1])
    ratio = local / np.maximum(usual, 1e-12)
    rates = 1 / np.maximum(np.where(np.isfinite(ratio), ratio, 1), 1)
    blocks = np.diff(projected.sums, axis=0) @ axes * rates
    masses = np.diff(projected.masses)[:, None] * rates
    start = np.zeros((1, axes.shape[1]))
    return EvenSums(
        projected=projected,
        axes=axes,
        sums=np.concatenate([start, np.cumsum(blocks, axis=0)]),
        masses=np.concatenate([start, np.cumsum(masses, axis=0)]),
        rates=rates,
    )


def _local_variance(projected: Projected, axes: np.ndarray, width: int) -> np.ndarray:
    """Half the mean squared successive difference over `width` blocks; NaN where there is none. ``(n_blocks, k)``."""
    n_blocks = len(projected.edges) - 1
    energy, counts = np.zeros((n_blocks, axes.shape[1])), np.zeros(n_blocks)
    axes = axes.astype(np.float32)
    for first in range(0, n_blocks, _STEP_BLOCKS):
        edges = projected.edges[first : min(first + _STEP_BLOCKS, n_blocks) + 1]
        start = max(edges[0] - 1, 0)
        rows = projected.rows[start : edges[-1]] @ axes
        readable = projected.mass[start : edges[-1]] > 0
        both = readable[1:] & readable[:-1]
        squares = np.where(both[:, None], np.square(np.diff(rows, axis=0)) / 2, np.float32(0))
        if start == edges[0]:  # the first utterance has nothing before it
            squares, both = np.concatenate([squares[:1] * 0, squares]), np.append(False, both)
        cuts = edges[:-1] - edges[0]
        energy[first : first + len(cuts)] = np.add.reduceat(squares, cuts, axis=0)
        counts[first : first + len(cuts)] = np.add.reduceat(both, cuts, dtype=np.float64)
    total = uniform_filter1d(energy, width, axis=0, mode="nearest")
    number = uniform_filter1d(counts, width, mode="nearest")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(number[:, None] > 1e-9, total / number[:, None], np.nan)
