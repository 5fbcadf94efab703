"""Where are the embeddings in this folder? In a store, compacted or not, else in a tree of pickles."""

from pathlib import Path

from spkbound.embedding.columns import Embeddings
from spkbound.embedding.pickles import has_pickles, load_pickle_tree
from spkbound.embedding.store import has_store, open_store
from spkbound.errors import StoreError

__all__ = ["Embeddings", "has_embeddings", "open_embeddings"]


def has_embeddings(folder: Path) -> bool:
    """Whether `open_embeddings` would find any."""
    return has_store(Path(folder)) or has_pickles(Path(folder))


def open_embeddings(folder: Path) -> Embeddings:
    """Open whatever embeddings lie in `folder`; nothing there is changed, but a large tree of pickles gains a matrix.

    Raises
    ------
    StoreError : none; says what was looked for
    UnsafePickle : a pickle asks for anything but arrays and plain containers
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StoreError(f"no embeddings: the folder {folder} does not exist; run extract first, or check the path")
    if has_store(folder):
        return open_store(folder)
    if has_pickles(folder):
        return load_pickle_tree(folder)
    raise StoreError(
        f"no embeddings in {folder}: looked for store/store.json with parts or a matrix, and for .pkl files; run"
        " extract first"
    )
