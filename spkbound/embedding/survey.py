"""What of the store can be used? Everything else is moved aside, by name, and made again."""

from spkbound.embedding.compact import move_aside
from spkbound.embedding.known import Known, read_known
from spkbound.embedding.layout import Layout
from spkbound.embedding.parts import read_vectors
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import StoreCorrupt


def read_usable(layout: Layout, encoder: EncoderIdentity) -> Known:
    """Read what the store knows, and move truncated and foreign files to ``store/refused/``."""
    known = read_known(layout, encoder)
    for file, why in known.refused:
        move_aside(layout, file, why)
    return known


def move_broken_aside(layout: Layout, encoder: EncoderIdentity) -> int:
    """Move aside the files whose embeddings cannot be read though their other columns can; return how many."""
    n_moved = 0
    for source in read_known(layout, encoder).sources:
        if source.is_base:
            continue
        try:
            read_vectors(source.file, encoder)
        except StoreCorrupt as error:
            move_aside(layout, source.file, str(error))
            n_moved += 1
    return n_moved
