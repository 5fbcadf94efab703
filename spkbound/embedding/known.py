"""What does the store know already? The latest row of each utterance, wherever it lies; nothing is written here.

Sources in rising order of trust: rows of files that had left the corpus, the compacted matrix, parts run by run.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.embedding.layout import Layout
from spkbound.embedding.parts import ROW_SCHEMA, read_rows, read_vectors, run_of
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import StoreCorrupt

log = logging.getLogger(__name__)

_ROWS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file with rows. `matrix`: of the compacted table; None for one that keeps no embeddings."""

    file: Path
    n_rows: int
    run: int = 0
    matrix: np.ndarray | None = None
    is_part: bool = False
    is_base: bool = False

    @property
    def has_vectors(self) -> bool:
        return self.matrix is not None or not self.is_base


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All rows of all sources, one after the other, least trusted first.

    `source`, `row`: (n_rows,) which source a row is from and which of its rows. `refused`: files that cannot be used.
    """

    encoder: EncoderIdentity
    sources: tuple[Source, ...]
    table: pa.Table
    source: np.ndarray
    row: np.ndarray
    refused: tuple[tuple[Path, str], ...]

    def is_compact(self, paths: pa.BinaryArray, *, keep_matrix: bool) -> bool:
        """Whether the compacted table is about exactly these paths in this order, with a matrix or without."""
        for place, source in enumerate(self.sources):
            if source.is_base and (source.matrix is not None) == keep_matrix:
                mine = self.table["path"].filter(pa.array(self.source == place))
                return mine.equals(pa.chunked_array([paths]))
        return False

    @property
    def has_parts(self) -> bool:
        return any(source.is_part for source in self.sources)

    @property
    def embedded(self) -> np.ndarray:
        """(n_rows,) bool: the row has an embedding, wherever that is kept."""
        return pc.is_null(self.table["stage"]).to_numpy()

    @property
    def has_vector(self) -> np.ndarray:
        """(n_rows,) bool: its embedding is in the store."""
        kept = np.array([source.has_vectors for source in self.sources], bool)
        return self.embedded & kept[self.source]

    def find(self, paths: pa.BinaryArray) -> np.ndarray:
        """Most trusted row of each path: int64 (n_paths,), -1 where nothing is known."""
        if self._is_of(paths):
            return np.arange(len(paths))
        places = pc.index_in(self.table["path"], value_set=paths)
        places = places.fill_null(-1).to_numpy().astype(np.int64)
        found = np.full(len(paths), -1, np.int64)
        hits = np.flatnonzero(places >= 0)
        # Where an index is repeated numpy keeps the last one: the most trusted.
        found[places[hits]] = hits
        return found

    def count_others(self, paths: pa.BinaryArray) -> int:
        """How many utterances are known that are not among `paths`."""
        if self._is_of(paths):
            return 0
        return len(pc.unique(self.table["path"].filter(pc.invert(pc.is_in(self.table["path"], value_set=paths)))))

    def _is_of(self, paths: pa.BinaryArray) -> bool:
        """Whether the rows are about exactly these paths in this order, as those of a store at rest are."""
        return len(self.table) == len(paths) and self.table["path"].equals(pa.chunked_array([paths]))

    def fill(self, target: np.ndarray, rows: np.ndarray) -> None:
        """Copy the embeddings of `rows` (as `find` gives them) into `target` (n, dim); NaN where there is none.

        Raises
        ------
        StoreCorrupt : a part's embeddings cannot be read, though its other columns could
        """
        known = rows >= 0
        known[known] = self.has_vector[rows[known]]
        wanted = np.flatnonzero(known)
        target[~known] = np.nan
        owners = self.source[rows[wanted]]
        order = np.argsort(owners, kind="stable")
        edges = np.searchsorted(owners[order], np.arange(len(self.sources) + 1))
        for place, source in enumerate(self.sources):
            mine = wanted[order[edges[place] : edges[place + 1]]]
            _copy_rows(source, self.encoder, target, mine, self.row[rows[mine]])


def read_known(layout: Layout, encoder: EncoderIdentity) -> Known:
    """Read what the store of `encoder` knows; files that cannot be used are listed, and left where they are."""
    refused: list[tuple[Path, str]] = []
    found: list[tuple[Source, pa.Table]] = []
    for file, reader in _files(layout):
        try:
            found.append(reader(file, encoder, layout))
        except StoreCorrupt as error:
            refused.append((file, str(error)))
    tables = [table for _, table in found]
    table = pa.concat_tables(tables) if tables else ROW_SCHEMA.empty_table()
    known = Known(
        encoder=encoder,
        sources=tuple(source for source, _ in found),
        table=table,
        source=np.repeat(np.arange(len(found)), [len(each) for each in tables]).astype(np.int64),
        row=np.concatenate([np.arange(len(each)) for each in tables] or [np.zeros(0)]).astype(np.int64),
        refused=tuple(refused),
    )
    return _by_trust(known)


def current_table(layout: Layout) -> tuple[Path, Path]:
    """Which matrix and table belong together, also in the middle of a compaction that was killed."""
    if not layout.next_utterances.exists():
        return layout.matrix, layout.utterances
    matrix = layout.next_matrix if layout.next_matrix.exists() else layout.matrix
    return matrix, layout.next_utterances


def _files(layout: Layout) -> Sequence[tuple]:
    base = current_table(layout)[1]
    ordered = [(layout.absent, _open_rows)] if layout.absent.exists() else []
    if base.exists():
        ordered.append((base, _open_base))
    return ordered + [(part, _open_rows) for part in sorted(layout.parts.glob("[!.]*"))]


def _open_rows(file: Path, encoder: EncoderIdentity, layout: Layout) -> tuple[Source, pa.Table]:
    table = read_rows(file, encoder).cast(ROW_SCHEMA)
    is_part = file.parent == layout.parts
    return Source(file=file, n_rows=len(table), run=run_of(file), is_part=is_part), table


def _open_base(file: Path, encoder: EncoderIdentity, layout: Layout) -> tuple[Source, pa.Table]:
    table = read_rows(file, encoder).cast(ROW_SCHEMA)
    matrix_file = current_table(layout)[0]
    matrix = open_matrix(matrix_file, len(table), encoder.dim) if matrix_file.exists() else None
    return Source(file=file, n_rows=len(table), matrix=matrix, is_base=True), table


def open_matrix(file: Path, n_rows: int, dim: int) -> np.ndarray:
    """Map a compacted matrix read-only.

    Raises
    ------
    StoreCorrupt : truncated, or of another shape than the table beside it
    """
    try:
        matrix = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise StoreCorrupt(f"{file}: truncated or not a matrix ({error})") from error
    if matrix.shape != (n_rows, dim) or matrix.dtype != np.float32:
        raise StoreCorrupt(f"{file}: {matrix.shape} {matrix.dtype}, the table beside it has {n_rows} × {dim}")
    return matrix


def _by_trust(known: Known) -> Known:
    """Put later runs last, and within a run what was embedded after what failed."""
    runs = np.array([source.run for source in known.sources], np.int64)[known.source]
    order = np.lexsort((known.embedded & (runs > 0), runs))
    if np.array_equal(order, np.arange(len(order))):
        return known
    return Known(
        encoder=known.encoder,
        sources=known.sources,
        table=known.table.take(pa.array(order)),
        source=known.source[order],
        row=known.row[order],
        refused=known.refused,
    )


def _copy_rows(source: Source, encoder: EncoderIdentity, target: np.ndarray, to: np.ndarray, rows: np.ndarray) -> None:
    if len(to) == 0:
        return
    vectors = source.matrix if source.matrix is not None else read_vectors(source.file, encoder)
    for start in range(0, len(to), _ROWS_AT_ONCE):
        piece = slice(start, start + _ROWS_AT_ONCE)
        target[to[piece]] = vectors[rows[piece]]
