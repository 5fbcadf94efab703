"""How sure may we be of the approved boundaries, after listening blind to some of them? Drawing, and what follows.

Which ones are heard is fixed by a seed that is made once for a project: every place has its rank under that seed, and
the sample of n is the n approved boundaries of lowest rank. So nobody can draw again until it fits, a larger sample
holds the smaller one, and a boundary that is approved later enters the sample as likely as any other (E. Cohen,
H. Kaplan, "Summarizing data using bottom-k sketches", PODC 2007).
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from spkbound.review.rows import PlaceKey
from spkbound.words import Words

Answer = Literal["here", "elsewhere", "unsure"]

DECOY_SHARE = 0.2  # decoys for each boundary of the sample
MOST_MISSED = 0.2  # of the decoys may be taken for a change before the answers prove nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What somebody wants to be able to say. `looks`: how often its size changed after answers, and once."""

    seed: int
    error_rate: float
    confidence: float
    looks: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """A place to listen to, by its index; a decoy lies inside a segment."""

    index: int
    place: PlaceKey
    is_decoy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """What was heard so far, and what follows from it.

    Attributes
    ----------
    n_approved : approved and added boundaries now, those approved in bulk included
    n_sample, n_heard : boundaries to hear for the goal, and those of them that were heard
    n_judged : heard ones that count: those of the sample, and those that were not found right and were changed since
    n_wrong, n_unsure : of these, whose change is not there; not sure counts against us
    n_decoys, n_missed : decoys heard, and those that were taken for a change
    bound : fewer than this share of the approved boundaries is misplaced; None before the sample is complete, and
        where too many decoys were missed
    confidence : at which `bound` holds
    """

    n_approved: int
    n_sample: int = 0
    n_heard: int = 0
    n_judged: int = 0
    n_wrong: int = 0
    n_unsure: int = 0
    n_decoys: int = 0
    n_missed: int = 0
    bound: float | None = None
    confidence: float | None = None

    @property
    def is_attentive(self) -> bool:
        return self.n_missed <= MOST_MISSED * self.n_decoys

    def text(self) -> str:
        """Say it in one sentence."""
        if not self.n_sample:
            return Words("Nobody has listened to a blind sample yet")
        wrong = Words("{n} wrong", n=self.n_wrong)
        if self.n_unsure:
            wrong = Words("{n} wrong, {unsure} not sure", n=self.n_wrong, unsure=self.n_unsure)
        if self.n_heard < self.n_sample:
            left = self.n_sample - self.n_heard
            return Words(
                "{heard} of {sample} heard, {wrong} so far; {left} more before anything follows",
                heard=self.n_heard,
                sample=self.n_sample,
                wrong=wrong,
                left=left,
            )
        if not self.is_attentive:
            return Words(
                "{missed} of {decoys} decoys were taken for changes, so the answers prove nothing",
                missed=self.n_missed,
                decoys=self.n_decoys,
            )
        if self.n_heard == self.n_approved:
            return Words("All {n} approved boundaries were heard blind: {wrong}", n=self.n_approved, wrong=wrong)
        share, sure = percent_above(self.bound), f"{self.confidence * 100:.10g}"
        found = Words("{n} of {judged} wrong", n=self.n_wrong, judged=self.n_judged)
        if self.n_unsure:
            found = Words("{found} and {unsure} not sure, which counts as wrong", found=found, unsure=self.n_unsure)
        return Words("{found}: fewer than {share} % at {sure} % confidence", found=found, share=share, sure=sure)

    def to_dict(self) -> dict:
        return {name: getattr(self, name) for name in self.__slots__} | {"text": self.text()}


def sample_size(error_rate: float, confidence: float) -> int:
    """The least k for which k right ones say "fewer than `error_rate`": 1 - (1 - error_rate)^k >= confidence."""
    return math.ceil(math.log(1 - confidence) / math.log(1 - error_rate) - 1e-9)


def upper_bound(n_wrong: int, n: int, confidence: float) -> float:
    """One-sided bound of the share of wrong ones in [0, 1] (C. J. Clopper, E. S. Pearson, Biometrika 26, 1934)."""
    from scipy.special import betaincinv  # a quarter of a second, for a claim that few ask for

    return 1.0 if n_wrong >= n else float(betaincinv(n_wrong + 1, n - n_wrong, confidence))


def percent_above(share: float) -> str:
    """`share` as per cent in two figures, never less than it is."""
    percent = share * 100
    digits = max(0, 1 - math.floor(math.log10(percent)))
    return f"{math.ceil(percent * 10**digits - 1e-9) / 10**digits:.10g}"


def rank(seed: int, place: PlaceKey, *, purpose: str = "") -> float:
    """A number in [0, 1) that only the seed knows beforehand."""
    text = b"\0".join((str(seed).encode(), purpose.encode(), *place))
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest()) / 2**56


def draw_sample(seed: int, approved: Mapping[int, PlaceKey], n: int) -> list[int]:
    """The indices of the `n` approved boundaries of lowest rank, lowest first."""
    return sorted(approved, key=lambda index: rank(seed, approved[index]))[:n]


def decoy_indices(
    seed: int, sample: Sequence[int], approved: Mapping[int, PlaceKey], stops: Mapping[int, int]
) -> list[int]:
    """Places without a change: after some boundaries of the sample, every other one within three of it.

    `stops`: where the segment that begins at a boundary ends. Segments of fewer than nine utterances get none.
    """
    found = []
    for index in sample:
        place, length = approved[index], stops[index] - index
        chance = rank(seed, place, purpose="decoy")
        if chance < DECOY_SHARE and length >= 9:
            is_near = chance < DECOY_SHARE / 2
            spot = rank(seed, place, purpose="spot")
            found.append(index + (1 + int(spot * 3) if is_near else 4 + int(spot * (length - 8))))
    return found


def judge(goal: Goal | None, sample: Sequence[PlaceKey], answers: "Answers", *, n_approved: int) -> Guarantee:
    """What follows from `answers` for `sample`. What was not found right counts although it was mended since."""
    if goal is None:
        return Guarantee(n_approved=n_approved)
    heard = [answers.boundaries[place] for place in sample if place in answers.boundaries]
    in_sample = set(sample)
    judged = heard + [a for place, a in answers.boundaries.items() if a != "here" and place not in in_sample]
    n_wrong, n_unsure = judged.count("elsewhere"), judged.count("unsure")
    confidence = max(0.0, 1 - goal.looks * (1 - goal.confidence))
    found = Guarantee(
        n_approved=n_approved,
        n_sample=len(sample),
        n_heard=len(heard),
        n_judged=len(judged),
        n_wrong=n_wrong,
        n_unsure=n_unsure,
        n_decoys=len(answers.decoys),
        n_missed=sum(answer == "here" for answer in answers.decoys.values()),
        confidence=confidence,
    )
    if not sample or found.n_heard < len(sample) or not found.is_attentive:
        return found
    return replace(found, bound=upper_bound(n_wrong + n_unsure, len(judged), goal.confidence))


@dataclass(frozen=True, slots=True)
class Answers:
    """The newest answer to every place that was heard."""

    boundaries: Mapping[PlaceKey, Answer]
    decoys: Mapping[PlaceKey, Answer]
