"""What does detection get? Embeddings in corpus order, with everything known about each utterance beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from spkbound.domain import Order, Unreadable
from spkbound.encoders.base import EncoderIdentity

Origin = Literal["store", "parts", "pickles", "matrix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """All utterances of a corpus, in order, read-only.

    Attributes
    ----------
    origin : where they were read from; ``parts`` is an extraction that has not ended
    encoder, corpus_root, channel : None where nothing says so (a foreign pickle tree)
    paths : (n_utterances,) binary, relative to `corpus_root`
    embeddings : (n_utterances, dim) float32, memory-mapped where possible; a NaN row is a gap
    durations_s, levels_db : (n_utterances,) float32, NaN where unknown
    unreadable : the gaps, in order, with their reasons
    unreadable_unknown : gaps may be missing altogether, so that places may be shifted
    """

    folder: Path
    origin: Origin
    encoder: EncoderIdentity | None
    corpus_root: bytes | None
    order: Order
    channel: int | str | None
    paths: pa.BinaryArray
    embeddings: np.ndarray
    durations_s: np.ndarray
    levels_db: np.ndarray
    unreadable: Sequence[Unreadable]
    unreadable_unknown: bool = False

    def __post_init__(self) -> None:
        for array in (self.embeddings, self.durations_s, self.levels_db):
            array.flags.writeable = False

    @property
    def n_utterances(self) -> int:
        return len(self.paths)

    @property
    def dim(self) -> int:
        return self.embeddings.shape[1]

    def encoder_description(self) -> dict:
        """Who made the embeddings, for people and result files; empty where nobody knows."""
        return {} if self.encoder is None else self.encoder.to_dict()
