"""Over what is the page measured? A detected project with a long log, made once in a folder and used again.

Every utterance has a sound: its file is a hard link to one of the demo's, so a million of them take no space.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.large_store import FILES_PER_FOLDER, named_corpus, noise_info, write_store
from spkbound import pipeline
from spkbound.corpus_choice import CorpusChoice
from spkbound.embedding.layout import Layout
from spkbound.extraction import open_or_create_project
from spkbound.project import Project
from spkbound.review.log import DecisionLog
from spkbound.review.tables import Operation
from spkbound.session import open_session
from spkbound.simulation import simulate_embeddings
from spkbound.synthetic import make_demo_corpus

REVIEWERS = ("anna", "bob", "chen", "dora")
_TOGETHER = 1_000  # decisions of one transaction
_LOG_AS_MADE = "review_as_made.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a project is; segments are about equally long."""

    n_utterances: int
    n_segments: int
    n_decisions: int
    dim: int = 256

    def __str__(self) -> str:
        return f"{self.n_utterances:,} utterances, {self.n_decisions:,} decisions"


FULL = Size(n_utterances=1_180_000, n_segments=1_183, n_decisions=200_000)
SMALL = Size(n_utterances=40_000, n_segments=200, n_decisions=2_000, dim=64)


def open_made(folder: Path, size: Size) -> Project:
    """The project in `folder`, made (`FULL`: some five minutes) if it is not there; its log is as it was made."""
    if not (folder / _LOG_AS_MADE).exists():
        _make(folder, size)
    DecisionLog.open(folder / _LOG_AS_MADE).close()  # a log of an earlier version is renewed here, not at every start
    project = Project.open(folder / "project")
    forget_decisions(project)
    return project


def forget_decisions(project: Project) -> None:
    """Take back what a measurement decided; no server may be at work on it."""
    for end in ("-wal", "-shm"):
        project.review_db.with_name(project.review_db.name + end).unlink(missing_ok=True)
    shutil.copyfile(project.folder.parent / _LOG_AS_MADE, project.review_db)


def _make(folder: Path, size: Size) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    corpus_folder = folder / "corpus"
    _link_files(corpus_folder, size.n_utterances, _demo_sounds(folder / "sounds"))
    project = open_or_create_project(folder / "project", CorpusChoice(input_dir=corpus_folder))
    corpus = named_corpus(corpus_folder)
    write_store(project.embeddings_dir, corpus, noise_info(corpus, size.dim))
    matrix = np.lib.format.open_memmap(Layout(project.embeddings_dir).matrix, "r+")
    matrix[:] = simulate_embeddings("adult", size.n_utterances, dim=size.dim, sizes=_segment_sizes(size)).embeddings
    matrix.flush()
    del matrix
    project = project.change(segment_size=size.n_utterances // size.n_segments)
    pipeline.detect_project(project)
    _decide(project, size.n_decisions)
    shutil.copyfile(project.review_db, folder / _LOG_AS_MADE)


def _demo_sounds(folder: Path) -> list[Path]:
    make_demo_corpus(folder)
    return [path for path in sorted(folder.rglob("*.wav")) if path.stat().st_size > 1_000]


def _link_files(folder: Path, n: int, sounds: list[Path]) -> None:
    for start in range(0, n, FILES_PER_FOLDER):
        inner = folder / f"part_{start // FILES_PER_FOLDER:05d}"
        inner.mkdir(parents=True)
        for k in range(start, min(n, start + FILES_PER_FOLDER)):
            os.link(sounds[k % len(sounds)], inner / f"utt_{k:08d}.wav")


def _segment_sizes(size: Size) -> np.ndarray:
    """Equal but for 4 percent either way of each boundary; all of them together are the corpus."""
    edges = np.linspace(0, size.n_utterances, size.n_segments + 1).round().astype(np.int64)
    apart = size.n_utterances // size.n_segments // 25
    edges[1:-1] += np.random.default_rng(0).integers(-apart, apart + 1, size.n_segments - 1)
    return np.diff(edges)


def _decide(project: Project, n: int) -> None:
    """Fill the log through the code that the page uses: half are approved, the others go there and back."""
    session = open_session(project)
    operations = _operations(session.detection.indices.tolist())
    while session.review.version < n:
        user = REVIEWERS[session.review.version // _TOGETHER % len(REVIEWERS)]
        session.review.apply(list(islice(operations, _TOGETHER)), user=user)
    session.close()


def _operations(indices: list[int]) -> Iterator[Operation]:
    """The approvals come first, so that their number is known; a boundary that went away and back stays undecided."""
    for index in indices[::2]:
        yield Operation(key=f"approve-{index}", kind="approve", index=index)
    n_round = 0
    while True:
        n_round += 1
        for index in indices[1::2]:
            for start, stop in ((index, index + 1), (index + 1, index)):
                yield Operation(key=f"{n_round}-{start}-{stop}", kind="shift", from_index=start, index=stop)
