"""How exact, honest and fast is detection? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_detect [--seeds 20] [--first_seed 0] [--methods global cosine gmm] [--quick] [--full]
"""

import argparse
import datetime
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.corpora import FSDD_FOLDER, KnownCorpus, load_fsdd, order_fsdd, simulated
from spkbound.detection import Detection, detect_boundaries
from spkbound.detection.evaluate import calibration_error, matched, score_boundaries

METHODS = ("global", "cosine", "gmm")
HEADER = "| corpus | method | seeds | exact F1 | ±2 F1 | ECE | wrong with p < 0.9 | seconds |\n" + "| --- " * 8 + "|"
WRONG_SIZES = {
    "FSDD d": (343, 450, 490, 540, 637),
    "simulated adult": (700, 1300),
    "simulated child": (700, 1300),
}
WRONG_SIZES_HEADER = (
    "| corpus | segment_size asked for | seeds | exact F1, mean | worst | wrong with p < 0.9 |\n" + "| --- " * 6 + "|"
)
_TILE = 100_000


def main() -> None:
    options = parse_options()
    print(f"{machine()}\n\n{HEADER}", flush=True)
    for make, n_seeds in corpora(options):
        for method in options.methods:
            print(measure(make, method, range(options.first_seed, options.first_seed + n_seeds)), flush=True)
    print_wrong_sizes(options)
    sizes = [] if options.quick else [100_000]
    sizes += [1_180_000] if options.full else []
    if sizes:
        print("\n| simulated adult, memory-mapped | seconds | peak RSS, GB | exact F1 |\n| --- | --- | --- | --- |")
    for n in sizes:
        print(measure_large(n), flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first_seed", type=int, default=0, help="for draws that nobody has looked at")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--quick", action="store_true", help="2 seeds, nothing large")
    parser.add_argument("--full", action="store_true", help="1.18 million utterances as well")
    options = parser.parse_args()
    options.seeds = 2 if options.quick else options.seeds
    return options


def corpora(options: argparse.Namespace) -> Iterator[tuple[Callable[[int], KnownCorpus], int]]:
    if FSDD_FOLDER.exists():
        fsdd = load_fsdd()
        for kind in "abcd":
            yield (lambda seed, kind=kind: order_fsdd(fsdd, kind, seed)), options.seeds
    for kind in ("adult", "child"):
        yield (lambda seed, kind=kind: simulated(kind, 20_000, seed)), min(options.seeds, 5)


def measure(make: Callable[[int], KnownCorpus], method: str, seeds: range) -> str:
    """One row: means over seeds, but the median of the seconds."""
    exact, near, seconds, probabilities, hits = [], [], [], [], []
    for seed in seeds:
        corpus = make(seed)
        found, took = timed(corpus, method)
        exact.append(score_boundaries(corpus.boundaries, found.indices).f1)
        near.append(score_boundaries(corpus.boundaries, found.indices, tolerance=2).f1)
        seconds.append(took)
        probabilities.append(found.probabilities)
        hits.append(matched(corpus.boundaries, found.indices))
    p, hit = np.concatenate(probabilities), np.concatenate(hits)
    flagged = f"{(p[~hit] < 0.9).mean():.2f} of {(~hit).sum()}" if (~hit).any() else "–"
    return (
        f"| {corpus.name} | {method} | {seeds[0]}–{seeds[-1]} | {np.mean(exact):.4f} | {np.mean(near):.4f} "
        f"| {calibration_error(p, hit):.4f} | {flagged} | {np.median(seconds):.2f} |"
    )


def print_wrong_sizes(options: argparse.Namespace) -> None:
    """How much does it cost to expect segments of another size than they have? `global` only."""
    print(f"\n{WRONG_SIZES_HEADER}", flush=True)
    for make, n_seeds in corpora(options):
        seeds = range(options.first_seed, options.first_seed + n_seeds)
        name = make(seeds[0]).name
        for size in WRONG_SIZES.get(name.split(",")[0], ()):
            exact, probabilities, hits = [], [], []
            for seed in seeds:
                corpus = replace(make(seed), segment_size=size)
                found, _ = timed(corpus, "global")
                exact.append(score_boundaries(corpus.boundaries, found.indices).f1)
                probabilities.append(found.probabilities)
                hits.append(matched(corpus.boundaries, found.indices))
            wrong = np.concatenate(probabilities)[~np.concatenate(hits)]
            flagged = f"{(wrong < 0.9).sum()} of {len(wrong)}" if len(wrong) else "–"
            print(f"| {name} | {size} | {n_seeds} | {np.mean(exact):.4f} | {min(exact):.4f} | {flagged} |", flush=True)


def timed(corpus: KnownCorpus, method: str) -> tuple[Detection, float]:
    start = time.perf_counter()
    found = detect_boundaries(
        corpus.embeddings,
        method=method,
        segment_size=corpus.segment_size,
        boundary_window=corpus.boundary_window,
    )
    return found, time.perf_counter() - start


def measure_large(n: int) -> str:
    """One row in a process of its own, so that the peak is detection's alone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "matrix.npy"
        boundaries = write_matrix(file, n)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            with os.fdopen(writer, "w") as out:
                out.write(detect_mapped(file, boundaries))
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as answer:
            row = answer.read()
        os.waitpid(child, 0)
    return f"| {n:,} x 256 | {row} |"


def write_matrix(file: Path, n: int) -> np.ndarray:
    """Write simulated corpora one after the other; gives their boundaries."""
    matrix = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=(n, 256))
    boundaries: list[int] = []
    for start in range(0, n, _TILE):
        size = min(_TILE, n - start)
        part = simulated("adult", size, seed=start // _TILE)
        matrix[start : start + size] = part.embeddings
        boundaries += [start] * bool(start) + (part.boundaries + start).tolist()
    matrix.flush()
    return np.array(boundaries)


def detect_mapped(file: Path, boundaries: np.ndarray) -> str:
    start = time.perf_counter()
    found = detect_boundaries(np.load(file, mmap_mode="r"))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return f"{seconds:.1f} | {peak:.2f} | {score_boundaries(boundaries, found.indices).f1:.4f}"


def machine() -> str:
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {datetime.date.today()}"


if __name__ == "__main__":
    main()
