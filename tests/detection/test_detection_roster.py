"""What a list of speakers adds, when it is right, wrong in places, and wrong."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spkbound.detection import Detector, detect_boundaries
from spkbound.detection.evaluate import matched
from spkbound.detection.length import LengthPrior
from spkbound.detection.place import Placed
from spkbound.detection.result import spread
from spkbound.detection.roster import Roster
from spkbound.detection.roster.places import place_by_counts
from spkbound.errors import UsageError
from spkbound.simulation import simulate_embeddings

METHODS = ("global", "cosine", "gmm")
SIZES = [100, 97, 23, 103, 100, 101, 12, 99, 98, 102, 60, 100, 15, 100, 96, 104]
OPTIONS = {"segment_size": 100, "boundary_window": 8}


@pytest.fixture(scope="module")
def uneven():
    """Speakers of about 100, some of them cut to a few; simulated voices with sessions, as different as adults'."""
    return simulate_embeddings("adult", 0, segment_size=100, seed=4, sizes=np.array(SIZES), dim=64)


@pytest.fixture(scope="module")
def used(uneven):
    detector = Detector(uneven.embeddings, roster=SIZES, **OPTIONS)
    detector.detect()
    return detector


def edges(sizes) -> list[int]:
    return np.cumsum(sizes)[:-1].tolist()


def test_exact_counts_give_exact_boundaries_and_who_is_who(uneven):
    found = detect_boundaries(uneven.embeddings, roster=SIZES, **OPTIONS)
    assert found.indices.tolist() == edges(SIZES)
    assert found.alignment.entries.tolist() == list(range(len(SIZES)))
    assert (found.alignment.probabilities > 0.99).all()
    assert not len(found.alignment.absent)
    assert (found.probabilities > 0.9).all()
    assert not found.warnings


def test_the_size_asked_for_does_not_matter_where_counts_are_known(uneven):
    found = detect_boundaries(uneven.embeddings, roster=SIZES)  # 1000 and 10
    assert found.indices.tolist() == edges(SIZES)


def test_counts_that_are_off_by_two_still_help(uneven):
    off = np.array(SIZES) + np.random.default_rng(0).integers(-2, 3, len(SIZES))
    found = detect_boundaries(uneven.embeddings, roster=off.tolist(), **OPTIONS)
    assert matched(uneven.boundaries, found.indices).all()
    assert found.n_boundaries == len(uneven.boundaries)
    assert found.alignment.entries.tolist() == list(range(len(SIZES)))


def test_speakers_who_are_not_on_the_roster_are_told(uneven):
    listed = [size for i, size in enumerate(SIZES) if i not in (3, 10)]
    found = detect_boundaries(uneven.embeddings, roster=listed, **OPTIONS)
    assert found.indices.tolist() == edges(SIZES)
    assert (found.alignment.entries == -1).sum() == 2
    assert found.alignment.entries[[2, 11]].tolist() == [2, 9]
    assert any("not on the roster: 2" in warning for warning in found.warnings)


def test_entries_that_were_never_recorded_are_told(uneven):
    listed = [*SIZES[:5], 45, *SIZES[5:], 70]
    found = detect_boundaries(uneven.embeddings, roster=Roster(("",) * 5 + ("Eve",) + ("",) * 12, tuple(listed)))
    assert found.indices.tolist() == edges(SIZES)
    assert found.alignment.absent.tolist() == [5, len(listed) - 1]
    assert any("not found" in warning and "6 (Eve), 18" in warning for warning in found.warnings)
    assert any("lists 18 speakers, 16 segments" in warning for warning in found.warnings)


def test_unknown_counts_among_known_ones_stand_for_anybody(uneven):
    listed = [None if i % 3 == 1 else size for i, size in enumerate(SIZES)]
    found = detect_boundaries(uneven.embeddings, roster=listed, **OPTIONS)
    assert found.indices.tolist() == edges(SIZES)
    assert found.alignment.entries.tolist() == list(range(len(SIZES)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("roster", [None, [], [None] * 3, [None] * 12, [np.nan] * 40])
def test_a_roster_that_says_nothing_changes_no_boundary(even_corpus, method, roster):
    options = {"method": method, "segment_size": 40, "boundary_window": 8}
    found = detect_boundaries(even_corpus.embeddings, roster=roster, **options)
    without = detect_boundaries(even_corpus.embeddings, **options)
    assert np.array_equal(found.indices, without.indices)
    assert np.array_equal(found.probabilities, without.probabilities)
    assert (found.alignment is None) == (not roster)


def test_names_alone_are_given_in_order_and_a_wrong_number_is_told(even_corpus):
    found = detect_boundaries(even_corpus.embeddings, segment_size=40, roster=[None] * 12)
    assert found.alignment.entries.tolist() == list(range(12))
    found = detect_boundaries(even_corpus.embeddings, segment_size=40, roster=[None] * 14)
    assert len(found.alignment.absent) == 2
    assert any("14 speakers, 12 segments" in warning for warning in found.warnings)
    assert any("may be other entries" in warning for warning in found.warnings)


@pytest.mark.parametrize("kind", ["adult", "child"])
def test_a_wrong_roster_makes_no_confident_false_boundary_and_is_told(kind):
    for seed in range(2):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(40, 130, 14)
        corpus = simulate_embeddings(kind, 0, segment_size=90, seed=seed, sizes=sizes, dim=64)
        thirds = [np.array([size // 3, size - size // 3]) for size in sizes]
        for wrong in (rng.permutation(sizes), rng.integers(40, 130, 20), np.concatenate([sizes[7:], *thirds[:7]])):
            found = detect_boundaries(corpus.embeddings, roster=wrong.tolist(), boundary_window=8)
            far = ~matched(corpus.boundaries, found.indices, tolerance=3)
            assert (found.probabilities[far] <= 0.5).all()
            assert found.warnings


def test_a_roster_does_not_make_speakers_of_the_sessions_of_one():
    corpus = simulate_embeddings("child", 1200, segment_size=200, seed=1, sizes=np.array([1200]))
    for roster in ([600, 600], [100] * 12, [150, 250, 300, 500]):
        found = detect_boundaries(corpus.embeddings, roster=roster)
        assert (found.probabilities <= 0.5).all()
        assert found.warnings or not found.n_boundaries


def test_a_speaker_of_many_segment_sizes_stays_whole():
    sizes = np.array([50, 50, 48, 900, 52, 50, 51, 49, 50, 330, 50, 47] * 2)
    corpus = simulate_embeddings("adult", 0, segment_size=50, seed=2, sizes=sizes, dim=64)
    roster = [None if 40 < size < 60 else int(size) for size in sizes]  # most unknown: the size asked for holds
    found = detect_boundaries(corpus.embeddings, roster=roster, segment_size=50)
    assert found.indices.tolist() == edges(sizes)


@pytest.mark.parametrize("method", ["cosine", "gmm"])
def test_counts_keep_a_window_search_in_its_place(blocks, method):
    sizes = [100, 60, 100, 130, 100, 40, 100, 100]
    corpus = blocks(sizes, dim=16)
    found = detect_boundaries(corpus.embeddings, method=method, roster=sizes, boundary_window=8)
    assert found.indices.tolist() == edges(sizes)
    assert (found.probabilities > 0.9).all()
    assert found.alignment.entries.tolist() == list(range(len(sizes)))
    later = detect_boundaries(corpus.embeddings, method=method, roster=sizes, boundary_window=8, approved=[160, 390])
    assert later.indices.tolist() == edges(sizes)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [0, 1, 2, 5, 9, 20])
def test_the_smallest_corpora_never_fail(method, n):
    embeddings = np.random.default_rng(n).standard_normal((n, 3))
    for roster in ([1], [5, 5], [100] * 30, [2, None, 7], [1] * max(1, n)):
        for size in (1, 3):
            found = detect_boundaries(embeddings, method=method, segment_size=size, roster=roster)
            assert n == 0 or len(found.alignment.entries) == found.n_boundaries + 1


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    approved=st.sets(st.integers(1, sum(SIZES) - 1), max_size=8),
    rejected=st.sets(st.sampled_from(edges(SIZES)), max_size=4),
)
def test_decisions_are_respected_and_detecting_again_equals_a_fresh_detection(uneven, used, approved, rejected):
    again = used.redetect(approved=approved, rejected=rejected)
    fresh = detect_boundaries(uneven.embeddings, roster=SIZES, approved=approved, rejected=rejected, **OPTIONS)
    assert np.array_equal(again.indices, fresh.indices)
    assert np.array_equal(again.probabilities, fresh.probabilities)
    assert (again.probabilities[np.isin(again.indices, sorted(approved))] == 1).all()
    assert np.isin(sorted(approved), again.indices).all()
    for index in rejected:
        assert np.isin(again.indices[np.abs(again.indices - index) <= 8], sorted(approved)).all()


def test_a_count_moves_a_boundary_that_its_utterances_leave_open():
    prior = Roster((None,) * 3, (10, 10, 10)).prior(LengthPrior(10.0, 4.0))
    sure = Placed(spread(10, 8, np.array([0.0, 0, 1, 0, 0])))
    open_one = Placed(spread(18, 18, np.array([1, 0.6, 0.6, 0.6, 0])))
    placed = [None, sure, open_one, None]
    found, chained = place_by_counts(np.array([0, 10, 18, 30]), placed, np.array([0, 1, 2]), prior)
    assert found.tolist() == [0, 10, 20, 30]
    assert chained[2].places.shares.argmax() == 2
    unlisted, _ = place_by_counts(np.array([0, 10, 18, 30]), placed, np.full(3, -1), prior)
    assert unlisted.tolist() == [0, 10, 18, 30]


def test_how_right_a_list_is_is_measured_on_what_was_found():
    counts = tuple(range(50, 90))
    prior = Roster((None,) * 40, counts).prior(LengthPrior(70.0, 10.0))
    entries, sizes = np.arange(40), np.array(counts)
    right = prior.as_right_as_found(sizes, entries)
    assert right.exact > 0.9
    assert right.absent == right.unlisted == pytest.approx(np.log(1 / 90))
    assert prior.as_right_as_found(sizes + np.arange(40) % 2, entries).exact == pytest.approx(0.43, abs=0.05)
    assert prior.as_right_as_found(sizes + 3, entries).exact == 0
    nobody = prior.as_right_as_found(sizes, np.full(40, -1))
    assert nobody.exact == 0
    assert nobody.absent == nobody.unlisted == pytest.approx(np.log(41 / 90))


def test_a_long_list_without_an_error_is_believed(blocks):
    corpus = blocks([20] * 60, dim=8)
    found = detect_boundaries(corpus.embeddings, roster=[20] * 60, boundary_window=4)
    assert found.alignment.probabilities.min() > 0.9
    assert not found.warnings


@pytest.mark.parametrize("wrong", [[0], [-3], [2.5], ["many"], [10**12]])
def test_a_count_that_is_none_is_refused(even_corpus, wrong):
    with pytest.raises(UsageError, match="roster"):
        detect_boundaries(even_corpus.embeddings, roster=wrong)
