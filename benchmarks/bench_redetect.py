"""How long does detecting again take after one decision? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_redetect [--n 1180000] [--decisions 20] [--seed 0]

Approves as found, approves 1 to 3 utterances beside, and rejects in turn, each on top of all decisions before; the
last row says how far the answer is from a detector that gets all decisions at once.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.bench_detect import machine, write_matrix
from spkbound.detection import Detection, Detector

KINDS = ("approve", "shift and approve", "reject")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1_180_000)
    parser.add_argument("--decisions", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "matrix.npy"
        write_matrix(file, options.n)
        print(f"{machine()}\n\n| {options.n:,} x 256 | times | median, ms | p95, ms |\n" + "| --- " * 4 + "|")
        measure(np.load(file, mmap_mode="r"), options.decisions, np.random.default_rng(options.seed))


def measure(embeddings: np.ndarray, n_decisions: int, rng: np.random.Generator) -> None:
    detector = Detector(embeddings)
    first, took = timed(detector.detect)
    print(f"| the first detection | 1 | {1000 * took:,.0f} | |", flush=True)
    approved: list[int] = []
    rejected: list[int] = []
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn, index in enumerate(rng.choice(first.indices, n_decisions, replace=False).tolist()):
        kind = KINDS[turn % len(KINDS)]
        if kind == "reject":
            rejected.append(index)
        else:
            approved.append(index + (int(rng.choice([-3, -2, -1, 1, 2, 3])) if kind != "approve" else 0))
        found, took = timed(lambda: detector.redetect(approved=approved, rejected=rejected))
        times[kind].append(1000 * took)
    times["all"] = [each for kind in KINDS for each in times[kind]]
    for kind, each in times.items():
        print(f"| {kind} | {len(each)} | {np.median(each):.0f} | {np.percentile(each, 95):.0f} |")
    fresh = Detector(embeddings, approved=approved, rejected=rejected).detect()
    print(f"| against a full detection with all decisions | | {difference(found, fresh)} | |")


def difference(found: Detection, fresh: Detection) -> str:
    if not np.array_equal(found.indices, fresh.indices):
        return "other indices"
    largest = np.abs(found.probabilities - fresh.probabilities).max()
    return f"same indices, probabilities at most {largest:.1e} apart"


def timed(detect) -> tuple[Detection, float]:
    start = time.perf_counter()
    return detect(), time.perf_counter() - start


if __name__ == "__main__":
    main()
