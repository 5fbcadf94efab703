"""How does a corpus become embeddings? What is left is handed to workers, what they wrote is compacted.

There is no list of jobs: a run that was killed, a file that was added and a file that changed are the same thing,
something left to do.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.domain import Unreadable
from spkbound.embedding.adopt import adopt_pickles
from spkbound.embedding.choice import choose_encoder
from spkbound.embedding.compact import compact, finish_compaction
from spkbound.embedding.known import Known, read_known
from spkbound.embedding.layout import Layout, StoreInfo, load_info, save_info
from spkbound.embedding.mirrors import Mirrors, open_mirrors
from spkbound.embedding.options import ExtractOptions, ExtractSummary
from spkbound.embedding.pickles import has_pickles
from spkbound.embedding.placement import Placement, place_workers
from spkbound.embedding.plan import OrderedFiles, Sources, cost_of, find_left, look_at_sources
from spkbound.embedding.progress import Meter, Progress
from spkbound.embedding.shard import at_work, one_at_a_time
from spkbound.embedding.stats import Rates, list_unreadable, save_stats
from spkbound.embedding.store import has_store
from spkbound.embedding.survey import move_broken_aside, read_usable
from spkbound.embedding.turns import Overseer, Turns
from spkbound.errors import StoreCorrupt, StoreError
from spkbound.jobs import WorkerStatus
from spkbound.words import Words, from_disk

log = logging.getLogger(__name__)

MAX_ROUNDS = 3
LOG_EVERY_S = 60.0

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told how far it is, and who may ask for a pause."""

    on_progress: OnProgress
    is_pause_asked: Callable[[], bool]


def extract(
    corpus: OrderedFiles,
    folder: Path,
    options: ExtractOptions | None = None,
    *,
    on_progress: OnProgress | None = None,
    is_pause_asked: Callable[[], bool] | None = None,
) -> ExtractSummary:
    """Embed what is left of `corpus` into the store in `folder`; go on where an earlier run stopped.

    While `is_pause_asked` says so nothing is handed out to the workers, who finish what they have in hand.

    Raises
    ------
    StoreLocked : another extraction is at work there
    EncoderMismatch : the store holds embeddings of another encoder
    StoreError : disk full, ... ; what was written stays
    EncoderError, WorkerError : nothing can be embedded at all
    """
    layout, options = Layout(Path(folder).absolute()), options or ExtractOptions()
    placement = place_workers(options)
    try:
        layout.parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            Words(
                "cannot write to {folder}: {why}; choose another folder", folder=str(layout.store), why=from_disk(error)
            )
        ) from error
    with at_work(layout, options.shard):
        listener = Listener(on_progress or _say_nothing, is_pause_asked or _never)
        return _Extraction(corpus, layout, options, listener, placement).run()


def _say_nothing(progress: Progress) -> None:
    pass


def _never() -> bool:
    return False


class _Extraction:
    def __init__(
        self,
        corpus: OrderedFiles,
        layout: Layout,
        options: ExtractOptions,
        listener: Listener,
        placement: Placement,
    ) -> None:
        self._corpus, self._layout, self._options = corpus, layout, options
        self._listener, self._on_progress = listener, listener.on_progress
        n_utterances = len(corpus.paths)
        self._mine = options.shard.places(n_utterances) if options.shard else np.arange(n_utterances)
        self._n_total = len(self._mine)
        self._started_s = self._logged_s = time.monotonic()
        self._n_new = 0
        self._placement, self._devices = placement, placement.devices

    def run(self) -> ExtractSummary:
        if self._options.shard is None:
            finish_compaction(self._layout)
        with one_at_a_time(self._layout, self._options.shard):
            info = self._open_store()
            mirrors = open_mirrors(self._layout, self._corpus, keeps=self._options.store)
        sources = look_at_sources(self._corpus, self._mine)
        if self._may_adopt():
            info = self._count_run(info)
            adopt_pickles(self._layout, self._corpus, info, sources, device=self._placement.own_device)
        for _ in range(MAX_ROUNDS):
            known = self._read_known(info)
            left = self._find_left(known, sources, mirrors)
            if len(left):
                info = self._count_run(info)
                self._embed(info, known, left, sources, mirrors)
                known = self._read_known(info)
            unreadable = self._finish(known, mirrors, info)
            if unreadable is not None:
                return self._summary(info, known, unreadable)
        raise StoreError(
            Words(
                "parts in {folder} vanish or break while they are read; check that disk",
                folder=str(self._layout.parts),
            )
        )

    def _may_adopt(self) -> bool:
        """Whether embeddings lie here that the baseline made, with an encoder that is named."""
        named = self._options.encoder is not None and self._options.shard is None
        return named and not has_store(self._layout.folder) and has_pickles(self._layout.folder)

    def _open_store(self) -> StoreInfo:
        stored = load_info(self._layout)
        # A run that embedded nothing binds nobody; but another shard may be about to embed.
        earlier = stored if self._options.shard or has_store(self._layout.folder) else None
        chosen = choose_encoder(
            self._layout, earlier, self._corpus, self._options, self._say_phase, device=self._placement.own_device
        )
        info = StoreInfo(
            encoder=chosen.identity,
            encoder_spec=chosen.spec,
            corpus_root=self._corpus.root,
            order=self._corpus.order,
            channel=self._options.channel,
            keeps=self._options.store,
            run=stored.run if stored else 0,
        )
        if info != stored:
            save_info(self._layout, info)
        return info

    def _count_run(self, info: StoreInfo) -> StoreInfo:
        """Number this run, on disk before anything is written under that number."""
        with one_at_a_time(self._layout, self._options.shard):
            stored = load_info(self._layout)
            info = info.replace(run=stored.run + 1)
            save_info(self._layout, info)
        return info

    def _read_known(self, info: StoreInfo) -> Known:
        """What the store knows. A shard leaves what cannot be used where it is, for others are at work there."""
        read = read_known if self._options.shard else read_usable
        return read(self._layout, info.encoder)

    def _find_left(self, known: Known, sources: Sources, mirrors: Mirrors) -> np.ndarray:
        rows = known.find(self._corpus.paths)
        if self._n_new:  # a later round: only what got lost, or a file that keeps growing would never let us end
            return self._mine[rows[self._mine] < 0]
        usable = np.zeros(len(rows), bool)
        usable[rows >= 0] = known.has_vector[rows[rows >= 0]]
        if self._options.store == "pkl":
            usable |= mirrors.present
        left = find_left(known, rows, sources, usable=usable)
        return np.intersect1d(np.union1d(left, self._find_retried(known, rows)), self._mine, assume_unique=True)

    def _find_retried(self, known: Known, rows: np.ndarray) -> np.ndarray:
        """Places that failed before and are to be tried again although nothing changed."""
        failed = rows >= 0
        failed[failed] = ~known.embedded[rows[failed]]
        if not self._options.retry_failed:
            wanted = pc.is_in(self._corpus.paths, value_set=pa.array(self._options.retry, pa.binary()))
            failed &= wanted.to_numpy(zero_copy_only=False)
        return np.flatnonzero(failed)

    def _embed(self, info: StoreInfo, known: Known, left: np.ndarray, sources: Sources, mirrors: Mirrors) -> None:
        rows = known.find(self._corpus.paths)[np.setdiff1d(self._mine, left, assume_unique=True)]
        costs = cost_of(sources.sizes)
        meter = Meter(
            done=len(rows),
            total=self._n_total,
            failed=int((~known.embedded[rows]).sum()),
            cost_left=int(costs[left].sum()),
            devices=self._devices,
        )
        log.info("%d of %d utterances left, %d workers", len(left), self._n_total, len(self._devices))
        turns = Turns(
            self._corpus, self._layout, info, mirrors.names, devices=self._devices, engine=self._placement.engine
        )
        self._on_progress(meter.progress())
        for turn in turns.run(left, costs, self._overseer(meter)):
            cost = int(costs[turn.places].sum())
            n, n_failed = len(turn.places), turn.n_failed
            meter.add(worker=turn.worker, n=n, failed=n_failed, cost=cost, device_bytes=turn.device_bytes)
            self._on_progress(meter.progress())
        mirrors.present[left] = True
        self._n_new += len(left)

    def _overseer(self, meter: Meter) -> Overseer:
        is_pause_asked = self._listener.is_pause_asked

        def watch(workers: Sequence[WorkerStatus]) -> None:
            meter.see(workers, pause=is_pause_asked())
            progress = meter.progress()
            self._on_progress(progress)
            self._log_sometimes(progress)

        return Overseer(may_hand_out=lambda: not is_pause_asked(), watch=watch)

    def _log_sometimes(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if now_s - self._logged_s >= LOG_EVERY_S:
            self._logged_s = now_s
            log.info(
                "%s of %s utterances, %s unreadable, %.1f per second%s",
                f"{progress.done:,}",
                f"{progress.total:,}",
                f"{progress.failed:,}",
                progress.rate_per_s,
                "" if progress.pace == "at work" else f", {progress.pace}",
            )

    def _finish(self, known: Known, mirrors: Mirrors, info: StoreInfo) -> list[Unreadable] | None:
        """Compact where needed, return the gaps; None when something that was written cannot be read back."""
        rows = known.find(self._corpus.paths)
        if (rows[self._mine] < 0).any():
            return None
        if self._options.shard is not None:
            return list_unreadable(known.table.take(pa.array(rows[self._mine])), first=int(self._mine[0]))
        keep_matrix = info.keeps != "pkl"
        try:
            mirrors.restore(known, rows)
            if known.has_parts or not known.is_compact(self._corpus.paths, keep_matrix=keep_matrix):
                self._say_phase("compacting", int((~known.embedded[rows]).sum()))
                compact(self._layout, known, self._corpus.paths, keep_matrix=keep_matrix)
        except StoreCorrupt:
            if not move_broken_aside(self._layout, info.encoder):
                raise
            return None
        table = known.table.take(pa.array(rows))
        unreadable = list_unreadable(table)
        rates = Rates(n_files=self._n_new, elapsed_s=time.monotonic() - self._started_s, n_workers=len(self._devices))
        order = self._corpus.order
        save_stats(self._layout.stats, table, unreadable, encoder=info.encoder, order=order, rates=rates)
        return unreadable

    def _say_phase(self, phase: Literal["fitting", "compacting"], failed: int = 0) -> None:
        done = 0 if phase == "fitting" else self._n_total
        self._on_progress(Progress(phase=phase, done=done, total=self._n_total, failed=failed))

    def _summary(self, info: StoreInfo, known: Known, unreadable: list[Unreadable]) -> ExtractSummary:
        return ExtractSummary(
            n_total=self._n_total,
            n_success=self._n_total - len(unreadable),
            n_failed=len(unreadable),
            n_new=self._n_new,
            elapsed_s=time.monotonic() - self._started_s,
            encoder=info.encoder,
            unreadable=tuple(unreadable),
            n_vanished=known.count_others(self._corpus.paths),
            shard=self._options.shard,
        )
