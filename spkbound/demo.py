"""How is the tool tried without a corpus of one's own? Synthetic voices with embeddings and boundaries."""

from collections.abc import Callable
from pathlib import Path

from spkbound import pipeline
from spkbound.corpus_choice import CorpusChoice
from spkbound.describe import describe_detection, describe_extraction
from spkbound.domain import path_to_text
from spkbound.errors import UsageError
from spkbound.project import PROJECT_NAME, Project
from spkbound.session import open_session
from spkbound.synthetic import DEMO_SEGMENT_SIZE, make_demo_corpus

CORPUS_NAME = "recordings"
BOUNDARY_WINDOW = 6


def prepare_demo(folder: Path, *, say: Callable[[str], None]) -> Project:
    """Make what is missing of the demo in `folder`, telling `say` each step; a demo that is there is only opened."""
    corpus = folder / CORPUS_NAME
    _refuse_other_projects(folder, corpus)
    say(f"making a corpus of synthetic voices in {corpus}")
    truth = make_demo_corpus(corpus)
    project = pipeline.open_or_create_project(folder, CorpusChoice(input_dir=corpus))
    say(f"embedding {truth.n_utterances} utterances")
    summary = pipeline.extract_project(project)
    say(describe_extraction(summary))
    session = open_session(project)
    has_detection = session is not None and session.detection is not None
    if session is not None:
        session.close()
    if not has_detection:
        project = project.change(segment_size=DEMO_SEGMENT_SIZE, boundary_window=BOUNDARY_WINDOW)
        say("looking for boundaries")
        detection = pipeline.detect_project(project)
        say(describe_detection(detection, project.result_file))
    return project


def _refuse_other_projects(folder: Path, corpus: Path) -> None:
    if not (folder / PROJECT_NAME).exists():
        return
    if Project.open(folder).settings.input_dir != path_to_text(bytes(corpus.absolute())):
        raise UsageError(f"{folder} holds a project of other recordings; choose another folder for the demo")
