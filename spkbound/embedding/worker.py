"""One turn of work: read some files, embed them, write what was found. Which files, and when again, others decide."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spkbound.audio import Audio, loudness_db, read_audio
from spkbound.domain import join_root
from spkbound.embedding.ahead import Limits, Reading, read_ahead
from spkbound.embedding.layout import Layout
from spkbound.embedding.look import look_at
from spkbound.embedding.mirror import remove_mirror, write_mirror
from spkbound.embedding.parts import SHORT, SHORT_S, Row, part_path, write_part
from spkbound.encoders.base import Encoder
from spkbound.encoders.open import open_encoder
from spkbound.errors import StoreError, UnreadableAudio
from spkbound.words import Words

WINDOW_BYTES = 16 << 20  # of float32 samples; about 90 utterances of 3 s, enough to sort by length
BYTES_PER_READER = 32 << 20  # may be decoded beyond what is being embedded
SWELLING = 64  # a compressed file takes up to so many times its size while it is decoded
SHORTEST_S = 0.025  # one frame of a spectrum
QUIET_DB = -90.0  # less than one step of 16 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfig:
    """What all tasks of a run share. Travels as JSON, so paths are text with Python's surrogates."""

    encoder: dict
    root: str
    folder: str
    channel: int | str
    run: int
    worker: int
    n_readers: int = 0  # threads that decode ahead; 0: decode in line, so that a task always gives the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some files: paths relative to the root, and the name of each one's pickle where one is wanted."""

    number: int
    paths: list[str]
    mirrors: list[str] = field(default_factory=list)


def open_step(config: dict) -> Callable[[dict], dict]:
    """Entry of the pool's workers: load the encoder once, then take tasks."""
    step_config = StepConfig(**config)
    encoder = open_encoder(step_config.encoder)
    return lambda task: run_task(step_config, encoder, Task(**task))


def run_task(config: StepConfig, encoder: Encoder, task: Task) -> dict:
    """Embed a task's files and write its pickles and, once they are there, its part.

    Raises
    ------
    StoreError : they cannot be written
    """
    reading = Reading(
        read=lambda place: read_file(config, place, os.fsencode(task.paths[place]), encoder.rate_hz),
        expect=lambda place: SWELLING * look_at(_source(config, os.fsencode(task.paths[place])))[0],
        weigh=_weigh,
    )
    most_bytes = WINDOW_BYTES + config.n_readers * BYTES_PER_READER
    limits = Limits(n_threads=config.n_readers, most_bytes=most_bytes, enough_bytes=WINDOW_BYTES)
    rows: list[Row] = [None] * len(task.paths)
    with _mirror_writer(config, task) as write_mirrors, read_ahead(range(len(rows)), reading, limits) as windows:
        for window in windows:
            embed_window(encoder, window)
            for read in window:
                rows[read.place] = read.row
            write_mirrors(window)
    write_part(part_path(Layout(Path(config.folder)).parts, run=config.run, task=task.number), rows, encoder.identity)
    n_failed = sum(row.stage is not None for row in rows)
    return {"n": len(rows), "failed": n_failed, "device_bytes": encoder.device_bytes}


@dataclass(slots=True)
class ReadFile:
    """What was read of the file at this place of a task; no audio where there is none, and once it is embedded."""

    place: int
    row: Row
    audio: Audio | None = None


def _weigh(read: ReadFile) -> int:
    return read.audio.samples.nbytes if read.audio is not None else 0


def _source(config: StepConfig, path: bytes) -> bytes:
    return join_root(os.fsencode(config.root), path)


def embed_window(encoder: Encoder, window: Sequence[ReadFile]) -> None:
    """Give each row its embedding, or the reason why it has none; let go of the audio."""
    usable = [read for read in window if read.audio is not None]
    vectors = encoder.embed([read.audio for read in usable]) if usable else []
    for read, vector in zip(usable, vectors):
        if vector[0] == vector[0]:
            read.row.embedding = vector
        else:
            read.row.stage, read.row.reason = "features", _why_no_embedding(read.audio)
        read.audio = None


def _why_no_embedding(audio: Audio) -> str:
    if audio.duration_s < SHORTEST_S:
        return Words(
            "too short: {duration} ms, at least {least} ms are needed",
            duration=f"{1000 * audio.duration_s:.3g}",
            least=f"{1000 * SHORTEST_S:.0f}",
        )
    if np.ptp(audio.samples) == 0 or loudness_db(audio.samples) <= QUIET_DB:
        return Words("silent")
    return Words("too little sound for the encoder")


def read_file(config: StepConfig, place: int, path: bytes, rate_hz: int) -> ReadFile:
    """Read one file; what is wrong with it is data.

    Size and time are those from before reading: a file that grows meanwhile is read again next time.
    """
    source = _source(config, path)
    size, mtime_ns = look_at(source)
    row = Row(path=path, size=size, mtime_ns=mtime_ns, worker=config.worker)
    try:
        audio = read_audio(source, rate_hz=rate_hz, channel=config.channel)
    except UnreadableAudio as error:
        row.stage, row.reason = error.stage, error.reason
        return ReadFile(place, row)
    row.duration_s = audio.duration_s
    row.rate_hz = audio.source_rate_hz
    row.level_db = loudness_db(audio.samples)
    row.flags = SHORT if audio.duration_s < SHORT_S else ""
    return ReadFile(place, row, audio)


@contextmanager
def _mirror_writer(config: StepConfig, task: Task) -> Iterator[Callable[[Sequence[ReadFile]], None]]:
    """Writes the pickles of windows beside the work; all are written when the block ends well."""
    written: list[Future] = []
    with ThreadPoolExecutor(1) as writer:
        yield lambda window: written.append(writer.submit(_write_mirrors, config, task, window))
    for each in written:
        each.result()


def _write_mirrors(config: StepConfig, task: Task, window: Sequence[ReadFile]) -> None:
    if not task.mirrors:
        return
    folder, root = os.fsencode(config.folder), os.fsencode(config.root)
    try:
        for read in window:
            row, name = read.row, os.fsencode(task.mirrors[read.place])
            if row.embedding is None:
                remove_mirror(folder, name)
            else:
                write_mirror(folder, name, root, row.path, row.embedding, config.worker)
    except OSError as error:
        raise StoreError(f"cannot write pickles below {config.folder}: {error.strerror}; free some space") from error
