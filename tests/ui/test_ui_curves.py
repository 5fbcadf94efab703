import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spkbound.domain import Segment
from spkbound.ui.closeup import corpus_centre, look_closely
from spkbound.ui.timeline import Pyramid

RNG = np.random.default_rng(3)


def two_speakers(n_left: int, n_right: int, dim: int = 32) -> np.ndarray:
    voices = RNG.normal(size=(2, dim))
    rows = np.repeat(voices, [n_left, n_right], axis=0) + 0.4 * RNG.normal(size=(n_left + n_right, dim))
    return rows.astype(np.float32)


def look(embeddings, place, window, excluded=frozenset(), durations_s=None):
    n = len(embeddings)
    return look_closely(
        embeddings,
        window=window,
        left=Segment(0, place),
        right=Segment(place, n),
        centre=corpus_centre(embeddings),
        durations_s=np.full(n, 3.0) if durations_s is None else durations_s,
        excluded=excluded,
    )


@given(arrays(np.float32, st.integers(1, 300), elements=st.floats(-1, 1, width=32)), st.integers(1, 40), st.data())
def test_a_window_of_the_pyramid_holds_every_extreme(similarity, n_pixels, data):
    n = len(similarity)
    lo = data.draw(st.integers(0, n - 1))
    hi = data.draw(st.integers(lo + 1, n))
    rows = Pyramid(similarity).window(lo, hi, n_pixels=n_pixels)
    assert 1 <= len(rows) <= n_pixels
    assert rows[:, 1].min() == similarity[lo:hi].min()
    assert rows[:, 2].max() == similarity[lo:hi].max()
    assert (np.diff(rows[:, 0]) > 0).all()


def test_a_coarse_level_says_the_same_and_keeps_gaps():
    similarity = RNG.uniform(-1, 1, 50_000).astype(np.float32)
    similarity[20_000:30_000] = np.nan
    rows = Pyramid(similarity).window(0, 50_000, n_pixels=100)
    assert len(rows) == 100
    assert rows[0, 1] <= similarity[:400].min()
    assert np.isnan(rows[45:55, 1:]).all()
    assert np.isfinite(rows[:35, 1:]).all()


def test_the_curves_cross_at_the_change():
    seen = look(two_speakers(60, 40), 60, Segment(40, 80))
    assert (seen.left[:20] > seen.right[:20]).all()
    assert (seen.left[20:] < seen.right[20:]).all()


def test_an_utterance_does_not_vouch_for_itself():
    alone = two_speakers(1, 30)
    seen = look(alone, 1, Segment(0, 10))
    assert np.isnan(seen.left[0])


def test_gaps_stay_gaps_and_never_spread():
    embeddings = two_speakers(40, 40)
    embeddings[[38, 45]] = np.nan
    embeddings[50] = 0
    seen = look(embeddings, 40, Segment(30, 60))
    missing = np.isnan(seen.left)
    assert np.flatnonzero(missing).tolist() == [8, 15, 20]
    assert np.array_equal(missing, np.isnan(seen.right))


def test_one_of_another_voice_is_an_outlier_and_no_reference():
    embeddings = two_speakers(60, 60)
    embeddings[50] = -embeddings[55]
    seen = look(embeddings, 60, Segment(35, 85))
    assert np.flatnonzero(seen.outlier).tolist() == [15]
    assert len(seen.left_references) == len(seen.right_references) == 3
    assert 50 not in seen.left_references


def test_the_next_speaker_is_no_outlier():
    embeddings = np.concatenate([two_speakers(40, 40), two_speakers(40, 1)])
    seen = look_closely(
        embeddings,
        window=Segment(20, 100),
        left=Segment(0, 40),
        right=Segment(40, 80),
        centre=corpus_centre(embeddings),
        durations_s=np.full(len(embeddings), 3.0),
        excluded=frozenset(),
    )
    assert not seen.outlier[60:].any()


def test_references_are_of_pleasant_length_and_not_excluded():
    embeddings = two_speakers(60, 60)
    durations_s = np.full(120, 0.2)
    durations_s[[5, 25, 45]] = 4.0
    seen = look(embeddings, 60, Segment(35, 85), durations_s=durations_s)
    assert seen.left_references == [5, 25, 45]
    without = look(embeddings, 60, Segment(35, 85), durations_s=durations_s, excluded=frozenset({25}))
    assert 25 not in without.left_references


def test_a_segment_of_gaps_alone_has_nothing_to_say():
    embeddings = two_speakers(10, 10)
    embeddings[:10] = np.nan
    seen = look(embeddings, 10, Segment(0, 20))
    assert np.isnan(seen.left).all()
    assert seen.left_references == []
