"""What did detection say of a corpus whose truth is known? Runs that the figures share; judges none of them."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from benchmarks.corpora import KnownCorpus
from benchmarks.oracle import OracleAnswer
from spkbound.detection import Detection, Detector
from spkbound.detection.evaluate import matched
from spkbound.domain import Method

Verdict = Literal["right", "warned", "silent"]
DOUBTED = 0.5  # what is wrong may have this probability at most, where there is a warning
NEAR = 2  # utterances


@dataclass(frozen=True, slots=True)
class Source:
    """Corpora of one kind, one for each of these seeds."""

    name: str
    seeds: range
    make: Callable[[int], KnownCorpus]

    @property
    def title(self) -> str:
        return f"{self.name}, {said_seeds(self.seeds)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One detection beside the truth, as `KnownCorpus` tells it, without the embeddings."""

    found: Detection
    boundaries: np.ndarray
    seconds: float
    cpu_seconds: float
    beside_outlier: np.ndarray | None = None
    oracle: OracleAnswer | None = None

    @property
    def hits(self) -> np.ndarray:
        """Bool per found boundary: exactly a true one."""
        return matched(self.boundaries, self.found.indices)

    @property
    def missed(self) -> np.ndarray:
        """True boundaries that no found one lies near; one that is a little off is wrong, not missed."""
        return self.boundaries[~matched(self.found.indices, self.boundaries, tolerance=NEAR)]

    def verdict(self) -> Verdict:
        """Is it right, or else is there a warning and no faith in anything wrong?

        A warning is one of the whole corpus, or one at each wrong boundary; what is missed then has to lie inside the
        interval of such a boundary.
        """
        hits = self.hits
        if hits.all() and len(hits) == len(self.boundaries):
            return "right"
        if (self.found.probabilities[~hits] > DOUBTED).any():
            return "silent"
        is_warned = np.array([bool(warnings) for warnings in self.found.boundary_warnings], dtype=bool)
        lo, hi = self.found.intervals[is_warned].T
        is_in_doubt = ((lo <= self.missed[:, None]) & (self.missed[:, None] <= hi)).any(1)
        return "warned" if self.found.warnings or (is_warned[~hits].all() and is_in_doubt.all()) else "silent"


@dataclass(slots=True)
class Runs:
    """Detects once per corpus, seed and segment size, however many figures ask."""

    _runs: dict[tuple, Run] = field(default_factory=dict)
    _last: tuple = (None, None)

    def get(self, source: Source, seed: int, segment_size: float | None = None) -> Run:
        key = (source.name, seed, segment_size)
        if key not in self._runs:
            self._runs[key] = detect(self._corpus(source, seed), segment_size=segment_size)
        return self._runs[key]

    def pool(self, sources: Iterable[Source], segment_size: float | None = None) -> list[Run]:
        """Runs on all corpora of these sources."""
        return [self.get(source, seed, segment_size) for source in sources for seed in source.seeds]

    def _corpus(self, source: Source, seed: int) -> KnownCorpus:
        if self._last[0] != (source.name, seed):
            self._last = (source.name, seed), source.make(seed)
        return self._last[1]


def detect(corpus: KnownCorpus, *, method: Method = "global", segment_size: float | None = None) -> Run:
    """Detect as a user would ask for it; `segment_size` where they ask for another one."""
    start, cpu_start = time.perf_counter(), time.process_time()
    detector = Detector(
        corpus.embeddings,
        method=method,
        segment_size=segment_size or corpus.segment_size,
        boundary_window=corpus.boundary_window,
    )
    found = detector.detect()
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    return Run(
        found=replace(found, suggestions=tuple(detector.suggestions(found.indices))),
        boundaries=corpus.boundaries,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        beside_outlier=corpus.beside_outlier,
        oracle=corpus.oracle,
    )


def said_seeds(seeds: range) -> str:
    return f"seeds {seeds[0]}–{seeds[-1]}" if seeds else "no seeds"


def count_verdicts(runs: Iterable[Run]) -> dict[Verdict, int]:
    verdicts = [run.verdict() for run in runs]
    return {verdict: verdicts.count(verdict) for verdict in ("right", "warned", "silent")}
