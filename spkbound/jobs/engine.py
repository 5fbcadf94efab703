"""What does a pool ask of the place where its workers run? Two small contracts; `local` and `on_ray` keep them."""

from typing import Protocol

from spkbound.jobs.rules import WorkerSpec


class Worker(Protocol):
    """One worker. Messages are those of `spkbound.jobs.worker`."""

    pid: int

    def send(self, message: dict) -> None: ...

    def receive(self) -> list[dict] | None:
        """What it has to tell; None when it is gone."""

    def kill(self) -> None: ...

    def bury(self) -> str:
        """It is gone, or killed: say how it ended."""

    def close(self) -> None:
        """Tell it to go."""

    def end(self, deadline_s: float) -> None:
        """Wait until `deadline_s` (monotonic) for it to go, then make it."""


class Engine(Protocol):
    """Where workers run. A slot is the number of a worker's place."""

    def start(self, spec: WorkerSpec, slot: int) -> Worker: ...

    def wait(self, wait_s: float) -> list[int]:
        """Slots whose workers have something to tell, or are gone; waits no longer than so long for the first."""

    def forget(self, slot: int) -> None:
        """Its worker is about to be buried."""

    def close(self) -> None: ...
