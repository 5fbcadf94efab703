"""Which planted faults do suggestions find, and how many do they make up? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_suggest [--seeds 5] [--first_seed 0]

Into each corpus go one of each: a true boundary taken out, a false one put in, a stretch of 20 to 60 utterances of
somebody else (20 to 34 where segments have 100), half a segment carried to another place. Of outliers the simulations
have their own; in FSDD 1 % of the utterances are exchanged for some of other speakers. The boundaries given are the
true ones but for these faults. A clean row has none, and the boundaries that `detect` finds.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from benchmarks.corpora import FSDD_FOLDER, KnownCorpus, load_fsdd, order_fsdd
from spkbound.detection import Detector
from spkbound.detection.evaluate import calibration_error
from spkbound.domain import SUGGESTION_KINDS, Suggestion
from spkbound.simulation import simulate_embeddings

HEADER = (
    "| corpus | kind | seeds | planted | found, p > 0.5 | recall | said, p > 0.5 | precision | mean p of those said |\n"
    + "| --- " * 9
    + "|"
)
_NEAR = 3  # utterances off a planted place that still count as found
_EXCHANGED_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one speaker in a row; `given`: whether a boundary is given where it begins; `mark`: the fault there."""

    rows: np.ndarray
    given: bool = True
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A corpus in pieces, with the speakers of the rows, and which rows are outliers."""

    name: str
    embeddings: np.ndarray
    speakers: np.ndarray
    outliers: np.ndarray
    pieces: list[Piece]
    segment_size: int
    boundary_window: int

    @property
    def order(self) -> np.ndarray:
        return np.concatenate([piece.rows for piece in self.pieces])

    @property
    def starts(self) -> np.ndarray:
        return np.cumsum([0, *(len(piece.rows) for piece in self.pieces)])[:-1]

    @property
    def boundaries(self) -> np.ndarray:
        return self.starts[1:][[piece.given for piece in self.pieces[1:]]]

    @cached_property
    def strangers(self) -> np.ndarray:
        """Bool per place: an outlier, or not of the speaker that most of the given segment is."""
        parts = np.split(self.order, self.boundaries)
        most = [Counter(self.speakers[part].tolist()).most_common(1)[0][0] for part in parts]
        return np.concatenate([self.outliers[part] | (self.speakers[part] != who) for part, who in zip(parts, most)])

    def faults(self, kind: str) -> list[tuple[int, ...]]:
        """Where the planted faults of a kind are, as a suggestion would name them."""
        at = {piece.mark: int(start) for piece, start in zip(self.pieces, self.starts)}
        marks = {
            "same_speaker_beside": [("cut",)],
            "second_change": [("joined",), ("stretch", "after")],
            "same_voice": [("half", "carried")],
        }
        asked = marks.get(kind, [])
        return [tuple(sorted(at[mark] for mark in fault)) for fault in asked if set(fault) <= set(at)]


@dataclass(slots=True)
class Count:
    planted: int = 0
    found: int = 0
    said: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def row(self, corpus: str, kind: str, seeds: range) -> str:
        n_right, n_said = sum(self.right), len(self.said)
        recall = f"{self.found / self.planted:.2f}" if self.planted else "–"
        precision = f"{n_right / n_said:.2f}" if n_said else "–"
        mean = f"{np.mean(self.said):.2f}" if n_said else "–"
        return (
            f"| {corpus} | {kind} | {seeds[0]}–{seeds[-1]} | {self.planted} | {self.found} | {recall} "
            f"| {n_said} | {precision} | {mean} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first_seed", type=int, default=0, help="for draws that nobody has looked at")
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    print(HEADER, flush=True)
    seconds = [row for make in makers() for row in measure(make, seeds)]
    print("\n| corpus | seconds for suggestions, CPU |\n| --- | --- |")
    print("\n".join(seconds), flush=True)


def makers() -> Iterator[Callable[[int], Marked]]:
    for kind in ("adult", "child"):
        yield lambda seed, kind=kind: simulated(kind, seed)
    if FSDD_FOLDER.exists():
        fsdd = load_fsdd()
        speaker_of = {row.tobytes(): speaker for row, speaker in zip(fsdd.embeddings, fsdd.speakers)}
        for kind in "abcd":
            yield lambda seed, kind=kind: ordered(order_fsdd(fsdd, kind, seed), speaker_of)


def measure(make: Callable[[int], Marked], seeds: range) -> list[str]:
    """Print the rows of one corpus; gives those about time."""
    clean, planted = ({kind: Count() for kind in SUGGESTION_KINDS} for _ in range(2))
    probabilities, truths, seconds = [], [], []
    for seed in seeds:
        corpus = make(seed)
        detector = detector_of(corpus)
        found = detector.detect().indices
        start = time.process_time()
        suggestions = detector.suggestions(found)
        seconds.append(time.process_time() - start)
        tally(clean, corpus, suggestions)
        faulty = plant(corpus, np.random.default_rng(seed))
        suggestions = detector_of(faulty).suggestions(faulty.boundaries)
        tally(planted, faulty, suggestions)
        said = [each for each in suggestions if each.kind == "outlier"]
        probabilities += [each.probability for each in said]
        truths += [is_right(faulty, each) for each in said]
    for what, counts in (("clean", clean), ("planted", planted)):
        for kind, count in counts.items():
            print(count.row(f"{corpus.name}, {what}", kind, seeds), flush=True)
    error = calibration_error(np.array(probabilities), np.array(truths)) if truths else float("nan")
    return [f"| {corpus.name} | {np.median(seconds):.2f} (ECE of outliers said, planted: {error:.3f}) |"]


def detector_of(corpus: Marked) -> Detector:
    rows = corpus.embeddings[corpus.order]
    return Detector(rows, segment_size=corpus.segment_size, boundary_window=corpus.boundary_window)


def tally(counts: dict[str, Count], corpus: Marked, suggestions: list[Suggestion]) -> None:
    for kind, count in counts.items():
        said = [each for each in suggestions if each.kind == kind and each.probability > 0.5]
        count.said += [each.probability for each in said]
        count.right += [is_right(corpus, each) for each in said]
        if kind == "outlier":
            odd = corpus.outliers[corpus.order]
            count.planted += int(odd.sum())
            count.found += int(odd[[each.indices[0] for each in said]].sum())
        else:
            faults = corpus.faults(kind)
            count.planted += len(faults)
            count.found += sum(is_said(fault, said) for fault in faults)


def is_right(corpus: Marked, suggestion: Suggestion) -> bool:
    order, index = corpus.order, suggestion.indices[0]
    if suggestion.kind == "outlier":
        return bool(corpus.strangers[index])
    if suggestion.kind == "same_speaker_beside":
        return len(set(corpus.speakers[order[index + np.array([-5, 4])]])) == 1
    if suggestion.kind == "same_voice":
        edges = np.append(corpus.boundaries, len(order))
        middles = [(start + edges[np.searchsorted(edges, start, side="right")]) // 2 for start in suggestion.indices]
        return len(set(corpus.speakers[order[middles]])) == 1
    return any(is_said(fault, [suggestion]) for fault in corpus.faults(suggestion.kind))


def is_said(fault: tuple[int, ...], said: list[Suggestion]) -> bool:
    """Does one of them name the fault? Of a voice that comes back: do they link the two segments?"""
    if not said or said[0].kind != "same_voice":
        near = [each for each in said if len(each.indices) == len(fault)]
        return any(np.abs(np.subtract(each.indices, fault)).max() <= _NEAR for each in near)
    linked = {fault[0]}
    for _ in said:
        linked |= {index for each in said if linked & set(each.indices) for index in each.indices}
    return fault[1] in linked


# corpora ---------------------------------------------------------------------------------------------------------


def simulated(kind: str, seed: int, n: int = 20_000) -> Marked:
    corpus = simulate_embeddings(kind, n, seed=seed)
    return Marked(
        name=f"simulated {kind}, {n:,}",
        embeddings=corpus.embeddings,
        speakers=corpus.labels,
        outliers=corpus.outliers,
        pieces=[Piece(rows) for rows in np.split(np.arange(n), corpus.boundaries)],
        segment_size=1000,
        boundary_window=10,
    )


def ordered(corpus: KnownCorpus, speaker_of: dict[bytes, str]) -> Marked:
    n = len(corpus.embeddings)
    return Marked(
        name=corpus.name,
        embeddings=corpus.embeddings,
        speakers=np.array([speaker_of[row.tobytes()] for row in corpus.embeddings]),
        outliers=np.zeros(n, dtype=bool),
        pieces=[Piece(rows) for rows in np.split(np.arange(n), corpus.boundaries)],
        segment_size=corpus.segment_size,
        boundary_window=corpus.boundary_window,
    )


def plant(corpus: Marked, rng: np.random.Generator) -> Marked:
    """One fault of each kind, each in a segment of its own."""
    corpus = corpus if corpus.outliers.any() else exchange_some(corpus, rng)
    speakers = [corpus.speakers[piece.rows[0]] for piece in corpus.pieces]
    n, whole = len(speakers), [len(piece.rows) >= 0.8 * corpus.segment_size for piece in corpus.pieces]
    joined = int(rng.choice([i for i in range(n - 1) if whole[i] and whole[i + 1]])) + 1
    host, cut, moved = rng.permutation([i for i in range(n) if whole[i] and i not in (joined - 1, joined)])[:3].tolist()
    taken = (joined - 1, joined, host, cut, moved)
    donor = rng.choice([i for i in range(n) if whole[i] and i not in taken and speakers[i] != speakers[host]])
    target = rng.choice(
        [
            i
            for i in range(1, n)
            if i not in (joined, moved, moved + 1) and speakers[moved] not in speakers[i - 1 : i + 1]
        ]
    )
    length = int(rng.integers(20, 61 if corpus.segment_size > 200 else 35))
    carried = corpus.pieces[moved].rows[len(corpus.pieces[moved].rows) // 2 :]
    pieces = []
    for i, piece in enumerate(corpus.pieces):
        rows = piece.rows
        if i == target:
            pieces.append(Piece(carried, mark="carried"))
        if i == joined:
            pieces.append(Piece(rows, given=False, mark="joined"))
        elif i == host:
            at = int(rng.integers(10, len(rows) - 10))
            stretch = corpus.pieces[donor].rows[:length]
            pieces += [Piece(rows[:at]), Piece(stretch, given=False, mark="stretch")]
            pieces.append(Piece(rows[at:], given=False, mark="after"))
        elif i == cut:
            at = int(rng.integers(len(rows) // 4, len(rows) * 3 // 4))
            pieces += [Piece(rows[:at]), Piece(rows[at:], mark="cut")]
        elif i == moved:
            pieces.append(Piece(rows[: -len(carried)], mark="half"))
        else:
            pieces.append(Piece(rows[length:] if i == donor else rows))
    return replace(corpus, pieces=pieces)


def exchange_some(corpus: Marked, rng: np.random.Generator) -> Marked:
    """Put utterances of other speakers in the place of some."""
    n = len(corpus.embeddings)
    chosen = rng.choice(n, round(n * _EXCHANGED_SHARE), replace=False)
    embeddings, outliers = corpus.embeddings.copy(), corpus.outliers.copy()
    for i in chosen:
        embeddings[i] = corpus.embeddings[rng.choice(np.flatnonzero(corpus.speakers != corpus.speakers[i]))]
    outliers[chosen] = True
    return replace(corpus, embeddings=embeddings, outliers=outliers)


if __name__ == "__main__":
    main()
