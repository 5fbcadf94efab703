"""What do people get of boundaries? Planned speaker folders, result file and picture, before and after review."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.detection import Detection
from spkbound.detection.changes import NOTE
from spkbound.detection.roster import Roster
from spkbound.domain import Boundary, Segment, Unreadable
from spkbound.embedding.columns import Embeddings
from spkbound.errors import ExportConflict, ProjectError
from spkbound.export.manifest import read_failed, read_manifest
from spkbound.export.plan import ExportPlan, PlannedFolder, plan_export
from spkbound.export.reconcile import collect_exported, reconcile
from spkbound.result_file import (
    PICTURE_NAME,
    RESULT_NAME,
    Folder,
    Listed,
    Result,
    build_result,
    write_result,
)
from spkbound.review.guarantee import Guarantee
from spkbound.review.listening import read_guarantee
from spkbound.review.quality import QualityMeter, QualityRow, quality_csv
from spkbound.review.tables import BoundaryTable, SegmentTable
from spkbound.session import Session, detected_names
from spkbound.speaker_names import DetectedNames, name_segments
from spkbound.whole_file import write_whole

QUALITY_NAME = "quality.csv"


def plan_detection(detection: Detection, source: Embeddings, roster: Roster | None) -> ExportPlan:
    """The speaker folders of a detection that nobody reviewed."""
    edges = np.concatenate([[0], detection.indices, [len(source.paths)]]).astype(np.int64)
    n_segments = len(edges) - 1 if len(source.paths) else 0
    segments = SegmentTable(
        start=edges[:n_segments], stop=edges[1 : n_segments + 1], approved=np.zeros(n_segments, bool)
    )
    names = detected_names(detection, () if roster is None else roster.names)
    return _plan(segments, names, source.paths, source.unreadable, frozenset(), include_undecided=True)


def refuse_conflicts(plan: ExportPlan, folder: Path) -> None:
    """Make sure that `folder` holds no export that `plan` contradicts; nothing is written.

    Raises
    ------
    ExportConflict
        Segments that were exported there are others now; the folders are named.
    """
    conflicts = reconcile(plan, collect_exported(read_manifest(folder), read_failed(folder))).conflicts
    if conflicts:
        listed = "\n".join(f"  {conflict}" for conflict in conflicts[:10])
        raise ExportConflict(
            f"{folder} holds {len(conflicts)} speaker folders of an earlier export that changed; nothing was written. "
            f"Choose another folder, or --no_export:\n{listed}",
            conflicts=conflicts,
        )


def write_detection(
    detection: Detection,
    source: Embeddings,
    plan: ExportPlan,
    folder: Path,
    *,
    root: bytes | None,
    roster: Roster | None,
    debug: bool,
) -> None:
    """Write result and picture of a detection that nobody reviewed, with the folders of `plan`."""
    result = Result(
        boundaries=tuple(detection.boundaries()),
        paths=tuple(source.paths.to_pylist()),
        unreadable=tuple(source.unreadable),
        corpus_root=root,
        method=detection.method,
        settings=detection.settings,
        encoder=source.encoder_description(),
        warnings=detection.warnings,
        unreadable_unknown=source.unreadable_unknown,
        suggestions=detection.suggestions,
    )
    debug_info = detection.debug if debug else {k: v for k, v in detection.debug.items() if k == NOTE}
    listed = None if roster is None else _listed(roster, detection, plan)
    document = build_result(result, _folders(plan.folders), debug_info=debug_info, roster=listed)
    write_result(document, folder / RESULT_NAME)
    _draw(detection, folder)


def _draw(detection: "Detection | _Reviewed", folder: Path) -> None:
    """The picture of a detection; what draws it takes half a second to load, which nobody pays who only reads."""
    from spkbound.export.picture import draw_picture

    draw_picture(detection, folder / PICTURE_NAME)


def _listed(roster: Roster, detection: Detection, plan: ExportPlan) -> list[Listed]:
    """Who on the roster is in which folder."""
    found = {} if detection.alignment is None else detection.alignment.segments()
    sure = None if detection.alignment is None else detection.alignment.probabilities
    return [
        Listed(
            name=name,
            count=count,
            folder=plan.folders[found[entry]].name if entry in found else None,
            probability=float(sure[found[entry]]) if entry in found else None,
        )
        for entry, (name, count) in enumerate(zip(roster.names, roster.counts))
    ]


def plan_project_export(session: Session, *, include_undecided: bool = False) -> ExportPlan:
    """The speaker folders as they would be written now."""
    if session.review is None:
        raise ProjectError(f"{session.project.folder} has no boundaries yet; run `detect --project` first")
    review = session.review
    return _plan(
        review.segments(),
        session.names,
        session.paths,
        session.unreadable,
        review.excluded,
        same=review.same_speakers(),
        include_undecided=include_undecided,
    )


def guarantee_of(session: Session) -> Guarantee:
    """What may be said of the boundaries that are approved now, by what people heard blind."""
    return read_guarantee(session.project.review_db, session.review, session.paths)


def quality_meter(session: Session) -> QualityMeter:
    """Measures the segments of `session`; keep it as long as the session, for it remembers what it measured."""
    unreadable = [each.index for each in session.unreadable]
    return QualityMeter(session.embeddings, session.durations_s, unreadable)


def quality_rows(session: Session, meter: QualityMeter) -> list[QualityRow]:
    """Every current segment with the folder that it goes into and how well it holds together, in corpus order."""
    table = session.review.segments()
    segments = [Segment(start, stop) for start, stop in zip(table.start.tolist(), table.stop.tolist())]
    names = name_segments(table.start, session.n_utterances, session.names)
    for first, *others in session.review.same_speakers():
        for other in others:
            names[other] = names[first]
    measured = meter.measure(segments, session.review.excluded)
    return [
        QualityRow(speaker=name, segment=segment, approved=bool(approved), quality=each)
        for name, segment, approved, each in zip(names, segments, table.approved, measured)
    ]


def write_reviewed_result(session: Session, target: Path) -> None:
    """Result, picture and quality of the segments as people left them; its folders are all current segments."""
    table = session.review.boundaries()
    kept = [row for row, state in enumerate(table.state) if state != "rejected"]
    everything = plan_project_export(session, include_undecided=True)
    result = Result(
        boundaries=tuple(_reviewed_boundary(table, row) for row in kept),
        paths=tuple(session.paths.to_pylist()),
        unreadable=session.unreadable,
        corpus_root=session.corpus_root,
        method=session.detection.method,
        settings=session.detection.settings,
        encoder=session.encoder,
        warnings=session.detection.warnings,
        excluded=tuple(sorted(session.review.excluded)),
        unreadable_unknown=session.unreadable_unknown,
    )
    exported = collect_exported(read_manifest(target), read_failed(target))
    folders = [work.folder for work in reconcile(everything, exported).works]
    document = build_result(result, _folders(folders)) | {"guarantee": guarantee_of(session).to_dict()}
    write_result(document, target / RESULT_NAME)
    _draw(_Reviewed.of(session, result.boundaries), target)
    called = {segment.start: folder.name for folder in folders for segment in folder.segments}
    quality = [replace(row, speaker=called[row.segment.start]) for row in quality_rows(session, quality_meter(session))]
    write_whole(target / QUALITY_NAME, quality_csv(quality).encode("utf-8", "backslashreplace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviewed:
    """What the picture shows of a review."""

    n_utterances: int
    similarity: np.ndarray
    indices: np.ndarray
    probabilities: np.ndarray

    @classmethod
    def of(cls, session: Session, boundaries: Sequence[Boundary]) -> "_Reviewed":
        return cls(
            n_utterances=session.n_utterances,
            similarity=session.detection.similarity,
            indices=np.array([each.index for each in boundaries], np.int64),
            probabilities=np.array([each.probability for each in boundaries], np.float64),
        )


def _reviewed_boundary(table: BoundaryTable, row: int) -> Boundary:
    """What a person approved or added is certain; elsewhere the detector's word stands."""
    index = int(table.index[row])
    if table.state[row] in ("approved", "added"):
        return Boundary(index=index, probability=1.0, existence=1.0, interval=(index, index))
    return Boundary(
        index=index,
        probability=float(np.nan_to_num(table.probability[row])),
        existence=float(np.nan_to_num(table.existence[row])),
        interval=(int(min(table.lo[row], index)), int(max(table.hi[row], index))),
        warnings=table.warnings[row],
    )


def _plan(
    segments: SegmentTable,
    detected: DetectedNames | None,
    paths: pa.BinaryArray,
    unreadable: Sequence[Unreadable],
    excluded: frozenset[int],
    *,
    same: Sequence[Sequence[int]] = (),
    include_undecided: bool,
) -> ExportPlan:
    names = name_segments(segments.start, len(paths), detected)
    return plan_export(segments, names, paths, unreadable, excluded, same=same, include_undecided=include_undecided)


def _folders(planned: Sequence[PlannedFolder]) -> list[Folder]:
    """One entry per segment, in corpus order; segments of one speaker share the name of their folder."""
    return sorted((each for folder in planned for each in _parts(folder)), key=lambda each: each.segment.start)


def _parts(planned: PlannedFolder) -> Iterator[Folder]:
    files = planned.files
    edges = [int(np.searchsorted(planned.indices, segment.stop)) for segment in planned.segments]
    for segment, start, stop in zip(planned.segments, [0, *edges], edges):
        part = files[start:stop]
        yield Folder(
            name=planned.name,
            segment=segment,
            indices=[file.index for file in part],
            file_names=[file.name for file in part],
        )
