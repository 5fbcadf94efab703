"""Does detection know what it does not know? Figure 5: its probabilities; figure 6: the way to its faults."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.bench import KINDS, Bench
from benchmarks.exactness import SIMULATED_WRONG_SIZES, WRONG_SIZES
from benchmarks.review_items import Review, review_of, review_of_oracle
from benchmarks.rows import Row
from benchmarks.runs import Run, said_seeds
from spkbound.detection.evaluate import calibration_error, log_loss

LARGEST_ECE = 0.02
LOSS_SAVED = 0.30  # below the best constant's, as a share
SURE = 0.9
FLAGGED = 0.80  # of what is wrong has a probability below SURE
MET = 0.90  # of the faults are met within the budget


@dataclass(frozen=True, slots=True)
class Pool:
    """Runs that are judged together."""

    name: str
    runs: list[Run]


def figure_5(bench: Bench) -> Iterator[Row]:
    """Calibration, pooled over all boundaries found; the oracle's on simulated corpora for comparison."""
    for pool in pools(bench):
        p = np.concatenate([run.found.probabilities for run in pool.runs])
        yield from judge_probabilities(pool.name, p, np.concatenate([run.hits for run in pool.runs]))
        asked = [run for run in pool.runs if run.oracle is not None]
        if asked:
            p = np.concatenate([run.oracle.probabilities for run in asked])
            hits = np.concatenate([run.oracle.indices == run.boundaries for run in asked])
            yield said_of_oracle(pool.name, p, hits)


def figure_6(bench: Bench) -> Iterator[Row]:
    """Review effort on the runs of figure 5."""
    for pool in pools(bench):
        yield judge_effort(pool.name, [review_of(run) for run in pool.runs])
        asked = [run for run in pool.runs if run.oracle is not None]
        if asked:
            together = Review.pooled([review_of_oracle(run) for run in asked])
            yield Row(
                figure=6, on=f"{pool.name}, the oracle's", asked="for comparison", measured=said(together), is_met=None
            )


def pools(bench: Bench) -> Iterator[Pool]:
    simulated = [source for kind in KINDS for source in bench.simulated(kind)]
    runs = [run for size in (None, *SIMULATED_WRONG_SIZES) for run in bench.runs.pool(simulated, size)]
    runs += bench.runs.pool(bench.hard_mix())
    yield Pool(f"figures 3 and 4 and the hard mix, {said_seeds(bench.seeds)}", runs)
    sources = bench.fsdd("abcd")
    if sources:
        yield Pool(f"FSDD a–d, {said_seeds(bench.seeds)}", bench.runs.pool(sources))
        wrong = [run for size in WRONG_SIZES for run in bench.runs.pool(bench.fsdd("d"), size)]
        together = bench.runs.pool(bench.fsdd("abc")) + wrong
        yield Pool(f"FSDD a–c, and d with the sizes of figure 2, {said_seeds(bench.seeds)}", together)


def judge_probabilities(name: str, p: np.ndarray, is_true: np.ndarray) -> Iterator[Row]:
    """Three rows: calibration, sharpness, and what is said of the wrong ones."""
    n_wrong = int((~is_true).sum())
    error, loss = calibration_error(p, is_true), log_loss(p, is_true)
    constant = best_constant(is_true)
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


def said_of_oracle(name: str, p: np.ndarray, is_true: np.ndarray) -> Row:
    wrong = p[~is_true]
    return Row(
        figure=5,
        on=f"{name}, the oracle's",
        asked="for comparison",
        measured=f"ECE {calibration_error(p, is_true):.4f}; log loss {log_loss(p, is_true):.5f} beside "
        f"{best_constant(is_true):.5f}; {(wrong < SURE).sum()} of {len(wrong)} wrong with p < {SURE}",
        is_met=None,
    )


def best_constant(is_true: np.ndarray) -> float:
    """The log loss of the one probability that fits best: the share of true ones."""
    return log_loss(np.full(len(is_true), is_true.mean()), is_true)


def judge_effort(name: str, reviews: list[Review]) -> Row:
    together = Review.pooled(reviews)
    shares = [review.share_met for review in reviews if review.n_faults]
    worst = f"; worst of {len(shares)} runs with faults {min(shares):.0%}" if shares else ""
    return Row(
        figure=6,
        on=name,
        asked=f"≥ {MET:.0%} of wrong and missed ones in the first 3 × their number + 5, pooled and in the worst run",
        measured=said(together) + worst,
        is_met=min(together.share_met, *shares) >= MET if shares else None,
    )


def said(review: Review) -> str:
    """Points of the curve: the share of faults met after so many items."""
    n = review.n_faults
    if not n:
        return "no faults"
    points = ", ".join(f"{review.share_after(times * n):.0%} after {times} ×" for times in (1, 2))
    return f"{review.share_met:.0%} of {n} faults ({len(review.missed)} missed); {points}"
