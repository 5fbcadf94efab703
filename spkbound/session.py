"""What is the present state of a project? Corpus, embeddings, detection and review, loaded together.

It changes nothing but the review; what is not there yet is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from spkbound.detection.result import Detection
from spkbound.detection_file import ARRAYS_NAME, fingerprint_paths, load_detection
from spkbound.domain import Unreadable, join_root, text_to_path
from spkbound.embedding.columns import Embeddings
from spkbound.embedding.gaps import Gaps
from spkbound.embedding.sources import has_embeddings, open_embeddings
from spkbound.project import Project
from spkbound.result_file import Result
from spkbound.result_reader import read_result
from spkbound.review.log import DecisionLog
from spkbound.review.state import ReviewState
from spkbound.review.tables import Proposals
from spkbound.speaker_names import DetectedNames
from spkbound.words import Words


@dataclass(slots=True, kw_only=True)
class Session:
    """An open project.

    Attributes
    ----------
    paths : (n_utterances,) binary, relative to `corpus_root`
    durations_s : (n_utterances,) float, NaN where unknown
    embeddings : (n_utterances, dim) float32, memory-mapped, NaN rows for gaps; None where proposals were opened
        without them
    detection, review : None where no detection fits the present corpus
    names : of the segments of the detection, where a roster gave some
    corpus_id : tells one order of paths from another; an index means the same only under the same one
    stale : there is a detection, but of another corpus; detect again
    unreadable_unknown : gaps may be missing altogether, so that places may be shifted
    """

    project: Project
    corpus_root: bytes | None
    paths: pa.BinaryArray
    durations_s: np.ndarray
    unreadable: Gaps
    encoder: dict
    embeddings: np.ndarray | None = None
    detection: Detection | None = None
    detection_id: str = ""
    names: DetectedNames | None = None
    review: ReviewState | None = None
    corpus_id: str = ""
    stale: bool = False
    unreadable_unknown: bool = False

    @property
    def n_utterances(self) -> int:
        return len(self.paths)

    def source(self, index: int) -> bytes | None:
        """Absolute path of an utterance's file; None where nobody knows where the corpus is."""
        if self.corpus_root is None:
            return None
        return join_root(self.corpus_root, self.paths[index].as_py())

    def close(self) -> None:
        if self.review is not None:
            self.review.close()


def open_session(project: Project) -> Session | None:
    """Load what there is of `project`; None while it has neither embeddings nor proposals."""
    if project.settings.proposals is not None:
        return _open_proposals(project)
    if not has_embeddings(project.embeddings_dir):
        return None
    source = open_embeddings(project.embeddings_dir)
    session = _session_of_embeddings(project, source)
    stored = load_detection(project.detection_dir / ARRAYS_NAME)
    if stored is None:
        return session
    if stored.fingerprint != session.corpus_id:
        session.stale = True
        return session
    session.detection, session.detection_id = stored.detection, stored.detection_id
    session.names = detected_names(stored.detection, stored.names)
    session.review = _open_review(session)
    return session


def detected_names(detection: Detection, names: Sequence[str | None]) -> DetectedNames | None:
    """The names that the entries of a roster give to the segments of `detection`; None without a roster."""
    if detection.alignment is None:
        return None
    return DetectedNames.of(detection.indices, detection.n_utterances, detection.alignment.entries, names)


def corpus_root_of(project: Project, recorded: bytes | None) -> bytes | None:
    """Where the recordings are now: as somebody said, else where they were at extraction."""
    chosen = project.settings.corpus_root or project.settings.input_dir
    return text_to_path(chosen) if chosen is not None else recorded


def read_decisions(project: Project, paths: pa.BinaryArray) -> ReviewState | None:
    """The review without any detection, for what people said so far; None where nobody said anything."""
    if not project.review_db.exists():
        return None
    return ReviewState(DecisionLog.open(project.review_db), paths, Proposals.none())


def _session_of_embeddings(project: Project, source: Embeddings) -> Session:
    return Session(
        project=project,
        corpus_root=corpus_root_of(project, source.corpus_root),
        paths=source.paths,
        durations_s=source.durations_s,
        unreadable=Gaps.of(source.unreadable),
        encoder=source.encoder_description(),
        embeddings=source.embeddings,
        corpus_id=fingerprint_paths(source.paths),
        unreadable_unknown=source.unreadable_unknown,
    )


def _open_proposals(project: Project) -> Session:
    result = read_result(project.result_file)
    paths = pa.array(result.paths, pa.binary())
    session = Session(
        project=project,
        corpus_root=corpus_root_of(project, result.corpus_root),
        paths=paths,
        corpus_id=fingerprint_paths(paths),
        durations_s=np.full(result.n_utterances, np.nan),
        unreadable=Gaps.of(_left_out(result)),
        encoder=result.encoder,
        detection=_detection_of(result),
        detection_id=f"{result.method}-proposals",
        unreadable_unknown=result.unreadable_unknown,
    )
    session.review = _open_review(session)
    return session


def _left_out(result: Result) -> tuple[Unreadable, ...]:
    """What goes into no folder: the unreadable, and what an earlier review excluded."""
    excluded = [
        Unreadable(index=index, path=result.paths[index], stage="open", reason=Words("excluded by an earlier review"))
        for index in result.excluded
    ]
    return tuple(sorted((*result.unreadable, *excluded), key=lambda each: each.index))


def _detection_of(result: Result) -> Detection:
    """A detection with no more than a result file tells: nothing to draw, all mass on the boundary itself."""
    boundaries = result.boundaries
    return Detection(
        indices=np.array([b.index for b in boundaries], np.int64),
        probabilities=np.array([b.probability for b in boundaries], np.float64),
        existence=np.array([b.existence for b in boundaries], np.float64),
        intervals=np.array([b.interval for b in boundaries], np.int64).reshape(-1, 2),
        warnings=result.warnings,
        boundary_warnings=tuple(b.warnings for b in boundaries),
        n_utterances=result.n_utterances,
        method=result.method,
        settings=result.settings,
        similarity=np.full(result.n_utterances, np.nan, np.float32),
        place_starts=np.array([b.index for b in boundaries], np.int64),
        place_probabilities=tuple(np.array([b.probability], np.float32) for b in boundaries),
        suggestions=result.suggestions,
    )


def _open_review(session: Session) -> ReviewState:
    detection = session.detection
    proposals = Proposals(
        indices=detection.indices,
        probabilities=detection.probabilities,
        existence=detection.existence,
        intervals=detection.intervals,
        warnings=detection.boundary_warnings,
        place_starts=detection.place_starts,
        place_probabilities=detection.place_probabilities,
        detector=session.detection_id,
        suggestions=detection.suggestions,
    )
    return ReviewState(DecisionLog.open(session.project.review_db), session.paths, proposals)
