"""What holds for the tasks of a pool? What a task means is known to whoever makes these rules, not to the pool."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSpec:
    """How to start one worker.

    Attributes
    ----------
    entry : ``"package.module:function"``; called once with `config`, it returns the step: task → value
    config : JSON-able
    environment : added to the environment of this process, e.g. ``{"OMP_NUM_THREADS": "1"}``
    """

    entry: str
    config: dict = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a task has no value: it ``raised`` in the worker, it ``crashed`` two workers, or two ``hung`` over it."""

    kind: Literal["raised", "crashed", "hung"]
    error: str
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A task that is off the list: its value, or its failure. `worker` is the place of its spec."""

    task: object
    worker: int
    seconds: float
    value: object = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus:
    """How a worker stands. `task` is what it works on; `memory_bytes` is what it held a second ago."""

    number: int
    state: Literal["off", "starting", "idle", "at work", "waiting"]  # waiting: died, is started again in a while
    task: object = None
    memory_bytes: int = 0


def _always() -> bool:
    return True


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How tasks are handed out, and what becomes of those that fail."""

    # Of the tasks at hand the one that costs most goes first, so that a run does not end in one long task.
    cost: Callable[[object], float] = lambda task: 0.0
    # How long a worker may take for a task; one that takes longer hangs, and is killed.
    deadline_s: Callable[[object], float] = lambda task: float("inf")
    # How many things a task is about. One of several that fails is cut by `split`, until the guilty thing stands alone.
    n_items: Callable[[object], int] = lambda task: 1
    split: Callable[[object], Sequence[object]] = lambda task: ()
    # Told of every failure before anything is tried again; what it raises ends the run.
    on_failure: Callable[[object, Failure], None] = _nothing
    # Asked before tasks are handed out: False is a pause.
    may_hand_out: Callable[[], bool] = _always
    # Told about twice a second how the workers stand.
    watch: Callable[[Sequence[WorkerStatus]], None] = _nothing
    # A worker that died is started again after so long, twice as long after each death in a row.
    back_off_s: float = 0.25
    # A worker that gives no sign of life for so long hangs, whatever its task; it gives one each second.
    silence_s: float = 120.0
