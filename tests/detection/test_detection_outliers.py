"""What does not belong to its segment, and what is only odd?"""

import numpy as np
import pytest

from spkbound.detection import Detector
from spkbound.detection.manner import unexpected_share
from spkbound.detection.tail import beyond_the_tail

SIZE, N_SPEAKERS = 100, 20
STRANGERS = np.arange(37, SIZE * N_SPEAKERS, 200)  # in the first, third, ... segment
SCATTERED = np.arange(163, SIZE * N_SPEAKERS, 200)  # in all others
TOGETHER = np.arange(105, 200, 10)  # as many in the second segment


def make_corpus(odd: np.ndarray) -> np.ndarray:
    """Speakers differ in 8 of 40 directions; some utterances are others', and `odd` ones are far out in all."""
    rng = np.random.default_rng(8)
    owners = np.repeat(np.arange(N_SPEAKERS), SIZE)
    means = np.zeros((N_SPEAKERS, 40))
    means[:, :8] = 4 * rng.standard_normal((N_SPEAKERS, 8))
    noise = rng.standard_normal((len(owners), 40))
    noise[odd] *= 3
    owners[STRANGERS] = (owners[STRANGERS] + 5) % N_SPEAKERS
    return (means[owners] + noise).astype(np.float32)


def said(embeddings: np.ndarray) -> dict[int, float]:
    suggestions = Detector(embeddings, segment_size=SIZE).suggestions(range(SIZE, SIZE * N_SPEAKERS, SIZE))
    return {each.indices[0]: each.probability for each in suggestions if each.kind == "outlier"}


def test_strangers_are_said_and_the_manner_of_one_speaker_is_not():
    found = said(make_corpus(TOGETHER))
    assert set(found) == set(STRANGERS.tolist())
    assert min(found.values()) > 0.9


def test_as_many_odd_utterances_here_and_there_are_said_beside_the_strangers():
    found = said(make_corpus(SCATTERED))
    assert set(found) >= set(STRANGERS.tolist())
    assert len(set(found) & set(SCATTERED.tolist())) >= 8
    assert len(found) <= 22


def test_counts_that_chance_explains_are_all_unexpected():
    odd = np.random.default_rng(1).poisson(15, 40)
    assert unexpected_share(odd, np.full(40, 1000)).min() > 0.9
    assert unexpected_share(np.zeros(5), np.full(5, 100)) == pytest.approx(np.ones(5))


def test_many_odd_utterances_of_one_segment_are_its_manner():
    odd = np.ones(30)
    odd[[4, 20]] = 12
    share = unexpected_share(odd, np.full(30, 100))
    assert share[[4, 20]].max() < 0.15
    assert np.delete(share, [4, 20]).min() > 0.9


@pytest.mark.parametrize("carried_on", [0.0, 0.5])
def test_where_there_is_nobody_else_hardly_anybody_is_said(carried_on):
    rng = np.random.default_rng(2)
    distances = np.log(rng.f(12, 60, 20_000))
    found = beyond_the_tail(distances, np.log(rng.f(12, 60, 5_000)) + 1.5, carried_on=carried_on)
    assert (found.probability > 0.5).sum() <= 2
    assert found.outer == pytest.approx(np.quantile(distances, 0.85))


@pytest.mark.parametrize("share", [0.015, 0.05])
@pytest.mark.parametrize("carried_on", [0.0, 0.5])
def test_probabilities_beyond_the_tail_promise_no_more_than_they_keep(share, carried_on):
    rng = np.random.default_rng(3)
    is_other = rng.random(40_000) < share
    distances = np.log(rng.f(12, 60, 40_000)) + np.where(is_other, 2, 0)
    strangers = np.log(rng.f(12, 60, 5_000)) + 2
    probability = beyond_the_tail(distances, strangers, carried_on=carried_on).probability
    likely = probability > 0.5
    assert likely[is_other].mean() > 0.4
    assert probability[likely].mean() <= is_other[likely].mean() + 0.05
    assert (np.diff(probability[np.argsort(distances)]) >= 0).all()


@pytest.mark.parametrize("carried_on", [0.0, 0.5])
def test_farther_never_means_likelier_a_member(carried_on):
    rng = np.random.default_rng(0)
    members, strangers = rng.normal(0, 0.5, 2_000), rng.normal(3, 0.3, 500)
    found = [
        beyond_the_tail(np.append(members, far), strangers, carried_on=carried_on).probability[-1]
        for far in (1.5, 3, 5, 7, 20, 1e4)
    ]
    assert np.all(np.diff(found) >= 0)
    assert found[-1] > 0.9


def test_one_that_is_immeasurably_far_makes_no_nonsense_of_the_others():
    rng = np.random.default_rng(0)
    distances = np.append(rng.normal(0, 0.05, 2_000), 1e6)
    found = beyond_the_tail(distances, rng.normal(0, 0.1, 500), carried_on=0.5).probability
    assert np.isfinite(found).all()
    assert found[-1] > 0.9
