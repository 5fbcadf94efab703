"""How does a job stand, as page and command line show it? A job's state in one flat shape, and the same in words."""

from typing import Any

from spkbound.jobs.state import AT_WORK

_NOTHING: dict[str, Any] = {
    "kind": None,
    "state": "idle",
    "pausing": False,
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
        "rate_per_s": worker.get("rate_per_s"),
        "state": worker.get("state", ""),
        "at_hand": worker.get("at_hand", 0),
        "memory_bytes": worker.get("memory_bytes", 0),
        "device_bytes": worker.get("device_bytes", 0),
    }


def job_lines(job: dict[str, Any]) -> list[str]:
    """What `describe_job` gave, for people at a terminal."""
    if job["kind"] is None:
        return ["no job was ever started here"]
    return [_headline(job), *_counts(job), *map(_worker_line, job["workers"] if _is_at_work(job) else []), *_log(job)]


def _is_at_work(job: dict[str, Any]) -> bool:
    return job["state"] in AT_WORK


def _headline(job: dict[str, Any]) -> str:
    state = "pausing, the workers finish what they have in hand" if job["pausing"] else job["state"]
    when = f"since {job['started_at']}" if _is_at_work(job) else f"at {job['ended_at']}" if job["ended_at"] else ""
    return " ".join(filter(None, [f"{job['kind']}: {state}", when])) + (f": {job['message']}" if job["message"] else "")


def _counts(job: dict[str, Any]) -> list[str]:
    if not job["total"]:
        return []
    share = 100 * job["done"] / job["total"]
    parts = [f"{job['done']:,} of {job['total']:,} done ({share:.1f} %)", f"{job['failed']:,} failed"]
    if _is_at_work(job) and job["rate_per_s"]:
        parts.append(f"{job['rate_per_s']:,.1f} per second")
    if _is_at_work(job) and job["left_s"] is not None:
        parts.append(f"{span(job['left_s'])} left")
    return [", ".join(parts)]


def _worker_line(worker: dict[str, Any]) -> str:
    memory = f"{worker['memory_bytes'] / 1e9:.2f} GB" if worker["memory_bytes"] else ""
    memory += f", GPU {worker['device_bytes'] / 1e9:.2f} GB" if worker["device_bytes"] else ""
    done, hand = f"{worker['done']:,} done", f"{worker['at_hand']:,} in hand"
    rate = f"{worker['rate_per_s'] or 0:,.1f} per second"
    named = f"{worker['name']} ({worker['device']})"
    return f"  {named:<20} {worker['state']:<9} {done:>16} {rate:>20} {hand:>15} {memory:>9}".rstrip()


def _log(job: dict[str, Any]) -> list[str]:
    return ["log:", *(f"  {line}" for line in job["log_tail"])] if job["log_tail"] else []


def span(seconds: float) -> str:
    """Say 45 s, 6 min, 2 h 10 min; as the page does."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
