"""How are a project's jobs started, watched and stopped from the page? As commands that outlive it, one per project."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from spkbound.domain import path_to_text
from spkbound.jobs.background import cancel, pause, read_log_tail, read_state, resume, start_background
from spkbound.jobs.pause import is_pause_asked
from spkbound.project import Project

N_LOG_LINES = 20


def start_extraction(
    project: Project, *, retry: Literal["nothing", "all"] | bytes = "nothing", model_dir: str = "", gpus: str = ""
) -> None:
    """Start, or go on with, the extraction of `project`.

    `retry` : which unreadable files are tried again although they have not changed: none, all, or the one at a path
    `model_dir`, `gpus` : as the options of the command; empty: the encoder that is at work there, or the built-in one,
    and all GPUs

    Raises
    ------
    StoreLocked
        A job is already at work on this project.
    """
    options = ["--project", str(project.folder)]
    if retry == "all":
        options.append("--retry_failed")
    elif isinstance(retry, bytes):
        options.append(f"--retry={path_to_text(retry)}")
    options += [f"--{name}={value}" for name, value in (("model_dir", model_dir), ("gpus", gpus)) if value]
    _start(project, "extract", options)


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
    return _read_job(project.logs_dir)


def shard_states(project: Project) -> dict[str, dict]:
    """The latest job of every part of a divided extraction, by the name of its folder."""
    return {folder.name: state for folder in _shard_folders(project) if (state := _read_job(folder)) is not None}


def _shard_folders(project: Project) -> list[Path]:
    return sorted(project.logs_dir.glob("shard-*-of-*"))


def _read_job(folder: Path) -> dict | None:
    state = read_state(folder)
    if state is None:
        return None
    fields = {name: getattr(state, name) for name in ("kind", "state", "started_at", "ended_at", "message")}
    pausing = state.state == "running" and is_pause_asked(folder)
    tail = read_log_tail(folder, n_lines=N_LOG_LINES)
    return {**fields, "pausing": pausing, "progress": dict(state.progress), "log_tail": tail}


def pause_job(project: Project) -> None:
    """Ask the running extraction, all parts of a divided one, to wait once its workers have finished what they hold."""
    for folder in (project.logs_dir, *_shard_folders(project)):
        state = read_state(folder)
        if state is not None and state.kind == "extract":  # other jobs do not wait
            pause(folder)


def resume_job(project: Project) -> None:
    """Let a waiting extraction go on."""
    for folder in (project.logs_dir, *_shard_folders(project)):
        resume(folder)


def cancel_job(project: Project) -> None:
    """Ask the running job to stop, and wait until it has; what is done stays done."""
    cancel(project.logs_dir)
