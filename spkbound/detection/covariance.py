"""How do recordings of one speaker differ from session to session, and how do speakers differ? Works without labels.

Utterances of one speaker are not independent (sessions, microphones, prompts in order); treating them so makes
evidence 10 to 100 times too strong.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.projected import Projected
from spkbound.detection.scatter import robust_scatter, shrunk

_SESSION_SCALES = (20, 10, 5)  # blocks of S/20, S/10, S/5 utterances
_MOST_TRIMMED = 0.4  # of the pairs
_LEAST_TRIMMED = 0.05
_MOST_DIFFERENCES = 20_000
_MOST_CONTRASTS = 40_000
_CONTRAST_LAGS = (1.5, 2.5, 3.5, 4.5)  # segment sizes
_MOST_DIRECTIONS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Directions in which sessions scatter by 1 per utterance and speakers by `variances`.

    `axes` ``(k, k_b)`` lead there from the projected space; `session` ``(k, k)`` is the covariance V, per utterance.
    """

    axes: np.ndarray
    variances: np.ndarray
    session: np.ndarray


def fit_basis(projected: Projected, segment_size: float, found: np.ndarray | None = None) -> Basis:
    """Measure both covariances and diagonalise one against the other.

    `found`: boundaries of an earlier pass; then only what lies between them tells of sessions.
    """
    session = session_covariance(projected, segment_size, found)
    values, vectors = np.linalg.eigh(session)
    whiten = (vectors / np.sqrt(values)) @ vectors.T
    speaker, members = speaker_covariance(projected, segment_size, session)
    variances, turn = np.linalg.eigh(whiten @ speaker @ whiten - np.eye(len(whiten)) / members)
    order = np.argsort(-variances)
    variances, turn = variances[order], turn[:, order]
    keep = (variances * segment_size > 1.0) & (np.arange(len(variances)) < _MOST_DIRECTIONS)
    if not keep.any():
        keep[0] = True
        variances[0] = max(variances[0], 1 / segment_size)
    return Basis(axes=whiten @ turn[:, keep], variances=variances[keep], session=session)


def session_covariance(projected: Projected, segment_size: float, found: np.ndarray | None = None) -> np.ndarray:
    """Estimate V, per utterance, as the largest of several scales in every direction. Float64 ``(k, k)``, at least 1.

    Pairs that straddle a boundary are the most different ones as long as none is known, and trimmed.
    """
    session = np.eye(projected.rows.shape[1])
    for parts in _SESSION_SCALES:
        width = _blocks(projected, max(2, round(segment_size / parts)))
        utterances = width * projected.block
        straddling = min(_MOST_TRIMMED, 2.2 * utterances / segment_size) if found is None else _LEAST_TRIMMED
        differences = _adjacent_differences(projected, width, found)
        if len(differences) < 10:
            continue
        scatter = robust_scatter(differences, freedom=3.0, iterations=8, trimmed_share=straddling)
        session = _generalised_maximum(session, shrunk(scatter, len(projected) / utterances / 1.5))
    return session


def speaker_covariance(projected: Projected, segment_size: float, session: np.ndarray) -> tuple[np.ndarray, float]:
    """Estimate B + V / members from means of blocks that lie several segments apart; gives it and the members."""
    width = max(1, round(segment_size / 4 / projected.block))
    members = width * projected.block
    found = [_far_differences(projected, width, int(lag * segment_size / projected.block)) for lag in _CONTRAST_LAGS]
    contrasts = np.concatenate(found)
    if not len(contrasts):
        beyond = np.diag(projected.spread - 1) - (session - np.eye(len(session))) / max(2, segment_size / 5)
        return beyond + session / members, members
    if len(contrasts) > _MOST_CONTRASTS:
        contrasts = contrasts[np.random.default_rng(2).choice(len(contrasts), _MOST_CONTRASTS, replace=False)]
    return contrasts.T @ contrasts / len(contrasts), members


def _blocks(projected: Projected, utterances: float) -> int:
    return max(1, round(utterances / projected.block))


def _adjacent_differences(projected: Projected, width: int, found: np.ndarray | None) -> np.ndarray:
    """Differences of the means of neighbouring runs of `width` blocks, scaled to the variance of one utterance."""
    sums, masses, edges = projected.sums, projected.masses, projected.edges
    n_blocks = len(edges) - 1
    if n_blocks < 6 * width:
        return np.zeros((0, sums.shape[1]))
    at = np.arange(width, n_blocks - width, max(1, width // 4))
    if found is not None:
        at = at[np.searchsorted(found, edges[at - width], side="right") == np.searchsorted(found, edges[at + width])]
    if len(at) > _MOST_DIFFERENCES:
        at = np.random.default_rng(1).choice(at, _MOST_DIFFERENCES, replace=False)
    left, right = masses[at] - masses[at - width], masses[at + width] - masses[at]
    keep = np.minimum(left, right) >= 0.5 * width * projected.block
    at, left, right = at[keep], left[keep, None], right[keep, None]
    difference = (sums[at + width] - sums[at]) / right - (sums[at] - sums[at - width]) / left
    return difference / np.sqrt(1 / left + 1 / right)


def _far_differences(projected: Projected, width: int, lag: int) -> np.ndarray:
    sums, masses = projected.sums, projected.masses
    n_blocks = len(projected.edges) - 1
    at = np.arange(0, max(0, n_blocks - lag - width), max(1, width // 2))
    near, far = masses[at + width] - masses[at], masses[at + lag + width] - masses[at + lag]
    keep = np.minimum(near, far) >= 0.5 * width * projected.block
    at, near, far = at[keep], near[keep, None], far[keep, None]
    difference = (sums[at + lag + width] - sums[at + lag]) / far - (sums[at + width] - sums[at]) / near
    return difference / np.sqrt(2)


def _generalised_maximum(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The larger of two covariances in every common principal direction."""
    values, vectors = np.linalg.eigh(one)
    root, inverse = (vectors * np.sqrt(values)) @ vectors.T, (vectors / np.sqrt(values)) @ vectors.T
    ratio, turn = np.linalg.eigh(inverse @ other @ inverse)
    return root @ (turn * np.maximum(ratio, 1)) @ turn.T @ root
