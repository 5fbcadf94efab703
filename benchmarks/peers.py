"""How do other methods do on the same corpora? One row per corpus and method; a row that we lose stays in."""

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.bench import KINDS, N_QUICK, Bench
from benchmarks.corpora import KnownCorpus, simulated
from benchmarks.own_process import TooSlow, call
from benchmarks.peer_methods import PEERS
from benchmarks.runs import NEAR, Source
from spkbound.detection.evaluate import misfiled_share, score_boundaries, score_segments

MOST_S = 600.0  # per corpus
HEADER = (
    "| corpus | method | is told the | corpora | exact F1 | ±2 F1 | purity | coverage | misfiled | seconds "
    "| of them on the CPU | added GB |\n" + "| --- " * 12 + "|"
)
_MOST_REAL, _MOST_SIMULATED = 5, 2  # corpora of a kind


@dataclass(frozen=True, slots=True)
class Asked:
    """A corpus in a file, beside its truth."""

    file: str
    boundaries: np.ndarray
    n_utterances: int


def compare(bench: Bench) -> Iterator[str]:
    """Rows on FSDD a to d and on simulated encoders, the methods of each corpus together."""
    for source in sources(bench):
        with tempfile.TemporaryDirectory() as folder:
            asked = [write(source.make(seed), Path(folder) / f"{seed}.npz") for seed in source.seeds]
            for name, peer in PEERS.items():
                chosen = asked[:1] if peer.is_slow else asked
                yield f"| {source.name} | {name} | {peer.told} | {len(chosen)} | {measured(name, chosen)} |"


def sources(bench: Bench) -> list[Source]:
    real = [Source(source.name, bench.seeds[:_MOST_REAL], source.make) for source in bench.fsdd("abcd")]
    return real + [
        Source(
            f"simulated {kind}, {N_QUICK:,}",
            bench.seeds[:_MOST_SIMULATED],
            lambda seed, kind=kind: simulated(kind, N_QUICK, seed),
        )
        for kind in KINDS
    ]


def write(corpus: KnownCorpus, file: Path) -> Asked:
    np.savez(
        file,
        embeddings=corpus.embeddings,
        boundaries=corpus.boundaries,
        segment_size=corpus.segment_size,
        boundary_window=corpus.boundary_window,
    )
    return Asked(str(file), corpus.boundaries, len(corpus.embeddings))


def measured(name: str, asked: list[Asked]) -> str:
    """Means over the corpora, but the median of the seconds and the largest memory; or why there is nothing."""
    try:
        files = [each.file for each in asked]
        answer = call("benchmarks.peer_methods:answer", name, files, timeout_s=MOST_S * len(asked))
    except TooSlow:
        return f"more than {MOST_S:.0f} s" + " |" * 7
    except subprocess.CalledProcessError:
        return "failed, or is not installed" + " |" * 7
    scores = np.array([score(each, np.array(found, dtype=int)) for each, found in zip(asked, answer["indices"])])
    exact, near, purity, coverage, misfiled = scores.mean(0)
    return (
        f"{exact:.4f} | {near:.4f} | {purity:.4f} | {coverage:.4f} | {misfiled:.2%} "
        f"| {np.median(answer['seconds']):.2f} | {np.median(answer['cpu_seconds']):.2f} | {answer['added_gb']:.2f}"
    )


def score(asked: Asked, found: np.ndarray) -> list[float]:
    segments = score_segments(asked.boundaries, found, asked.n_utterances)
    return [
        score_boundaries(asked.boundaries, found).f1,
        score_boundaries(asked.boundaries, found, tolerance=NEAR).f1,
        segments.purity,
        segments.coverage,
        misfiled_share(asked.boundaries, found, asked.n_utterances),
    ]
