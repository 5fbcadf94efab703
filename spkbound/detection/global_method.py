"""How does `global` find all boundaries at once? Puts the parts together: fit without decisions, solve with them.

What is fitted never depends on decisions, so solving again after one equals a fresh detection.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.candidates import candidate_edges
from spkbound.detection.contrast import Contrast, fit_contrast, gains_of
from spkbound.detection.covariance import Basis, fit_basis
from spkbound.detection.evenness import even_sums
from spkbound.detection.inner_change import divided_share, inner_gains
from spkbound.detection.lattice import Nodes, free_nodes, locked_nodes
from spkbound.detection.length import LengthPrior
from spkbound.detection.locks import Locks
from spkbound.detection.merge import merge_long
from spkbound.detection.nested import speakers_first
from spkbound.detection.place import Placed, Placer, fit_placer
from spkbound.detection.projected import Projected
from spkbound.detection.recursion import Recursion, search_all
from spkbound.detection.result import FoundBoundary, certain_boundary
from spkbound.detection.search import path_score
from spkbound.detection.temper import FixedPoint, Ground, agrees_with, find_fixed_points

_NEAR_PARTS = 12  # a change within S/12 is the same change
_OTHER_SIZE = 0.22  # log of a factor from which a size is another one
_FEW_TO_AGREE = 8  # segments
_MANY_TO_AGREE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalFit:
    """All that `global` measured on a corpus, decisions left out.

    `divided_share`: share of the found segments that seem to hold a second change, in [0, 1]. `contrast`: None where
    there are too few segments to tell.
    """

    projected: Projected
    ground: Ground
    points: list[FixedPoint]
    placer: Placer
    divided_share: float
    contrast: Contrast | None

    @property
    def best(self) -> FixedPoint:
        return self.points[0]

    @property
    def near(self) -> float:
        """How many utterances apart two changes are the same change."""
        return max(self.best.prior.size / _NEAR_PARTS, self.best.prior.window)


def fit_global(projected: Projected, *, segment_size: float, window: float) -> GlobalFit:
    """Measure covariances, inflation and segment size, and calibrate the places."""
    window = max(window, 1.0)
    basis, ground, points = _pass(projected, segment_size, window, None)
    size = points[0].prior.size
    if abs(np.log(size / segment_size)) > _OTHER_SIZE and agrees_with(ground, points[0], size, at_least=_FEW_TO_AGREE):
        basis, ground, points = _pass(projected, size, window, None)  # what was measured was on the wrong scale
        size = points[0].prior.size
    if agrees_with(ground, points[0], size, at_least=_MANY_TO_AGREE):
        found = ground.nodes.places[points[0].path]  # then what lies between boundaries tells of sessions, undisturbed
        basis, ground, points = _pass(projected, size, window, found)
    path = merge_long(ground.nodes, points[0].path, points[0].scoring, points[0].prior).path
    edges = np.concatenate([[0], ground.nodes.places[path], [len(projected)]])
    session = np.diag(basis.session) * points[0].scoring.inflation
    placer = fit_placer(projected, edges, session, segment_size=points[0].prior.size, window=window)
    cuts = np.searchsorted(ground.edges, edges)
    inner = inner_gains(ground.even, points[0].scoring, cuts)
    return GlobalFit(
        projected=projected,
        ground=ground,
        points=points,
        placer=placer,
        divided_share=divided_share(inner),
        contrast=fit_contrast(ground.even, points[0].scoring, cuts, inner),
    )


def _pass(
    projected: Projected, segment_size: float, window: float, found: np.ndarray | None
) -> tuple[Basis, Ground, list[FixedPoint]]:
    basis = fit_basis(projected, segment_size, found)
    even = even_sums(projected, basis.axes, segment_size)
    chosen = candidate_edges(even, basis.variances, segment_size)
    ground = Ground(
        nodes=free_nodes(even, chosen),
        even=even,
        variances=basis.variances,
        segment_size=segment_size,
        window=window,
    )
    return basis, ground, speakers_first(ground, find_fixed_points(ground))


def start_recursion(fit: GlobalFit) -> Recursion:
    """Search where nothing is decided."""
    point, nodes = fit.best, fit.ground.nodes
    toll = path_score(point.lattice.arcs(point.prior), point.path) / len(fit.projected)
    return search_all(nodes, point.scoring, point.prior, point.lattice.arcs(point.prior, toll=toll), toll=toll)


def search_under(fit: GlobalFit, locks: Locks, known: Recursion) -> Recursion:
    """Search among the nodes that the decisions leave or add, going on from what is `known` under others."""
    nodes = locked_nodes(fit.ground.nodes, locks, reach=max(fit.near, locks.reach))
    return known.among(nodes)


def solve_global(fit: GlobalFit, locks: Locks, recursion: Recursion) -> list[FoundBoundary]:
    """Find the boundaries that agree with the decisions, which `recursion` is under."""
    point, nodes = fit.best, recursion.nodes
    merged = merge_long(nodes, recursion.path(), point.scoring, point.prior)
    path, existence = merged.path, merged.probabilities
    while True:
        edges = np.concatenate([[0], nodes.places[path], [len(fit.projected)]])
        fixed = np.concatenate([[True], nodes.forced[path], [True]])
        edges, placed = fit.placer.place_all(edges, fixed, locks)
        odds = _odds_by_members(point.prior, edges, placed)
        if not len(odds) or odds.min() >= 0:
            break
        path, existence = np.delete(path, odds.argmin()), np.delete(existence, odds.argmin())
    existence = existence * _existence(fit, nodes, recursion.probabilities(), edges[1:-1]) / (1 + np.exp(-odds))
    existence = np.minimum(existence, _existence_by_contrast(fit, edges))
    return [
        certain_boundary(int(edge))
        if where is None
        else FoundBoundary(places=where.places, existence=min(1.0, float(share)))
        for edge, where, share in zip(edges[1:-1], placed[1:-1], existence)
    ]


def _odds_by_members(prior: LengthPrior, edges: np.ndarray, placed: list[Placed | None]) -> np.ndarray:
    """Log odds of each inner edge as its members see it: how well they are told apart, and the lengths.

    A second opinion beside the sums, which take a speaker's scatter for independent in every direction.
    """
    whole, ends = prior.log_density, prior.log_density_at_an_end
    lengths = np.diff(edges).astype(np.float64)
    parts, unions = whole(lengths), whole(lengths[:-1] + lengths[1:])
    parts[[0, -1]] = ends(lengths[[0, -1]])
    if len(unions):
        unions[[0, -1]] = ends((lengths[:-1] + lengths[1:])[[0, -1]])
    gains = np.array([np.inf if each is None else each.gain for each in placed[1:-1]])
    return np.clip(gains + parts[:-1] + parts[1:] - unions, -500, 500)


def _existence_by_contrast(fit: GlobalFit, edges: np.ndarray) -> np.ndarray:
    """Probability of each inner edge to be between speakers, by what boundaries and what parts gain elsewhere."""
    if fit.contrast is None:
        return np.ones(len(edges) - 2)
    cuts = np.searchsorted(fit.ground.edges, edges)
    return fit.contrast.existence(*gains_of(fit.ground.even, fit.best.scoring, cuts))


def _existence(fit: GlobalFit, nodes: Nodes, posterior: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mass of a change near each edge: of the best fixed point's, averaged with the others by their evidence."""
    total = np.concatenate([[0.0], np.cumsum(np.where(nodes.forced, 0, posterior))])
    first = np.searchsorted(nodes.places, edges - fit.near)
    last = np.searchsorted(nodes.places, edges + fit.near, side="right")
    existence = np.minimum(total[last] - total[first], 1.0)
    evidence = np.array([point.evidence for point in fit.points])
    shares = np.exp(np.minimum(evidence - evidence[0], 0))
    seen, votes, weight = [fit.best.path], existence.copy(), 1.0
    for point, share in zip(fit.points[1:], shares[1:]):
        if share < 1e-4 or any(np.array_equal(point.path, path) for path in seen):
            continue
        seen.append(point.path)
        votes += share * _has_near(fit.ground.nodes.places[point.path], edges, fit.near) * existence
        weight += share
    return votes / weight


def _has_near(places: np.ndarray, edges: np.ndarray, near: float) -> np.ndarray:
    return np.searchsorted(places, edges + near, side="right") > np.searchsorted(places, edges - near)
