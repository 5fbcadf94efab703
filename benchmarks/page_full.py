"""Over what is the page measured at full size? A project of 1,180,000 utterances with 200,000 decisions, made once.

Every utterance has a sound: its file is a hard link to one of the demo's, so a million of them take no space.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.large_store import FILES_PER_FOLDER, named_corpus, noise_info, write_store
from spkbound import pipeline
from spkbound.corpus_choice import CorpusChoice
from spkbound.embedding.layout import Layout
from spkbound.extraction import open_or_create_project
from spkbound.project import Project
from spkbound.review.tables import Operation
from spkbound.session import open_session
from spkbound.simulation import simulate_embeddings
from spkbound.synthetic import make_demo_corpus

N_UTTERANCES, N_SEGMENTS, DIM = 1_180_000, 1_183, 256
N_DECISIONS = 200_000
REVIEWERS = ("anna", "bob", "chen", "dora")
_TOGETHER = 1_000  # decisions of one transaction
_LOG_AS_MADE = "review_as_made.sqlite"


def full_project(folder: Path) -> Project:
    """The project in `folder`, made (some five minutes) if it is not there; its log is as it was made."""
    project_folder = folder / "project"
    if not (folder / _LOG_AS_MADE).exists():
        print(f"making {N_UTTERANCES:,} utterances in {folder}", flush=True)
        _make(folder, project_folder)
    project = Project.open(project_folder)
    forget_decisions(project)
    return project


def forget_decisions(project: Project) -> None:
    """Take back what a measurement decided; no server may be at work on it."""
    for end in ("-wal", "-shm"):
        project.review_db.with_name(project.review_db.name + end).unlink(missing_ok=True)
    shutil.copyfile(project.folder.parent / _LOG_AS_MADE, project.review_db)


def _make(folder: Path, project_folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    corpus_folder = folder / "corpus"
    _link_files(corpus_folder, _demo_sounds(folder / "sounds"))
    project = open_or_create_project(project_folder, CorpusChoice(input_dir=corpus_folder))
    corpus = named_corpus(corpus_folder)
    write_store(project.embeddings_dir, corpus, noise_info(corpus, DIM))
    matrix = np.lib.format.open_memmap(Layout(project.embeddings_dir).matrix, "r+")
    matrix[:] = simulate_embeddings("adult", N_UTTERANCES, dim=DIM, sizes=_sizes()).embeddings
    matrix.flush()
    del matrix
    print(f"{pipeline.detect_project(project).n_boundaries:,} boundaries", flush=True)
    _decide(project)
    shutil.copyfile(project.review_db, folder / _LOG_AS_MADE)


def _demo_sounds(folder: Path) -> list[Path]:
    make_demo_corpus(folder)
    return [path for path in sorted(folder.rglob("*.wav")) if path.stat().st_size > 1_000]


def _link_files(folder: Path, sounds: list[Path]) -> None:
    for start in range(0, N_UTTERANCES, FILES_PER_FOLDER):
        inner = folder / f"part_{start // FILES_PER_FOLDER:05d}"
        inner.mkdir(parents=True)
        for k in range(start, min(N_UTTERANCES, start + FILES_PER_FOLDER)):
            os.link(sounds[k % len(sounds)], inner / f"utt_{k:08d}.wav")


def _sizes() -> np.ndarray:
    """About a thousand utterances to a speaker, 80 at most more or fewer; all of them together are the corpus."""
    edges = np.linspace(0, N_UTTERANCES, N_SEGMENTS + 1).round().astype(np.int64)
    edges[1:-1] += np.random.default_rng(0).integers(-40, 41, N_SEGMENTS - 1)
    return np.diff(edges)


def _decide(project: Project) -> None:
    """Fill the log through the code that the page uses: half are approved, the others go there and back."""
    session = open_session(project)
    operations = _operations(session.detection.indices.tolist())
    while session.review.version < N_DECISIONS:
        user = REVIEWERS[session.review.version // _TOGETHER % len(REVIEWERS)]
        session.review.apply(list(islice(operations, _TOGETHER)), user=user)
    session.close()


def _operations(indices: list[int]) -> Iterator[Operation]:
    """The approvals come first, so that their number is known; a boundary that went away and back stays undecided."""
    for index in indices[::2]:
        yield Operation(key=f"approve-{index}", kind="approve", index=index)
    for n_round in range(N_DECISIONS):
        for index in indices[1::2]:
            for start, stop in ((index, index + 1), (index + 1, index)):
                yield Operation(key=f"{n_round}-{start}-{stop}", kind="shift", from_index=start, index=stop)
