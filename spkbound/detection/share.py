"""How common is a fault in this corpus, and how likely is each suspect then? Knows nothing of what the fault is."""

import numpy as np

_STEPS = 30
_FURTHEST = 500.0  # nats


def probabilities(evidence: np.ndarray, *, first_share: float, n_asked: int | None = None) -> np.ndarray:
    """Turn evidence for each suspect into its probability, with a prior that all suspects together tell.

    Empirical Bayes (Robbins 1956): the share of faults is measured, beginning at `first_share` with the weight of one
    fault.

    Parameters
    ----------
    evidence : float (m,)
        Log likelihood ratio of fault against none, in nats; higher means likelier a fault.
    n_asked : how many were looked at, where only the `m` most suspect ones are given
    """
    evidence = np.clip(evidence, -_FURTHEST, _FURTHEST)
    n_asked = len(evidence) if n_asked is None else n_asked
    share = first_share
    found = np.zeros(len(evidence))
    for _ in range(_STEPS):
        found = 1 / (1 + np.exp(-evidence - np.log(share / (1 - share))))
        share = (found.sum() + 1) / (n_asked + 1 / first_share)
    return found
