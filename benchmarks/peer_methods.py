"""Where do other methods put the boundaries? Each gets the rows and what it has to be told, and gives indices."""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from benchmarks.own_process import forget_peak, peak_gb, resident_gb
from spkbound.detection import detect_boundaries
from spkbound.detection.projected import project
from spkbound.detection.rows import open_rows
from spkbound.detection.whiten import fit_whitening

_KERNEL_ROWS = 1000  # sampled for the width of a kernel
_FEWEST = 2  # utterances in a segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Rows ``(n, dim)`` and what may be told: how many boundaries there are, how large a segment is expected."""

    rows: np.ndarray
    n_boundaries: int
    segment_size: int
    boundary_window: int


Method = Callable[[Question], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A method; `input` the embeddings or our whitened projection of them; of a slow one a corpus of a kind will do."""

    find: Method
    input: Literal["raw", "whitened"]
    told: Literal["number", "size", "nothing"]
    is_slow: bool = False


def answer(name: str, files: list[str]) -> dict:
    """Let a method find the boundaries of each corpus; runs in a process of its own.

    Seconds are the method's alone: reading and whitening are given to it. Memory is what it took beyond its input.
    """
    peer = PEERS[name]
    indices, seconds, cpu_seconds, added = [], [], [], 0.0
    for file in files:
        question = _read(Path(file), peer)
        _load(peer, question)
        forget_peak()
        before = resident_gb()
        start, cpu_start = time.perf_counter(), time.process_time()
        found = peer.find(question)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
        added = max(added, peak_gb() - before)
        indices.append(np.sort(found).tolist())
    return {"indices": indices, "seconds": seconds, "cpu_seconds": cpu_seconds, "added_gb": added}


def ours(method: str) -> Method:
    def find(question: Question) -> np.ndarray:
        found = detect_boundaries(
            question.rows,
            method=method,
            segment_size=question.segment_size,
            boundary_window=question.boundary_window,
        )
        return found.indices

    return find


def kernel_number(kernel: str) -> Method:
    """`ruptures.KernelCPD`, the optimal partition into as many segments as there are (in C)."""

    def find(question: Question) -> np.ndarray:
        import ruptures

        search = ruptures.KernelCPD(kernel=kernel, min_size=_FEWEST, params=_width(kernel, question.rows))
        return _inner(search.fit(question.rows).predict(n_bkps=question.n_boundaries))

    return find


def penalised(question: Question) -> np.ndarray:
    """PELT with squared errors, in C, and the penalty of BIC; rows of unit variance."""
    import ruptures

    n, dim = question.rows.shape
    search = ruptures.KernelCPD(kernel="linear", min_size=_FEWEST).fit(question.rows)
    return _inner(search.predict(pen=dim * np.log(n)))


def pelt(question: Question) -> np.ndarray:
    """`ruptures.Pelt` itself, in Python, with the same penalty; every place is a candidate."""
    import ruptures

    n, dim = question.rows.shape
    search = ruptures.Pelt(model="l2", min_size=_FEWEST, jump=1).fit(question.rows)
    return _inner(search.predict(pen=dim * np.log(n)))


def binary(question: Question) -> np.ndarray:
    import ruptures

    search = ruptures.Binseg(model="l2", min_size=_FEWEST, jump=1).fit(question.rows)
    return _inner(search.predict(n_bkps=question.n_boundaries))


def window(question: Question) -> np.ndarray:
    import ruptures

    search = ruptures.Window(width=question.segment_size, model="l2", min_size=_FEWEST, jump=1)
    return _inner(search.fit(question.rows).predict(n_bkps=question.n_boundaries))


def forest(kind: str) -> Method:
    """`changeforest` with binary segmentation; told only that no segment is below a fifth of the expected size."""

    def find(question: Question) -> np.ndarray:
        from changeforest import Control, changeforest

        smallest = question.segment_size / 5 / len(question.rows)
        found = changeforest(question.rows, kind, "bs", Control(minimal_relative_segment_length=smallest))
        return np.array(found.split_points(), dtype=np.int64)

    return find


def mixtures(question: Question) -> np.ndarray:
    """`GaussianMixture` as the baseline uses it by description: left to right, one search per expected boundary.

    Its faults are kept: it trusts each boundary found, and goes on without a word when its window has lost them.
    """
    rows, size, reach = question.rows, question.segment_size, question.boundary_window
    found: list[int] = []
    start, expected = 0, size
    while expected + reach < len(rows):
        left = _mixture(rows[start : expected - reach])
        right = _mixture(rows[expected + reach : expected + size - reach])
        if left is not None and right is not None:
            searched = rows[expected - reach : expected + reach]
            gain = left.score_samples(searched) - right.score_samples(searched)
            expected += int(np.concatenate([[0.0], np.cumsum(gain)]).argmax()) - reach
        found.append(expected)
        start, expected = expected, expected + size
    return np.array(found, dtype=np.int64)


def _mixture(rows: np.ndarray, n_components: int = 2) -> GaussianMixture | None:
    if len(rows) < n_components:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GaussianMixture(n_components, covariance_type="diag", reg_covar=1e-6, random_state=0).fit(rows)


PEERS: dict[str, Peer] = {
    "`global`": Peer(find=ours("global"), input="raw", told="size"),
    "`cosine`": Peer(find=ours("cosine"), input="raw", told="size"),
    "`gmm`": Peer(find=ours("gmm"), input="raw", told="size"),
    "GaussianMixture in a window": Peer(find=mixtures, input="raw", told="size"),
    "ruptures KernelCPD linear": Peer(find=kernel_number("linear"), input="raw", told="number"),
    "ruptures KernelCPD linear, whitened": Peer(find=kernel_number("linear"), input="whitened", told="number"),
    "ruptures KernelCPD rbf": Peer(find=kernel_number("rbf"), input="raw", told="number"),
    "ruptures KernelCPD rbf, whitened": Peer(find=kernel_number("rbf"), input="whitened", told="number"),
    "ruptures KernelCPD linear, BIC, whitened": Peer(find=penalised, input="whitened", told="nothing"),
    "ruptures Window, whitened": Peer(find=window, input="whitened", told="number"),
    "ruptures Binseg, whitened": Peer(find=binary, input="whitened", told="number", is_slow=True),
    "ruptures Pelt, BIC, whitened": Peer(find=pelt, input="whitened", told="nothing", is_slow=True),
    "changeforest mean, whitened": Peer(find=forest("change_in_mean"), input="whitened", told="nothing"),
    "changeforest knn": Peer(find=forest("knn"), input="raw", told="nothing", is_slow=True),
    "changeforest forest": Peer(find=forest("random_forest"), input="raw", told="nothing", is_slow=True),
}


def _read(file: Path, peer: Peer) -> Question:
    stored = np.load(file)
    rows = stored["embeddings"].astype(np.float64 if peer.told != "size" else np.float32)
    size = int(stored["segment_size"])
    if peer.input == "whitened":
        opened = open_rows(rows)
        whitening = fit_whitening(opened, size)
        rows = project(opened, whitening, None, block=max(1, size // 100)).rows.astype(np.float64)
    return Question(
        rows=rows,
        n_boundaries=len(stored["boundaries"]),
        segment_size=size,
        boundary_window=int(stored["boundary_window"]),
    )


def _load(peer: Peer, question: Question) -> None:
    """Let a method load its libraries before the clock runs."""
    n = min(len(question.rows), 400)
    peer.find(Question(rows=question.rows[:n], n_boundaries=2, segment_size=n // 4, boundary_window=5))


def _width(kernel: str, rows: np.ndarray) -> dict[str, float] | None:
    """The median distance of sampled rows; `ruptures` would take all pairs, in memory, for the same."""
    if kernel != "rbf":
        return None
    sample = np.random.default_rng(0).choice(rows, min(_KERNEL_ROWS, len(rows)), replace=False)
    squared = np.square(sample).sum(1)
    distances = squared[:, None] + squared - 2 * sample @ sample.T
    return {"gamma": 1 / float(np.median(distances[np.triu_indices(len(sample), 1)]))}


def _inner(found: list[int]) -> np.ndarray:
    """Without the end of the corpus, which `ruptures` counts among the boundaries."""
    return np.array(found[:-1], dtype=np.int64)
