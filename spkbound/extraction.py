"""How is an extraction run? Into a folder, in the baseline's form, or on a project, as its job; settings to options."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from spkbound.corpus_choice import CorpusChoice, open_corpus
from spkbound.embedding.choice import encoder_of
from spkbound.embedding.extract import extract
from spkbound.embedding.options import ExtractOptions, ExtractSummary
from spkbound.embedding.shard import Shard
from spkbound.errors import ProjectError
from spkbound.jobs.job import RunningJob
from spkbound.project import Project

Listener = Callable[[object], None]


def ignore(_progress: object) -> None:
    """Listen to nothing."""


def open_or_create_project(folder: Path, choice: CorpusChoice) -> Project:
    """Open a project with the choice's changes, or make it; nothing is made for a corpus that is not there."""
    try:
        project = Project.open(folder)
    except ProjectError:
        if (folder / "project.json").exists():
            raise
        return _create_project(folder, choice)
    changes = choice.changes()
    if changes:
        open_corpus(replace(project.settings, **changes))
    return project.change(**changes)


def _create_project(folder: Path, choice: CorpusChoice) -> Project:
    open_corpus(choice.settings())
    try:
        return Project.create(folder, choice.settings())
    except ProjectError:
        if not (folder / "project.json").exists():
            raise
        return Project.open(folder)  # somebody made it just now: another shard


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSettings:
    """How to extract; None: the default of the form (a project stores Parquet only, a folder the mirror as well)."""

    n_workers: int | None = None
    gpus: tuple[int, ...] | None = None  # (): the CPU; None: all that there are, where the encoder can use them
    encoder: dict | None = None  # spec; None: the built-in one, or on a project the one that was at work there
    store: Literal["both", "parquet", "pkl"] | None = None
    retry_failed: bool = False  # try unreadable files again although they did not change
    retry: tuple[bytes, ...] = ()  # the same, of these paths
    shard: Shard | None = None  # only this part of the corpus

    def options(self, *, channel: int | str, **defaults: object) -> ExtractOptions:
        """The same for the stage; `defaults` for what is not said."""
        said = {
            "n_workers": self.n_workers,
            "encoder": self.encoder,
            "store": self.store,
        }
        return ExtractOptions(
            channel=channel,
            gpus=self.gpus,
            retry_failed=self.retry_failed,
            retry=self.retry,
            shard=self.shard,
            **{name: defaults.get(name) if value is None else value for name, value in said.items()},
        )


def extract_to_folder(
    choice: CorpusChoice, folder: Path, settings: ExtractSettings, *, on_progress: Listener = ignore
) -> ExtractSummary:
    """Embed a corpus into `folder`, in the form of the baseline."""
    corpus_settings = choice.settings()
    options = settings.options(channel=corpus_settings.channel, store="both")
    return extract(open_corpus(corpus_settings), folder, options, on_progress=on_progress)


def extract_project(
    project: Project, settings: ExtractSettings | None = None, *, on_progress: Listener = ignore
) -> ExtractSummary:
    """Embed what is left of a project's corpus, as the project's one job, or as the job of one shard."""
    settings = settings or ExtractSettings()
    logs = project.logs_dir / settings.shard.name if settings.shard else project.logs_dir
    with RunningJob(logs, "extract") as job:

        def tell(progress: object) -> None:
            on_progress(progress)
            job.report(progress.to_dict(), paused=progress.paused)

        options = settings.options(
            channel=project.settings.channel,
            n_workers=project.settings.n_workers,
            encoder=encoder_of(project.embeddings_dir),
            store="parquet",
        )
        corpus = open_corpus(project.settings)
        return extract(corpus, project.embeddings_dir, options, on_progress=tell, is_pause_asked=job.is_pause_asked)


def describe_extraction(summary: ExtractSummary) -> str:
    """Say in a few lines what was done."""
    lines = [_counts(summary)]
    if summary.n_vanished:
        lines.append(f"{summary.n_vanished:,} of earlier runs are gone from the corpus; their embeddings are kept")
    if summary.shard:
        lines.append(f"this was {summary.shard.name}; when all have ended, `compact` or `extract` merges them")
    return "\n".join(lines)


def _counts(summary: ExtractSummary) -> str:
    if not summary.n_new:
        return f"nothing left to do: {summary.n_total:,} utterances, {summary.n_failed:,} unreadable"
    rate = summary.n_new / max(summary.elapsed_s, 1e-3)
    return (
        f"{summary.n_total:,} utterances, {summary.n_failed:,} unreadable; "
        f"{summary.n_new:,} of them now, {rate:,.{0 if rate >= 10 else 1}f} per second"
    )
