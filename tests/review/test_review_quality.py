import csv
import io

import numpy as np
import pytest

from spkbound.domain import Segment
from spkbound.review import quality
from spkbound.review.quality import QualityMeter, QualityRow, quality_csv

DIM = 16


def corpus(sizes, noise=0.4, seed=3):
    rng = np.random.default_rng(seed)
    voices = rng.normal(size=(len(sizes), DIM))
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return (voices[labels] + noise * rng.normal(size=(len(labels), DIM))).astype(np.float32)


def segments_of(sizes):
    edges = [0, *np.cumsum(sizes).tolist()]
    return [Segment(start, stop) for start, stop in zip(edges, edges[1:])]


def by_hand(embeddings, part, left_out=()):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    rows = unit - np.nanmean(unit, axis=0)
    rows = np.delete(rows / np.linalg.norm(rows, axis=1, keepdims=True), list(left_out), axis=0)
    mine = rows[part.start : part.stop - len(left_out)]
    mean = mine.mean(axis=0)
    return float((mine @ mean / np.linalg.norm(mean)).mean())


@pytest.fixture
def sizes():
    return [30, 50, 40]


def meter(embeddings, unreadable=()):
    return QualityMeter(embeddings, np.full(len(embeddings), 1.8), unreadable)


def test_cohesion_is_the_mean_cosine_to_the_mean(sizes):
    embeddings = corpus(sizes)
    found = meter(embeddings).measure(segments_of(sizes), frozenset())
    expected = [by_hand(embeddings, part) for part in segments_of(sizes)]
    assert [each.cohesion for each in found] == pytest.approx(expected, abs=1e-4)
    assert [each.n_utterances for each in found] == sizes
    assert found[0].seconds == pytest.approx(30 * 1.8)


def test_two_voices_in_one_segment_hold_together_less(sizes):
    found = meter(corpus(sizes)).measure([Segment(0, 80), Segment(80, 120)], frozenset())
    assert found[0].cohesion < found[1].cohesion - 0.1


def test_a_stranger_is_an_outlier_and_the_worst(sizes):
    embeddings = corpus(sizes, noise=0.2)
    embeddings[7] = embeddings[60]
    found = meter(embeddings).measure(segments_of(sizes), frozenset())
    assert (found[0].n_outliers, found[0].worst) == (1, 7)
    assert found[1].n_outliers == 0
    without = meter(embeddings).measure(segments_of(sizes), frozenset({7}))
    assert (without[0].n_outliers, without[0].n_excluded, without[0].seconds) == (0, 1, pytest.approx(29 * 1.8))
    assert without[0].cohesion > found[0].cohesion


def test_the_unreadable_count_but_say_nothing(sizes):
    embeddings = corpus(sizes)
    embeddings[[3, 119]] = np.nan
    found = meter(embeddings, unreadable=[3, 119]).measure(segments_of(sizes), frozenset())
    assert [each.n_unreadable for each in found] == [1, 0, 1]
    assert all(np.isfinite(each.cohesion) for each in found)


def test_a_long_segment_is_read_in_chunks_to_the_same_numbers(sizes, monkeypatch):
    embeddings = corpus(sizes)
    whole = meter(embeddings).measure([Segment(0, 120)], frozenset({5}))
    monkeypatch.setattr(quality, "CHUNK_ROWS", 7)
    (chunked,) = meter(embeddings).measure([Segment(0, 120)], frozenset({5}))
    assert chunked.cohesion == pytest.approx(whole[0].cohesion, abs=1e-6)
    assert (chunked.n_outliers, chunked.worst) == (whole[0].n_outliers, whole[0].worst)


def test_nothing_is_known_without_embeddings(sizes):
    found = QualityMeter(None, np.full(120, np.nan), [4]).measure(segments_of(sizes), frozenset())
    assert np.isnan(found[0].cohesion)
    assert (found[0].worst, found[0].seconds, found[0].n_unreadable) == (-1, 0.0, 1)


def test_only_what_changed_is_read_again(sizes):
    class Counting(np.ndarray):
        reads = 0

        def __getitem__(self, key):
            Counting.reads += 1
            return super().__getitem__(key)

    counted = meter(corpus(sizes).view(Counting))
    counted.measure(segments_of(sizes), frozenset())
    before = Counting.reads
    counted.measure(segments_of(sizes), frozenset({100}))
    assert Counting.reads - before == 1


def test_the_csv_is_one_row_per_segment(sizes):
    found = meter(corpus(sizes)).measure(segments_of(sizes), frozenset())
    rows = [
        QualityRow(speaker=f"=speaker,{i}", segment=part, approved=i == 0, quality=each)
        for i, (part, each) in enumerate(zip(segments_of(sizes), found))
    ]
    read = list(csv.DictReader(io.StringIO(quality_csv(rows))))
    assert [row["speaker"] for row in read] == ["=speaker,0", "=speaker,1", "=speaker,2"]
    assert [(row["start_index"], row["end_index"], row["approved"]) for row in read][:2] == [
        ("0", "30", "true"),
        ("30", "80", "false"),
    ]
    assert float(read[1]["cohesion"]) == pytest.approx(found[1].cohesion, abs=1e-4)
