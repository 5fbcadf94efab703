"""Does the roster fit what was found, and where not? In words, for people."""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.length import LengthPrior
from spkbound.detection.roster.align import Alignment, align
from spkbound.detection.roster.entries import Roster

_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which entry each segment is, and what people should know of it."""

    alignment: Alignment
    warnings: tuple[str, ...]


def compare(roster: Roster, edges: np.ndarray, usual: LengthPrior) -> Verdict:
    """Align segments between `edges` (0 and n included) with the roster, and say what does not fit."""
    prior, sizes = roster.prior(usual), np.diff(edges)
    alignment = align(edges, prior.as_right_as_found(sizes, align(edges, prior).entries))
    entries = alignment.entries
    named = np.flatnonzero(entries >= 0)
    told = named[prior.counted[entries[named]]]
    far = told[np.abs(sizes[told] - prior.sizes[entries[told]]) > usual.window]
    unsure = int((alignment.probabilities[named] < _SURE).sum())
    name = roster.describe
    said = [
        (len(roster) != len(sizes), f"the roster lists {len(roster)} speakers, {len(sizes)} segments were found"),
        (len(alignment.absent), f"not found, entries of the roster: {name(alignment.absent)}"),
        (len(named) < len(sizes), f"not on the roster: {len(sizes) - len(named)} segments"),
        (len(far), f"{len(far)} of {len(told)} counts are off by more than {usual.window:g}: {name(entries[far])}"),
        (unsure, f"{unsure} of {len(named)} segments may be other entries of the roster than they are taken for"),
    ]
    return Verdict(alignment, tuple(text for is_so, text in said if is_so))
