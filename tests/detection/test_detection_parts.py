"""The numerical parts, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from spkbound.detection.calibrate import fit_calibration
from spkbound.detection.length import LengthPrior, fit_size
from spkbound.detection.result import smallest_run
from spkbound.detection.rows import open_rows
from spkbound.detection.scatter import robust_scatter, shrunk
from spkbound.detection.score import segment_score
from spkbound.detection.scorers import RatioModel, kernel_scorer, ratio_scorer
from spkbound.detection.similarity import similarity_timeline
from spkbound.detection.temper import within_inflation


def test_a_segment_score_is_the_ratio_of_two_gaussian_likelihoods():
    rng = np.random.default_rng(0)
    variances, inflation, m = np.array([2.0, 0.5, 0.1]), 1.7, 6
    rows = rng.standard_normal((m, 3))
    one, nobody = 0.0, 0.0
    for k in range(3):
        noise = inflation * np.eye(m)
        one += multivariate_normal(np.zeros(m), noise + variances[k]).logpdf(rows[:, k])
        nobody += multivariate_normal(np.zeros(m), noise).logpdf(rows[:, k])
    score = segment_score(rows.sum(0), np.array([m]), variances, inflation)
    assert score == pytest.approx(one - nobody)


@settings(max_examples=50, deadline=None)
@given(
    sums=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=70),
    mass=st.floats(0, 1e7),
    inflation=st.floats(1, 400),
)
def test_scores_are_finite(sums, mass, inflation):
    variances = np.geomspace(100, 1e-4, len(sums))
    assert np.isfinite(segment_score(np.array(sums), np.array([mass]), variances, inflation))


def test_the_length_prior_is_a_density_and_its_survival_the_rest():
    prior = LengthPrior(100, 10)
    lengths = np.arange(1, 2_000_000, dtype=np.float64)
    density = np.exp(prior.log_density(lengths))
    assert density.sum() == pytest.approx(1, abs=0.01)
    assert np.exp(prior.log_survival(np.array([90.0, 100.0, 130.0]))) == pytest.approx(
        [density[89:].sum(), density[99:].sum(), density[129:].sum()], abs=0.07
    )
    assert prior.log_density(lengths).argmax() == 99


def test_the_size_follows_the_lengths_found_but_not_far():
    prior = LengthPrior(100, 10)
    assert fit_size(np.full(20, 120.0), prior, 100) == pytest.approx(120, abs=2)
    assert fit_size(np.full(20, 900.0), prior, 100) == 100
    assert fit_size(np.full(5, 120.0), prior, 100) == 100


def test_outliers_hardly_change_the_scatter():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((2000, 5)) * np.array([1, 2, 3, 1, 1])
    rows[:60] *= 30
    scatter = robust_scatter(rows, freedom=5, iterations=6)
    assert np.diag(scatter) == pytest.approx([1, 4, 9, 1, 1], rel=0.25)


@pytest.mark.parametrize("dim", [1, 2, 30])
def test_shrinkage_keeps_the_trace_and_grows_when_rows_are_few(dim):
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((40, dim)) * np.linspace(1, 3, dim)
    scatter = rows.T @ rows / 40
    few, many = shrunk(scatter, 5), shrunk(scatter, 1e9)
    assert np.trace(few) == pytest.approx(np.trace(scatter))
    assert np.allclose(many, scatter, atol=1e-3)
    assert np.abs(few - np.diag(np.diag(few))).sum() <= np.abs(scatter - np.diag(np.diag(scatter))).sum() + 1e-12


def test_inflation_shows_sessions_within_segments():
    rng = np.random.default_rng(0)
    cuts = np.arange(0, 2001, 100)
    for session, expected in ((0.0, 1.0), (0.5, 10.0)):
        rows = rng.standard_normal((2000, 4)) + np.repeat(rng.standard_normal((80, 4)), 25, axis=0) * np.sqrt(session)
        sums = np.concatenate([np.zeros((1, 4)), np.cumsum(rows, axis=0)])
        masses = np.arange(2001.0)[:, None] * np.ones(4)
        assert within_inflation(sums, masses, cuts) == pytest.approx(expected, rel=0.5)


@pytest.mark.parametrize("kind", ["ratio", "kernel"])
def test_both_scorers_tell_left_from_right_and_are_unsure_where_nothing_is(kind):
    rng = np.random.default_rng(0)
    model = RatioModel(speaker=np.full(6, 3.0), session=None, near=5)
    for distance, errors in ((2.0, (0, 0.1)), (0.0, (0.3, 0.7))):
        rows = rng.standard_normal((120, 6))
        rows[60:] += distance
        scorer = ratio_scorer(rows, model) if kind == "ratio" else kernel_scorer(rows, 12.0)
        wrong = ((scorer(60)[:, 0] > 0) != (np.arange(120) < 60)).mean()
        assert errors[0] <= wrong <= errors[1]


def test_calibrated_log_ratios_are_bounded_and_as_good_as_the_feature():
    rng = np.random.default_rng(0)
    is_left = np.arange(4000) < 2000
    feature = rng.normal(np.where(is_left, 1.0, -1.0), 1.0)[:, None] * 5  # true log ratio: 2 / 5 of the feature
    calibration = fit_calibration(feature, is_left)
    assert calibration.slopes[0] == pytest.approx(0.4, rel=0.35)
    assert np.abs(calibration.log_ratios(np.array([[1e6], [-1e6]]))).max() < 12
    assert calibration.errors(feature, is_left) == pytest.approx(0.16, abs=0.03)


@settings(max_examples=100, deadline=None)
@given(mass=st.lists(st.floats(0, 1), min_size=1, max_size=12).filter(lambda mass: sum(mass) > 0.01))
def test_the_smallest_run_holds_enough_and_no_shorter_one_does(mass):
    mass = np.array(mass)
    lo, hi = smallest_run(mass, 0.95, around=int(mass.argmax()))
    assert mass[lo : hi + 1].sum() >= 0.95 * mass.sum() - 1e-9
    width = hi - lo
    sums = [mass[i : i + width].sum() for i in range(len(mass) - width + 1)]
    assert not width or max(sums) < 0.95 * mass.sum() + 1e-9


def test_similarity_dips_at_the_change_and_is_silent_at_the_start():
    rows = np.repeat(np.array([[1.0, 0.2], [-1.0, 0.2]]), 50, axis=0)
    rows[70:95] = 0
    timeline = similarity_timeline(lambda lo, hi: rows[lo:hi], 100, 10)
    assert np.isnan(timeline[0])
    assert np.isnan(timeline[85])
    assert int(np.nanargmin(timeline)) == 50
    assert timeline[30] == pytest.approx(1)


@pytest.mark.parametrize("size", [1e-30, 1.0, 1e30])
def test_rows_come_at_a_scale_that_can_be_squared(size):
    rows = open_rows(np.full((10, 4), size))
    block = rows.read(slice(None))
    assert block.dtype == np.float32
    assert 0.1 < np.square(block).sum(1)[0] < 100
