"""How do the stages follow each other? Folder → embeddings → boundaries → speaker folders; no stage's own work."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow as pa

from spkbound.corpus_choice import open_project as open_project
from spkbound.describe import describe_detection
from spkbound.detection import Detection, Detector
from spkbound.detection.changes import changes_of, with_changes
from spkbound.detection.roster import Roster
from spkbound.detection.twin import ask_twin
from spkbound.detection.weigh import weigh_by_duration
from spkbound.detection_file import ARRAYS_NAME, fingerprint_paths, load_detection, save_detection
from spkbound.embedding.columns import Embeddings
from spkbound.embedding.matrix import open_matrix
from spkbound.embedding.sources import open_embeddings
from spkbound.errors import ProjectError, StoreCorrupt
from spkbound.export.copy import ExportReport, run_export
from spkbound.extraction import ExtractSettings as ExtractSettings
from spkbound.extraction import Listener, ignore
from spkbound.extraction import extract_project as extract_project
from spkbound.extraction import extract_to_folder as extract_to_folder
from spkbound.extraction import open_or_create_project as open_or_create_project
from spkbound.jobs.job import RunningJob
from spkbound.project import Project, ProjectSettings
from spkbound.report import REPORT_NAME, write_report
from spkbound.result_file import RESULT_NAME
from spkbound.results import (
    guarantee_of,
    plan_detection,
    plan_project_export,
    refuse_conflicts,
    write_detection,
    write_reviewed_result,
)
from spkbound.roster_file import open_roster
from spkbound.session import corpus_root_of, open_session, read_decisions
from spkbound.words import Words

# detection -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsSource:
    """Where embeddings come from outside a project: a folder, or a matrix with a list of paths."""

    folder: Path | None = None
    matrix: Path | None = None
    paths: Path | None = None
    input_dir: Path | None = None

    def open(self) -> Embeddings:
        if self.folder is not None:
            return open_embeddings(self.folder)
        return open_matrix(self.matrix, self.paths)


def detect_project(project: Project, *, report: bool = False, debug: bool = False) -> Detection:
    """Find the boundaries of a project, as its one job; what people approved or rejected is kept."""
    with RunningJob(project.logs_dir, "detect") as job:
        job.report({"done": 0, "total": 1}, message="reading embeddings")
        source = open_embeddings(project.embeddings_dir)
        locks, roster = _locks(project, source.paths), open_roster(project.settings.speakers)
        job.report(
            {"done": 0, "total": 1}, message=Words("looking for boundaries among {n} utterances", n=len(source.paths))
        )
        detection = _detect(source, project.settings, roster, locks)
        fingerprint = fingerprint_paths(source.paths)
        detection = _compared(detection, project, fingerprint)
        project = project.change(proposals=None)
        plan = plan_detection(detection, source, roster)
        root = corpus_root_of(project, source.corpus_root)
        write_detection(detection, source, plan, project.detection_dir, root=root, roster=roster, debug=debug)
        save_detection(
            detection,
            project.detection_dir / ARRAYS_NAME,
            fingerprint=fingerprint,
            names=() if roster is None else roster.names,
        )
        if report:
            job.report({"done": 0, "total": 1}, message="writing the report")
            _report(detection, source, roster, project.detection_dir / REPORT_NAME)
        changes = changes_of(detection)
        since = f"; {changes.text()}" if changes else ""
        job.report({"done": 1, "total": 1}, message=f"{detection.n_boundaries:,} boundaries{since}")
        return detection


def detect_to_folder(
    source: EmbeddingsSource,
    folder: Path,
    settings: ProjectSettings,
    *,
    export: bool = True,
    report: bool = False,
    debug: bool = False,
    on_progress: Listener = ignore,
) -> str:
    """Detect in the form of the baseline: result, picture, unreviewed speaker folders if `export`; what was done."""
    embeddings, roster = source.open(), open_roster(settings.speakers)
    detection = _detect(embeddings, settings, roster, {})
    root = embeddings.corpus_root if source.input_dir is None else os.path.abspath(os.fsencode(source.input_dir))
    plan = plan_detection(detection, embeddings, roster)
    if export:
        refuse_conflicts(plan, folder)
    write_detection(detection, embeddings, plan, folder, root=root, roster=roster, debug=debug)
    lines = [describe_detection(detection, folder / RESULT_NAME)]
    if report:
        _report(detection, embeddings, roster, folder / REPORT_NAME)
        lines.append(f"report: {folder / REPORT_NAME}")
    if export:
        if root is None:
            raise ProjectError("nobody recorded where the recordings are: give --input_dir, or --no_export")
        exported = run_export(plan, root, folder, mode="copy", on_progress=on_progress)
        lines.append(exported.text())
        if exported.failures:
            raise ProjectError(
                f"{exported.text()}\nthe result was written; --input_dir says where the recordings are now"
            )
    return "\n".join(lines)


def _detect(source: Embeddings, settings: ProjectSettings, roster: Roster | None, locks: dict) -> Detection:
    detector = Detector(
        source.embeddings,
        method=settings.method,
        segment_size=settings.segment_size,
        boundary_window=settings.boundary_window,
        gmm_components=settings.gmm_components,
        weights=weigh_by_duration(source.embeddings, source.durations_s),
        roster=roster,
        **locks,
    )
    detection = detector.detect()
    return replace(detection, suggestions=tuple(detector.suggestions(detection.indices)))


def _report(detection: Detection, source: Embeddings, roster: Roster | None, file: Path) -> None:
    weights = weigh_by_duration(source.embeddings, source.durations_s)
    twin = ask_twin(source.embeddings, detection, weights=weights, roster=roster)
    write_report(detection, file, paths=source.paths.to_pylist(), twin=twin)


def _compared(detection: Detection, project: Project, fingerprint: str) -> Detection:
    """The same with what changed since the stored detection, where that is of the same utterances."""
    try:
        before = load_detection(project.detection_dir / ARRAYS_NAME)
    except StoreCorrupt:
        return detection  # it is about to be written again
    if before is None or before.fingerprint != fingerprint:
        return detection
    return with_changes(before.detection, detection)


def _locks(project: Project, paths: pa.BinaryArray) -> dict:
    review = read_decisions(project, paths)
    if review is None:
        return {}
    locks = review.locks()
    review.close()
    return {"approved": locks.approved, "rejected": locks.rejected}


# export ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """Where to and how; `target` None: the project's own export folder."""

    target: Path | None = None
    include_undecided: bool = False
    mode: Literal["copy", "hardlink", "symlink"] = "copy"
    dry_run: bool = False


def export_project(project: Project, settings: ExportSettings, *, on_progress: Listener = ignore) -> ExportReport:
    """Copy the approved segments of a project into speaker folders, as its one job."""
    session = open_session(project)
    if session is None:
        raise ProjectError(f"{project.folder} has no embeddings yet; run `extract --project` first")
    target = settings.target or project.export_dir
    plan = plan_project_export(session, include_undecided=settings.include_undecided)
    if session.corpus_root is None:
        raise ProjectError("nobody recorded where the recordings are: open the project with --input_dir")
    with RunningJob(project.logs_dir, "export") as job:

        def tell(progress: object) -> None:
            on_progress(progress)
            job.report(progress.to_dict())

        report = run_export(
            plan, session.corpus_root, target, mode=settings.mode, dry_run=settings.dry_run, on_progress=tell
        )
        report = replace(report, guarantee=guarantee_of(session).text())
        n_failed = len(report.failures) + len(report.conflicts)
        written = {"done": report.n_written, "total": report.n_written, "failed": n_failed}
        job.report(written, message=report.text())
        if not settings.dry_run:
            write_reviewed_result(session, target)
    session.close()
    return report
