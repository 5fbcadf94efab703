"""Does detection know what it does not know? Figure 5: its probabilities; figure 6: the way to its faults."""

from collections.abc import Iterator

import numpy as np

from benchmarks.bench import Bench
from benchmarks.rows import Row
from benchmarks.runs import Run
from spkbound.detection.evaluate import calibration_error, log_loss

LARGEST_ECE = 0.02
LOSS_SAVED = 0.30  # below the best constant's, as a share
SURE = 0.9
FLAGGED = 0.80  # of what is wrong has a probability below SURE


def figure_5(bench: Bench) -> Iterator[Row]:
    """Calibration, pooled over all boundaries found."""
    for name, runs in pools(bench):
        yield from judge_probabilities(name, runs)


def pools(bench: Bench) -> Iterator[tuple[str, list[Run]]]:
    """Runs that are judged together, with their name."""
    sources = bench.fsdd("abcd")
    if sources:
        yield (
            f"FSDD a–d, {bench.said_seeds}",
            [run for source in sources for run in bench.runs.pool(source, bench.seeds)],
        )


def judge_probabilities(name: str, runs: list[Run]) -> Iterator[Row]:
    p = np.concatenate([run.found.probabilities for run in runs])
    is_true = np.concatenate([run.hits for run in runs])
    n_wrong = int((~is_true).sum())
    error, loss = calibration_error(p, is_true), log_loss(p, is_true)
    constant = log_loss(np.full(len(p), is_true.mean()), is_true)
    flagged = int((p[~is_true] < SURE).sum())
    yield Row(
        figure=5,
        on=name,
        asked=f"ECE ≤ {LARGEST_ECE}",
        measured=f"{error:.4f} over {len(p)} boundaries",
        is_met=error <= LARGEST_ECE,
    )
    yield Row(
        figure=5,
        on=name,
        asked=f"log loss ≥ {LOSS_SAVED:.0%} below the best constant's",
        measured=f"{loss:.5f} beside {constant:.5f}"
        + (f" ({loss / constant - 1:+.0%})" if n_wrong else ", none wrong"),
        is_met=loss <= (1 - LOSS_SAVED) * constant if n_wrong else None,
    )
    yield Row(
        figure=5,
        on=name,
        asked=f"≥ {FLAGGED:.0%} of the wrong ones have p < {SURE}",
        measured=f"{flagged} of {n_wrong}",
        is_met=flagged >= FLAGGED * n_wrong if n_wrong else None,
    )
