"""Where do workers run? Here: processes of this machine, who are heard through pipes."""

import selectors

from spkbound.jobs.process import WorkerProcess
from spkbound.jobs.rules import WorkerSpec


class LocalEngine:
    """Starts workers, and says which of them have something to tell."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def start(self, spec: WorkerSpec, slot: int) -> WorkerProcess:
        process = WorkerProcess(spec.environment)
        self._selector.register(process.fileno(), selectors.EVENT_READ, slot)
        return process

    def wait(self, wait_s: float) -> list[int]:
        """Slots whose workers have something to tell, or are gone; waits no longer than so long for the first."""
        return [key.data for key, _ in self._selector.select(wait_s)]

    def forget(self, slot: int) -> None:
        """Its worker is about to be buried."""
        for key in list(self._selector.get_map().values()):
            if key.data == slot:
                self._selector.unregister(key.fileobj)

    def close(self) -> None:
        self._selector.close()
