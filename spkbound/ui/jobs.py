"""How does a job stand, as the page shows it? The state file of a job in one flat shape, whatever the job counts."""

from typing import Any

_NOTHING: dict[str, Any] = {
    "kind": None,
    "state": "idle",
    "started_at": None,
    "ended_at": None,
    "message": "",
    "done": 0,
    "total": 0,
    "failed": 0,
    "rate_per_s": None,
    "left_s": None,
    "workers": [],
    "log_tail": [],
}

_PHASES = {
    "fitting": "fitting the built-in encoder to a sample",
    "embedding": "",
    "compacting": "putting the embeddings in order",
}


def describe_job(state: dict | None) -> dict[str, Any]:
    """The answer of ``GET /x/job``; `state` as `background.job_state` gives it, None where there never was a job."""
    if state is None:
        return dict(_NOTHING)
    progress = state.get("progress") or {}
    known = {name: value for name, value in {**state, **progress}.items() if name in _NOTHING}
    known["message"] = state.get("message") or _PHASES.get(progress.get("phase"), "")
    workers = [_worker(number, worker) for number, worker in enumerate(progress.get("per_worker") or [])]
    return {**_NOTHING, **known, "workers": workers}


def _worker(number: int, worker: dict) -> dict[str, Any]:
    return {
        "name": f"worker {worker.get('number', number)}",
        "device": worker.get("device", "cpu"),
        "done": worker.get("done", 0),
        "failed": worker.get("failed", 0),
        "rate_per_s": worker.get("rate_per_s"),
        "state": worker.get("state", ""),
    }
