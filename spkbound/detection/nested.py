"""Of segmentations that lie inside one another, which one is the speakers'? Leaves finding them to the temper.

Inside speakers there are sessions and prompts, which may repeat as regularly as speakers do; above speakers nothing
does. So the coarsest is taken whose segments hold no second change, where the evidence is about as good.
"""

import numpy as np

from spkbound.detection.inner_change import divided_share, inner_gains
from spkbound.detection.temper import FixedPoint, Ground

MOST_DIVIDED = 0.2  # 0 to 0.12 on segments of one speaker each, 0.36 and more on segments of two
_FEWEST_SEGMENTS = 4
_LESS_REGULAR = 1.0  # nats per segment
_MOST_LOST = 10.0  # nats per boundary given up
_FARTHER = 0.05  # log of sizes


def speakers_first(ground: Ground, points: list[FixedPoint]) -> list[FixedPoint]:
    """Put the coarsest segmentation that the best one lies inside of first, if its segments are whole."""
    chosen = points[0]
    for point in points[1:]:
        if (
            _FEWEST_SEGMENTS - 1 <= len(point.path) < len(chosen.path)
            and point.regularity >= chosen.regularity - _LESS_REGULAR
            and _is_close(ground, points[0], point)
            and _lies_inside(ground, points[0], point)
            and divided_share(inner_gains(ground.even, point.scoring, ground.cuts(point.path))) <= MOST_DIVIDED
        ):
            chosen = point
    return [chosen, *(point for point in points if point is not chosen)]


def _is_close(ground: Ground, fine: FixedPoint, coarse: FixedPoint) -> bool:
    """Is the coarse one no farther from the size asked for, and hardly worse? Real speakers bring far more evidence."""
    far_fine, far_coarse = (abs(np.log(point.prior.size / ground.segment_size)) for point in (fine, coarse))
    lost = (fine.evidence - coarse.evidence) / (len(fine.path) - len(coarse.path))
    return far_coarse <= far_fine + _FARTHER and lost <= _MOST_LOST


def _lies_inside(ground: Ground, fine: FixedPoint, coarse: FixedPoint) -> bool:
    """Is there a boundary of the fine one near every boundary of the coarse one?"""
    places, reach = ground.nodes.places, max(ground.window, 1)
    apart = np.abs(places[coarse.path][:, None] - places[fine.path][None])
    return bool((apart.min(axis=1) <= reach).all())
