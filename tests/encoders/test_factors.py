"""Factors are found again where there are some, and say nothing where nothing is known."""

import numpy as np
import pytest

from spkbound.encoders.factors import FRAME_WEIGHT, Factors, fit_factors
from spkbound.encoders.mixture import Evidence

N_COMPONENTS, N_FEATURES = 6, 10


@pytest.fixture(scope="module")
def utterances() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two true factors, counts and pulls of 400 utterances, each with a third of the sounds only."""
    rng = np.random.default_rng(0)
    loadings = rng.normal(0, 1, (N_COMPONENTS * N_FEATURES, 2))
    truth = rng.normal(0, 1, (400, 2))
    counts = rng.integers(5, 40, (400, N_COMPONENTS)) * (rng.random((400, N_COMPONENTS)) < 0.34)
    repeated = np.repeat(counts, N_FEATURES, axis=1)
    pulls = repeated * (truth @ loadings.T) + np.sqrt(repeated) * rng.normal(0, 1, repeated.shape)
    return truth, counts.astype(np.float32), pulls.astype(np.float32)


@pytest.fixture(scope="module")
def factors(utterances: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Factors:
    return fit_factors(*utterances[1:])


def test_true_factors_are_found_whatever_sounds_were_met(
    utterances: tuple[np.ndarray, np.ndarray, np.ndarray], factors: Factors
) -> None:
    truth, counts, pulls = utterances
    met = counts.sum(axis=1) > 0
    placed = np.array([factors.place(Evidence(c, p)) for c, p in zip(counts[met], pulls[met])])
    back, *_ = np.linalg.lstsq(placed, truth[met], rcond=None)
    assert np.var(placed @ back - truth[met]) < 0.1


def test_an_utterance_without_evidence_lies_at_the_origin(factors: Factors) -> None:
    nothing = Evidence(np.zeros(N_COMPONENTS, np.float32), np.zeros(N_COMPONENTS * N_FEATURES, np.float32))
    assert np.array_equal(factors.place(nothing), np.zeros(factors.loadings.shape[1]))


def test_more_evidence_of_the_same_goes_farther(
    utterances: tuple[np.ndarray, np.ndarray, np.ndarray], factors: Factors
) -> None:
    counts, pulls = utterances[1][0], utterances[2][0]
    lengths = [np.linalg.norm(factors.place(Evidence(m * counts, m * pulls))) for m in (0.1, 1.0, 10.0, 100.0)]
    assert lengths == sorted(lengths)


def test_the_factors_solve_their_equation(
    utterances: tuple[np.ndarray, np.ndarray, np.ndarray], factors: Factors
) -> None:
    counts, pulls = utterances[1][1], utterances[2][1]
    placed = factors.place(Evidence(counts, pulls))
    weights = FRAME_WEIGHT * np.repeat(counts, N_FEATURES)
    left = placed + factors.loadings.T @ (weights * (factors.loadings @ placed))
    assert np.allclose(left, FRAME_WEIGHT * factors.loadings.T @ pulls, rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("n_utterances", [1, 2, 3])
def test_one_utterance_is_enough_to_fit(
    n_utterances: int, utterances: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    few = fit_factors(utterances[1][:n_utterances], utterances[2][:n_utterances])
    assert np.isfinite(few.place(Evidence(utterances[1][5], utterances[2][5]))).all()
