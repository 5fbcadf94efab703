"""Does the roster fit what was found, and where not? In words, for people."""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.length import LengthPrior
from spkbound.detection.roster.align import Alignment, align
from spkbound.detection.roster.entries import Roster
from spkbound.words import Words

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
        (
            len(roster) != len(sizes),
            Words("the roster lists {n} speakers, {found} segments were found", n=len(roster), found=len(sizes)),
        ),
        (len(alignment.absent), Words("not found, entries of the roster: {names}", names=name(alignment.absent))),
        (len(named) < len(sizes), Words("not on the roster: {n} segments", n=len(sizes) - len(named))),
        (
            len(far),
            Words(
                "{far} of {told} counts are off by more than {window}: {names}",
                far=len(far),
                told=len(told),
                window=f"{usual.window:g}",
                names=name(entries[far]),
            ),
        ),
        (
            unsure,
            Words(
                "{unsure} of {n} segments may be other entries of the roster than they are taken for",
                unsure=unsure,
                n=len(named),
            ),
        ),
    ]
    return Verdict(alignment, tuple(text for is_so, text in said if is_so))
