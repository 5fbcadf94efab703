"""What does a job say of itself? One small JSON file, replaced as a whole; who reads it when is not known here."""

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from spkbound.whole_file import write_whole
from spkbound.words import pack_words, unpack_words

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
    values = dataclasses.asdict(state) | {"message": pack_words(state.message)}
    write_whole(folder / "state.json", json.dumps(values).encode(), durable=False)


def load_state(folder: Path) -> JobState | None:
    """Read ``state.json``; None where there is none, or one that is not ours."""
    try:
        state = JobState(**json.loads((folder / "state.json").read_text()))
        state = state.replace(message=unpack_words(state.message))
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None
    is_ours = isinstance(state.progress, dict) and state.state in get_args(JobPhase)
    return state if is_ours else None
