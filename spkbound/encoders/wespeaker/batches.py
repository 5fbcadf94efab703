"""How many utterances fit at once? Batches by frames, the longest first; what does not fit in memory is halved.

What is computed on a batch is a parameter; this module knows lengths only.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from spkbound.errors import EncoderError

Forward = Callable[[Sequence[np.ndarray]], np.ndarray]


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
    waves: Sequence[np.ndarray], forward: Forward, budget: FrameBudget, *, count_frames: Callable[[int], int]
) -> list[np.ndarray]:
    """One row for each of `waves`, in their order. `count_frames`: samples → frames.

    Raises
    ------
    EncoderError : memory ends at a single wave
    """
    lengths = [count_frames(len(wave)) for wave in waves]
    waiting = sorted(range(len(waves)), key=lambda i: -lengths[i])
    rows: list[np.ndarray] = [None] * len(waves)
    while waiting:
        longest = max(1, lengths[waiting[0]])
        batch = waiting[: max(1, budget.frames // longest)]
        found = _unless_out_of_memory(forward, [waves[i] for i in batch])
        if found is not None:
            budget.went_well(len(batch) * longest)
            waiting = waiting[len(batch) :]
            for i, row in zip(batch, found):
                rows[i] = row
        elif len(batch) == 1:
            raise EncoderError(f"out of memory on one utterance of {longest} frames; give a smaller --longest_s")
        else:
            budget.ran_out(len(batch) * longest)
    return rows


def _unless_out_of_memory(forward: Forward, batch: Sequence[np.ndarray]) -> np.ndarray | None:
    try:
        return forward(batch)
    except torch.cuda.OutOfMemoryError:
        pass  # only when this block is left nothing holds the batch's memory any more
    torch.cuda.empty_cache()
    return None
