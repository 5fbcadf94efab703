"""What would an export write, where, and what speaks against it? The plan as the page shows it; nothing is written."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spkbound.domain import path_to_text
from spkbound.errors import ExportError
from spkbound.export.ledger import Ledger
from spkbound.export.manifest import MANIFEST_NAME
from spkbound.export.plan import ExportPlan, PlannedFolder
from spkbound.export.reconcile import FolderWork, Reconciled, reconcile
from spkbound.export.survey import check_folders, nearest_folder
from spkbound.results import plan_project_export
from spkbound.ui.view import View
from spkbound.words import Words, pack_words, words_of

MAX_EXACT = 20_000  # more files than this are not looked at one by one: their sizes are estimated
N_SAMPLED = 2_000
_SHOWN_CONFLICTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """What a person chose on the page."""

    folder: Path
    mode: str
    include_undecided: bool


def describe_export(view: View, wish: ExportWish, ledger: Ledger) -> dict:
    """The answer of ``GET /x/export/plan``."""
    plan = plan_project_export(view.session, include_undecided=wish.include_undecided)
    found = reconcile(plan, ledger.read(wish.folder))
    sizes = _Sizes(view, plan)
    rows = [_row(view, work, sizes) for work in found.works]
    new = [row for row in rows if row["so_far"] == "new"]
    space = _space(wish, needed=sum(row["bytes"] for row in new))
    checks = [*_place_checks(view, wish), *_space_checks(wish, space), *_conflict_checks(found)]
    return {
        "folders": rows,
        "totals": {**_totals(plan, rows, new), "estimated": sizes.estimated},
        "left_out": _left_out(plan),
        "space": space,
        "checks": checks,
        "ready": all(check["ok"] for check in checks),
        "has_manifest": (wish.folder / MANIFEST_NAME).is_file(),
        "folder": path_to_text(os.fsencode(wish.folder)),
    }


class _Sizes:
    """Bytes of the files of a folder; of a large plan an estimate from files spread over all of it."""

    def __init__(self, view: View, plan: ExportPlan) -> None:
        self._view = view
        indices = np.concatenate([np.zeros(0, np.int64), *(folder.indices for folder in plan.folders)])
        self.estimated = len(indices) > MAX_EXACT
        if self.estimated:
            picked = indices[np.linspace(0, len(indices) - 1, N_SAMPLED).astype(np.int64)]
            self._mean = np.mean([view.size(int(index)) or 0 for index in picked])

    def of(self, folder: PlannedFolder) -> int:
        if self.estimated:
            return int(self._mean * len(folder))
        return sum(self._view.size(index) or 0 for index in folder.indices.tolist())


def _row(view: View, work: FolderWork, sizes: _Sizes) -> dict:
    folder = work.folder
    first, last = view.path(folder.start), view.path(folder.segments[-1].stop - 1)
    return {
        "name": folder.name,
        "n": folder.n_utterances,
        "segments": len(folder.segments),
        "first": path_to_text(first),
        "last": path_to_text(last),
        "first_name": path_to_text(first.rpartition(b"/")[2]),
        "last_name": path_to_text(last.rpartition(b"/")[2]),
        "left_out": folder.n_utterances - len(folder),
        "written": len(folder),
        "bytes": sizes.of(folder),
        "so_far": work.so_far,
        "failed": 0 if work.exported is None else len(work.exported.failed),
        "reviewed": folder.reviewed,
    }


def _totals(plan: ExportPlan, rows: list[dict], new: list[dict]) -> dict:
    return {
        "n_folders": len(rows),
        "n_segments": _count((*plan.folders, *plan.held_back))[1],
        "n_ready": _count(plan.folders)[1],
        "n": sum(row["n"] for row in rows),
        "left_out": sum(row["left_out"] for row in rows),
        "written": sum(row["written"] for row in rows),
        "bytes": sum(row["bytes"] for row in rows),
        "n_new": len(new),
        "n_new_files": sum(row["written"] for row in new),
        "n_exported": sum(row["so_far"] == "exported" for row in rows),
        "n_incomplete": sum(row["so_far"] == "incomplete" for row in rows),
        "n_failed": sum(row["failed"] for row in rows if row["so_far"] == "incomplete"),
        "n_changed": sum(row["so_far"] == "changed" for row in rows),
    }


def _left_out(plan: ExportPlan) -> list[dict]:
    rows = []
    if plan.held_back:
        n, n_segments = _count(plan.held_back)
        rows.append(_left("undecided", "Undecided segments", n_segments, n, "at least one end is undecided"))
    unreadable = sum(one.why == "unreadable" and one.folder is not None for one in plan.left_out)
    excluded = sum(one.why == "excluded" and one.folder is not None for one in plan.left_out)
    if unreadable:
        why = "no usable embedding; listed in left_out.jsonl"
        rows.append(_left("unreadable", "Unreadable utterances", None, unreadable, why))
    if excluded:
        why = "excluded by a reviewer; listed in left_out.jsonl"
        rows.append(_left("excluded", "Excluded utterances", None, excluded, why))
    return rows


def _count(folders: Sequence[PlannedFolder]) -> tuple[int, int]:
    """Utterances and segments."""
    return sum(folder.n_utterances for folder in folders), sum(len(folder.segments) for folder in folders)


def _left(kind: str, what: str, n_segments: int | None, n_utterances: int, why: str) -> dict:
    return {"kind": kind, "what": what, "segments": n_segments, "utterances": n_utterances, "why": why}


def _space(wish: ExportWish, *, needed: int) -> dict | None:
    try:
        usage = shutil.disk_usage(Path(os.fsdecode(nearest_folder(os.fsencode(wish.folder)))))
    except OSError:
        return None
    if usage.total == 0:  # what the system shows as files, such as /proc
        return None
    return {"needed": needed if wish.mode == "copy" else 0, "free": usage.free, "total": usage.total}


def _place_checks(view: View, wish: ExportWish) -> list[dict]:
    near = Path(os.fsdecode(nearest_folder(os.fsencode(wish.folder))))
    root = view.session.corpus_root
    if root is None or not view.corpus_root_exists():
        return [_check(False, _where_trouble(root))]
    checks = [_check(True, Words("The audio files are in {folder}", folder=path_to_text(root)))]
    if near.is_dir() and os.access(near, os.W_OK | os.X_OK):
        checks.append(_check(True, Words("The folder can be written")))
    else:
        checks.append(_check(False, Words("{folder} cannot be written; choose another folder", folder=str(near))))
    try:
        warnings = check_folders(root, os.fsencode(wish.folder), mode=wish.mode)
    except ExportError as error:
        warnings = (words_of(error),)
    return [*checks, *(_check(False, text) for text in warnings)]


def _where_trouble(root: bytes | None) -> Words:
    if root is None:
        return Words("The audio files cannot be found: nobody knows where they are. Start with --input_dir.")
    return Words(
        "The audio files cannot be found: {folder} is not there. Start with --input_dir.", folder=path_to_text(root)
    )


def _space_checks(wish: ExportWish, space: dict | None) -> list[dict]:
    if space is None or wish.mode != "copy" or space["needed"] <= space["free"]:
        return []
    return [_check(False, Words("There is not enough space; choose another folder, or links"))]


def _conflict_checks(found: Reconciled) -> list[dict]:
    if not found.conflicts:
        exported = any(work.exported for work in found.works)
        fine = [Words("No segment changed since the last export")] if exported else []
        return [_check(True, text) for text in (*fine, Words("Nothing is ever overwritten with other content"))]
    shown = [_check(False, conflict.words()) for conflict in found.conflicts[:_SHOWN_CONFLICTS]]
    more = len(found.conflicts) - len(shown)
    end = Words("Choose another folder, or take the decisions back")
    if more:
        end = Words("… and {n} more. Choose another folder, or take the decisions back", n=more)
    return [*shown, _check(False, end)]


def _check(ok: bool, text: str) -> dict:
    return {"ok": ok, "text": pack_words(text)}
