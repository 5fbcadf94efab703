"""Are the boundaries where they should be? Figures 1 and 2 on real speech, 3 and 4 on simulated encoders."""

from collections.abc import Iterator

import numpy as np

from benchmarks.bench import Bench
from benchmarks.rows import Row
from benchmarks.runs import NEAR, Run, count_verdicts
from spkbound.detection.evaluate import score_boundaries

FSDD_F1 = 0.995
WRONG_SIZES = (343, 450, 490, 540, 637)
WRONG_SIZE_F1 = 0.95


def figure_1(bench: Bench) -> Iterator[Row]:
    """FSDD a, b, c with the built-in encoder."""
    for source in bench.fsdd("abc"):
        runs = bench.runs.pool(source, bench.seeds)
        exact, near = f1_of_each(runs), f1_of_each(runs, tolerance=NEAR)
        yield Row(
            figure=1,
            on=f"{source.name}, {bench.said_seeds}",
            asked=f"exact F1 ≥ {FSDD_F1}, ±2 F1 = 1",
            measured=f"{exact.mean():.4f} (worst {exact.min():.4f}), {near.mean():.4f}",
            is_met=bool(exact.mean() >= FSDD_F1 and near.min() == 1),
        )


def figure_2(bench: Bench) -> Iterator[Row]:
    """FSDD d, its own order of prompts, with right and wrong segment sizes."""
    for source in bench.fsdd("d"):
        for size in WRONG_SIZES:
            runs = bench.runs.pool(source, bench.seeds, size)
            exact, verdicts = f1_of_each(runs), count_verdicts(runs)
            yield Row(
                figure=2,
                on=f"{source.name}, segment_size {size}, {bench.said_seeds}",
                asked=f"exact F1 ≥ {WRONG_SIZE_F1}, or a warning and p ≤ 0.5 on what is wrong",
                measured=f"{exact.mean():.4f} (worst {exact.min():.4f}); {said(verdicts)}",
                is_met=bool(exact.mean() >= WRONG_SIZE_F1 or not verdicts["silent"]),
            )


def f1_of_each(runs: list[Run], *, tolerance: int = 0) -> np.ndarray:
    return np.array([score_boundaries(run.boundaries, run.found.indices, tolerance=tolerance).f1 for run in runs])


def said(verdicts: dict[str, int]) -> str:
    """Put counts into words: "18 right, 1 warned, 1 silent"; silent is wrong without a warning, or with faith in it."""
    return ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
