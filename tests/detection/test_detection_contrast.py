"""Neighbours who differ no more than parts of one speaker do are doubted, whatever the sums say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.detection import Detector
from spkbound.detection.contrast import Contrast

SPEAKERS, SIZE, SESSION = 16, 60, 20
CONTRAST = Contrast(inner=-14.0, scale=6.0, log_rate=3.8, log_spread=0.6, usual=600.0, strange=0.06)


def corpus_with_a_strange_session(strangeness: float, seed: int) -> np.ndarray:
    """Speakers with sessions; the middle session of one of them differs `strangeness` times as much as others."""
    rng = np.random.default_rng(seed)
    rows = []
    for speaker in range(SPEAKERS):
        mean = rng.standard_normal(32)
        for session in range(SIZE // SESSION):
            shift = 0.12 * rng.standard_normal(32)
            if (speaker, session) == (7, 0):
                shift *= strangeness
            rows.append(mean + shift + 0.5 * rng.standard_normal((SESSION, 32)))
    return np.concatenate(rows).astype(np.float32)


@pytest.mark.parametrize("seed", range(3))
def test_a_strange_session_is_no_sure_speaker(seed):
    found = Detector(corpus_with_a_strange_session(5.0, seed), segment_size=SIZE, boundary_window=5).detect()
    is_true = found.indices % SIZE == 0
    assert (found.probabilities[is_true] > 0.9).sum() >= SPEAKERS - 3
    assert (found.probabilities[~is_true] < 0.9).all()


@given(st.floats(-50, 5000), st.floats(0.5, 500))
def test_existence_is_a_probability(gain, mass):
    assert 0 <= CONTRAST.existence(np.array([gain]), np.array([mass]))[0] <= 1


def test_what_gains_as_boundaries_do_is_not_doubted_and_what_gains_as_parts_do_is():
    gains = np.array([-5.0, 5.0, 30.0, 100.0, 600.0, 9000.0])
    seen = CONTRAST.existence(gains, np.full(6, 20.0))
    assert (np.diff(seen) >= 0).all()
    assert seen[0] < 0.5 < seen[3] < 0.95 < seen[4]
    assert seen[5] == 1.0


def test_few_segments_show_no_distribution():
    rows = corpus_with_a_strange_session(1.0, 0)[: 5 * SIZE]
    found = Detector(rows, segment_size=SIZE, boundary_window=5).detect()
    assert found.indices.tolist() == [SIZE, 2 * SIZE, 3 * SIZE, 4 * SIZE]
    assert (found.probabilities > 0.9).all()
