"""Suggestions find planted faults, and make up none."""

import numpy as np
import pytest

from spkbound.detection import Detector
from spkbound.detection.suggest import MOST_OUTLIERS_PER_SEGMENT
from spkbound.domain import SUGGESTION_KINDS, Suggestion
from spkbound.errors import UsageError
from spkbound.simulation import simulate_embeddings

SIZE = 100


@pytest.fixture(scope="module")
def corpus():
    """Twelve speakers with sessions, drift and outliers."""
    return simulate_embeddings("adult", 0, segment_size=SIZE, seed=3, sizes=np.full(12, SIZE))


def ask(embeddings, boundaries=None, **options) -> list[Suggestion]:
    return Detector(embeddings, segment_size=SIZE, **options).suggestions(boundaries)


def of_kind(suggestions: list[Suggestion], kind: str) -> list[Suggestion]:
    return [each for each in suggestions if each.kind == kind]


def likely(suggestions: list[Suggestion], *, but: str = "outlier") -> list[tuple]:
    return [(each.kind, *each.indices) for each in suggestions if each.kind != but and each.probability > 0.5]


def assert_sound(suggestions: list[Suggestion], n: int) -> None:
    assert [each.cost for each in suggestions] == sorted((each.cost for each in suggestions), reverse=True)
    for each in suggestions:
        assert each.kind in SUGGESTION_KINDS
        assert 0 <= each.probability <= 1
        assert 0 <= each.cost <= n
        assert all(type(index) is int and 0 <= index < n for index in each.indices)
        assert list(each.indices) == sorted(set(each.indices)) or each.kind == "outlier"
        assert each.interval[0] <= min(each.indices[:1]) <= each.interval[1]


def test_nothing_but_outliers_is_suggested_where_the_boundaries_are_right(corpus):
    suggestions = ask(corpus.embeddings, corpus.boundaries)
    assert_sound(suggestions, len(corpus.embeddings))
    assert likely(suggestions) == []
    assert ask(corpus.embeddings) == ask(
        corpus.embeddings, Detector(corpus.embeddings, segment_size=SIZE).detect().indices
    )


def test_a_boundary_that_is_missing_is_suggested_at_its_place(corpus):
    missing = int(corpus.boundaries[4])
    found = of_kind(ask(corpus.embeddings, np.setdiff1d(corpus.boundaries, [missing])), "second_change")
    assert [each.indices for each in found] == [(missing,)]
    assert found[0].probability > 0.9
    assert found[0].cost == pytest.approx(SIZE, rel=0.1)
    lo, hi = found[0].interval
    assert lo <= missing <= hi


def test_a_short_stretch_of_somebody_else_is_found_with_both_its_ends(corpus):
    """Between two halves of one speaker, where the global search joins all three."""
    order = np.concatenate([np.arange(440), np.arange(900, 930), np.arange(440, 900), np.arange(930, 1200)])
    boundaries = corpus.boundaries + 30 * ((corpus.boundaries > 440) & (corpus.boundaries <= 900))
    found = of_kind(ask(corpus.embeddings[order], boundaries), "second_change")
    assert [each.indices for each in found] == [(pytest.approx(440, abs=5), pytest.approx(470, abs=5))]
    assert found[0].probability > 0.9
    assert found[0].cost == pytest.approx(30, abs=10)


def test_a_boundary_inside_one_speaker_is_suggested_as_superfluous(corpus):
    boundaries = np.sort(np.append(corpus.boundaries, 250))
    assert likely(ask(corpus.embeddings, boundaries)) == [("same_speaker_beside", 250)]


def test_a_voice_that_comes_back_is_linked_with_where_it_was(corpus):
    """The second half of the third speaker stands before the ninth."""
    order = np.concatenate([np.arange(250), np.arange(300, 800), np.arange(250, 300), np.arange(800, 1200)])
    boundaries = np.array([100, 200, 250, 350, 450, 550, 650, 750, 800, 900, 1000, 1100])
    assert likely(ask(corpus.embeddings[order], boundaries)) == [("same_voice", 200, 750)]


def test_a_voice_that_comes_back_often_is_linked_by_as_few_pairs_as_it_takes(blocks):
    once = blocks([40] * 8)
    order = np.concatenate([np.arange(320), np.arange(20), np.arange(60, 80), np.arange(20, 40), np.arange(100, 120)])
    embeddings = once.embeddings[order] + np.random.default_rng(1).normal(0, 1, (400, 12)).astype(np.float32)
    boundaries = [40, 80, 120, 160, 200, 240, 280, 320, 340, 360, 380]
    pairs = [
        each.indices for each in of_kind(Detector(embeddings, segment_size=40).suggestions(boundaries), "same_voice")
    ]
    voices = {(0, 320, 360), (40, 340), (80, 380)}
    for voice in voices:
        assert len([pair for pair in pairs if set(pair) <= set(voice)]) == len(voice) - 1
    assert len(pairs) == 4


def test_an_exchanged_utterance_is_an_outlier_and_says_where_it_would_be_at_home(blocks):
    corpus = blocks([40, 42, 38, 41, 40, 39, 43, 40], dim=12)
    exchanged = corpus.embeddings.copy()
    exchanged[50], exchanged[130] = corpus.embeddings[5], corpus.embeddings[300]
    found = {each.indices[0]: each for each in of_kind(ask_blocks(exchanged, corpus.boundaries), "outlier")}
    assert {50, 130} <= set(found)
    assert len(found) <= 4
    assert found[50].indices == (50, 40)
    assert found[130].indices == (130,)
    assert found[50].probability > 0.9


def ask_blocks(embeddings, boundaries) -> list[Suggestion]:
    return Detector(embeddings, segment_size=40).suggestions(boundaries)


def test_most_simulated_outliers_are_found_and_few_members(corpus):
    large = simulate_embeddings("adult", 6000, seed=5)
    found = [each.indices[0] for each in of_kind(Detector(large.embeddings).suggestions(large.boundaries), "outlier")]
    assert large.outliers[found].mean() > 0.7
    assert large.outliers[found].sum() > 0.5 * large.outliers.sum()
    owners = np.searchsorted(large.boundaries, found, side="right")
    assert np.bincount(owners).max() <= MOST_OUTLIERS_PER_SEGMENT


def test_gaps_are_never_suggested(corpus):
    gappy = corpus.embeddings.copy()
    gappy[[3, 150, 151, 700]] = np.nan
    suggestions = ask(gappy, corpus.boundaries)
    assert likely(suggestions) == []
    assert not {each.indices[0] for each in of_kind(suggestions, "outlier")} & {3, 150, 151, 700}


@pytest.mark.parametrize("method", ["cosine", "gmm"])
def test_other_methods_get_suggestions_too(corpus, method):
    missing = int(corpus.boundaries[4])
    suggestions = ask(corpus.embeddings, np.setdiff1d(corpus.boundaries, [missing]), method=method)
    assert likely(suggestions) == [("second_change", missing)]


def test_sessions_of_one_speaker_are_never_suggested_with_confidence():
    alone = simulate_embeddings("adult", 0, segment_size=400, seed=5, sizes=np.array([2400]))
    suggestions = Detector(alone.embeddings, segment_size=200).suggestions()
    assert likely(suggestions, but="same_speaker_beside") == []


@pytest.mark.parametrize("n", [0, 1, 2, 5, 9, 20])
def test_the_smallest_corpora_never_fail(n):
    rng = np.random.default_rng(n)
    for embeddings in (rng.standard_normal((n, 3)), np.ones((n, 3)), np.full((n, 3), np.nan)):
        for boundaries in (None, [], range(1, n)):
            assert_sound(Detector(embeddings, segment_size=3).suggestions(boundaries), n)


def test_indices_outside_the_corpus_are_refused(corpus):
    with pytest.raises(UsageError, match="between 1 and 1199"):
        ask(corpus.embeddings, [1200])


def test_the_same_is_suggested_each_time(corpus):
    assert ask(corpus.embeddings) == ask(corpus.embeddings)
