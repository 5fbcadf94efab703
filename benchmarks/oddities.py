"""What does detection say where there is little or nothing to find? Figure 10; a crash is a failed case."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.bench import Bench
from benchmarks.corpora import Fsdd, KnownCorpus, one_speaker, order_fsdd, simulated
from benchmarks.rows import Row
from benchmarks.runs import DOUBTED, detect

PARTS = (2, 5, 10, 20, 40)  # of n, that segment_size asks for
KINDS = ("adult", "child")
MOST_SEEDS = 5
FINE = ("right", "warned")
_N = 10_000
_FEW = range(21)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    make: Callable[[], KnownCorpus]


def figure_10(bench: Bench) -> Iterator[Row]:
    seeds = bench.seeds[:MOST_SEEDS]
    fsdd = bench.recordings
    groups = {"one simulated speaker, S n/2 … n/40": one_simulated(seeds)}
    groups["shuffled, simulated"] = shuffled_simulated(seeds)
    groups["n = 0 … 20, simulated"] = few_simulated(seeds)
    groups["all equal"] = all_equal()
    groups["NaN and zero rows"] = with_gaps(seeds)
    groups["S ≥ n"] = size_beyond_n(seeds)
    if fsdd is not None:
        groups["one speaker of FSDD in its own order, S n/2 … n/40"] = one_of_fsdd(fsdd)
        groups["shuffled, FSDD"] = shuffled_fsdd(fsdd, seeds)
        groups["n = 0 … 20, FSDD"] = few_of_fsdd(fsdd)
    for name, cases in groups.items():
        yield judge_cases(name, list(cases))


def judge_cases(name: str, cases: list[Case]) -> Row:
    verdicts = {case.name: verdict_of(case) for case in cases}
    counts = Counter(verdicts.values())
    failed: dict[str, list[str]] = {}
    for case, verdict in verdicts.items():
        if verdict not in FINE:
            failed.setdefault(verdict, []).append(case)
    n_fine = sum(counts[verdict] for verdict in FINE)
    reasons = "".join(f", {len(of_it)} {why}" for why, of_it in failed.items())
    return Row(
        figure=10,
        on=f"{name}, {len(cases)} cases",
        asked="right, or a warning and p ≤ 0.5 on what is wrong",
        measured=f"{n_fine} ({counts['right']} right, {counts['warned']} warned){reasons}",
        is_met=not failed,
        failed=failed,
    )


def verdict_of(case: Case) -> str:
    corpus = case.make()
    try:
        run = detect(corpus)
    except Exception as fault:  # noqa: BLE001, a crash is what this looks for
        return f"crashed, {type(fault).__name__}"
    verdict = run.verdict()
    if verdict != "silent":
        return verdict
    is_trusted = (run.found.probabilities[~run.hits] > DOUBTED).any()
    return "wrong with p > 0.5" if is_trusted else "wrong or missed without a warning"


def one_simulated(seeds: range) -> Iterator[Case]:
    for kind in KINDS:
        for seed in seeds:
            for part in PARTS:
                yield Case(
                    f"{kind} {seed} n/{part}",
                    lambda kind=kind, seed=seed, part=part: simulated(
                        kind, _N, seed, sizes=[_N], asked_size=_N // part
                    ),
                )


def one_of_fsdd(fsdd: Fsdd) -> Iterator[Case]:
    for speaker in sorted(set(fsdd.speakers)):
        for part in PARTS:
            yield Case(f"{speaker} n/{part}", lambda speaker=speaker, part=part: one_speaker(fsdd, speaker, part=part))


def shuffled_simulated(seeds: range) -> Iterator[Case]:
    for kind in KINDS:
        for seed in seeds:
            yield Case(f"{kind} {seed}", lambda kind=kind, seed=seed: shuffled(simulated(kind, _N, seed), seed))


def shuffled_fsdd(fsdd: Fsdd, seeds: range) -> Iterator[Case]:
    for kind in "acd":
        for seed in seeds:
            yield Case(f"{kind} {seed}", lambda kind=kind, seed=seed: shuffled(order_fsdd(fsdd, kind, seed), seed))


def few_simulated(seeds: range) -> Iterator[Case]:
    for seed in seeds:
        for n in _FEW:
            yield Case(
                f"one speaker, n {n}, seed {seed}",
                lambda seed=seed, n=n: simulated("adult", n, seed, sizes=[n], asked_size=max(1, n // 2)),
            )
        for n in _FEW[2:]:
            yield Case(
                f"two speakers, n {n}, seed {seed}",
                lambda seed=seed, n=n: simulated("adult", n, seed, sizes=[n // 2, n - n // 2], asked_size=n // 2),
            )


def few_of_fsdd(fsdd: Fsdd) -> Iterator[Case]:
    names = sorted(set(fsdd.speakers))
    for n in _FEW:
        for first, second in zip(names, names[1:] + names[:1]):
            yield Case(
                f"{first}, n {n}",
                lambda n=n, first=first: cut(one_speaker(fsdd, first), n, segment_size=max(1, n // 2)),
            )
            if n >= 2:
                yield Case(
                    f"{first} and {second}, n {n}",
                    lambda n=n, first=first, second=second: joined(
                        cut(one_speaker(fsdd, first), n // 2, segment_size=n // 2),
                        cut(one_speaker(fsdd, second), n - n // 2, segment_size=n // 2),
                    ),
                )


def all_equal() -> Iterator[Case]:
    for n in (1, 2, 5, 100, 3000):
        for value in (0.0, 1.0, np.nan):
            for size in (max(1, n // 10), 1000):
                yield Case(
                    f"{n} rows of {value:g}, S {size}",
                    lambda n=n, value=value, size=size: bare(np.full((n, 16), value, np.float32), size),
                )


def with_gaps(seeds: range) -> Iterator[Case]:
    for seed in seeds:
        for what, value in (("NaN", np.nan), ("zero", 0.0)):
            for share in (0.02, 0.2):
                yield Case(
                    f"{share:.0%} {what}, seed {seed}",
                    lambda seed=seed, value=value, share=share: emptied(
                        simulated("adult", _N, seed), _random_places(_N, share, seed), value
                    ),
                )
        yield Case(
            f"NaN on both sides of each boundary, seed {seed}", lambda seed=seed: _gap_at_boundaries(seed, reach=1)
        )
        yield Case(f"30 NaN round each boundary, seed {seed}", lambda seed=seed: _gap_at_boundaries(seed, reach=15))


def size_beyond_n(seeds: range) -> Iterator[Case]:
    for seed in seeds:
        for size in (3000, 3001, 100_000):
            yield Case(
                f"three speakers of 1000, S {size}, seed {seed}",
                lambda seed=seed, size=size: simulated("adult", 3000, seed, sizes=[1000] * 3, asked_size=size),
            )
            yield Case(
                f"one speaker of 3000, S {size}, seed {seed}",
                lambda seed=seed, size=size: simulated("adult", 3000, seed, sizes=[3000], asked_size=size),
            )


def shuffled(corpus: KnownCorpus, seed: int) -> KnownCorpus:
    """The same rows in no order at all: there is nothing to find."""
    order = np.random.default_rng(seed).permutation(len(corpus.embeddings))
    return replace(corpus, embeddings=corpus.embeddings[order], boundaries=np.zeros(0, np.int64))


def cut(corpus: KnownCorpus, n: int, *, segment_size: int) -> KnownCorpus:
    inside = corpus.boundaries[corpus.boundaries < n]
    return replace(corpus, embeddings=corpus.embeddings[:n], boundaries=inside, segment_size=segment_size)


def joined(one: KnownCorpus, other: KnownCorpus) -> KnownCorpus:
    edge = len(one.embeddings)
    boundaries = np.concatenate([one.boundaries, [edge], other.boundaries + edge])
    return replace(one, embeddings=np.concatenate([one.embeddings, other.embeddings]), boundaries=boundaries)


def bare(embeddings: np.ndarray, segment_size: int) -> KnownCorpus:
    return KnownCorpus(
        name="bare",
        embeddings=embeddings,
        boundaries=np.zeros(0, np.int64),
        segment_size=segment_size,
        boundary_window=10,
    )


def emptied(corpus: KnownCorpus, places: np.ndarray, value: float) -> KnownCorpus:
    embeddings = corpus.embeddings.copy()
    embeddings[places] = value
    return replace(corpus, embeddings=embeddings)


def _random_places(n: int, share: float, seed: int) -> np.ndarray:
    return np.flatnonzero(np.random.default_rng(seed).random(n) < share)


def _gap_at_boundaries(seed: int, *, reach: int) -> KnownCorpus:
    corpus = simulated("adult", _N, seed)
    around = corpus.boundaries[:, None] + np.arange(-reach, reach)
    return emptied(corpus, np.unique(np.clip(around, 0, _N - 1)), np.nan)
