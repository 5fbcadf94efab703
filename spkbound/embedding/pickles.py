"""What does a tree of pickles hold, ours or the baseline's? One embedding per file, put in order by original path.

Unreadable utterances have no pickle. Their places come from ``extraction_stats.json`` beside the tree; without it
nobody knows them, and the result says so. What was read once is kept, and read again only where something changed.
"""

import json
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.domain import Unreadable, path_to_text, stays_below, text_to_path
from spkbound.embedding.columns import Embeddings
from spkbound.embedding.layout import Layout
from spkbound.embedding.pickle_cache import Kept, has_kept, keep, open_kept, table_of
from spkbound.embedding.pickle_files import find_pickles, look_at_pickles, size_and_time
from spkbound.embedding.pickle_reader import Piece, as_they_were, read_pickles
from spkbound.embedding.stats import list_unreadable
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import StoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stats:
    """What ``extraction_stats.json`` says. `failures` is None when it does not list them."""

    failures: list[Unreadable] | None
    encoder: EncoderIdentity | None
    order: str


def load_pickle_tree(folder: Path) -> Embeddings:
    """Read all pickles below `folder`, in byte-wise order of the relative paths that they name.

    Raises
    ------
    UnsafePickle : a pickle asks for anything but arrays and plain containers
    StoreError : no pickle there, embeddings of different lengths, or an utterance twice
    """
    layout = Layout(Path(folder).absolute())
    root = os.fsencode(layout.folder)
    beside = size_and_time(layout.stats)
    stats = _read_stats(layout.stats)
    if stats.order != "path":
        log.warning("%s was extracted in %s order; a tree of pickles is read in path order", folder, stats.order)
    kept = open_kept(layout, look_at_pickles(root, beside)) if has_kept(layout) else None
    if kept is None:
        started_ns = time.time_ns()
        names = sorted(find_pickles(root))
        if not names:
            raise StoreError(f"no embeddings: no .pkl file below {folder}; give the folder that extract wrote to")
        pieces = read_pickles(root, names)
        kept = _in_order(root, pieces, stats.failures or [])
        keep(layout, kept, as_they_were(pieces, beside), started_ns=started_ns)
    return _as_embeddings(Path(folder), kept, stats)


def has_pickles(folder: Path) -> bool:
    """Whether any .pkl file lies below `folder`."""
    return next(find_pickles(os.fsencode(folder)), None) is not None


def _in_order(root: bytes, pieces: list[Piece], failures: list[Unreadable]) -> Kept:
    """Put pickles and known gaps into path order; a pickle is trusted more than the statistics."""
    dims = [piece.embeddings.shape[1] for piece in pieces if len(piece.embeddings)]
    if not dims:
        raise StoreError(f"none of the pickles below {path_to_text(root)} can be used; extract again")
    found = [path for piece in pieces for path in piece.paths]
    why = {each.path: (each.stage, each.reason) for each in failures}
    paths = sorted({*found, *why})
    places = {path: place for place, path in enumerate(paths)}
    if len(set(found)) < len(found):
        _refuse_twice(root, pieces)
    matrix = np.full((len(paths), dims[0]), np.nan, np.float32)
    stages, reasons = [None] * len(paths), [None] * len(paths)
    embedded = np.zeros(len(paths), bool)
    for piece in pieces:
        at = [places[path] for path, reason in zip(piece.paths, piece.reasons) if not reason]
        matrix[at], embedded[at] = piece.embeddings, True
        for path, reason in zip(piece.paths, piece.reasons):
            if reason:
                why.setdefault(path, ("open", reason))
    for place in np.flatnonzero(~embedded).tolist():
        stages[place], reasons[place] = why[paths[place]]
    return Kept(table_of(paths, stages, reasons), matrix)


def _refuse_twice(root: bytes, pieces: list[Piece]) -> None:
    names: dict[bytes, bytes] = {}
    for piece in pieces:
        for path, name in zip(piece.paths, piece.names):
            earlier = names.setdefault(path, name)
            if earlier is not name:
                both = " and ".join(path_to_text(os.path.join(root, each)) for each in (earlier, name))
                raise StoreError(f"{both} are both of {path_to_text(path)}; remove the one that is out of date")


def _read_stats(file: Path) -> _Stats:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return _Stats(
            failures=_failures(values),
            encoder=EncoderIdentity.from_dict(values["encoder"]) if "encoder" in values else None,
            order=values.get("order", "path"),
        )
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        log.warning("cannot use %s: %s: %s", file, type(error).__name__, error)
    return _Stats(failures=None, encoder=None, order="path")


def _failures(values: dict) -> list[Unreadable] | None:
    if "failures" not in values:
        return [] if values.get("total_failed") == 0 else None
    failures = [
        Unreadable(
            index=-1,
            path=text_to_path(each["relative_path"]),
            stage=str(each.get("stage", "open")),
            reason=str(each.get("reason", "")),
        )
        for each in values["failures"]
    ]
    if not all(stays_below(each.path) for each in failures):
        raise ValueError("it lists a path that is in no corpus")
    return failures


def _as_embeddings(folder: Path, kept: Kept, stats: _Stats) -> Embeddings:
    n = len(kept.table)
    unknown = np.full(n, np.nan, np.float32)
    return Embeddings(
        folder=folder,
        origin="pickles",
        encoder=stats.encoder,
        corpus_root=None,
        order="path",
        channel=None,
        paths=pa.concat_arrays(kept.table["path"].chunks),
        embeddings=kept.embeddings,
        durations_s=unknown,
        levels_db=unknown.copy(),
        unreadable=list_unreadable(kept.table),
        unreadable_unknown=stats.failures is None,
    )
