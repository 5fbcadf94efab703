"""On what is the built-in encoder fitted? A random sample of the corpus, once; what is learned is the encoder's own.

The fit runs in a worker with one thread, so that it comes out the same on every machine with the same libraries, and
so that a decoder that crashes does not take the extraction with it.
"""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from spkbound.audio import Audio, read_audio
from spkbound.domain import join_root, path_to_text
from spkbound.embedding.plan import OrderedFiles
from spkbound.encoders.builtin import BuiltinEncoder, fit_builtin
from spkbound.errors import EncoderError, UnreadableAudio
from spkbound.jobs import Pool, WorkerSpec
from spkbound.words import Words, words_of

log = logging.getLogger(__name__)

MAX_SAMPLE = 1_500
MAX_CRASHES = 8

# One worker, one core: libraries that start threads of their own would only get in each other's way.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def fit_background(corpus: OrderedFiles, file: Path, *, channel: int | str, seed: int) -> None:
    """Fit the built-in encoder on at most 1,500 utterances (all, where there are fewer) and save it.

    Raises
    ------
    EncoderError : none of them can be read or has speech
    """
    config = {"root": os.fsdecode(corpus.root), "channel": channel, "file": os.fspath(file), "seed": seed}
    spec = WorkerSpec(entry="spkbound.embedding.background:open_fit", config=config, environment=ONE_THREAD)
    for attempt in range(MAX_CRASHES):
        paths = draw_sample(corpus, n=MAX_SAMPLE, seed=seed + attempt, share=0.5**attempt)
        [outcome] = Pool([spec]).run([[os.fsdecode(path) for path in paths]])
        if outcome.failure is None:
            log.info("fitted the built-in encoder on %d of %d sampled files", outcome.value, len(paths))
            return
        if outcome.failure.kind == "raised":
            raise EncoderError(outcome.failure.message)
        log.warning("fitting crashed (%s); trying a smaller sample", outcome.failure.message)
    raise EncoderError(
        Words("fitting the built-in encoder crashed {n} times; see the log for the decoder at fault", n=MAX_CRASHES)
    )


def draw_sample(corpus: OrderedFiles, *, n: int, seed: int, share: float = 1.0) -> list[bytes]:
    """Draw paths at random, at most `n` and at most `share` of the corpus, at least one; in corpus order."""
    n_utterances = len(corpus.paths)
    n_drawn = max(1, int(min(n, n_utterances) * share))
    places = np.random.default_rng(seed).choice(n_utterances, n_drawn, replace=False)
    return corpus.paths.take(np.sort(places)).to_pylist()


def open_fit(config: dict) -> Callable[[list[str]], int]:
    """Entry of the worker that fits: its task is the sample, its value how many files could be read."""

    def fit(paths: list[str]) -> int:
        sample = _Sample(config, paths)
        try:
            encoder = fit_builtin(sample, seed=config["seed"])
        except EncoderError as error:
            raise EncoderError(sample.complain(words_of(error))) from error
        encoder.save(config["file"])
        return sample.n_read

    return fit


class _Sample:
    """The audio of the sample, one after the other; remembers what could not be read."""

    def __init__(self, config: dict, paths: list[str]) -> None:
        self._root, self._channel, self._paths = os.fsencode(config["root"]), config["channel"], paths
        self._problems: list[str] = []
        self.n_read = 0

    def __iter__(self) -> Iterator[Audio]:
        for path in map(os.fsencode, self._paths):
            try:
                yield read_audio(join_root(self._root, path), rate_hz=BuiltinEncoder.rate_hz, channel=self._channel)
                self.n_read += 1
            except UnreadableAudio as error:
                self._problems.append(Words("{name}: {why}", name=path_to_text(path), why=error.reason))

    def complain(self, what: str) -> str:
        if not self._problems:
            return what
        return Words(
            "{what} ({bad} of {sample} cannot be read, first {first})",
            what=what,
            bad=len(self._problems),
            sample=len(self._paths),
            first=self._problems[0],
        )
