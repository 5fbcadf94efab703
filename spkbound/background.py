"""How are a project's jobs started, watched and stopped from the page? As commands that outlive it, one per project."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from spkbound.jobs.background import cancel, read_log_tail, read_state, start_background
from spkbound.project import Project

N_LOG_LINES = 20


def start_extraction(project: Project) -> None:
    """Start, or go on with, the extraction of `project`.

    Raises
    ------
    StoreLocked
        A job is already at work on this project.
    """
    _start(project, "extract", ["--project", str(project.folder)])


def start_detection(project: Project) -> None:
    """Start a detection with the project's settings; raises as `start_extraction`."""
    _start(project, "detect", ["--project", str(project.folder)])


def start_export(
    project: Project,
    *,
    target: Path | None = None,
    mode: Literal["copy", "hardlink", "symlink"] = "copy",
    include_undecided: bool = False,
) -> None:
    """Start an export; raises as `start_extraction`."""
    options = [str(project.folder), "--mode", mode]
    if target is not None:
        options += ["--output_dir", str(target)]
    if include_undecided:
        options.append("--include_undecided")
    _start(project, "export", options)


def _start(project: Project, command: str, options: Sequence[str]) -> None:
    argv = [sys.executable, "-m", "spkbound", command, *options]
    start_background(project.logs_dir, argv, kind=command)


def job_state(project: Project) -> dict | None:
    """The latest job: the fields of its state file and the end of what it printed; None where there never was one."""
    state = read_state(project.logs_dir)
    if state is None:
        return None
    tail = read_log_tail(project.logs_dir, n_lines=N_LOG_LINES)
    fields = {name: getattr(state, name) for name in ("kind", "state", "started_at", "ended_at", "message")}
    return {**fields, "progress": dict(state.progress), "log_tail": tail}


def cancel_job(project: Project) -> None:
    """Ask the running job to stop, and wait until it has; what is done stays done."""
    cancel(project.logs_dir)
