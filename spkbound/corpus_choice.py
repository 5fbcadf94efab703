"""Which recordings, in which order? What a person chose, and the corpus that it names."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from spkbound.corpus import Corpus, read_manifest, scan_folder
from spkbound.domain import Order, path_to_text, text_to_path
from spkbound.errors import CorpusError, UsageError
from spkbound.project import Project, ProjectSettings
from spkbound.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusChoice:
    """Which recordings, in which order; None leaves a choice to the project or the default."""

    input_dir: Path | None = None
    manifest: Path | None = None
    order: Order | None = None
    channel: int | Literal["mean"] | None = None

    def changes(self) -> dict:
        """The settings of a project that this choice changes; a folder takes the place of a manifest, and vice versa.

        Raises
        ------
        UsageError : both are given
        """
        if self.input_dir is not None and self.manifest is not None:
            raise UsageError("--input_dir and --manifest both name the corpus; give one of them")
        given = {"order": self.order, "channel": self.channel}
        changes = {name: value for name, value in given.items() if value is not None}
        if self.input_dir is not None:
            changes |= {"input_dir": absolute_text(self.input_dir), "manifest": None, "corpus_root": None}
        if self.manifest is not None:
            changes |= {"manifest": absolute_text(self.manifest), "input_dir": None, "corpus_root": None}
        return changes

    def settings(self) -> ProjectSettings:
        return ProjectSettings(**self.changes())


def absolute_text(path: Path | None) -> str | None:
    return None if path is None else path_to_text(os.path.abspath(os.fsencode(path)))


def open_corpus(settings: ProjectSettings) -> Corpus:
    """List the recordings.

    Raises
    ------
    UsageError : neither folder nor manifest, or an order that these cannot have
    CorpusError : nothing there
    """
    if settings.input_dir is not None and settings.manifest is not None:
        raise UsageError(Words("input_dir and manifest both name the corpus in project.json; take one of them out"))
    if settings.manifest is not None:
        return read_manifest(text_to_path(settings.manifest), order=settings.order or "manifest")
    if settings.input_dir is None:
        raise UsageError(Words("no corpus yet: give --input_dir, the folder of recordings, or --manifest"))
    if settings.order == "manifest":
        raise UsageError(Words("--order manifest needs a manifest; leave it out or give --manifest"))
    return scan_folder(text_to_path(settings.input_dir), order=settings.order or "path")


def open_project(folder: Path, *, input_dir: Path | None = None) -> Project:
    """Open a project; `input_dir` says where its recordings are now, and is kept.

    Raises
    ------
    CorpusError : `input_dir` is no folder
    """
    project = Project.open(folder)
    if input_dir is None:
        return project
    if not input_dir.is_dir():
        raise CorpusError(f"{input_dir} is no folder; name the one that holds the recordings now")
    name = "input_dir" if project.settings.input_dir is not None else "corpus_root"
    return project.change(**{name: absolute_text(input_dir)})
