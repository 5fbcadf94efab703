"""How does `cosine` tell left from right? By the angle to the mean of the segment so far and of what follows."""

import numpy as np

from spkbound.detection.window_search import Judged


def judge_by_cosine(left: np.ndarray, window: np.ndarray, right: np.ndarray) -> Judged:
    """Cosine to the left mean less cosine to the right mean, in [-2, 2]; a member's own row is not in its mean."""
    left, window, right = _unit(left), _unit(window), _unit(right)
    left_sum, right_sum = left.sum(0), right.sum(0)
    left_mean, right_mean = _unit(left_sum), _unit(right_sum)
    return Judged(
        left=(left * _unit(left_sum - left)).sum(1) - left @ right_mean,
        window=window @ (left_mean - right_mean),
        right=right @ left_mean - (right * _unit(right_sum - right)).sum(1),
    )


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
