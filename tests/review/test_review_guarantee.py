import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from spkbound.review.guarantee import (
    Answers,
    Goal,
    Guarantee,
    decoy_indices,
    draw_sample,
    judge,
    percent_above,
    sample_size,
    upper_bound,
)

PLACES = {index: (b"%d" % (index - 1), b"%d" % index) for index in range(10, 20_010, 20)}


def goal(error_rate: float = 0.01, confidence: float = 0.95, **more: int) -> Goal:
    return Goal(seed=7, error_rate=error_rate, confidence=confidence, **more)


def answered(sample, *, wrong: int = 0, unsure: int = 0) -> Answers:
    words = ["elsewhere"] * wrong + ["unsure"] * unsure + ["here"] * (len(sample) - wrong - unsure)
    return Answers(dict(zip(sample, words)), {})


def test_the_size_of_the_sample_is_the_least_that_says_it():
    assert [sample_size(0.01, 0.95), sample_size(0.05, 0.95), sample_size(0.01, 0.99)] == [299, 59, 459]
    for rate, confidence in [(0.02, 0.9), (0.005, 0.95), (0.5, 0.5)]:
        k = sample_size(rate, confidence)
        assert 1 - (1 - rate) ** k >= confidence > 1 - (1 - rate) ** (k - 1)


@given(n=st.integers(1, 2000), share=st.floats(0, 1), confidence=st.floats(0.5, 0.999))
@settings(deadline=None)
def test_the_bound_is_clopper_and_pearsons(n, share, confidence):
    wrong = int(share * n)
    bound = upper_bound(wrong, n, confidence)
    assert bound == pytest.approx(beta.ppf(confidence, wrong + 1, n - wrong) if wrong < n else 1.0)
    if wrong < n:
        assert binom.cdf(wrong, n, bound) == pytest.approx(1 - confidence, abs=1e-6)


def test_no_wrong_one_of_300_says_fewer_than_one_per_cent():
    sample = list(PLACES.values())[:300]
    found = judge(goal(), sample, answered(sample), n_approved=1000)
    assert found.text() == "0 of 300 wrong: fewer than 1 % at 95 % confidence"
    found = judge(goal(), sample, answered(sample, wrong=2, unsure=1), n_approved=1000)
    assert found.text() == ("2 of 300 wrong and 1 not sure, which counts as wrong: fewer than 2.6 % at 95 % confidence")


def test_nothing_follows_before_all_are_heard():
    sample = list(PLACES.values())[:300]
    found = judge(goal(), sample, answered(sample[:299]), n_approved=1000)
    assert found.bound is None
    assert "1 more before" in found.text()
    assert judge(None, (), Answers({}, {}), n_approved=5).bound is None


def test_where_all_were_heard_nothing_is_guessed():
    sample = list(PLACES.values())[:40]
    assert judge(goal(), sample, answered(sample, wrong=1), n_approved=40).text() == (
        "All 40 approved boundaries were heard blind: 1 wrong"
    )


def test_a_wrong_one_counts_although_it_was_mended():
    before = list(PLACES.values())[:101]
    answers = answered(before, wrong=1)
    mended = judge(goal(), before[1:], answers, n_approved=1000)
    assert (mended.n_wrong, mended.n_judged) == (1, 101)
    assert mended.bound == pytest.approx(upper_bound(1, 101, 0.95))


def test_who_takes_decoys_for_changes_proves_nothing():
    sample = list(PLACES.values())[:300]
    heard = answered(sample)
    for missed, holds in [(2, True), (3, False)]:
        decoys = {(b"d%d" % i, b"e"): "here" if i < missed else "elsewhere" for i in range(10)}
        found = judge(goal(), sample, Answers(heard.boundaries, decoys), n_approved=1000)
        assert (found.bound is not None) is holds
    assert "prove nothing" in found.text()


def test_a_sample_that_was_changed_after_answers_is_less_sure():
    sample = list(PLACES.values())[:300]
    assert judge(goal(looks=2), sample, answered(sample), n_approved=1000).confidence == pytest.approx(0.9)


def test_nobody_can_draw_again_and_a_larger_sample_holds_the_smaller():
    small, large = draw_sample(7, PLACES, 50), draw_sample(7, PLACES, 200)
    assert draw_sample(7, dict(reversed(PLACES.items())), 50) == small == large[:50]
    assert draw_sample(8, PLACES, 50) != small


def test_what_is_approved_later_is_as_likely_to_be_heard():
    first = dict(list(PLACES.items())[:500])
    later = set(PLACES) - set(first)
    assert set(draw_sample(7, PLACES, 200)) - later <= set(draw_sample(7, first, 200))
    share = np.mean([len(later.intersection(draw_sample(seed, PLACES, 100))) for seed in range(40)])
    assert share == pytest.approx(50, abs=4)


def test_decoys_lie_inside_segments_some_near_the_boundary_some_far():
    stops = {index: index + 20 for index in PLACES}
    decoys = decoy_indices(7, list(PLACES), PLACES, stops)
    assert len(decoys) == pytest.approx(200, abs=50)
    distances = {(decoy - 10) % 20 for decoy in decoys}
    assert 0 not in distances
    assert distances & {1, 2, 3}
    assert max(distances) < 17
    assert not decoy_indices(7, list(PLACES), PLACES, {index: index + 8 for index in PLACES})


def test_a_share_is_never_written_smaller_than_it_is():
    assert [percent_above(x) for x in (0.00993, 0.01, 0.0158, 0.0151, 0.25, 0.000123, 1.0)] == (
        ["1", "1", "1.6", "1.6", "25", "0.013", "100"]
    )


def test_an_empty_guarantee_says_so():
    assert Guarantee(n_approved=3).text().startswith("Nobody")
