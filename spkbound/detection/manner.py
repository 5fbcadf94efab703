"""Are the odd utterances of a segment its speaker's manner? Knows nothing of what makes them odd.

Strangers and broken recordings come anywhere, so how many a segment has is a Poisson count at the corpus's share. Where
there are far more, one speaker has a manner beside the usual one (another room, louder, whispered) and nobody else is
there. Of these segments any share is possible, an exponential one: their counts are geometric (Greenwood and Yule
1920). Which segment is which is told by EM (Dempster, Laird and Rubin 1977).
"""

import numpy as np

_FIRST_SPEAKERS = 0.05  # with a manner of their own
_MOST_SPEAKERS = 0.5
_FIRST_SHARE = 1e-3  # of odd utterances, with the weight of half of one
_FEWEST_TIMES = 3.0  # as many odd utterances are a manner, at least, in the mean
_SHARE_IN_MANNER = 0.1  # with the weight of one utterance
_STEPS = 30


def unexpected_share(odd: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Share ``(n,)``, in [0, 1], of each segment's odd utterances that is no manner of its speaker.

    Parameters
    ----------
    odd : float (n,)
        How many of each segment are odd, not necessarily whole.
    members : float (n,)
        Of how many, each at least 1.
    """
    from scipy.special import expit  # not at import: who only reads a detection never waits for it

    rates = np.sort(odd / members)
    usual = max(float(rates[: (len(rates) + 1) // 2].mean()), _FIRST_SHARE / 10)
    often = max(_FEWEST_TIMES * usual, float(np.quantile(rates, 0.9)))
    speakers = _FIRST_SPEAKERS
    for _ in range(_STEPS):
        evidence = _geometric(odd, often * members) - _poisson(odd, usual * members)
        manner = expit(evidence + np.log(speakers / (1 - speakers)))
        usual = ((1 - manner) @ odd + 0.5) / ((1 - manner) @ members + 0.5 / _FIRST_SHARE)
        often = max((manner @ odd + _SHARE_IN_MANNER) / (manner @ members + 1), _FEWEST_TIMES * usual)
        speakers = min((manner.sum() + _FIRST_SPEAKERS) / (len(odd) + 1), _MOST_SPEAKERS)
    return 1 - manner * (1 - np.minimum(1, usual * members / np.maximum(odd, 1e-9)))


def _poisson(counts: np.ndarray, means: np.ndarray) -> np.ndarray:
    from scipy.special import gammaln

    return counts * np.log(means) - means - gammaln(counts + 1)


def _geometric(counts: np.ndarray, means: np.ndarray) -> np.ndarray:
    return counts * np.log(means / (1 + means)) - np.log1p(means)
