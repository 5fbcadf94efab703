"""How is what a worker found kept on disk? Parquet in parts, each complete or absent; which are needed others know.

A part holds one row per utterance, keyed by path, with the size and time of the source that was read. Its name begins
with the number of the run, so later knowledge is known to be later whatever the clock does.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from spkbound.embedding.files import open_for_arrow, store_file
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import StoreCorrupt

SCHEMA_VERSION = 1
SHORT = "short"
SHORT_S = 0.3

_PART_NAME = re.compile(r"run(\d{6})-task(\d{8})\.parquet")
_METADATA_KEY = b"spkbound"

ROW_SCHEMA = pa.schema(
    [
        pa.field("path", pa.binary(), nullable=False),
        pa.field("size", pa.int64(), nullable=False),
        pa.field("mtime_ns", pa.int64(), nullable=False),
        pa.field("duration_s", pa.float32()),
        pa.field("rate_hz", pa.int32()),
        pa.field("level_db", pa.float32()),
        pa.field("flags", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("worker", pa.int32()),
    ]
)


@dataclass(slots=True, kw_only=True)
class Row:
    """What is known of one utterance. `stage` is None where there is an embedding; `size` is -1 where no file is."""

    path: bytes
    size: int
    mtime_ns: int
    worker: int
    duration_s: float | None = None
    rate_hz: int | None = None
    level_db: float | None = None
    flags: str | None = None
    stage: str | None = None
    reason: str | None = None
    embedding: np.ndarray | None = None


def part_path(parts: Path, *, run: int, task: int) -> Path:
    """Name of a task's part: a task that is tried again replaces its own part, and no other."""
    return parts / f"run{run:06d}-task{task:08d}.parquet"


def run_of(part: Path) -> int:
    """Which run made a part; 0 for a name that is not ours."""
    found = _PART_NAME.fullmatch(part.name)
    return int(found[1]) if found else 0


def write_part(file: Path, rows: Sequence[Row], encoder: EncoderIdentity) -> None:
    """Write rows with their embeddings, complete or not at all."""
    columns = [pa.array([getattr(row, field.name) for row in rows], field.type) for field in ROW_SCHEMA]
    table = pa.table([*columns, _embedding_column(rows, encoder.dim)], schema=part_schema(encoder))
    write_table(file, table)


def write_table(file: Path, table: pa.Table) -> None:
    with store_file(file) as temporary:
        # Arrow takes no file names that are not UTF-8.
        with temporary.open("wb") as opened:
            pq.write_table(table, opened, compression="zstd", use_dictionary=False, write_page_checksum=True)


def part_schema(encoder: EncoderIdentity) -> pa.Schema:
    embedding = pa.field("embedding", pa.list_(pa.field("element", pa.float32()), encoder.dim))
    return row_schema(encoder).append(embedding)


def row_schema(encoder: EncoderIdentity) -> pa.Schema:
    facts = {"schema_version": SCHEMA_VERSION, "encoder": encoder.name, "encoder_digest": encoder.digest}
    return ROW_SCHEMA.with_metadata({_METADATA_KEY: json.dumps(facts).encode()})


def read_rows(file: Path, encoder: EncoderIdentity) -> pa.Table:
    """Read all columns but the embeddings.

    Raises
    ------
    StoreCorrupt : truncated, not ours, or of another encoder or version
    """
    return _read(file, encoder, ROW_SCHEMA.names)


def read_vectors(file: Path, encoder: EncoderIdentity) -> np.ndarray:
    """Read the embeddings of a part: float32 (n_rows, dim), NaN where there is none; StoreCorrupt as `read_rows`."""
    column = _read(file, encoder, ["embedding"]).column(0).combine_chunks()
    vectors = np.full((len(column), encoder.dim), np.nan, np.float32)
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    vectors[valid] = column.flatten().to_numpy(zero_copy_only=False).reshape(-1, encoder.dim)
    return vectors


def _read(file: Path, encoder: EncoderIdentity, columns: list[str]) -> pa.Table:
    try:
        with open_for_arrow(file) as stored, pq.ParquetFile(stored, page_checksum_verification=True) as opened:
            _check_schema(file, opened.schema_arrow, encoder)
            return opened.read(columns)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreCorrupt(f"{file}: truncated or not Parquet ({str(error).splitlines()[0]})") from error


def _check_schema(file: Path, schema: pa.Schema, encoder: EncoderIdentity) -> None:
    try:
        facts = json.loads((schema.metadata or {})[_METADATA_KEY])
    except (KeyError, ValueError) as error:
        raise StoreCorrupt(f"{file}: not written by spkbound") from error
    if facts.get("schema_version") != SCHEMA_VERSION:
        raise StoreCorrupt(f"{file}: schema version {facts.get('schema_version')}, this program knows {SCHEMA_VERSION}")
    if facts.get("encoder_digest") != encoder.digest:
        raise StoreCorrupt(f"{file}: made by another encoder ({facts.get('encoder')}, {facts.get('encoder_digest')})")
    if not set(ROW_SCHEMA.names) <= set(schema.names):
        raise StoreCorrupt(f"{file}: columns are missing")


def _embedding_column(rows: Sequence[Row], dim: int) -> pa.Array:
    nothing = np.zeros(dim, np.float32)
    flat = np.concatenate([nothing if row.embedding is None else row.embedding for row in rows])
    missing = pa.array([row.embedding is None for row in rows])
    return pa.FixedSizeListArray.from_arrays(
        pa.array(flat, pa.float32()), type=pa.list_(pa.field("element", pa.float32()), dim), mask=missing
    )
