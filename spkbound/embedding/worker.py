"""One turn of work: read some files, embed them, write what was found. Which files, and when again, others decide."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spkbound.audio import Audio, loudness_db, read_audio
from spkbound.domain import join_root
from spkbound.embedding.layout import Layout
from spkbound.embedding.mirror import remove_mirror, write_mirror
from spkbound.embedding.parts import SHORT, SHORT_S, Row, part_path, write_part
from spkbound.embedding.plan import look_at
from spkbound.encoders.base import Encoder
from spkbound.encoders.open import open_encoder
from spkbound.errors import StoreError, UnreadableAudio

BATCH_FILES = 64
BATCH_SAMPLES = 1 << 24  # 64 MiB of float32
TOO_LITTLE = "too short or silent for the encoder"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfig:
    """What all tasks of a run share. Travels as JSON, so paths are text with Python's surrogates."""

    encoder: dict
    root: str
    folder: str
    channel: int | str
    run: int
    worker: int


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
    """Embed a task's files and write its part and its pickles.

    Raises
    ------
    StoreError : they cannot be written
    """
    paths = [os.fsencode(path) for path in task.paths]
    rows = [row for batch in _batches(config, encoder, paths) for row in embed_batch(encoder, batch)]
    _write_mirrors(config, rows, [os.fsencode(name) for name in task.mirrors])
    parts = Layout(Path(config.folder)).parts
    write_part(part_path(parts, run=config.run, task=task.number), rows, encoder.identity)
    return {"n": len(rows), "failed": sum(row.stage is not None for row in rows)}


@dataclass(slots=True)
class _Read:
    row: Row
    audio: Audio | None = None


def embed_batch(encoder: Encoder, batch: Sequence[_Read]) -> Iterator[Row]:
    """Give each row its embedding, or the reason why it has none."""
    usable = [read for read in batch if read.audio is not None]
    vectors = encoder.embed([read.audio for read in usable]) if usable else []
    for read, vector in zip(usable, vectors):
        if vector[0] == vector[0]:
            read.row.embedding = vector
        else:
            read.row.stage, read.row.reason = "features", TOO_LITTLE
    return (read.row for read in batch)


def _batches(config: StepConfig, encoder: Encoder, paths: Sequence[bytes]) -> Iterator[list[_Read]]:
    """Read files until enough sound is together; one long file is a batch of its own."""
    batch: list[_Read] = []
    n_samples = 0
    for path in paths:
        read = read_row(config, path, encoder.rate_hz)
        batch.append(read)
        n_samples += len(read.audio.samples) if read.audio is not None else 0
        if len(batch) >= BATCH_FILES or n_samples >= BATCH_SAMPLES:
            yield batch
            batch, n_samples = [], 0
    if batch:
        yield batch


def read_row(config: StepConfig, path: bytes, rate_hz: int) -> _Read:
    """Read one file; what is wrong with it is data.

    Size and time are those from before reading: a file that grows meanwhile is read again next time.
    """
    source = join_root(os.fsencode(config.root), path)
    size, mtime_ns = look_at(source)
    row = Row(path=path, size=size, mtime_ns=mtime_ns, worker=config.worker)
    try:
        audio = read_audio(source, rate_hz=rate_hz, channel=config.channel)
    except UnreadableAudio as error:
        row.stage, row.reason = error.stage, error.reason
        return _Read(row)
    row.duration_s = audio.duration_s
    row.rate_hz = audio.source_rate_hz
    row.level_db = loudness_db(audio.samples)
    row.flags = SHORT if audio.duration_s < SHORT_S else ""
    return _Read(row, audio)


def _write_mirrors(config: StepConfig, rows: Sequence[Row], names: Sequence[bytes]) -> None:
    folder, root = os.fsencode(config.folder), os.fsencode(config.root)
    try:
        for row, name in zip(rows, names):
            if row.embedding is None:
                remove_mirror(folder, name)
            else:
                write_mirror(folder, name, root, row.path, row.embedding, config.worker)
    except OSError as error:
        raise StoreError(f"cannot write pickles below {config.folder}: {error.strerror}; free some space") from error
