"""Which corpora with known boundaries do we measure on? Orderings of FSDD (a to d), and simulated encoders.

a: 60 segments of 100 ± 5 drawn at random from six speakers. b: the same, 5 % of the segments cut to 30 to 90 %.
c: each file once, 30 segments of 91 to 100 with shuffled prompts. d: FSDD in its own order, each digit 50 times in a
row, 480 to 500 files per speaker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.oracle import OracleAnswer, ask_oracle
from spkbound.audio import read_audio
from spkbound.encoders.builtin import fit_builtin
from spkbound.simulation import Kind, Nuisance, Simulated, simulate_embeddings

FSDD_FOLDER = Path(__file__).parents[2] / "shared/data/fsdd/recordings"
_N_SEGMENTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCorpus:
    """Embeddings ``(n, dim)``, the true boundaries, and what a user would ask for.

    Of a simulated corpus also ``beside_outlier`` ``(n_boundaries,)``, whether one of the two neighbours is an outlier,
    and where asked for what an oracle says.
    """

    name: str
    embeddings: np.ndarray
    boundaries: np.ndarray
    segment_size: int
    boundary_window: int
    beside_outlier: np.ndarray | None = None
    oracle: OracleAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fsdd:
    """Embeddings of all recordings with their truth: speaker, digit and take of each."""

    embeddings: np.ndarray
    speakers: np.ndarray
    digits: np.ndarray
    takes: np.ndarray


def load_fsdd(folder: Path = FSDD_FOLDER) -> Fsdd:
    """Embed all recordings with the built-in encoder, fitted on a random sample of them."""
    files = sorted(folder.glob("*.wav"))
    parts = [file.stem.split("_") for file in files]
    audios = [read_audio(file, rate_hz=16_000) for file in files]
    order = np.random.default_rng(0).permutation(len(audios))
    encoder = fit_builtin(audios[i] for i in order)
    embeddings = np.concatenate([encoder.embed(audios[i : i + 100]) for i in range(0, len(audios), 100)])
    digits, speakers, takes = (np.array(column) for column in zip(*parts))
    return Fsdd(embeddings=embeddings, speakers=speakers, digits=digits.astype(int), takes=takes.astype(int))


def order_fsdd(fsdd: Fsdd, kind: str, seed: int) -> KnownCorpus:
    """Put the recordings into the order of corpus `kind`: "a", "b", "c" or "d"."""
    rng = np.random.default_rng(seed)
    orderings: dict[str, Callable] = {"a": _drawn, "b": _drawn_and_cut, "c": _each_once, "d": _own_order}
    chosen = orderings[kind](fsdd, rng)
    return KnownCorpus(
        name=f"FSDD {kind}",
        embeddings=fsdd.embeddings[np.concatenate(chosen)],
        boundaries=np.cumsum([len(part) for part in chosen])[:-1],
        segment_size={"a": 100, "b": 100, "c": 96, "d": 490}[kind],
        boundary_window=20 if kind == "d" else 10,
    )


def one_speaker(fsdd: Fsdd, speaker: str, *, part: int = 1) -> KnownCorpus:
    """All of one speaker in FSDD's own order, where a user expects `part` speakers: no boundary."""
    own = _in_own_order(fsdd, speaker)
    return KnownCorpus(
        name=f"FSDD {speaker}",
        embeddings=fsdd.embeddings[own],
        boundaries=np.zeros(0, np.int64),
        segment_size=len(own) // part,
        boundary_window=10,
    )


def simulated(
    kind: Kind,
    n: int,
    seed: int,
    *,
    sizes: Sequence[int] | None = None,
    asked_size: int = 1000,
) -> KnownCorpus:
    """Embeddings as an encoder for adults or children gives them, segments of about 1000 or of these `sizes`."""
    corpus = simulate_embeddings(kind, n, seed=seed, sizes=sizes)
    return replace(_known(corpus, f"simulated {kind}, {n:,}"), segment_size=asked_size)


def simulated_with_oracle(kind: Kind, n: int, seed: int, *, nuisance: Nuisance) -> KnownCorpus:
    """The same, with what an oracle says."""
    corpus = simulate_embeddings(kind, n, seed=seed, nuisance=nuisance)
    return replace(_known(corpus, f"simulated {kind}, {n:,}"), oracle=ask_oracle(corpus, nuisance))


def _known(corpus: Simulated, name: str) -> KnownCorpus:
    return KnownCorpus(
        name=name,
        embeddings=corpus.embeddings,
        boundaries=corpus.boundaries,
        segment_size=1000,
        boundary_window=10,
        beside_outlier=corpus.outliers[corpus.boundaries] | corpus.outliers[corpus.boundaries - 1],
    )


def _drawn(fsdd: Fsdd, rng: np.random.Generator, *, cut_share: float = 0.0) -> list[np.ndarray]:
    speakers = sorted(set(fsdd.speakers))
    parts, last = [], None
    while len(parts) < _N_SEGMENTS:
        speaker = speakers[rng.integers(len(speakers))]
        if speaker == last:
            continue
        size = 100 + int(rng.integers(-5, 6))
        if cut_share and rng.random() < cut_share:
            size = int(100 * rng.uniform(0.3, 0.9))
        parts.append(rng.choice(np.flatnonzero(fsdd.speakers == speaker), size, replace=False))
        last = speaker
    return parts


def _drawn_and_cut(fsdd: Fsdd, rng: np.random.Generator) -> list[np.ndarray]:
    return _drawn(fsdd, rng, cut_share=0.05)


def _each_once(fsdd: Fsdd, rng: np.random.Generator) -> list[np.ndarray]:
    speakers = sorted(set(fsdd.speakers))
    pools = {speaker: rng.permutation(np.flatnonzero(fsdd.speakers == speaker)) for speaker in speakers}
    parts, last = [], None
    for turn in range(5):
        order = rng.permutation(speakers)
        while order[0] == last:
            order = rng.permutation(speakers)
        for speaker in order:
            parts.append(pools[speaker][turn * 100 : turn * 100 + 100 - int(rng.integers(0, 10))])
        last = order[-1]
    return parts


def _own_order(fsdd: Fsdd, rng: np.random.Generator) -> list[np.ndarray]:
    parts = []
    for speaker in sorted(set(fsdd.speakers)):
        own = _in_own_order(fsdd, speaker)
        size = int(rng.integers(480, 501))
        parts.append(own[np.sort(rng.choice(len(own), size, replace=False))])
    return parts


def _in_own_order(fsdd: Fsdd, speaker: str) -> np.ndarray:
    own = np.flatnonzero(fsdd.speakers == speaker)
    return own[np.lexsort((fsdd.takes[own], fsdd.digits[own]))]
