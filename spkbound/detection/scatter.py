"""How do zero-mean rows scatter, when some are outliers and there are few of them? Knows nothing of what they are."""

import numpy as np

_RIDGE = 1e-4  # of the mean variance, so that a flat direction stays invertible


def robust_scatter(rows: np.ndarray, *, freedom: float, iterations: int, trimmed_share: float = 0.0) -> np.ndarray:
    """Estimate the covariance of the bulk of zero-mean `rows` as a Student-t M-estimate.

    Maronna 1976; rescaled so that the median squared distance is that of chi-square. `trimmed_share` of the rows,
    the farthest ones, count nothing at all. Float64 ``(dim, dim)``, zero if all rows are zero.
    """
    from scipy.special import chdtri  # not at import: who only reads a detection never waits for it

    n_rows, dim = rows.shape
    weights = np.ones(n_rows)
    scatter, distances = np.zeros((dim, dim)), np.zeros(n_rows)
    for _ in range(iterations):
        scatter = _weighted_scatter(rows, weights)
        distances = _distances(rows, scatter)
        weights = (freedom + dim) / (freedom + distances)
        if trimmed_share:
            weights[distances > np.quantile(distances, 1 - trimmed_share)] = 0
    return scatter * (np.median(distances) / chdtri(dim, 0.5))


def shrunk(scatter: np.ndarray, n_effective: float) -> np.ndarray:
    """Shrink a covariance towards a multiple of identity (OAS, Chen 2010), as `n_effective` independent rows ask."""
    dim = len(scatter)
    trace, square = np.trace(scatter), np.sum(scatter * scatter)
    excess = (n_effective + 1 - 2 / dim) * (square - trace * trace / dim)
    share = min(1.0, ((1 - 2 / dim) * square + trace * trace) / max(excess, 1e-300))
    share = max(share, 0.0)
    return (1 - share) * scatter + share * np.eye(dim) * trace / dim


def _weighted_scatter(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    weighted = rows * weights[:, None].astype(rows.dtype)
    scatter = (weighted.T @ rows).astype(np.float64) / max(weights.sum(), 1e-9)
    return scatter + np.eye(len(scatter)) * (np.trace(scatter) / len(scatter) * _RIDGE + 1e-12)


def _distances(rows: np.ndarray, scatter: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(scatter)
    axes = vectors / np.sqrt(np.maximum(values, values[-1] * 1e-7))
    return np.square(rows @ axes.astype(rows.dtype)).sum(1, dtype=np.float64)
