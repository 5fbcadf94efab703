"""How do the parts that lie in a store become one? All that is known is compacted; what is still to do stays to do."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from spkbound.embedding.compact import compact, finish_compaction
from spkbound.embedding.layout import Layout, load_info
from spkbound.embedding.mirrors import read_noted_corpus
from spkbound.embedding.survey import read_usable
from spkbound.errors import StoreError
from spkbound.jobs.lock import FolderLock


@dataclass(frozen=True, slots=True)
class Merged:
    """What was merged: `n_parts` files, and how many utterances of the corpus are known now."""

    n_parts: int
    n_known: int
    n_total: int


def merge_parts(folder: Path) -> Merged:
    """Compact what several runs or shards wrote into the store in `folder`.

    Raises
    ------
    StoreError : nothing was extracted there
    StoreLocked : an extraction, or a shard of one, is at work there
    """
    layout = Layout(Path(folder).absolute())
    info, noted = load_info(layout), read_noted_corpus(layout)
    if info is None or noted is None:
        raise StoreError(f"no embeddings: {layout.info} does not exist; run extract first")
    with FolderLock(layout.lock):
        finish_compaction(layout)
        known = read_usable(layout, info.encoder)
        paths = pa.concat_arrays(noted.chunks)
        here = paths.filter(pa.array(known.find(paths) >= 0))
        keep_matrix = info.keeps != "pkl"
        n_parts = sum(source.is_part for source in known.sources)
        if n_parts or (len(here) and not known.is_compact(here, keep_matrix=keep_matrix)):
            compact(layout, known, here, keep_matrix=keep_matrix)
        return Merged(n_parts, len(here), len(paths))
