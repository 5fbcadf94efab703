"""Is there any structure here at all? Caps probabilities where the whole corpus speaks against it, and says why."""

from dataclasses import replace

import numpy as np

from spkbound.detection.result import Findings, FoundBoundary
from spkbound.detection.rows import Rows, usable

NO_ORDER = "no speakers one after the other found, though utterances differ: the corpus may not be in speaker order"
_DOUBTED = 0.5  # highest probability once the whole corpus is in doubt
_MOST_MEMBER_ERROR = 0.2  # 0.01 on true blocks, 0.44 to 0.48 on a shuffled corpus
_SAME_VOICE = 0.75  # cosine of segment means: 0.9 for sessions of one speaker, 0.55 for the most alike speakers
_CROWDED = 0.8  # cosine of single neighbours: above, all rows lie together and cosines tell nothing
_MOST_DIVIDED = 0.2  # 0 to 0.12 on segments of one speaker each, 0.36 and more on segments of two
_SAMPLED_BOUNDARIES = 60
_SAMPLED_ROWS = 100


def with_doubts(
    findings: Findings, rows: Rows, *, member_error: float = float("nan"), divided_share: float = 0.0
) -> Findings:
    """Cap and warn where sides cannot be told apart, or sound like one voice; warn where boundaries seem to be missing.

    `member_error`: share of utterances beside boundaries that look like the other side, in [0, 1]; NaN: not known.
    `divided_share`: share of segments that seem to hold a second change.
    """
    inferred = np.array([boundary.index for boundary in findings.boundaries if not boundary.certain], dtype=np.int64)
    divided = divided_share > _MOST_DIVIDED
    if not len(inferred):
        return replace(findings, warnings=(*findings.warnings, NO_ORDER)) if divided else findings
    doubts = _doubts(findings, rows, inferred, member_error)
    if doubts:
        boundaries = [boundary if boundary.certain else capped(boundary, _DOUBTED) for boundary in findings.boundaries]
        return replace(findings, boundaries=boundaries, warnings=(*findings.warnings, *doubts))
    if not divided:
        return findings
    missing = (
        f"{divided_share:.0%} of the found segments seem to hold a second change of speaker: boundaries may be "
        "missing, segment_size may be too large"
    )
    return replace(findings, warnings=(*findings.warnings, missing))


def _doubts(findings: Findings, rows: Rows, inferred: np.ndarray, member_error: float) -> list[str]:
    doubts = []
    if member_error > _MOST_MEMBER_ERROR:
        doubts.append(
            f"no clear structure: {member_error:.0%} of the utterances beside the found boundaries look like the "
            "other side; the corpus may not be in speaker order, or the segment size is far off"
        )
    alike = _likeness(rows, inferred, np.array([boundary.index for boundary in findings.boundaries]))
    if alike > _SAME_VOICE:
        doubts.append(
            f"both sides of the found boundaries sound like one speaker (cosine {alike:.2f}); "
            "they may be sessions of one voice"
        )
    return doubts


def capped(found: FoundBoundary, limit: float, *warnings: str) -> FoundBoundary:
    """The same boundary with at most `limit` of existence, and more warnings."""
    share = min(1.0, limit / max(found.existence, 1e-300))
    return replace(
        found, mass=found.mass * share, existence=min(limit, found.existence), warnings=(*found.warnings, *warnings)
    )


def _likeness(rows: Rows, chosen: np.ndarray, edges: np.ndarray) -> float:
    """Median cosine of the mean voices left and right of boundaries, own noise taken off; NaN where it says nothing.

    It says nothing where any two neighbours are as alike: embeddings that share one large offset.
    """
    if len(chosen) > _SAMPLED_BOUNDARIES:
        chosen = chosen[np.linspace(0, len(chosen) - 1, _SAMPLED_BOUNDARIES).astype(np.int64)]
    edges = np.concatenate([[0], edges, [len(rows)]])
    means, members = [], []
    for index in chosen:
        at = int(np.searchsorted(edges, index))
        left = _unit_rows(rows, max(edges[at - 1], index - _SAMPLED_ROWS), index)
        right = _unit_rows(rows, index, min(edges[at + 1], index + _SAMPLED_ROWS))
        if min(len(left), len(right)) < 2:
            continue
        energy = np.array([_shared_energy(left), _shared_energy(right)])
        members.append(energy.mean())
        if energy.min() > 1e-3:
            means.append(left.mean(0) @ right.mean(0) / np.sqrt(energy.prod()))
    rows.release()
    if not means or np.median(members) > _CROWDED:
        return float("nan")
    return float(np.median(means))


def _shared_energy(unit_rows: np.ndarray) -> float:
    """Mean cosine of two different rows."""
    m = len(unit_rows)
    total = unit_rows.sum(0)
    return float((total @ total - m) / (m * (m - 1)))


def _unit_rows(rows: Rows, start: int, stop: int) -> np.ndarray:
    block = rows.read(slice(int(start), int(stop)))
    block = block[usable(block)].astype(np.float64)
    return block / np.linalg.norm(block, axis=1, keepdims=True)
