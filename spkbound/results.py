"""What do people get of boundaries? Planned speaker folders, result file and picture, before and after review."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.detection import Detection
from spkbound.domain import Boundary, Unreadable, folder_name
from spkbound.embedding.columns import Embeddings
from spkbound.errors import ProjectError
from spkbound.export.picture import draw_picture
from spkbound.export.plan import ExportPlan, plan_export
from spkbound.result_file import PICTURE_NAME, RESULT_NAME, Folder, Result, build_result, write_result
from spkbound.review.tables import BoundaryTable, SegmentTable
from spkbound.session import Session


def write_detection(
    detection: Detection, source: Embeddings, folder: Path, *, root: bytes | None, debug: bool
) -> ExportPlan:
    """Write result and picture of a detection that nobody reviewed; returns its speaker folders."""
    edges = np.concatenate([[0], detection.indices, [len(source.paths)]]).astype(np.int64)
    n_segments = len(edges) - 1 if len(source.paths) else 0
    segments = SegmentTable(
        start=edges[:n_segments], stop=edges[1 : n_segments + 1], approved=np.zeros(n_segments, bool)
    )
    plan = _plan(segments, source.paths, source.unreadable, frozenset(), include_undecided=True)
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
    )
    debug_info = detection.debug if debug else {}
    write_result(build_result(result, _folders(plan), debug_info=debug_info), folder / RESULT_NAME)
    draw_picture(detection, folder / PICTURE_NAME)
    return plan


def plan_project_export(session: Session, *, include_undecided: bool = False) -> ExportPlan:
    """The speaker folders as they would be written now."""
    if session.review is None:
        raise ProjectError(f"{session.project.folder} has no boundaries yet; run `detect --project` first")
    review = session.review
    return _plan(
        review.segments(), session.paths, session.unreadable, review.excluded, include_undecided=include_undecided
    )


def write_reviewed_result(session: Session, target: Path) -> None:
    """Result and picture of the boundaries as people left them; its folders are all current segments."""
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
    )
    write_result(build_result(result, _folders(everything)), target / RESULT_NAME)
    draw_picture(session.detection, target / PICTURE_NAME)


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
    paths: pa.BinaryArray,
    unreadable: Sequence[Unreadable],
    excluded: frozenset[int],
    *,
    include_undecided: bool,
) -> ExportPlan:
    names = [folder_name(number, len(segments)) for number in range(1, len(segments) + 1)]
    return plan_export(segments, names, paths, unreadable, excluded, include_undecided=include_undecided)


def _folders(plan: ExportPlan) -> list[Folder]:
    return [
        Folder(
            name=folder.name,
            segment=folder.segment,
            indices=[file.index for file in folder.files],
            file_names=[file.name for file in folder.files],
        )
        for folder in plan.folders
    ]
