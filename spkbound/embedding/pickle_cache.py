"""Was this tree of pickles read before, and is it still the same? Then a matrix and a table of it lie in its store.

The same: no name, size or time of a pickle has changed, nor of the statistics beside them. Where nothing can be
written the pickles are read each time.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from spkbound.embedding.files import open_for_arrow, store_file
from spkbound.embedding.known import open_matrix
from spkbound.embedding.layout import Layout
from spkbound.embedding.parts import write_table
from spkbound.embedding.pickle_files import PickleFiles
from spkbound.errors import StoreCorrupt, StoreError

log = logging.getLogger(__name__)

FEWEST_PICKLES = 1_000  # fewer are read in no time
_FORMAT = 1
_CLOCK_TICK_NS = 100_000_000  # two changes within one may bear the same time
_SCHEMA = pa.schema([pa.field("path", pa.binary()), pa.field("stage", pa.string()), pa.field("reason", pa.string())])


@dataclass(frozen=True, slots=True)
class Kept:
    """A tree in order: `table` with path, and stage and reason of each gap; embeddings float32 ``(n, dim)``."""

    table: pa.Table
    embeddings: np.ndarray


def table_of(paths: list[bytes], stages: list[str | None], reasons: list[str | None]) -> pa.Table:
    """Put columns together; stage and reason are None where there is an embedding."""
    return pa.table([paths, stages, reasons], schema=_SCHEMA)


def has_kept(layout: Layout) -> bool:
    """Whether anything was kept, of the tree as it is or as it was."""
    return any(layout.store.glob("pickles-*.parquet"))


def open_kept(layout: Layout, files: PickleFiles) -> Kept | None:
    """Open what was kept when the tree was as `files` say; None where there is no such thing."""
    table_file, matrix_file = _names(layout, files)
    try:
        with open_for_arrow(table_file) as opened:
            table = pq.read_table(opened, schema=_SCHEMA)
        dim = np.load(matrix_file, mmap_mode="r", allow_pickle=False).shape[1]
        return Kept(table, open_matrix(matrix_file, len(table), dim))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, IndexError, StoreCorrupt, pa.ArrowException) as error:
        log.warning("cannot use %s: %s; the pickles are read again", table_file, error)
        return None


def keep(layout: Layout, kept: Kept, files: PickleFiles, *, started_ns: int) -> None:
    """Keep a tree that was as `files` say while it was read, from `started_ns` on; unless it may be changing still."""
    if len(files.names) < FEWEST_PICKLES or files.sizes.min() < 0:
        return
    if files.mtimes_ns.max() > started_ns - _CLOCK_TICK_NS:
        return
    table_file, matrix_file = _names(layout, files)
    try:
        with store_file(matrix_file) as temporary, temporary.open("wb") as opened:
            np.save(opened, kept.embeddings)
        write_table(table_file, kept.table)
    except StoreError as error:
        log.warning("the pickles will be read again next time: %s", error)
        return
    for earlier in layout.store.glob("pickles-*"):
        if earlier not in (table_file, matrix_file):
            earlier.unlink(missing_ok=True)


def _names(layout: Layout, files: PickleFiles) -> tuple[Path, Path]:
    name = f"pickles-{_FORMAT}-{files.digest()}"
    return layout.store / f"{name}.parquet", layout.store / f"{name}.npy"
