"""On what do the workers compute? One device per worker: the GPUs asked for, or the CPU many times."""

import os
from collections.abc import Callable, Sequence

from spkbound.embedding.background import ONE_THREAD
from spkbound.errors import NoSuchDevice, WorkerError
from spkbound.jobs import Pool, WorkerSpec
from spkbound.words import Words

CPU = "cpu"
ON_CPU_ONLY = ("builtin", "onnx")
MOST_READERS = 16  # threads; more only wait for the interpreter's lock


def count_gpus() -> int:
    """How many torch sees, asked in a worker: torch takes seconds to load, and room."""
    spec = WorkerSpec(entry="spkbound.encoders.gpus:open_count", environment=ONE_THREAD)
    [outcome] = Pool([spec]).run([None])
    if outcome.failure is not None:
        raise WorkerError(
            Words("cannot ask for GPUs: {why}", why=f"{outcome.failure.error}: {outcome.failure.message}")
        )
    return outcome.value


def plan_devices(
    kind: str, gpus: Sequence[int] | None, n_workers: int | None, *, count_gpus: Callable[[], int] = count_gpus
) -> list[str]:
    """Name the device of every worker.

    Parameters
    ----------
    kind : of encoder
    gpus : numbers, one worker each; none: the CPU; None: every GPU that there is, or the CPU
    n_workers : on the CPU; None: one per physical core

    Raises
    ------
    NoSuchDevice : a GPU is not there
    """
    if kind not in ON_CPU_ONLY and gpus != ():
        n_gpus = count_gpus()
        chosen = range(n_gpus) if gpus is None else gpus
        missing = sorted({number for number in chosen if number >= n_gpus})
        if missing:
            there = (
                Words("there are {n_gpus}, counted from 0", n_gpus=n_gpus) if n_gpus else Words("torch sees none here")
            )
            numbers = ", ".join(map(str, missing))
            raise NoSuchDevice(
                Words("no GPU {numbers}: {there}; give others, or --gpus cpu", numbers=numbers, there=there)
            )
        if len(chosen):
            return [f"cuda:{number}" for number in chosen]
    return [CPU] * (n_workers or _physical_cores())


def count_readers(devices: Sequence[str]) -> int:
    """How many threads of each worker decode: its share of the cores beside a GPU; none beside work that needs them."""
    if devices[0] == CPU:
        return 0
    return min(MOST_READERS, max(1, (os.cpu_count() or 1) // len(devices)))


def _physical_cores() -> int:
    import joblib

    return joblib.cpu_count(only_physical_cores=True)
