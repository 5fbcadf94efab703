"""Is there any structure here at all? Caps probabilities where the whole corpus speaks against it, and says why."""

from dataclasses import dataclass, field, replace

import numpy as np

from spkbound.detection.nested import MOST_DIVIDED
from spkbound.detection.result import Findings, FoundBoundary
from spkbound.detection.rows import Rows, usable
from spkbound.words import Words

NO_ORDER = Words(
    "no speakers one after the other found, though utterances differ: the corpus may not be in speaker order"
)
_FEWEST_SURE = 24  # utterances; below, nothing that is measured on the corpus can be trusted
_DOUBTED = 0.5  # highest probability once the whole corpus is in doubt
_MOST_MEMBER_ERROR = 0.2  # 0.01 on true blocks, 0.44 to 0.48 on a shuffled corpus
_SAME_VOICE = 0.75  # cosine of segment means: 0.9 for sessions of one speaker, 0.55 for the most alike speakers
_CROWDED = 0.8  # cosine of single neighbours: above, all rows lie together and cosines tell nothing
_FEWEST_DIVIDED = 3  # segments; fewer may be odd
_SAMPLED_BOUNDARIES = 60
_SAMPLED_ROWS = 100


@dataclass(frozen=True, slots=True)
class Voice:
    """Mean of unit rows ``(dim,)``, and the mean cosine of two different ones of them."""

    mean: np.ndarray
    energy: float


@dataclass(frozen=True, slots=True)
class Voices:
    """The voices of stretches of a corpus, each read once."""

    rows: Rows
    known: dict[tuple[int, int], Voice | None] = field(default_factory=dict, repr=False)

    def of(self, start: int, stop: int) -> Voice | None:
        """Voice of ``[start, stop)``; None where fewer than two rows are usable."""
        if (start, stop) not in self.known:
            self.known[start, stop] = _read_voice(self.rows, start, stop)
            self.rows.release()
        return self.known[start, stop]


def with_doubts(
    findings: Findings, voices: Voices, *, member_error: float = float("nan"), divided_share: float = 0.0
) -> Findings:
    """Cap and warn where sides cannot be told apart, or sound like one voice; warn where boundaries seem to be missing.

    `member_error`: share of utterances beside boundaries that look like the other side, in [0, 1]; NaN: not known.
    `divided_share`: share of segments that seem to hold a second change.
    """
    inferred = np.array([boundary.index for boundary in findings.boundaries if not boundary.certain], dtype=np.int64)
    divided = divided_share > MOST_DIVIDED
    if not findings.boundaries and (divided or len(voices.rows) < _FEWEST_SURE):
        why = _too_few(len(voices.rows)) if len(voices.rows) < _FEWEST_SURE else NO_ORDER
        return replace(findings, warnings=(*findings.warnings, why))
    if not len(inferred):
        return findings
    doubts = _doubts(findings, voices, inferred, member_error)
    if doubts:
        boundaries = [boundary if boundary.certain else capped(boundary, _DOUBTED) for boundary in findings.boundaries]
        return replace(findings, boundaries=boundaries, warnings=(*findings.warnings, *doubts))
    if not divided or divided_share * (len(findings.boundaries) + 1) < _FEWEST_DIVIDED:
        return findings
    missing = Words(
        "{share} of the found segments seem to hold a second change of speaker: boundaries may be "
        "missing, segment_size may be too large",
        share=f"{divided_share:.0%}",
    )
    return replace(findings, warnings=(*findings.warnings, missing))


def _doubts(findings: Findings, voices: Voices, inferred: np.ndarray, member_error: float) -> list[str]:
    doubts = []
    if len(voices.rows) < _FEWEST_SURE:
        doubts.append(_too_few(len(voices.rows)))
    if member_error > _MOST_MEMBER_ERROR:
        doubts.append(
            Words(
                "no clear structure: {share} of the utterances beside the found boundaries look like the "
                "other side; the corpus may not be in speaker order, or the segment size is far off",
                share=f"{member_error:.0%}",
            )
        )
    alike = _likeness(voices, inferred, np.array([boundary.index for boundary in findings.boundaries]))
    if alike > _SAME_VOICE:
        doubts.append(
            Words(
                "both sides of the found boundaries sound like one speaker (cosine {alike}); "
                "they may be sessions of one voice",
                alike=f"{alike:.2f}",
            )
        )
    return doubts


def _too_few(n_utterances: int) -> str:
    """Say that a corpus is too small to be sure of anything."""
    return Words("{n} utterances are too few to be sure of any boundary, or that there is none", n=n_utterances)


def capped(found: FoundBoundary, limit: float, *warnings: str) -> FoundBoundary:
    """The same boundary with at most `limit` of existence, and more warnings."""
    return replace(found, existence=min(limit, found.existence), warnings=(*found.warnings, *warnings))


def _likeness(voices: Voices, inferred: np.ndarray, edges: np.ndarray) -> float:
    """Median cosine of the voices left and right of boundaries, own noise taken off; NaN where it says nothing.

    It says nothing where any two neighbours are as alike: embeddings that share one large offset.
    """
    edges = np.concatenate([[0], edges, [len(voices.rows)]])
    cosines, members = [], []
    for index in _sample(inferred, len(voices.rows)).tolist():
        at = int(np.searchsorted(edges, index))
        left = voices.of(max(int(edges[at - 1]), index - _SAMPLED_ROWS), index)
        right = voices.of(index, min(int(edges[at + 1]), index + _SAMPLED_ROWS))
        if left is None or right is None:
            continue
        members.append((left.energy + right.energy) / 2)
        if min(left.energy, right.energy) > 1e-3:
            cosines.append(left.mean @ right.mean / np.sqrt(left.energy * right.energy))
    if not cosines or np.median(members) > _CROWDED:
        return float("nan")
    return float(np.median(cosines))


def _sample(inferred: np.ndarray, n_utterances: int) -> np.ndarray:
    """Boundaries next to evenly spread places, so that a decision elsewhere does not change the choice."""
    if len(inferred) <= _SAMPLED_BOUNDARIES:
        return inferred
    wanted = np.linspace(0, n_utterances, _SAMPLED_BOUNDARIES)
    return inferred[np.unique(np.minimum(np.searchsorted(inferred, wanted), len(inferred) - 1))]


def _read_voice(rows: Rows, start: int, stop: int) -> Voice | None:
    block = rows.read(slice(start, stop))
    block = block[usable(block)].astype(np.float64)
    m = len(block)
    if m < 2:
        return None
    mean = (block / np.linalg.norm(block, axis=1, keepdims=True)).mean(0)
    return Voice(mean, float((m * mean @ mean - 1) / (m - 1)))
