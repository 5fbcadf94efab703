"""Where exactly are boundaries, once counts say how far apart they are? Leaves what utterances tell to `place`.

The places of neighbouring boundaries depend on each other through the count between them: a chain, summed exactly.
"""

from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.place import Placed
from spkbound.detection.result import spread
from spkbound.detection.roster.entries import RosterPrior


def place_by_counts(
    edges: np.ndarray, placed: list[Placed | None], entries: np.ndarray, prior: RosterPrior
) -> tuple[np.ndarray, list[Placed | None]]:
    """Place all inner edges together: by their own utterances, and by the counts of the segments between them.

    `edges` with 0 and n, `placed` one per edge (None: fixed), `entries` one per segment, -1 where the roster says
    nothing.
    """
    chain = _Chain(
        starts=[int(edge) if where is None else where.places.start for edge, where in zip(edges, placed)],
        own=[np.zeros(1) if where is None else _log(where.places.shares) for where in placed],
        entries=entries,
        prior=prior,
    )
    best, before, after = chain.best(), chain.before(), chain.after()
    found, chained = edges.copy(), list(placed)
    for i, where in enumerate(placed):
        if where is not None:
            log_mass = before[i] + after[i]
            found[i] = chain.starts[i] + best[i]
            mass = np.exp(log_mass - log_mass.max())
            chained[i] = replace(where, places=spread(int(found[i]), chain.starts[i], mass))
    return found, chained


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chain:
    """Per edge the first of its places, and log mass ``(n_places,)`` by its own utterances; per segment its entry."""

    starts: list[int]
    own: list[np.ndarray]
    entries: np.ndarray
    prior: RosterPrior

    def before(self) -> list[np.ndarray]:
        """Log mass of each place by all up to it, its own utterances included."""
        messages = [self.own[0]]
        for i in range(len(self.entries)):
            messages.append(self.own[i + 1] + _log_sum(messages[-1][:, None] + self._link(i)))
        return messages

    def after(self) -> list[np.ndarray]:
        """Log mass of each place by all after it."""
        messages = [np.zeros(len(self.own[-1]))]
        for i in range(len(self.entries))[::-1]:
            messages.append(_log_sum((self.own[i + 1] + messages[-1])[:, None] + self._link(i).T))
        return messages[::-1]

    def best(self) -> list[int]:
        """The likeliest places of all edges together (Viterbi)."""
        total = [self.own[0]]
        for i in range(len(self.entries)):
            total.append(self.own[i + 1] + (total[-1][:, None] + self._link(i)).max(0))
        chosen = [int(total[-1].argmax())]
        for i in range(len(self.entries))[::-1]:
            chosen.append(int((total[i] + self._link(i)[:, chosen[-1]]).argmax()))
        return chosen[::-1]

    def _link(self, i: int) -> np.ndarray:
        """Log density of the length of segment i for each pair of places, ``(n_places, n_places)``."""
        left = self.starts[i] + np.arange(len(self.own[i]))
        right = self.starts[i + 1] + np.arange(len(self.own[i + 1]))
        length = (right - left[:, None]).astype(np.float64)
        entry = int(self.entries[i])
        counted = entry >= 0 and self.prior.counted[entry]
        worth = self.prior.log_density(length, entry) if counted else np.zeros(length.shape)
        return np.where(length >= 1, worth, -np.inf)


def _log(shares: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(shares)


def _log_sum(ways: np.ndarray) -> np.ndarray:
    return np.logaddexp.reduce(ways, axis=0)
