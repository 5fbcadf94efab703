"""Where do workers run? On a Ray cluster: actors with their resources; a lost node is a dead worker, no more."""

import time
from typing import Any

from spkbound.errors import WorkerError
from spkbound.jobs.environment import child_environment
from spkbound.jobs.rules import WorkerSpec
from spkbound.jobs.worker import answer, describe, make_step


class RayEngine:
    """As `LocalEngine`, for a cluster. `resources` are what each actor asks Ray for, such as ``{"num_gpus": 1}``."""

    def __init__(self, ray: Any, resources: dict[str, float]) -> None:
        self._ray, self._resources = ray, resources
        self._actors: dict[int, RayWorker] = {}

    def start(self, spec: WorkerSpec, slot: int) -> "RayWorker":
        environment = {**spec.environment, "PYTHONPATH": child_environment(spec.environment)["PYTHONPATH"]}
        remote = self._ray.remote(_Actor).options(runtime_env={"env_vars": environment}, **self._resources)
        self._actors[slot] = RayWorker(self._ray, remote.remote())
        return self._actors[slot]

    def wait(self, wait_s: float) -> list[int]:
        waiting = {actor.answer: slot for slot, actor in self._actors.items() if actor.answer is not None}
        if not waiting:
            time.sleep(wait_s)
            return []
        done, _ = self._ray.wait(list(waiting), num_returns=1, timeout=wait_s)
        return [waiting[each] for each in done]

    def forget(self, slot: int) -> None:
        self._actors.pop(slot, None)

    def close(self) -> None:
        self._actors.clear()


class RayWorker:
    """One actor as the pool sees it, as `WorkerProcess` is one process. `answer` is what it is about to give."""

    pid = 0

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray, self._actor = ray, actor
        self._how = "ended"
        self.answer: Any = None

    def send(self, message: dict) -> None:
        self.answer = self._actor.take.remote(message)

    def receive(self) -> list[dict] | None:
        """What it answered; None when it, or its node, is gone."""
        done, self.answer = self.answer, None
        try:
            return [self._ray.get(done)]
        except self._ray.exceptions.RayError as error:
            self._how = f"lost by Ray: {str(error).splitlines()[0]}"
            return None

    def kill(self) -> None:
        self._ray.kill(self._actor)

    def bury(self) -> str:
        return self._how

    def close(self) -> None:
        """Nothing to tell it; `end` ends it."""

    def end(self, deadline_s: float) -> None:
        self.kill()


class _Actor:
    """Makes the step from its first message, then answers each task, as `spkbound.jobs.worker` does on a pipe."""

    def take(self, message: dict) -> dict:
        if "task" in message:
            return answer(self._step, message["task"])
        try:
            self._step = make_step(message)
        except Exception as error:  # noqa: BLE001 the pool is told, whatever it is
            return {"refused": describe(error)}
        return {"ready": True}


def join_cluster(address: str | None) -> Any:
    """The module ``ray``, connected: to the cluster at `address` (or ``RAY_ADDRESS``), or to one made here.

    Raises
    ------
    WorkerError : Ray is not installed, or nobody answers there
    """
    try:
        import ray
    except ImportError as error:
        raise WorkerError("--engine ray needs Ray: pip install 'spkbound[ray]'") from error
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, include_dashboard=False if address is None else None)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise WorkerError(f"no Ray cluster at {address}: {error}") from error
    return ray
