"""Where could a boundary be? About 17 block edges per segment: peaks of two window scans, plus a grid."""

import numpy as np

from spkbound.detection.evenness import EvenSums
from spkbound.detection.score import segment_score

_SCAN_PARTS = (5, 12)  # windows of S/5 and S/12
_PEAK_DISTANCE = 40  # S/40
_PEAKS_PER_HALF = 6  # kept per half segment
_GRID = 10  # grid places per segment


def candidate_edges(even: EvenSums, variances: np.ndarray, segment_size: float) -> np.ndarray:
    """Choose block edges, 0 and the last included: int64, increasing."""
    edges = even.edges
    n_blocks = len(edges) - 1
    block = float(edges[1] - edges[0])
    scan = _scan(even, variances, segment_size, block)
    grid = np.arange(0, n_blocks, max(1, round(segment_size / _GRID / block)))
    peaks = _best_peaks(scan, edges, segment_size, block)
    return np.unique(np.concatenate([[0, n_blocks], peaks, grid])).astype(np.int64)


def _scan(even: EvenSums, variances: np.ndarray, segment_size: float, block: float) -> np.ndarray:
    """Add up how much likelier two speakers are than one round each edge, over both windows. Higher: likelier."""
    sums, masses = even.sums, even.masses
    n_blocks = len(sums) - 1
    total = np.zeros(n_blocks + 1)
    for parts in _SCAN_PARTS:
        width = max(2, round(segment_size / parts / block))
        if n_blocks < 2 * width + 2:
            continue
        at = np.arange(width, n_blocks - width + 1)
        left, right = sums[at] - sums[at - width], sums[at + width] - sums[at]
        left_mass, right_mass = masses[at] - masses[at - width], masses[at + width] - masses[at]
        gain = segment_score(left, left_mass, variances, 1.0) + segment_score(right, right_mass, variances, 1.0)
        gain -= segment_score(left + right, left_mass + right_mass, variances, 1.0)
        total[at] += gain / max(gain.std(), 1e-9)
    return total


def _best_peaks(scan: np.ndarray, edges: np.ndarray, segment_size: float, block: float) -> np.ndarray:
    from scipy.signal import find_peaks  # a second to load, which nobody waits for who only opens a project

    inner = np.concatenate([[-1e9], scan[1:-1], [-1e9]])
    peaks, _ = find_peaks(inner, distance=max(1, int(segment_size / _PEAK_DISTANCE / block)))
    if not len(peaks):
        return peaks
    cell = edges[peaks] // max(1, int(segment_size / 2))
    order = np.lexsort((-scan[peaks], cell))
    cell = cell[order]
    first = np.flatnonzero(np.append(True, np.diff(cell) != 0))
    rank = np.arange(len(cell)) - np.repeat(first, np.diff(np.append(first, len(cell))))
    return peaks[order[rank < _PEAKS_PER_HALF]]
