"""How is a corpus to be embedded, and what came of it? Values only."""

from dataclasses import dataclass
from typing import Literal

from spkbound.domain import Unreadable
from spkbound.embedding.shard import Shard
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import UsageError

KEEPS = ("both", "parquet", "pkl")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractOptions:
    """How to extract."""

    n_workers: int | None = None  # processes on the CPU; None: one per physical core
    gpus: tuple[int, ...] | None = None  # one worker each; (): the CPU; None: all, where the encoder can use them
    channel: int | Literal["mean"] = 0
    store: Literal["both", "parquet", "pkl"] = "both"  # what is kept: matrix and pickles, or one of the two
    encoder: dict | None = None  # what open_encoder takes; None: the built-in encoder, fitted on this corpus
    seed: int = 0  # of the sample that the built-in encoder is fitted on
    retry_failed: bool = False  # try unreadable files again although they have not changed
    retry: tuple[bytes, ...] = ()  # the same, of these paths
    shard: Shard | None = None  # only this part of the corpus, beside others; nothing is compacted

    def __post_init__(self) -> None:
        if self.store not in KEEPS:
            raise UsageError(f"store is {self.store!r}; give one of {', '.join(KEEPS)}")
        if self.n_workers is not None and self.n_workers < 1:
            raise UsageError(f"{self.n_workers} workers cannot work; give at least 1")
        if self.channel != "mean" and (not isinstance(self.channel, int) or self.channel < 0):
            raise UsageError(f"channel is {self.channel!r}; give 0, 1, ... or mean")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSummary:
    """What came of an extraction, or of one shard of it.

    `n_new`: embedded or found unreadable by this run; the rest was done before. `n_vanished`: utterances of earlier
    runs that are not in the corpus any more; their embeddings are kept.
    """

    n_total: int
    n_success: int
    n_failed: int
    n_new: int
    elapsed_s: float
    encoder: EncoderIdentity
    unreadable: tuple[Unreadable, ...]
    n_vanished: int = 0
    shard: Shard | None = None
