"""Sessions play speakers: rooms and prompts in order change a voice's embeddings, more for some people than others."""

import numpy as np
import pytest

from spkbound.detection import detect_boundaries
from spkbound.detection.evaluate import score_boundaries
from spkbound.detection.length import LengthPrior
from spkbound.simulation import simulate_embeddings

N_SPEAKERS, SIZE, SESSION = 20, 100, 10


def uneven_sessions(seed: int, *, session: float, larger: float) -> tuple[np.ndarray, np.ndarray]:
    """Sessions of ten utterances, of standard deviation `session`; every fifth speaker's are `larger` times that."""
    rng = np.random.default_rng(seed)
    rows = []
    for speaker in range(N_SPEAKERS):
        size = SIZE + int(rng.integers(-3, 4))
        scale = session * (larger if speaker % 5 == 2 else 1.0)
        shifts = scale * rng.standard_normal((size // SESSION + 1, 24))
        voice = 1.2 * rng.standard_normal(24)
        rows.append(voice + np.repeat(shifts, SESSION, axis=0)[:size] + rng.standard_normal((size, 24)))
    return np.concatenate(rows).astype(np.float32), np.cumsum([len(each) for each in rows])[:-1]


@pytest.mark.parametrize(("session", "larger"), [(0.5, 3.0), (0.8, 2.0)])
def test_a_speaker_with_larger_sessions_than_others_is_not_torn(session, larger):
    for seed in range(2):
        rows, boundaries = uneven_sessions(seed, session=session, larger=larger)
        found = detect_boundaries(rows, segment_size=SIZE, boundary_window=10)
        assert score_boundaries(boundaries, found.indices, tolerance=2).f1 == 1.0


@pytest.mark.parametrize("asked", [70, 130])
def test_sessions_do_not_play_speakers_where_the_size_is_far_off(asked):
    rows, boundaries = uneven_sessions(3, session=0.5, larger=2.0)
    found = detect_boundaries(rows, segment_size=asked, boundary_window=10)
    assert score_boundaries(boundaries, found.indices, tolerance=2).f1 == 1.0


@pytest.mark.parametrize("asked", [500, 1500])
def test_a_size_far_from_the_truth_is_found_out(asked):
    corpus = simulate_embeddings("adult", 20_000, seed=3)
    found = detect_boundaries(corpus.embeddings, segment_size=asked)
    assert score_boundaries(corpus.boundaries, found.indices).f1 == 1.0
    assert found.debug["fitted_segment_size"] == pytest.approx(1000, rel=0.35)


def test_auto_takes_speakers_rather_than_the_sessions_inside_them():
    rng = np.random.default_rng(5)
    voices = np.repeat(1.5 * rng.standard_normal((12, 16)), 200, axis=0)
    sessions = np.repeat(0.9 * rng.standard_normal((120, 16)), 20, axis=0)
    rows = (voices + sessions + rng.standard_normal((2400, 16))).astype(np.float32)
    found = detect_boundaries(rows, segment_size="auto", boundary_window=10)
    assert score_boundaries(np.arange(200, 2400, 200), found.indices, tolerance=2).f1 == 1.0
    assert "chose 200" in found.warnings[0]


@pytest.mark.parametrize("asked", [1000, "auto"])
def test_ten_speakers_of_one_size_are_not_taken_for_five(asked):
    corpus = simulate_embeddings("adult", 10_000, seed=1)
    found = detect_boundaries(corpus.embeddings, segment_size=asked)
    assert score_boundaries(corpus.boundaries, found.indices).f1 == 1.0


def test_a_size_of_several_speakers_is_said_to_be_too_large():
    rng = np.random.default_rng(6)
    voices = np.repeat(rng.standard_normal((24, 16)), 50, axis=0)
    rows = (voices + rng.standard_normal((1200, 16))).astype(np.float32)
    found = detect_boundaries(rows, segment_size=400, boundary_window=10)
    missed = 23 - score_boundaries(np.arange(50, 1200, 50), found.indices, tolerance=2).n_matched
    assert missed == 0 or any("second change" in warning for warning in found.warnings)


def test_a_shuffled_corpus_without_boundaries_is_said_to_have_no_order():
    corpus = simulate_embeddings("child", 6_000, seed=5)
    rows = corpus.embeddings[np.random.default_rng(0).permutation(6_000)]
    found = detect_boundaries(rows)
    assert found.warnings
    assert not (found.probabilities > 0.5).any()


def test_lengths_that_are_all_alike_are_more_regular():
    prior = LengthPrior(100, 10)
    alike, unlike = np.full(6, 100.0), np.array([100.0, 40, 160, 100, 70, 130])
    assert prior.regularity(alike) == 0.0
    assert prior.regularity(unlike) < -1
