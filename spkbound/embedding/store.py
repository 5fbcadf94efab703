"""What is in a store, in corpus order? Opens what `extract` wrote, compacted or not; it writes nothing."""

import logging
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.embedding.columns import Embeddings, Origin
from spkbound.embedding.known import Known, current_table, read_known
from spkbound.embedding.layout import Layout, StoreInfo, load_info
from spkbound.embedding.mirrors import count_noted, read_noted_corpus
from spkbound.embedding.pickles import load_pickle_tree
from spkbound.embedding.stats import list_unreadable
from spkbound.errors import StoreError

log = logging.getLogger(__name__)

NOT_YET = "not embedded yet"


def open_store(folder: Path) -> Embeddings:
    """Open the store in `folder`.

    Compacted it is mapped, in about the time that reading the table takes. An extraction that has not ended is put
    together in memory; what is still to do is a gap, so that every utterance has its place.

    Raises
    ------
    StoreError : nothing was extracted there
    StoreCorrupt : ``store.json`` is not ours
    """
    layout = Layout(Path(folder).absolute())
    info = load_info(layout)
    if info is None:
        raise StoreError(f"no embeddings: {layout.info} does not exist; run extract first")
    known = read_known(layout, info.encoder)
    for file, why in known.refused:
        log.warning("not used: %s (%s)", file, why)
    if not known.has_parts and not known.refused:
        base = next((source for source in known.sources if source.is_base), None)
        if base is not None and base.n_rows >= count_noted(layout):
            mine = known.table.filter(pa.array(known.source == known.sources.index(base)))
            if base.matrix is not None:
                return _embeddings(layout, info, mine, base.matrix, "store")
            return _from_pickles(layout, info, mine)
    return _open_unfinished(layout, info, known)


def has_store(folder: Path) -> bool:
    """Whether `extract` has left anything here that `open_store` can open."""
    layout = Layout(Path(folder))
    started = current_table(layout)[1].exists() or any(layout.parts.glob("run*.parquet"))
    return layout.info.exists() and started


def _open_unfinished(layout: Layout, info: StoreInfo, known: Known) -> Embeddings:
    noted = read_noted_corpus(layout)
    if noted is None or len(known.table) == 0:
        raise StoreError(f"no embeddings in {layout.store} yet; run extract first")
    paths = pa.concat_arrays(noted.chunks)
    rows = known.find(paths)
    matrix = np.empty((len(paths), info.encoder.dim), np.float32)
    known.fill(matrix, rows)
    table = known.table.take(pa.array(np.where(rows < 0, None, rows).tolist(), pa.int64()))
    lost = np.isnan(matrix[:, 0]) & table["stage"].is_null().to_numpy()
    table = table.set_column(0, "path", paths)
    for name, text in (("stage", "open"), ("reason", NOT_YET)):
        column = pc.if_else(pa.array(lost), pa.scalar(text), table[name])
        table = table.set_column(table.schema.get_field_index(name), name, column)
    log.warning("%s: extraction has not ended, %d of %d utterances are missing", layout.folder, lost.sum(), len(paths))
    return _embeddings(layout, info, table, matrix, "parts")


def _embeddings(layout: Layout, info: StoreInfo, table: pa.Table, matrix: np.ndarray, origin: Origin) -> Embeddings:
    return Embeddings(
        folder=layout.folder,
        origin=origin,
        encoder=info.encoder,
        corpus_root=info.corpus_root,
        order=info.order,
        channel=info.channel,
        paths=pa.concat_arrays(table["path"].chunks),
        embeddings=matrix,
        durations_s=_numbers(table["duration_s"]),
        levels_db=_numbers(table["level_db"]),
        unreadable=list_unreadable(table),
    )


def _from_pickles(layout: Layout, info: StoreInfo, table: pa.Table) -> Embeddings:
    """A store that keeps pickles only: they in the order of its table."""
    tree = load_pickle_tree(layout.folder)
    places = pc.index_in(table["path"], value_set=tree.paths).fill_null(-1).to_numpy().astype(np.int64)
    matrix = np.full((len(table), tree.dim), np.nan, np.float32)
    matrix[places >= 0] = tree.embeddings[places[places >= 0]]
    lost = np.isnan(matrix[:, 0]) & table["stage"].is_null().to_numpy()
    for name, text in (("stage", "open"), ("reason", "its .pkl cannot be read")):
        column = pc.if_else(pa.array(lost), pa.scalar(text), table[name])
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return _embeddings(layout, info, table, matrix, "pickles")


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float32()).fill_null(float("nan")).to_numpy().copy()
