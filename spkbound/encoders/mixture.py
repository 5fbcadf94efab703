"""Which sounds are there in a corpus, and where does an utterance lie beside them? A Gaussian mixture and sums from it.

A universal background model (Reynolds, Quatieri & Dunn 2000), fitted on the corpus itself: sounds are compared with
like sounds. What the sums say of the voice is left to `factors`.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.encoders.cepstra import SpeechFrames

N_COMPONENTS = 16
N_MIXTURE_CEPSTRA = 20
FRAMES_PER_COMPONENT = 50  # fewer: fewer components
MAX_FRAMES = 100_000
N_STARTING_ROUNDS = 10  # of k-means
N_ROUNDS = 20  # of expectation and maximisation
VARIANCE_FLOOR = 0.05  # of the corpus' variance


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Diagonal Gaussians over features shifted by `shift` and divided by `scale` (n_features,).

    `weights` (n_components,), `centres` and `variances` (n_components, n_features); all float32.
    """

    shift: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    centres: np.ndarray
    variances: np.ndarray


def mixture_features(frames: SpeechFrames) -> np.ndarray:
    """What the mixture sees of each frame: c1 … c20 and their slopes, float32 (n_frames, 40)."""
    chosen = slice(1, N_MIXTURE_CEPSTRA + 1)
    return np.hstack([frames.cepstra[:, chosen], frames.deltas[:, chosen]])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an utterance says of each Gaussian: `counts` (n_components,) of its frames, and `pulls` (n_components ×
    n_features,): the sum of how far they lie from the mean, in units of the Gaussian's spread; float32.
    """

    counts: np.ndarray
    pulls: np.ndarray


def gather_evidence(mixture: Mixture, features: np.ndarray) -> Evidence:
    """Sum up the frames of an utterance (n_frames, n_features)."""
    points = (features - mixture.shift) / mixture.scale
    shares = _shares(points, mixture.weights, mixture.centres, mixture.variances)
    counts = shares.sum(axis=0)
    pulls = (shares.T @ points - counts[:, None] * mixture.centres) / np.sqrt(mixture.variances)
    return Evidence(counts, pulls.ravel())


def fit_mixture(features: np.ndarray, *, seed: int) -> Mixture:
    """Fit by k-means, then expectation–maximisation, on all frames of a sample (n_frames, n_features)."""
    rng = np.random.default_rng(seed)
    if len(features) > MAX_FRAMES:
        features = features[np.sort(rng.choice(len(features), MAX_FRAMES, replace=False))]
    features = features.astype(np.float64)
    shift, scale = features.mean(axis=0), features.std(axis=0) + 1e-3
    points = (features - shift) / scale
    n_components = int(np.clip(len(points) // FRAMES_PER_COMPONENT, 1, N_COMPONENTS))
    weights, centres, variances = _start(points, n_components, rng)
    for _ in range(N_ROUNDS):
        weights, centres, variances = _moments(points, _shares(points, weights, centres, variances))
    as_float32 = {"shift": shift, "scale": scale, "weights": weights, "centres": centres, "variances": variances}
    return Mixture(**{name: values.astype(np.float32) for name, values in as_float32.items()})


def _start(points: np.ndarray, n_components: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    centres = points[rng.choice(len(points), n_components, replace=False)]
    for _ in range(N_STARTING_ROUNDS):
        nearest = ((centres**2).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)
        members = np.eye(n_components)[nearest]
        counts = members.sum(axis=0)[:, None]
        centres = np.where(counts > 0, members.T @ points / np.maximum(counts, 1), centres)
    return _moments(points, members)


def _moments(points: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, ...]:
    """Weights, centres and variances from each point's `shares` (n_points, n_components)."""
    counts = shares.sum(axis=0)[:, None] + 1e-3
    centres = shares.T @ points / counts
    variances = np.maximum(shares.T @ points**2 / counts - centres**2, VARIANCE_FLOOR)
    return counts[:, 0] / counts.sum(), centres, variances


def _shares(points: np.ndarray, weights: np.ndarray, centres: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Posterior probability of each Gaussian for each point: (n_points, n_components), rows sum to 1."""
    constant = np.log(weights) - (np.log(variances) + centres**2 / variances).sum(axis=1) / 2
    log_shares = constant + points @ (centres / variances).T - (points**2) @ (0.5 / variances).T
    log_shares -= log_shares.max(axis=1, keepdims=True)
    shares = np.exp(log_shares)
    return shares / shares.sum(axis=1, keepdims=True)
