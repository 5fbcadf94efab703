"""How does an utterance pronounce the sounds, whichever of them it has? Factors that move all Gaussians together.

Factor analysis of a mixture's statistics (Kenny, Boulianne & Dumouchel 2005; as a whole-utterance vector Dehak et al.
2011), fitted on the corpus itself. A sound that was not met says nothing, instead of saying "as everybody": other words
change the vector less than they change adapted means.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.encoders.mixture import Evidence

N_FACTORS = 60
N_ROUNDS = 4
FRAME_WEIGHT = 0.3  # neighbouring frames overlap, they are no independent evidence
STARTING_RELEVANCE = 8.0  # frames that weigh as much as the corpus, in the means from which the fit starts
RIDGE = 1e-3
BATCH = 500  # utterances; bounds the memory


@dataclass(frozen=True, slots=True)
class Factors:
    """`loadings` (n_components × n_features, n_factors), `precisions` (n_components, n_factors²); float32.

    An utterance moves the Gaussians by `loadings` @ its factors, in units of their spreads; `precisions` is what one
    frame of each Gaussian says of the factors.
    """

    loadings: np.ndarray
    precisions: np.ndarray

    def place(self, evidence: Evidence) -> np.ndarray:
        """The likeliest factors of one utterance: float32 (n_factors,), 0 where nothing is known."""
        n_factors = self.loadings.shape[1]
        weight = np.float32(FRAME_WEIGHT)
        precision = (weight * evidence.counts @ self.precisions).reshape(n_factors, n_factors)
        precision.flat[:: n_factors + 1] += 1
        return np.linalg.solve(precision, weight * evidence.pulls @ self.loadings)


def fit_factors(counts: np.ndarray, pulls: np.ndarray) -> Factors:
    """Expectation–maximisation over utterances: counts (n, n_components), pulls (n, n_components × n_features)."""
    counts, pulls = FRAME_WEIGHT * counts.astype(np.float64), FRAME_WEIGHT * pulls.astype(np.float64)
    loadings = _start(counts, pulls)
    for _ in range(N_ROUNDS):
        loadings = _improve(loadings, counts, pulls)
    n_components = counts.shape[1]
    return Factors(loadings.astype(np.float32), _precisions(loadings, n_components).astype(np.float32))


def _start(counts: np.ndarray, pulls: np.ndarray) -> np.ndarray:
    """Principal components of the adapted means."""
    n_utterances, n_components = counts.shape
    weights = 1 / (counts + FRAME_WEIGHT * STARTING_RELEVANCE)
    means = pulls * np.repeat(weights, pulls.shape[1] // n_components, axis=1)
    means -= means.mean(axis=0)
    variances, axes = np.linalg.eigh(means.T @ means / n_utterances)
    leading = slice(-1, -1 - min(N_FACTORS, max(1, n_utterances - 1)), -1)
    return axes[:, leading] * np.sqrt(np.maximum(variances[leading], 0))


def _improve(loadings: np.ndarray, counts: np.ndarray, pulls: np.ndarray) -> np.ndarray:
    """One round: factors of all utterances, then the loadings that fit them, with factors of unit variance."""
    n_components, n_factors = counts.shape[1], loadings.shape[1]
    precisions = _precisions(loadings, n_components)
    moments, crossed = np.zeros((n_components, n_factors**2)), np.zeros_like(loadings)
    total = np.zeros((n_factors, n_factors))
    for start in range(0, len(counts), BATCH):
        some = slice(start, start + BATCH)
        spread = np.linalg.inv((counts[some] @ precisions).reshape(-1, n_factors, n_factors) + np.eye(n_factors))
        means = np.einsum("uij,uj->ui", spread, pulls[some] @ loadings)
        second = spread + means[:, :, None] * means[:, None, :]
        moments += counts[some].T @ second.reshape(len(means), -1)
        crossed += pulls[some].T @ means
        total += second.sum(axis=0)
    moments = moments.reshape(n_components, n_factors, n_factors) + RIDGE * np.eye(n_factors)
    blocks = crossed.reshape(n_components, -1, n_factors).transpose(0, 2, 1)
    fitted = np.linalg.solve(moments, blocks).transpose(0, 2, 1).reshape(loadings.shape)
    return fitted @ np.linalg.cholesky(total / len(counts))


def _precisions(loadings: np.ndarray, n_components: int) -> np.ndarray:
    blocks = loadings.reshape(n_components, -1, loadings.shape[1])
    return (blocks.transpose(0, 2, 1) @ blocks).reshape(n_components, -1)
