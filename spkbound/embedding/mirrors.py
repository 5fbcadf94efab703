"""Which pickles should be there, and which are? Keeps the mirror of a whole corpus in step with the store."""

import logging
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from spkbound.embedding.files import open_for_arrow
from spkbound.embedding.known import Known
from spkbound.embedding.layout import Layout
from spkbound.embedding.look import look_at_many
from spkbound.embedding.mirror import mirror_names, remove_mirror, write_mirror
from spkbound.embedding.parts import write_table
from spkbound.embedding.plan import OrderedFiles
from spkbound.errors import StoreError

log = logging.getLogger(__name__)

_AT_ONCE = 4_096


class Mirrors:
    """The pickles of a corpus.

    `names`: one per utterance, in corpus order; empty where no pickles are wanted. `present`: bool (n_utterances,).
    """

    def __init__(self, layout: Layout, corpus: OrderedFiles, names: list[bytes]) -> None:
        self._folder = os.fsencode(layout.folder)
        self._corpus = corpus
        self.names = names
        self.present = np.zeros(len(corpus.paths), bool)
        if names:
            sizes = look_at_many(self._folder, pa.array(names, pa.binary()))[:, 0]
            self.present = sizes > 0  # a power cut can leave an empty one

    def restore(self, known: Known, rows: np.ndarray) -> None:
        """Write the pickles that are wanted and missing, from the embeddings that the store has; no file is read."""
        if not self.names:
            return
        missing = np.flatnonzero(~self.present & known.has_vector[rows])
        workers = known.table["worker"]
        for start in range(0, len(missing), _AT_ONCE):
            places = missing[start : start + _AT_ONCE]
            vectors = np.empty((len(places), known.encoder.dim), np.float32)
            known.fill(vectors, rows[places])
            for place, vector in zip(places.tolist(), vectors):
                self._write(place, vector, workers[int(rows[place])].as_py() or 0)
        self.present[missing] = True

    def _write(self, place: int, vector: np.ndarray, worker: int) -> None:
        path = self._corpus.paths[place].as_py()
        try:
            write_mirror(self._folder, self.names[place], self._corpus.root, path, vector, worker)
        except OSError as error:
            where = os.fsdecode(self._folder)
            raise StoreError(f"cannot write pickles below {where}: {error.strerror}; free some space") from error


def open_mirrors(layout: Layout, corpus: OrderedFiles, *, keeps: str) -> Mirrors:
    """Look which pickles are there, after removing those whose name now belongs to another utterance.

    Also notes the corpus in the store, in order: an extraction that has not ended can be opened by it.
    """
    earlier = read_noted_corpus(layout)
    names = mirror_names(corpus.paths.to_pylist()) if keeps != "parquet" else []
    if earlier is None or not earlier.equals(pa.chunked_array([corpus.paths])):
        if earlier is not None and names:
            _retire(layout, earlier.to_pylist(), dict(zip(corpus.paths.to_pylist(), names)), keep_gone=keeps == "pkl")
        write_table(layout.corpus, pa.table({"path": corpus.paths}))
    return Mirrors(layout, corpus, names)


def read_noted_corpus(layout: Layout) -> pa.ChunkedArray | None:
    """Paths of the corpus as the latest run saw it, in order; None where nothing was noted."""
    try:
        with open_for_arrow(layout.corpus) as stored:
            return pq.read_table(stored, columns=["path"])["path"]
    except (OSError, pa.ArrowException):
        return None


def count_noted(layout: Layout) -> int:
    """How many utterances the corpus had that the latest run saw; 0 where nothing was noted."""
    try:
        with open_for_arrow(layout.corpus) as stored:
            return pq.read_metadata(stored).num_rows
    except (OSError, pa.ArrowException):
        return 0


def _retire(layout: Layout, earlier: list[bytes], names: dict[bytes, bytes], *, keep_gone: bool) -> None:
    """Remove pickles of utterances that left (unless they are the only copy) or have another name now."""
    folder = os.fsencode(layout.folder)
    owned = set(names.values())
    for path, name in zip(earlier, mirror_names(earlier)):
        gone = path not in names
        if names.get(path) != name and not (gone and keep_gone and name not in owned):
            remove_mirror(folder, name)
