"""How much does each stretch of the corpus count, when some voices scatter far more than others?

A speaker recorded unevenly has several times the usual variance in some directions, and would fall apart into false
segments. So sums over utterances are weighted by the local variance, direction by direction (generalised least
squares); successive differences show it, as they show the variance of the whole. And one whose sessions (rooms, prompts
in order) differ more than other people's would as well: so they are weighted by how much neighbouring stretches differ.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.projected import Projected

_WINDOW_PARTS = 2  # local means S/2
_STEP_BLOCKS = 8192
_SESSION_PARTS = (10, 5)  # of a segment: stretches compared
_SESSION_REACH = 0.4  # segment sizes either way


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
    sums, masses = _weighted(projected, axes, rates)
    rates /= _session_ratio(sums, masses, segment_size, projected.block)[:, None]
    sums, masses = _weighted(projected, axes, rates)
    return EvenSums(projected=projected, axes=axes, sums=sums, masses=masses, rates=rates)


def _weighted(projected: Projected, axes: np.ndarray, rates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums and masses up to each block edge, ``(n_blocks + 1, k)`` each."""
    start = np.zeros((1, axes.shape[1]))
    blocks = np.diff(projected.sums, axis=0) @ axes * rates
    masses = np.diff(projected.masses)[:, None] * rates
    return np.concatenate([start, np.cumsum(blocks, axis=0)]), np.concatenate([start, np.cumsum(masses, axis=0)])


def _session_ratio(sums: np.ndarray, masses: np.ndarray, segment_size: float, block: int) -> np.ndarray:
    """How much more than usual do neighbouring stretches differ round each block? ``(n_blocks,)``, at least 1.

    The median over nearly a segment: of the few pairs in it that straddle a boundary it takes no notice.
    """
    from scipy.ndimage import median_filter  # not at import: who only reads a detection never waits for it

    n_blocks = len(sums) - 1
    reach = max(1, round(segment_size / block * _SESSION_REACH))
    logs = []
    for parts in _SESSION_PARTS:
        width = max(1, round(segment_size / parts / block))
        if width * block >= 2 and n_blocks > 2 * max(2 * width, reach):
            energy = _adjacent_energy(sums, masses, width)
            local = median_filter(energy, 2 * reach + 1, mode="nearest")
            logs.append(np.log(np.maximum(local, 1e-12) / max(np.median(local), 1e-12)))
    return np.exp(np.maximum(np.mean(logs, axis=0), 0)) if logs else np.ones(n_blocks)


def _adjacent_energy(sums: np.ndarray, masses: np.ndarray, width: int) -> np.ndarray:
    """Mean squared difference of the `width` blocks before and from each, as variance per utterance. ``(n_blocks,)``"""
    n_blocks = len(sums) - 1
    at = np.arange(width, n_blocks - width + 1)
    left, right = masses[at] - masses[at - width], masses[at + width] - masses[at]
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = (sums[at + width] - sums[at]) / right - (sums[at] - sums[at - width]) / left
        squares = (np.square(difference) / (1 / left + 1 / right)).mean(1)
    squares = squares[: n_blocks - width]
    known = np.isfinite(squares)
    squares[~known] = np.median(squares[known]) if known.any() else 1.0
    return np.pad(squares, (width, n_blocks - width - len(squares)), mode="edge")


def _local_variance(projected: Projected, axes: np.ndarray, width: int) -> np.ndarray:
    """Half the mean squared successive difference over `width` blocks; NaN where there is none. ``(n_blocks, k)``."""
    from scipy.ndimage import uniform_filter1d

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
