"""What if the baseline did this work already? Its pickles are taken over as done, when its encoder is named.

Nothing in a pickle says which encoder made it, so a few files are embedded again and compared before any is believed.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from spkbound.audio import read_audio
from spkbound.domain import join_root, path_to_text
from spkbound.embedding.background import ONE_THREAD
from spkbound.embedding.choice import resolve_spec
from spkbound.embedding.columns import Embeddings
from spkbound.embedding.layout import Layout, StoreInfo
from spkbound.embedding.look import look_at
from spkbound.embedding.mirror import mirror_names
from spkbound.embedding.parts import Row, part_path, write_part
from spkbound.embedding.pickles import load_pickle_tree
from spkbound.embedding.plan import OrderedFiles, Sources
from spkbound.encoders.open import open_encoder
from spkbound.errors import EncoderMismatch, UnreadableAudio
from spkbound.jobs import Pool, WorkerSpec

log = logging.getLogger(__name__)

ROWS_PER_PART = 4_096
N_COMPARED = 8
LEAST_COSINE = 0.98  # the same network in other arithmetic is far above, another one far below


@dataclass(frozen=True, slots=True)
class _Found:
    """Places of the corpus that have a pickle no older than the source, and its row in the tree."""

    places: np.ndarray
    rows: np.ndarray


def adopt_pickles(layout: Layout, corpus: OrderedFiles, info: StoreInfo, sources: Sources, *, device: str) -> int:
    """Write the embeddings of a tree of pickles as parts of run `info.run`; return how many.

    Raises
    ------
    EncoderMismatch : they are not of the encoder that is named
    UnsafePickle : a pickle asks for anything but arrays and plain containers
    """
    tree = load_pickle_tree(layout.folder)
    found = _find(tree, layout, corpus, sources)
    if not len(found.places):
        return 0
    if tree.dim != info.encoder.dim:
        raise _mismatch(layout, info, f"they have {tree.dim} numbers, its embeddings {info.encoder.dim}")
    _compare(tree, found, layout, corpus, info, device=device)
    for number, start in enumerate(range(0, len(found.places), ROWS_PER_PART)):
        piece = slice(start, start + ROWS_PER_PART)
        rows = [
            Row(
                path=corpus.paths[place].as_py(),
                size=int(sources.sizes[place]),
                mtime_ns=int(sources.mtimes_ns[place]),
                worker=0,
                embedding=tree.embeddings[row],
            )
            for place, row in zip(found.places[piece].tolist(), found.rows[piece].tolist())
        ]
        write_part(part_path(layout.parts, run=info.run, task=number), rows, info.encoder)
    log.info("took over %d embeddings that lay in %s", len(found.places), layout.folder)
    return len(found.places)


def _find(tree: Embeddings, layout: Layout, corpus: OrderedFiles, sources: Sources) -> _Found:
    rows = pc.index_in(corpus.paths, value_set=tree.paths).fill_null(-1).to_numpy().astype(np.int64)
    usable = (rows >= 0) & (sources.sizes >= 0)
    usable[usable] = ~np.isnan(tree.embeddings[rows[usable], 0])
    names = mirror_names(corpus.paths.to_pylist())
    folder = os.fsencode(layout.folder)
    for place in np.flatnonzero(usable).tolist():
        _, made_ns = look_at(os.path.join(folder, names[place]))
        usable[place] = made_ns < 0 or made_ns >= sources.mtimes_ns[place]
    places = np.flatnonzero(usable)
    return _Found(places, rows[places])


def _compare(
    tree: Embeddings, found: _Found, layout: Layout, corpus: OrderedFiles, info: StoreInfo, *, device: str
) -> None:
    chosen = np.unique(np.linspace(0, len(found.places) - 1, N_COMPARED).round().astype(int))
    paths = [corpus.paths[place].as_py() for place in found.places[chosen].tolist()]
    encoder = resolve_spec(layout, info.encoder_spec, device=device)
    config = {"encoder": encoder, "root": os.fsdecode(corpus.root), "channel": info.channel}
    spec = WorkerSpec(entry="spkbound.embedding.adopt:open_sample", config=config, environment=ONE_THREAD)
    [outcome] = Pool([spec]).run([[os.fsdecode(path) for path in paths]])
    if outcome.failure is not None:
        raise EncoderMismatch(f"cannot compare the pickles in {layout.folder}: {outcome.failure.message}")
    if not any(outcome.value):
        raise EncoderMismatch(
            f"cannot compare the pickles in {layout.folder}: none of {len(paths)} files of theirs can be read,"
            f" {path_to_text(paths[0])} is one"
        )
    for path, row, again in zip(paths, found.rows[chosen].tolist(), outcome.value):
        cosine = _cosine(tree.embeddings[row], again) if again else 1.0
        if not cosine >= LEAST_COSINE:  # NaN neither
            raise _mismatch(layout, info, f"of {path_to_text(path)} it makes another (cosine {cosine:.2f})")


def _cosine(one: np.ndarray, other: Sequence[float]) -> float:
    other = np.asarray(other, np.float32)
    return float(one @ other / max(1e-12, np.linalg.norm(one) * np.linalg.norm(other)))


def _mismatch(layout: Layout, info: StoreInfo, why: str) -> EncoderMismatch:
    return EncoderMismatch(
        f"the pickles in {layout.folder} are not of {info.encoder.name}: {why};"
        " name the encoder that made them, or use another folder"
    )


def open_sample(config: dict) -> Callable[[list[str]], list]:
    """Entry of the worker that embeds a few files again; what cannot be read is left out of the comparison."""
    encoder = open_encoder(config["encoder"])

    def embed(paths: list[str]) -> list:
        return [_embed_one(config, encoder, os.fsencode(path)) for path in paths]

    return embed


def _embed_one(config: dict, encoder: object, path: bytes) -> list[float] | None:
    source = join_root(os.fsencode(config["root"]), path)
    try:
        audio = read_audio(source, rate_hz=encoder.rate_hz, channel=config["channel"])
    except UnreadableAudio:
        return None
    vector = encoder.embed([audio])[0]
    return vector.tolist() if np.isfinite(vector).all() else None
