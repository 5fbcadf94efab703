"""What does a job say of itself? One small JSON file, replaced as a whole; who reads it when is not known here."""

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from spkbound.whole_file import write_whole

JobPhase = Literal["running", "paused", "done", "failed", "cancelled", "interrupted"]
AT_WORK: tuple[JobPhase, ...] = ("running", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """How a job stands. `progress` is JSON-able and the job's own affair; times are ISO 8601, UTC."""

    kind: str
    state: JobPhase
    started_at: str
    ended_at: str | None = None
    pid: int | None = None
    progress: dict = field(default_factory=dict)
    message: str = ""

    def replace(self, **changes: object) -> "JobState":
        return dataclasses.replace(self, **changes)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def save_state(folder: Path, state: JobState) -> None:
    """Write ``state.json``, whole or not at all."""
    write_whole(folder / "state.json", json.dumps(dataclasses.asdict(state)).encode(), durable=False)


def load_state(folder: Path) -> JobState | None:
    """Read ``state.json``; None where there is none, or one that is not ours."""
    try:
        state = JobState(**json.loads((folder / "state.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    is_ours = isinstance(state.progress, dict) and state.state in get_args(JobPhase)
    return state if is_ours else None
