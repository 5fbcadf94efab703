"""What is a list of speakers worth, and what does a wrong one cost? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_roster [--seeds 20] [--first_seed 0] [--quick] [--full]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import large
from benchmarks.bench_detect import machine
from benchmarks.corpora import FSDD_FOLDER, KnownCorpus, load_fsdd, order_fsdd
from benchmarks.own_process import call, peak_gb
from spkbound.detection import Detection, detect_boundaries
from spkbound.detection.evaluate import calibration_error, matched, score_boundaries
from spkbound.simulation import Kind, Nuisance, simulate_embeddings

HEADER = (
    "| corpus | roster | seeds | exact F1 | ±2 F1 | short speakers missed | wrong with p ≥ 0.9 | ECE | said not to fit "
    "| seconds |\n" + "| --- " * 10 + "|"
)
_SHORT = 0.93  # of the segment size
_N_SPEAKERS = 40
_EVERY = 10  # one entry in ten is wrong where a roster is wrong in places

Counts = list[int | None] | None


def none(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    return None


def exact(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    return sizes.tolist()


def off_by_2(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    return np.maximum(1, sizes + rng.integers(-2, 3, len(sizes))).tolist()


def half_unknown(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    return [None if luck < 0.5 else int(size) for size, luck in zip(sizes, rng.random(len(sizes)))]


def some_not_listed(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    return sizes[rng.permutation(len(sizes)) % _EVERY > 0].tolist()


def some_not_recorded(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    extra = np.sort(rng.choice(len(sizes), len(sizes) // _EVERY, replace=False))
    return np.insert(sizes, extra, rng.permutation(sizes)[: len(extra)]).tolist()


def shuffled(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    return rng.permutation(sizes).tolist()


def every_third_halved(sizes: np.ndarray, rng: np.random.Generator) -> Counts:
    parts = [(size // 2, size - size // 2) if i % 3 == 0 else (size,) for i, size in enumerate(sizes.tolist())]
    return [part for both in parts for part in both]


ROSTERS = (
    none,
    exact,
    off_by_2,
    half_unknown,
    some_not_listed,
    some_not_recorded,
    shuffled,
    every_third_halved,
)


@dataclass(frozen=True, slots=True)
class _Run:
    corpus: KnownCorpus
    found: Detection
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first_seed", type=int, default=0, help="for draws that nobody has looked at")
    parser.add_argument("--quick", action="store_true", help="2 seeds")
    parser.add_argument("--full", action="store_true", help="1.18 million utterances as well")
    options = parser.parse_args()
    print(f"{machine()}\n\n{HEADER}", flush=True)
    for make, most in corpora():
        n_seeds = min(2 if options.quick else options.seeds, most)
        seeds = range(options.first_seed, options.first_seed + n_seeds)
        for roster in ROSTERS:
            print(describe([run(make(seed), roster, seed) for seed in seeds], roster.__name__, seeds), flush=True)
    if options.full:
        print(measure_large(1_180_000))


def corpora() -> Iterator[tuple[Callable[[int], KnownCorpus], int]]:
    if FSDD_FOLDER.exists():
        fsdd = load_fsdd()
        yield (lambda seed: order_fsdd(fsdd, "b", seed)), 20
    for kind in ("adult", "child"):
        yield (lambda seed, kind=kind: cut_short(kind, 0.10, 0.95, seed)), 5
        yield (lambda seed, kind=kind: cut_short(kind, 0.01, 0.10, seed)), 5


def cut_short(kind: Kind, least: float, most: float, seed: int) -> KnownCorpus:
    """Forty speakers of 1000 ± 6 utterances, one in ten of them with a share between `least` and `most`."""
    rng = np.random.default_rng([seed, 7])
    sizes = 1000 + rng.integers(-6, 7, _N_SPEAKERS)
    chosen = rng.choice(_N_SPEAKERS, _N_SPEAKERS // 10, replace=False)
    sizes[chosen] = 1000 * rng.uniform(least, most, len(chosen))
    corpus = simulate_embeddings(kind, int(sizes.sum()), seed=seed, sizes=sizes, nuisance=Nuisance())
    return KnownCorpus(
        name=f"simulated {kind}, one in ten cut to {least:.0%} to {most:.0%}",
        embeddings=corpus.embeddings,
        boundaries=corpus.boundaries,
        segment_size=1000,
        boundary_window=10,
    )


def run(corpus: KnownCorpus, roster: Callable, seed: int) -> _Run:
    counts = roster(sizes_of(corpus), np.random.default_rng([seed, 11]))
    start = time.perf_counter()
    found = detect_boundaries(
        corpus.embeddings,
        segment_size=corpus.segment_size,
        boundary_window=corpus.boundary_window,
        roster=counts,
    )
    return _Run(corpus, found, time.perf_counter() - start)


def describe(runs: Sequence[_Run], roster: str, seeds: range) -> str:
    """One row: means over seeds, sums of what is counted, but the median of the seconds."""
    scores = [score_boundaries(each.corpus.boundaries, each.found.indices).f1 for each in runs]
    near = [score_boundaries(each.corpus.boundaries, each.found.indices, tolerance=2).f1 for each in runs]
    hits = np.concatenate([matched(each.corpus.boundaries, each.found.indices) for each in runs])
    p = np.concatenate([each.found.probabilities for each in runs])
    missed, n_short = np.sum([missed_short(each) for each in runs], axis=0)
    unfit = sum(any("does not fit" in warning for warning in each.found.warnings) for each in runs)
    return (
        f"| {runs[0].corpus.name} | {roster.replace('_', ' ')} | {seeds[0]}–{seeds[-1]} | {np.mean(scores):.4f} "
        f"| {np.mean(near):.4f} | {missed} of {n_short} | {int((p[~hits] >= 0.9).sum())} of {int((~hits).sum())} "
        f"| {calibration_error(p, hits):.4f} | {unfit} of {len(runs)} | {np.median([r.seconds for r in runs]):.2f} |"
    )


def missed_short(done: _Run) -> tuple[int, int]:
    """How many short speakers lack one of their boundaries (± 2), and how many there are."""
    edges = np.concatenate([[0], done.corpus.boundaries, [len(done.corpus.embeddings)]])
    found = np.concatenate([[0], done.found.indices, [edges[-1]]])
    seen = np.abs(edges[:, None] - found).min(1) <= 2
    short = np.diff(edges) < _SHORT * done.corpus.segment_size
    return int((short & ~(seen[:-1] & seen[1:])).sum()), int(short.sum())


def sizes_of(corpus: KnownCorpus) -> np.ndarray:
    return np.diff(np.concatenate([[0], corpus.boundaries, [len(corpus.embeddings)]]))


def measure_large(n: int) -> str:
    """Seconds and exact F1 without and with an exact roster, on a mapped matrix, each in a process of its own."""
    rows = ["", f"| simulated adult, {n:,} x 256, memory-mapped | seconds | CPU s | peak RSS, GB | exact F1 |"]
    rows.append("| --- " * 5 + "|")
    with tempfile.TemporaryDirectory() as folder:
        corpus = str(Path(folder) / "corpus")
        call("benchmarks.large:write", corpus, n)
        for name, is_listed in (("without a roster", 0), ("with all counts", 1)):
            rows.append(f"| {name} | {call('benchmarks.bench_roster:detect_large', corpus, is_listed)['row']} |")
    return "\n".join(rows)


def detect_large(folder: str, is_listed: float) -> dict:
    """One such detection; its row."""
    matrix = np.load(Path(folder) / large.MATRIX, mmap_mode="r")
    boundaries = np.load(Path(folder) / large.TRUTH)
    counts = np.diff(np.concatenate([[0], boundaries, [len(matrix)]])).tolist()
    start, cpu_start = time.perf_counter(), time.process_time()
    found = detect_boundaries(matrix, roster=counts if is_listed else None)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    f1 = score_boundaries(boundaries, found.indices).f1
    return {"row": f"{seconds:.1f} | {cpu:.1f} | {peak_gb():.2f} | {f1:.4f}"}


if __name__ == "__main__":
    main()
