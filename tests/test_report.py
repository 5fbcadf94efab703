"""The report is one page that needs nothing else, whatever the files are called."""

import re
from dataclasses import replace

import numpy as np
import pytest

from spkbound.detection import detect_boundaries
from spkbound.detection.roster import Roster
from spkbound.detection.twin import ask_twin, make_twin
from spkbound.domain import Suggestion
from spkbound.report import write_report
from spkbound.simulation import simulate_embeddings

HOSTILE = b"<script>alert(1)</script>&\"'\xff.wav"


@pytest.fixture(scope="module")
def corpus():
    return simulate_embeddings("child", 1200, segment_size=100, seed=1, dim=32)


@pytest.fixture(scope="module")
def page(corpus, tmp_path_factory):
    found = detect_boundaries(corpus.embeddings, segment_size=100)
    suggestion = Suggestion(kind="outlier", indices=(5,), interval=(5, 5), probability=0.9, cost=0.9)
    answer = ask_twin(corpus.embeddings, found)
    file = tmp_path_factory.mktemp("report") / "report.html"
    write_report(replace(found, suggestions=(suggestion,)), file, paths=[HOSTILE] * 1200, twin=answer)
    return file.read_text(encoding="utf-8")


def test_it_loads_nothing_from_anywhere(page):
    assert not re.search(r"<(script|img|iframe|link)[^>]+(src|href)\s*=", page)
    assert "@import" not in page


def test_a_hostile_file_name_is_only_text(page):
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#x27;\\xff.wav" in page


def test_it_holds_every_section(page):
    for title in ("Similarity of what lies", "Utterances per segment", "simulated twin", "What reviewing saves"):
        assert title in page


def test_a_detection_without_boundaries_has_a_report_as_well(tmp_path):
    rows = np.zeros((3, 4), dtype=np.float32)
    found = detect_boundaries(rows, segment_size=10)
    write_report(found, tmp_path / "report.html", paths=[b"a", b"b", b"c"], twin=None)
    assert "too few" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_twin_has_the_same_segments_with_other_voices(corpus):
    twin = make_twin(corpus.embeddings, corpus.boundaries)
    assert np.array_equal(twin.boundaries, corpus.boundaries)
    assert twin.embeddings.shape == corpus.embeddings.shape
    edges = [0, *corpus.boundaries, 1200]
    means = [corpus.embeddings[a:b].mean(0) for a, b in zip(edges[:-1], edges[1:])]
    twins = [twin.embeddings[a:b].mean(0) for a, b in zip(edges[:-1], edges[1:])]
    assert all(min(np.abs(mean - other).max() for other in means) < 1e-5 for mean in twins)


def test_the_twin_is_asked_with_the_list_of_speakers(corpus):
    edges = np.concatenate([[0], corpus.boundaries, [1200]])
    roster = Roster(names=(None,) * (len(edges) - 1), counts=tuple(np.diff(edges).tolist()))
    found = detect_boundaries(corpus.embeddings, roster=roster)
    answer = ask_twin(corpus.embeddings, found, roster=roster)
    assert np.array_equal(answer.detection.indices, answer.boundaries)
    assert answer.detection.alignment.entries.tolist() == list(range(len(edges) - 1))


def test_too_few_segments_have_no_twin(corpus):
    assert ask_twin(corpus.embeddings, detect_boundaries(corpus.embeddings, segment_size=5000)) is None
    assert make_twin(corpus.embeddings, np.array([600])) is None
