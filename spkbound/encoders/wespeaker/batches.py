"""How many utterances fit at once? Batches by frames, the longest first; what does not fit in memory is halved.

What is computed on a batch is a parameter; this module knows lengths only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from spkbound.errors import EncoderError

Collect = Callable[[], np.ndarray]  # waits for the rows of a batch
Start = Callable[[Sequence[np.ndarray]], Collect]


class FrameBudget:
    """How many frames, padding included, a batch may have: doubled while it goes well, halved where memory ends."""

    def __init__(self, first: int, most: int) -> None:
        self.frames, self._most = first, most

    def went_well(self, n_frames: int) -> None:
        if 2 * n_frames > self.frames:
            self.frames = min(2 * self.frames, self._most)

    def ran_out(self, n_frames: int) -> None:
        self.frames = self._most = max(1, min(n_frames, self.frames) // 2)


def embed_in_batches(
    waves: Sequence[np.ndarray], start: Start, budget: FrameBudget, *, count_frames: Callable[[int], int]
) -> list[np.ndarray]:
    """One row for each of `waves`, in their order. `count_frames`: samples → frames.

    A batch is started before the one ahead of it is collected, so that a device never waits for the next.

    Raises
    ------
    EncoderError : memory ends at a single wave
    """
    lengths = [count_frames(len(wave)) for wave in waves]
    waiting = sorted(range(len(waves)), key=lambda i: -lengths[i])
    rows: list[np.ndarray] = [None] * len(waves)
    running: _Running | None = None
    while waiting or running is not None:
        batch = waiting[: max(1, budget.frames // max(1, lengths[waiting[0]]))] if waiting else []
        n_frames = len(batch) * lengths[batch[0]] if batch else 0
        collect = _unless_out_of_memory(start, [waves[i] for i in batch]) if batch else None
        if collect is not None:
            budget.went_well(n_frames)
            waiting = waiting[len(batch) :]
        elif len(batch) > 1:
            budget.ran_out(n_frames)
        elif batch and running is None:
            raise EncoderError(f"out of memory on one utterance of {n_frames} frames; give a smaller --longest_s")
        if running is not None:
            for i, row in zip(running.batch, running.collect()):
                rows[i] = row
        running = _Running(batch, collect) if collect is not None else None
    return rows


@dataclass(frozen=True, slots=True)
class _Running:
    batch: list[int]
    collect: Collect


def _unless_out_of_memory(start: Start, batch: Sequence[np.ndarray]) -> Collect | None:
    try:
        return start(batch)
    except torch.cuda.OutOfMemoryError:
        pass  # only when this block is left nothing holds the batch's memory any more
    torch.cuda.empty_cache()
    return None
