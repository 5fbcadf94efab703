"""How does `gmm` tell left from right? By a mixture per side, trained away from the boundary; else by cosine."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from spkbound.detection.cosine import judge_by_cosine
from spkbound.detection.window_search import Judge, Judged

_ROWS_PER_COMPONENT = 20
_FEWEST_ROWS = 8
_REGULARISATION = 1e-2  # of the variance of the members


def gmm_judge(n_components: int) -> Judge:
    """Judge by mixtures of at most `n_components` diagonal Gaussians per side."""

    def judge(left: np.ndarray, window: np.ndarray, right: np.ndarray) -> Judged:
        if min(len(left), len(right)) < _FEWEST_ROWS:
            return judge_by_cosine(left, window, right)
        scale = np.concatenate([left, right]).std(0) + 1e-12
        left, window, right = left / scale, window / scale, right / scale
        one, other = _train(left[::2], n_components), _train(right[::2], n_components)
        if one is None or other is None:
            return judge_by_cosine(left, window, right)

        def likelier_left(rows: np.ndarray) -> np.ndarray:
            if not len(rows):
                return np.zeros(0)
            return one.score_samples(rows) - other.score_samples(rows)

        return Judged(left=likelier_left(left[1::2]), window=likelier_left(window), right=likelier_left(right[1::2]))

    return judge


def _train(rows: np.ndarray, n_components: int) -> GaussianMixture | None:
    """Fit a mixture with fewer components where rows are few; None where it does not converge."""
    mixture = GaussianMixture(
        max(1, min(n_components, len(rows) // _ROWS_PER_COMPONENT)),
        covariance_type="diag",
        reg_covar=_REGULARISATION,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            mixture.fit(rows)
        except ValueError:
            return None
    return mixture if mixture.converged_ else None
