"""How fast is detection, and how much memory does it take? Figures 7 to 9."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.bench import KINDS, Bench
from benchmarks.corpora import simulated
from benchmarks.large import N_DECISIONS, TRUTH
from benchmarks.own_process import call
from benchmarks.rows import Row
from benchmarks.runs import NEAR, detect
from spkbound.detection.evaluate import score_boundaries

SIZES, FULL = (10_000, 100_000), 1_180_000
MOST_S, MOST_GB = 30.0, 3.0
MOST_GROWTH = 1.2  # of time and of memory per utterance, from 100 k to 1.18 M
N_IN_PROCESS, IN_PROCESS_S = 20_000, 1.5
REDETECT_S = 0.1
SAME = 1e-6  # of a probability
_MOST_SEEDS = 5


def figure_7(bench: Bench) -> Iterator[Row]:
    """Time and memory of a mapped matrix, each size in a process of its own."""
    sizes = (*SIZES, FULL) if bench.is_full else SIZES
    taken = {}
    for n in sizes:
        corpus = _corpus(bench, n)
        taken[n] = call("benchmarks.large:detect", str(corpus))
        yield _size_row(n, taken[n], np.load(corpus / TRUTH))
    if bench.is_full:
        yield from _growth(taken)


def figure_8(bench: Bench) -> Iterator[Row]:
    """20,000 utterances in memory; the other methods beside `global`."""
    for kind in KINDS:
        corpora = [simulated(kind, N_IN_PROCESS, seed) for seed in bench.seeds[:_MOST_SEEDS]]
        for method in ("global", "cosine", "gmm"):
            detect(corpora[0], method=method)
            runs = [detect(corpus, method=method) for corpus in corpora]
            seconds, on_cpu = [run.seconds for run in runs], [run.cpu_seconds for run in runs]
            is_asked = method == "global"
            yield Row(
                figure=8,
                on=f"{corpora[0].name} × 256, `{method}`",
                asked=f"≤ {IN_PROCESS_S} s" if is_asked else "for comparison",
                measured=f"median {np.median(seconds):.2f} s ({np.median(on_cpu):.2f} s CPU), "
                f"slowest {max(seconds):.2f} s of {len(seconds)} seeds",
                is_met=bool(np.median(seconds) <= IN_PROCESS_S) if is_asked else None,
            )


def figure_9(bench: Bench) -> Iterator[Row]:
    """Detect again after a decision; in a smaller corpus where not all is asked for."""
    n = FULL if bench.is_full else SIZES[-1]
    answer = call("benchmarks.large:redetect", str(_corpus(bench, n)), bench.first_seed)
    seconds = np.concatenate(list(answer["seconds"].values()))
    half, most = np.quantile(seconds, [0.5, 0.95])
    half_cpu, most_cpu = np.quantile(answer["cpu_seconds"], [0.5, 0.95])
    of_each = ", ".join(f"{kind} {1000 * np.median(its):.0f}" for kind, its in answer["seconds"].items() if its)
    yield Row(
        figure=9,
        on=f"{n:,} × 256, {N_DECISIONS} decisions, each with all before it",
        asked=f"≤ {1000 * REDETECT_S:.0f} ms",
        measured=f"median {1000 * half:.0f} ms, p95 {1000 * most:.0f} ms (CPU {1000 * half_cpu:.0f}, "
        f"{1000 * most_cpu:.0f} ms); medians {of_each} ms",
        is_met=bool(most <= REDETECT_S) if bench.is_full else None,
    )
    yield Row(
        figure=9,
        on=f"{n:,} × 256, after the last decision",
        asked="as a fresh detection with all decisions",
        measured=f"the same indices, probabilities at most {answer['apart']:.1e} apart"
        if answer["has_same_indices"]
        else "other indices",
        is_met=answer["apart"] <= SAME,
    )


def _corpus(bench: Bench, n: int) -> Path:
    """Simulate once, in a process of its own too: it takes more memory than detection."""
    folder = bench.scratch / str(n)
    if not folder.exists():
        call("benchmarks.large:write", str(folder), n)
    return folder


def _size_row(n: int, answer: dict, true: np.ndarray) -> Row:
    exact, near = (score_boundaries(true, answer["indices"], tolerance=tolerance).f1 for tolerance in (0, NEAR))
    seconds, peak = answer["seconds"], answer["peak_gb"]
    is_asked = n == FULL
    return Row(
        figure=7,
        on=f"{n:,} × 256, mapped",
        asked=f"≤ {MOST_S:.0f} s, ≤ {MOST_GB:.0f} GB peak" if is_asked else "for comparison",
        measured=f"{seconds:.2f} s ({answer['cpu_seconds']:.2f} s CPU), {peak:.2f} GB "
        f"(before detection {answer['before_gb']:.2f}); exact F1 {exact:.4f}, ±2 {near:.4f}",
        is_met=seconds <= MOST_S and peak <= MOST_GB if is_asked else None,
    )


def _growth(taken: dict[int, dict]) -> Iterator[Row]:
    """Does an utterance cost more in a larger corpus? Memory: what each further one adds, beside the step before."""
    small, middle, large = sorted(taken)
    per_utterance = [1e6 * taken[n]["seconds"] / n for n in (small, middle, large)]
    yield Row(
        figure=7,
        on=" → ".join(f"{n:,}" for n in sorted(taken)),
        asked=f"time linear: at most {MOST_GROWTH} × as long per utterance",
        measured="µs per utterance: " + ", ".join(f"{each:.1f}" for each in per_utterance),
        is_met=per_utterance[2] <= MOST_GROWTH * per_utterance[1],
    )
    added = [
        1e6 * (taken[more]["peak_gb"] - taken[less]["peak_gb"]) / (more - less)
        for less, more in ((small, middle), (middle, large))
    ]
    yield Row(
        figure=7,
        on=" → ".join(f"{n:,}" for n in sorted(taken)),
        asked=f"memory linear: each further utterance at most {MOST_GROWTH} × as much",
        measured="kB per further utterance: " + ", ".join(f"{each:.2f}" for each in added),
        is_met=added[1] <= MOST_GROWTH * added[0],
    )
