"""What does a store look like that holds a million utterances? Written by the same code as a real one, from noise."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.corpus import scan_folder
from spkbound.embedding.layout import Layout, StoreInfo, save_info
from spkbound.embedding.mirrors import open_mirrors
from spkbound.embedding.parts import ROW_SCHEMA, row_schema, write_table
from spkbound.embedding.plan import OrderedFiles, look_at_sources
from spkbound.encoders.base import EncoderIdentity

FILES_PER_FOLDER = 1_000


def write_files(folder: Path, n: int) -> None:
    """Make `n` empty files, a thousand to a folder."""
    for start in range(0, n, FILES_PER_FOLDER):
        inner = folder / f"speaker_{start // FILES_PER_FOLDER:05d}"
        inner.mkdir(parents=True, exist_ok=True)
        for k in range(start, min(n, start + FILES_PER_FOLDER)):
            os.close(os.open(inner / f"utt_{k:08d}.wav", os.O_CREAT | os.O_WRONLY, 0o644))


def write_store(folder: Path, corpus: OrderedFiles, info: StoreInfo) -> None:
    """A store in which all of `corpus` is done, compacted, with random embeddings."""
    layout = Layout(folder)
    layout.parts.mkdir(parents=True, exist_ok=True)
    n = len(corpus.paths)
    sources = look_at_sources(corpus, np.arange(n))
    columns = {
        "path": corpus.paths,
        "size": sources.sizes,
        "mtime_ns": sources.mtimes_ns,
        "duration_s": np.full(n, 3.0, np.float32),
        "rate_hz": np.full(n, 16_000, np.int32),
        "level_db": np.full(n, -23.0, np.float32),
        "flags": [""] * n,
        "stage": pa.nulls(n, pa.string()),
        "reason": pa.nulls(n, pa.string()),
        "worker": np.zeros(n, np.int32),
    }
    table = pa.table({name: pa.array(column) for name, column in columns.items()}, schema=ROW_SCHEMA)
    save_info(layout, info)
    open_mirrors(layout, corpus, keeps=info.keeps)
    matrix = np.lib.format.open_memmap(layout.matrix, "w+", np.float32, (n, info.encoder.dim))
    for start, block in _noise(n, info.encoder.dim):
        matrix[start : start + len(block)] = block
    matrix.flush()
    write_table(layout.utterances, table.cast(row_schema(info.encoder)))


def _noise(n: int, dim: int) -> Iterator[tuple[int, np.ndarray]]:
    rng = np.random.default_rng(0)
    for start in range(0, n, 1 << 16):
        yield start, rng.standard_normal((min(1 << 16, n - start), dim), np.float32)


def named_corpus(folder: Path) -> OrderedFiles:
    return scan_folder(folder)


def noise_info(corpus: OrderedFiles, dim: int) -> StoreInfo:
    """What a store of `corpus` says of itself: that its encoder makes noise."""
    return StoreInfo(
        encoder=EncoderIdentity(name="noise", version="1", dim=dim, rate_hz=16_000, digest="00" * 32),
        encoder_spec={"kind": "noise"},
        corpus_root=corpus.root,
        order="path",
        channel=0,
        keeps="parquet",
        run=1,
    )
