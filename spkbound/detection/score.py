"""How much likelier are these utterances as one speaker than as nobody in particular? Knows nothing of lengths."""

import numpy as np

_FACTORS = 16  # multiplied before one logarithm is taken; far from overflow


def segment_score(sums: np.ndarray, mass: np.ndarray, variances: np.ndarray, inflation: float) -> np.ndarray:
    """Score segments by their sums: log marginal likelihood ratio of the two-covariance model.

    Ioffe 2006; Brümmer & de Villiers 2010. `sums` ``(..., k)``, `mass` members, ``(..., k)`` or ``(..., 1)``,
    `variances` ``(k,)`` of speakers in units of the variance within, `inflation` φ of the latter. In nats; higher
    means likelier one speaker.
    """
    growth = mass * variances
    growth /= inflation
    growth += 1.0
    gain = np.square(sums)
    gain *= variances / inflation**2
    gain /= growth
    return 0.5 * (gain.sum(-1) - _log_of_product(growth))


def _log_of_product(factors: np.ndarray) -> np.ndarray:
    starts = np.arange(0, factors.shape[-1], _FACTORS)
    return np.log(np.multiply.reduceat(factors, starts, axis=-1)).sum(-1)
