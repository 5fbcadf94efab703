"""How exactly could anybody place the boundaries of a simulated corpus? An oracle that knows what it was drawn from.

It is told that there is a boundary within `REACH` utterances, what the utterances on either side scatter around
(speaker, session, drift), all covariances, the Student t of the scale, and how often an utterance is something else.
It is not told the utterance's own scale and noise, nor which utterances are outliers. No method can know more, so its
exactness is a ceiling but for luck, and its probabilities are those of the law itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp, softmax

from spkbound.detection.result import smallest_run
from spkbound.simulation import FREEDOM, Law, Nuisance, Simulated

REACH = 30
_N_SCALES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleAnswer:
    """The most likely place of each true boundary, its probability, and the interval with 0.95 of the mass."""

    indices: np.ndarray
    probabilities: np.ndarray
    intervals: np.ndarray


def ask_oracle(corpus: Simulated, nuisance: Nuisance) -> OracleAnswer:
    """Place each boundary by maximum likelihood; all places within `REACH` and the two segments count the same."""
    places = corpus.boundaries
    edges = np.concatenate([[0], places, [len(corpus.embeddings)]])
    starts = np.maximum(places - REACH, edges[:-2] + 1)
    stops = np.minimum(places + REACH, edges[2:] - 1)
    indices, probabilities, intervals = [], [], []
    for b, (start, stop) in enumerate(zip(starts, stops)):
        rows = corpus.embeddings[start:stop].astype(np.float64) @ corpus.law.axes
        before, after = (log_density(rows, corpus.law, corpus.law.sides[b, side], nuisance) for side in (0, 1))
        # A boundary at start + j: the first j of these utterances lie before it.
        mass = softmax(np.concatenate([[0.0], np.cumsum(before - after)]))
        best = int(mass.argmax())
        lo, hi = smallest_run(mass, 0.95, around=best)
        indices.append(start + best)
        probabilities.append(mass[best])
        intervals.append((start + lo, start + hi))
    return OracleAnswer(
        indices=np.array(indices, dtype=np.int64),
        probabilities=np.array(probabilities, dtype=np.float64),
        intervals=np.array(intervals, dtype=np.int64).reshape(-1, 2),
    )


def log_density(rows: np.ndarray, law: Law, centre: np.ndarray, nuisance: Nuisance) -> np.ndarray:
    """Log density of unit rows ``(m, dim)`` along the law's axes, up to a constant: float64 ``(m,)``.

    An ordinary utterance, noise or another voice, each a normal law with a common unknown scale of its noise, projected
    on the sphere.
    """
    scales, weights = _student_scales()
    parts = []
    for share, mean, variances in _kinds(law, centre, nuisance, scales**2):
        density = _on_the_sphere(rows, mean, variances)
        parts.append(np.log(share) + logsumexp(density + np.log(weights), axis=1))
    return logsumexp(parts, axis=0)


def _kinds(
    law: Law, centre: np.ndarray, nuisance: Nuisance, squared: np.ndarray
) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    """Share, mean ``(dim,)`` and variances ``(n_scales, dim)`` of what an utterance may be, as `simulation` says."""
    squared = squared[:, None]
    own = squared * law.own_variance
    yield 1 - nuisance.outlier_share, centre, own
    if nuisance.outlier_share:
        flat = (law.noise_variance.sum() + law.voice_variance.sum()) / len(centre)
        yield nuisance.outlier_share / 2, 0.5 * centre, 0.25 * own + flat
        mix = nuisance.voice_mix
        voice = law.voice_variance + squared * law.noise_variance
        yield nuisance.outlier_share / 2, mix * law.common + (1 - mix) * centre, mix**2 * voice + (1 - mix) ** 2 * own


def _on_the_sphere(rows: np.ndarray, mean: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Log density of the direction of normal vectors, ``(m, n_scales)``, up to a constant.

    The integral of ``r^(dim-1) p(r · row)`` over lengths r > 0 (Mardia & Jupp 2000, "Directional Statistics", section
    3.5.6), by Laplace's method, which 256 dimensions make sharp.
    """
    dim = rows.shape[1]
    precision = 1 / variances.T
    quadratic, linear = rows**2 @ precision, (rows * mean) @ precision
    length = (linear + np.sqrt(linear**2 + 4 * quadratic * (dim - 1))) / (2 * quadratic)
    exponent = (dim - 1) * np.log(length) - (quadratic * length**2 - 2 * linear * length + mean**2 @ precision) / 2
    curvature = (dim - 1) / length**2 + quadratic
    return exponent - (np.log(variances).sum(1) + np.log(curvature)) / 2


def _student_scales() -> tuple[np.ndarray, np.ndarray]:
    """Scales ``sqrt((f - 2) / χ²)`` on a grid that is even in log χ², and their weights."""
    log_chi2 = np.linspace(np.log(0.05), np.log(40), _N_SCALES)
    chi2, half = np.exp(log_chi2), FREEDOM / 2
    weights = np.exp(half * log_chi2 - chi2 / 2 - half * np.log(2) - gammaln(half))
    return np.sqrt((FREEDOM - 2) / chi2), weights / weights.sum()
