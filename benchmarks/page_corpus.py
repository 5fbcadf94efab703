"""Over what are the page's figures measured? A detected project with many boundaries, made of simulated voices."""

from pathlib import Path

import numpy as np

from benchmarks.large_store import named_corpus, noise_info, write_files, write_store
from spkbound import pipeline
from spkbound.corpus_choice import CorpusChoice
from spkbound.embedding.layout import Layout
from spkbound.extraction import open_or_create_project
from spkbound.project import Project

DIM = 64


def make_project(folder: Path, *, n_segments: int, segment_size: int) -> Project:
    """A project of `n_segments` simulated speakers; its files are empty, so there is nothing to hear."""
    corpus_folder = folder / "corpus"
    write_files(corpus_folder, n_segments * segment_size)
    project = open_or_create_project(folder / "project", CorpusChoice(input_dir=corpus_folder))
    corpus = named_corpus(corpus_folder)
    write_store(project.embeddings_dir, corpus, noise_info(corpus, DIM))
    rng = np.random.default_rng(1)
    matrix = np.lib.format.open_memmap(Layout(project.embeddings_dir).matrix, "r+")
    for start in range(0, len(matrix), segment_size):
        matrix[start : start + segment_size] += 2 * rng.standard_normal(DIM, np.float32)
    matrix.flush()
    project = project.change(segment_size=segment_size, boundary_window=5)
    pipeline.detect_project(project)
    return project
