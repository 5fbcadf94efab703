"""What does a roster say of a corpus, decisions left out? Aligns it with what `global` found, and finds again with it.

The roster is used only where the corpus speaks for it: its evidence is weighed against that of no roster at all.
"""

from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.global_method import GlobalFit
from spkbound.detection.inner_change import divided_share, inner_gains
from spkbound.detection.lattice import Nodes, Scoring
from spkbound.detection.merge import merge_long
from spkbound.detection.roster.align import align
from spkbound.detection.roster.entries import ERROR, Roster, RosterPrior
from spkbound.detection.roster.lattice import build_trellis, implied_places, likely_nodes, with_places
from spkbound.detection.roster.search import Reached, RosterPath, Trellis, best_path, log_evidence, summed
from spkbound.detection.temper import within_inflation
from spkbound.words import Words

_STEPS = 3
_SETTLED = 0.05  # of the log of the inflation


@dataclass(frozen=True, slots=True)
class Aligned:
    """Places, the segments and positions that may be, and the best path through them."""

    nodes: Nodes
    trellis: Trellis
    path: RosterPath

    @property
    def edges(self) -> np.ndarray:
        """Edges of the segments of the path, 0 and n included."""
        return self.nodes.places[np.concatenate([[0], self.path.nodes, [len(self.nodes) - 1]])]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFit:
    """A roster as it lies on a corpus.

    `forward`: the weights of all paths; `gain`: nats by which the corpus is likelier with the roster than without;
    `divided_share`: share of its segments that seem to hold a second change, in [0, 1].
    """

    fit: GlobalFit
    scoring: Scoring
    aligned: Aligned
    forward: Reached
    gain: float
    divided_share: float

    @property
    def prior(self) -> RosterPrior:
        return self.aligned.trellis.prior

    @property
    def fits(self) -> bool:
        """Is it worse than none by no more than one error of the list costs?"""
        return self.gain >= ERROR

    @property
    def warnings(self) -> tuple[str, ...]:
        if self.fits:
            return ()
        return (
            Words(
                "the roster does not fit: without it the corpus is likelier (by {nats} nats), so the boundaries "
                "are those found without it, and names may be wrong",
                nats=f"{-self.gain:.0f}",
            ),
        )


def fit_roster(fit: GlobalFit, roster: Roster) -> RosterFit:
    """Find the best path again and again, with places that the last one implies, until it stays."""
    ground, point = fit.ground, fit.best
    prior = roster.prior(point.prior)
    path = merge_long(ground.nodes, point.path, point.scoring, point.prior).path
    edges = np.concatenate([[0], ground.nodes.places[path], [len(fit.projected)]])
    entries, scoring = align(edges, prior).entries, point.scoring
    likely = likely_nodes(ground.nodes, point)
    for _ in range(_STEPS):
        nodes = with_places(likely, implied_places(edges, entries, prior))
        aligned = align_nodes(nodes, scoring, prior, edges=edges, entries=entries)
        cuts = np.searchsorted(ground.edges, aligned.edges)
        measured = within_inflation(ground.even.sums, ground.even.masses, cuts)
        stays = np.array_equal(aligned.edges, edges) and abs(np.log(measured / scoring.inflation)) < _SETTLED
        edges, entries, used = aligned.edges, aligned.path.entries, scoring
        if stays:
            break
        scoring = replace(scoring, inflation=measured)
    return RosterFit(
        fit=fit,
        scoring=used,
        aligned=aligned,
        forward=summed(aligned.trellis),
        gain=_gain(aligned.trellis),
        divided_share=divided_share(inner_gains(ground.even, used, cuts)),
    )


def _gain(trellis: Trellis) -> float:
    """Log evidence with the roster less that without; both may cut as short, so that lengths alone decide."""
    with_it = trellis.with_short_ones()
    without = with_it.without_roster()
    return log_evidence(with_it, summed(with_it)) - log_evidence(without, summed(without))


def align_nodes(
    nodes: Nodes, scoring: Scoring, prior: RosterPrior, *, edges: np.ndarray, entries: np.ndarray
) -> Aligned:
    """Find the best path near an alignment known so far, given as for `build_trellis`."""
    trellis = build_trellis(nodes, scoring, prior, edges=edges, entries=entries)
    return Aligned(nodes, trellis, best_path(trellis))
