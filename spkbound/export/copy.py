"""How do planned speaker folders come to be? Writes them whole and verified; what goes where is in the plan.

A folder grows under a hidden name and gets its own when it is complete, so what a crash leaves is never taken for one;
the next export goes on from there.
"""

import errno
import logging
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

from spkbound.domain import path_to_text
from spkbound.errors import ExportConflict, ExportError, NotEnoughSpace
from spkbound.export.manifest import (
    ManifestRow,
    ManifestWriter,
    mark_reviewed,
    read_failed,
    read_manifest,
    write_left_out,
)
from spkbound.export.place import PART_PREFIX, Mode, Occupied, Placed, SourceFailed, is_link_to, place_file
from spkbound.export.plan import ExportPlan, LeftOut, PlannedFile
from spkbound.export.reconcile import Conflict, FolderWork, collect_exported, reconcile
from spkbound.export.report import ExportProgress, ExportReport, list_some
from spkbound.export.staging import locked, remove_abandoned, staging_folder, sweep
from spkbound.export.survey import Survey, check_folders, check_space, staged_bytes, survey
from spkbound.whole_file import remove_temporaries, sync_folder
from spkbound.words import Words, from_disk, joined_words, words_of

log = logging.getLogger(__name__)

OnProgress = Callable[[ExportProgress], None]
# Reading, hashing and waiting for the disk overlap; more threads gained nothing on local disks.
_THREADS = 4
_PROGRESS_EVERY_S = 0.2


def run_export(
    plan: ExportPlan,
    corpus_root: bytes | str | Path,
    target: Path,
    *,
    mode: Mode = "copy",
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> ExportReport:
    """Write the folders of `plan` into `target`, or go on with it; nothing that is there is overwritten.

    Raises
    ------
    ExportConflict
        Something is there with other content, or an exported segment changed; nothing was written.
    NotEnoughSpace, ExportError
        The disk cannot hold it or refuses; what was finished stays and is found again.
    StoreLocked
        Another export into `target` is running.
    """
    started = time.monotonic()
    root, folder = os.path.abspath(os.fsencode(corpus_root)), os.path.abspath(os.fsencode(target))
    warnings = check_folders(root, folder, mode=mode)
    # Looking belongs under the lock as well: another export that ends meanwhile would make what was seen untrue.
    with _explained(folder), nullcontext() if dry_run else _alone_in(folder):
        failed_before = read_failed(Path(target))
        reconciled = reconcile(plan, collect_exported(read_manifest(Path(target)), failed_before))
        found = survey(reconciled.works, root, folder, mode=mode)
        conflicts = reconciled.conflicts + found.conflicts
        if mode == "copy":
            check_space(found, folder, staged=staged_bytes(reconciled.works, folder))
        if conflicts and not dry_run:
            raise ExportConflict(_describe(conflicts, folder), conflicts=conflicts)
        run = _Run(root, folder, mode, found.n_files + found.n_there, on_progress or _say_nothing)
        if not dry_run:
            if reconciled.reviewed:
                mark_reviewed(Path(target), reconciled.reviewed)
            run.write(reconciled.works)
            write_left_out(Path(target), _all_left_out(plan, run.failures, failed_before))
    return _report(plan, run, found, conflicts=conflicts, warnings=warnings, dry_run=dry_run, started=started)


class _Run:
    """One export under way: what it has done so far."""

    def __init__(self, root: bytes, target: bytes, mode: Mode, total: int, on_progress: OnProgress) -> None:
        self.mode = mode
        self.n_written = self.n_there = self.n_bytes = 0
        self.failures: list[LeftOut] = []
        self._root = root
        self._target = target
        self._total = total
        self._on_progress = on_progress
        self._started = time.monotonic()
        self._told = 0.0

    def write(self, works: tuple[FolderWork, ...]) -> None:
        """Write folder by folder; each is in the manifest once it is whole."""
        manifest = ManifestWriter(Path(os.fsdecode(self._target)))
        pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="export")
        remove_abandoned(self._target, {work.folder.name for work in works})
        remove_temporaries(Path(os.fsdecode(self._target)))
        try:
            for work in works:
                manifest.add(self._write_folder(work, pool))
        finally:
            pool.shutdown(cancel_futures=True)
            manifest.flush()
        self._tell(now=True)

    def _write_folder(self, work: FolderWork, pool: ThreadPoolExecutor) -> list[ManifestRow]:
        """Give the manifest rows of what is new in the folder."""
        final = os.path.join(self._target, os.fsencode(work.folder.name))
        is_fresh = not os.path.isdir(final)
        here = staging_folder(self._target, work.folder.name) if is_fresh else final
        files = work.folder.files
        os.makedirs(here, exist_ok=True)
        sweep(here, {file.name for file in files if not self._is_linked(here, file)} if is_fresh else None)
        rows = []
        for file, result in zip(files, pool.map(lambda file: self._place(work, file, here), files)):
            self._count(work, file, result)
            if isinstance(result, Placed) and (work.exported is None or file.source not in work.exported.names):
                rows.append(_row(work, file, result))
        if is_fresh and os.listdir(here):
            os.rename(here, final)
        elif is_fresh:
            os.rmdir(here)
        sync_folder(self._target if is_fresh else final)
        return rows

    def _is_linked(self, folder: bytes, file: PlannedFile) -> bool:
        """Whether an interrupted export left a link where a copy belongs."""
        source, path = os.path.join(self._root, file.source), os.path.join(folder, file.name)
        return self.mode == "copy" and is_link_to(source, path)

    def _place(self, work: FolderWork, file: PlannedFile, folder: bytes) -> Placed | str:
        """Put one file in place, or say why not."""
        target = os.path.join(folder, file.name)
        known = work.exported and work.exported.sha256s.get(file.source)
        if known and os.path.lexists(target):
            return Placed(work.exported.sizes[file.source], known, already=True)
        part = b"%s%d.part" % (PART_PREFIX, file.index)
        try:
            placed = place_file(os.path.join(self._root, file.source), target, mode=self.mode, part=part)
        except (SourceFailed, Occupied) as error:
            return words_of(error)
        if known and placed.sha256 != known:
            os.unlink(target)
            return Words("it was exported before, is missing now, and its source has changed since")
        return placed

    def _count(self, work: FolderWork, file: PlannedFile, result: Placed | str) -> None:
        if isinstance(result, str):
            log.warning("not exported: %s: %s", path_to_text(file.source), result)
            self.failures.append(
                LeftOut(index=file.index, source=file.source, why="failed", folder=work.folder.name, reason=result)
            )
        elif result.already:
            self.n_there += 1
        else:
            self.n_written += 1
            self.n_bytes += result.size if self.mode == "copy" else 0
        self._tell()

    def _tell(self, *, now: bool = False) -> None:
        moment = time.monotonic()
        if not now and moment - self._told < _PROGRESS_EVERY_S:
            return
        self._told = moment
        done = self.n_written + self.n_there + len(self.failures)
        rate = done / max(moment - self._started, 1e-9)
        self._on_progress(
            ExportProgress(
                done=done,
                total=self._total,
                failed=len(self.failures),
                n_bytes=self.n_bytes,
                rate_per_s=rate,
                left_s=(self._total - done) / rate if rate else None,
            )
        )


def _row(work: FolderWork, file: PlannedFile, placed: Placed) -> ManifestRow:
    return ManifestRow(
        audio=b"%s/%s" % (os.fsencode(work.folder.name), file.name),
        source=file.source,
        speaker=work.folder.name,
        index=file.index,
        size=placed.size,
        sha256=placed.sha256,
        reviewed=work.folder.reviewed,
    )


def _all_left_out(plan: ExportPlan, failures: list[LeftOut], failed_before: list[LeftOut]) -> list[LeftOut]:
    """List what went nowhere, in corpus order; what failed in folders that this export did not try still did."""
    held = [segment for folder in plan.held_back for segment in folder.segments]
    still = [row for row in failed_before if any(row.index in segment for segment in held)]
    return sorted([*plan.left_out, *failures, *still], key=lambda row: row.index)


def _report(
    plan: ExportPlan,
    run: _Run,
    found: Survey,
    *,
    conflicts: tuple[Conflict, ...],
    warnings: tuple[str, ...],
    dry_run: bool,
    started: float,
) -> ExportReport:
    unreadable = [row for row in plan.left_out if row.why == "unreadable"]
    return ExportReport(
        mode=run.mode,
        dry_run=dry_run,
        n_folders=sum(len(folder) > 0 for folder in plan.folders),
        n_written=found.n_files if dry_run else run.n_written,
        n_already_there=found.n_there if dry_run else run.n_there,
        n_bytes=(found.n_bytes if run.mode == "copy" else 0) if dry_run else run.n_bytes,
        failures=tuple(run.failures),
        n_unreadable=len(unreadable),
        n_unreadable_in_folders=sum(row.folder is not None for row in unreadable),
        n_excluded=len(plan.left_out) - len(unreadable),
        n_undecided=plan.n_held_back,
        conflicts=conflicts,
        warnings=warnings,
        seconds=time.monotonic() - started,
    )


def _describe(conflicts: tuple[Conflict, ...], target: bytes) -> str:
    head = Words(
        "nothing was exported: {conflicts} with what is in {folder}; "
        "export into a new folder, or remove the folders named",
        conflicts=Words("{n} conflict|{n} conflicts", n=len(conflicts)),
        folder=path_to_text(target),
    )
    return joined_words("\n", [head, *list_some(Words("conflict"), [conflict.words() for conflict in conflicts])])


@contextmanager
def _alone_in(folder: bytes) -> Iterator[None]:
    """Make the folder and hold its lock; a folder that was made for nothing goes again."""
    is_new = not os.path.isdir(folder)
    os.makedirs(folder, exist_ok=True)
    try:
        with locked(folder):
            yield
    finally:
        if is_new and not os.listdir(folder):
            os.rmdir(folder)


@contextmanager
def _explained(target: bytes) -> Iterator[None]:
    """Say of an error of the disk where it happened and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NotEnoughSpace(
                Words(
                    "the disk of {folder} is full; make room and export again, it goes on from here",
                    folder=path_to_text(target),
                )
            ) from error
        where = path_to_text(os.fsencode(error.filename)) if error.filename else path_to_text(target)
        raise ExportError(
            Words("cannot write {where}: {why}; mend it and export again", where=where, why=from_disk(error))
        ) from error


def _say_nothing(progress: ExportProgress) -> None:
    return
