"""How do parts become what detection maps? A matrix in corpus order and a table beside it, swapped in as a pair.

The pair is written under other names first; the table's rename is the moment from which the new pair counts, and
`finish_compaction` completes what a kill interrupted. Parts go last, so at no moment is anything in one place only.
"""

import logging
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.embedding.files import store_file
from spkbound.embedding.known import Known
from spkbound.embedding.layout import Layout
from spkbound.embedding.parts import part_schema, row_schema, write_table
from spkbound.whole_file import remove_temporaries, sync_folder

log = logging.getLogger(__name__)


def compact(layout: Layout, known: Known, paths: pa.BinaryArray, *, keep_matrix: bool) -> None:
    """Merge all that is known of `paths` (each must be known) into one table, and a matrix unless pickles are kept.

    The result depends on the rows alone, not on how they were spread over parts.

    Raises
    ------
    StoreError : disk full, ...
    StoreCorrupt : embeddings of a part cannot be read; the part is named, and nothing has changed
    """
    rows = known.find(paths)
    table = known.table.take(pa.array(rows)).cast(row_schema(known.encoder))
    absent = _find_absent(layout, known, rows, paths)
    if keep_matrix:
        _write_matrix(layout.next_matrix, known, rows)
    if absent.n_new:
        _write_absent(layout, known, absent.rows)
    if not keep_matrix:
        # Before the new table counts: it must never stand beside a matrix that is not its own.
        layout.matrix.unlink(missing_ok=True)
    write_table(layout.next_utterances, table)
    finish_compaction(layout)
    if not absent.n_gone:
        layout.absent.unlink(missing_ok=True)
    for source in known.sources:
        if source.is_part:
            source.file.unlink(missing_ok=True)
    log.info("compacted %d utterances from %d files", len(paths), len(known.sources))


def finish_compaction(layout: Layout) -> None:
    """Complete the swap that a kill interrupted, and remove what was only half-written."""
    for folder in (layout.store, layout.parts):
        remove_temporaries(folder)
    if not layout.next_utterances.exists():
        layout.next_matrix.unlink(missing_ok=True)
        return
    if layout.next_matrix.exists():
        os.replace(layout.next_matrix, layout.matrix)
        sync_folder(layout.store)
    os.replace(layout.next_utterances, layout.utterances)
    sync_folder(layout.store)


def move_aside(layout: Layout, file: Path, why: str) -> None:
    """Put a file that cannot be used into ``store/refused/``; a table goes with its matrix."""
    together = [layout.matrix, layout.utterances] if file == layout.utterances else [file]
    layout.refused.mkdir(exist_ok=True)
    for each in together:
        if each.exists():
            target = _free_name(layout.refused / each.name)
            os.replace(each, target)
            log.warning("cannot use %s; moved to %s, and what it held is made again", why, target)


def _free_name(target: Path) -> Path:
    number = 1
    free = target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.name}__{number}")
    return free


@dataclass(frozen=True, slots=True)
class _Absent:
    """Rows to keep of files that are not in the corpus now: a folder that was not mounted comes back.

    `n_gone` of them are of such files, `n_new` of these lie elsewhere so far. The others have just come back: until
    the compaction counts, this is the only place where they are.
    """

    rows: np.ndarray
    n_gone: int
    n_new: int


def _find_absent(layout: Layout, known: Known, rows: np.ndarray, paths: pa.BinaryArray) -> _Absent:
    all_paths = known.table["path"]
    elsewhere = all_paths.filter(pc.invert(pc.is_in(all_paths, value_set=paths))).unique()
    gone = known.find(elsewhere)
    gone = gone[known.has_vector[gone]]
    in_file = np.array([source.file == layout.absent for source in known.sources], bool)
    back = rows[in_file[known.source[rows]]]
    return _Absent(np.concatenate([gone, back]), len(gone), int((~in_file[known.source[gone]]).sum()))


def _write_absent(layout: Layout, known: Known, rows: np.ndarray) -> None:
    vectors = np.empty((len(rows), known.encoder.dim), np.float32)
    known.fill(vectors, rows)
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), known.encoder.dim)
    table = known.table.take(pa.array(rows))
    write_table(layout.absent, table.append_column("embedding", column).cast(part_schema(known.encoder)))


def _write_matrix(file: Path, known: Known, rows: np.ndarray) -> None:
    shape = (len(rows), known.encoder.dim)
    with store_file(file) as temporary:
        with open(temporary, "wb") as opened:
            header = {"descr": "<f4", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(opened, header)
            start = opened.tell()
            # Space is taken first: running out of it while writing through a map would kill the process.
            _reserve(opened.fileno(), start + 4 * shape[0] * shape[1])
        matrix = np.memmap(temporary, np.float32, "r+", offset=start, shape=shape)
        known.fill(matrix, rows)
        matrix.flush()
        del matrix


def _reserve(descriptor: int, n_bytes: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, n_bytes)
    else:
        os.ftruncate(descriptor, n_bytes)
