"""Which project is open, and what of it is in memory? One per server; opened again when files on disk changed."""

import contextlib
import gc
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from spkbound import background
from spkbound.domain import path_to_text, text_to_path
from spkbound.embedding.choice import encoder_of
from spkbound.errors import SpkboundError, StoreLocked, UsageError
from spkbound.export.place import MODES
from spkbound.job_status import describe_job
from spkbound.jobs.state import AT_WORK
from spkbound.project import Project, ProjectSettings
from spkbound.roster_file import roster_setting
from spkbound.session import open_session
from spkbound.ui.export_view import ExportWish
from spkbound.ui.presence import Presence
from spkbound.ui.status import NotThere
from spkbound.ui.view import View
from spkbound.words import Words, pack_words


@dataclass(frozen=True, slots=True)
class _Opened:
    stamp: tuple
    view: View | None


class Workplace:
    """The project that this server works on, and its session; safe from several threads."""

    def __init__(self, project: Project | None) -> None:
        self._project = project
        self._opened: _Opened | None = None
        self._lock = threading.RLock()
        self.presence = Presence()

    @property
    def project(self) -> Project:
        """The open project; `NotThere` when the page has yet to ask for one."""
        if self._project is None:
            raise NotThere("no project is open; open or create one on the first page")
        return self._project

    def open(self, folder: str) -> Project:
        """Work on the project in `folder` from now on."""
        return self._use(Project.open(_folder(folder, Words("name the project folder"))))

    def create(self, folder: str, input_dir: str) -> Project:
        """Make a project for the audio files in `input_dir`, which are only ever read."""
        source = _corpus_folder(input_dir)
        target = _folder(folder, Words("name the project folder"))
        return self._use(Project.create(target, ProjectSettings(input_dir=source)))

    def settings(self) -> ProjectSettings:
        return self._project.settings if self._project else ProjectSettings()

    def change(self, **changes: object) -> Project:
        """Store changed settings of the open project."""
        with self._lock:
            try:
                self._project = self._read_again().change(**changes)
            except TypeError as error:
                raise UsageError(f"these settings cannot be kept: {error}") from error
            return self._project

    def open_ahead(self) -> None:
        """Begin to open the project, so that the first who asks waits less; what goes wrong is said to them."""
        if self._project is not None:
            threading.Thread(target=self._warm, name="open ahead", daemon=True).start()

    def _warm(self) -> None:
        with contextlib.suppress(SpkboundError, OSError):
            view = self.find_view()
            if view is not None:
                view.warm()

    def find_view(self) -> View | None:
        """The open project as the page sees it, opened again when its files changed; None before extraction."""
        with self._lock:
            stamp = _stamp(self._read_again(), at_work=self.job()["state"] in AT_WORK)
            if self._opened is None or self._opened.stamp != stamp:
                self._let_go()
                session = open_session(self.project)
                self._opened = _Opened(stamp, None if session is None else View(session))
            return self._opened.view

    def _let_go(self) -> None:
        """Of what was open before, its mapped files included: a view refers to itself."""
        if self._opened is not None:
            self._opened = None
            gc.collect()

    def view(self) -> View:
        """As `find_view`; `NotThere` before the first extraction."""
        view = self.find_view()
        if view is None:
            raise NotThere(Words("there are no embeddings yet: extract first"))
        return view

    def corpus_choice(self, text: str) -> dict:
        """The settings that name the corpus as `text` does; a manifest can be kept, but not chosen here."""
        manifest = self.settings().manifest
        return {} if manifest and text.strip() == manifest else {"input_dir": _corpus_folder(text), "manifest": None}

    def list_of_speakers(self, text: str) -> str | None:
        """The setting for the list of speakers that a person named; None for none."""
        return roster_setting(_path_of(text.strip()).absolute()) if (text or "").strip() else None

    def detection_summary(self) -> dict:
        """What the Detect page shows of the detection, in the shape of ``GET /x/detection``."""
        view = self.view()
        detection = view.session.detection
        edges = np.concatenate([[0], detection.indices, [len(view)]])
        return {
            "n_boundaries": detection.n_boundaries,
            "n_utterances": len(view),
            "sizes": np.diff(edges),
            "probabilities": detection.probabilities,
            "warnings": [pack_words(text) for text in detection.warnings],
            "method": detection.method,
            "settings": detection.settings,
            "detection_id": view.session.detection_id,
        }

    def job(self) -> dict:
        """The latest job, in the shape of ``GET /x/job``."""
        job = describe_job(background.job_state(self.project))
        return {**job, "message": pack_words(job["message"])}

    def start(self, kind: Literal["extract", "detect", "export"], settings: dict) -> None:
        """Change the settings, or take those of an export, and start the job; it outlives the server."""
        self._refuse_second_job()
        if kind == "export":
            wish = self.export_wish(**_choices(settings))
            background.start_export(
                self.project, target=wish.folder, mode=wish.mode, include_undecided=wish.include_undecided
            )
            return
        project = self.change(**settings)
        (background.start_extraction if kind == "extract" else background.start_detection)(project)

    def start_extraction(self, settings: dict, *, model_dir: str, gpus: str) -> None:
        """Change the settings, and start an extraction with the encoder and on the devices that are named."""
        self._refuse_second_job()
        known = self.encoder()
        background.start_extraction(
            self.change(**settings), model_dir="" if model_dir == known else model_dir, gpus=gpus
        )

    def encoder(self) -> str:
        """The network at work in the open project, as ``--model_dir`` names it; empty for the built-in encoder."""
        spec = (encoder_of(self._project.embeddings_dir) if self._project else None) or {}
        return spec.get("model_dir") or spec.get("model") or ""

    def retry(self, index: int | None) -> None:
        """Try an unreadable utterance again, or all of them; as a job."""
        self._refuse_second_job()
        view = self.view()
        if index is not None and view.session.unreadable.at(index) is None:
            raise UsageError(f"utterance {index} is not among the unreadable ones; look at the list again")
        background.start_extraction(self.project, retry="all" if index is None else view.path(index))

    def _refuse_second_job(self) -> None:
        if self.job()["state"] in AT_WORK:
            raise StoreLocked(Words("a job is at work on this project already; wait until it ends, or cancel it"))

    def export_wish(self, *, folder: str, mode: str, include_undecided: bool) -> ExportWish:
        """What was chosen on the Export page; `UsageError` for what cannot be."""
        if mode not in MODES:
            raise UsageError(f"mode must be one of {', '.join(MODES)}; found {mode!r}")
        target = export_folder(folder) or self.project.export_dir
        return ExportWish(folder=target, mode=mode, include_undecided=include_undecided)

    def cancel(self) -> None:
        background.cancel_job(self.project)

    def pause(self) -> None:
        background.pause_job(self.project)

    def resume(self) -> None:
        background.resume_job(self.project)

    def _read_again(self) -> Project:
        """The open project with the settings that are on disk: a job or a command may have changed them."""
        if self.project.file.exists():
            self._project = Project.open(self.project.folder)
        return self.project

    def _use(self, project: Project) -> Project:
        with self._lock:
            self._project, self._opened = project, None
            self.presence = Presence()
            return project


def _folder(text: str, lacking: Words) -> Path:
    """The folder that a person named; `lacking` says that none was named."""
    text = (text or "").strip()
    if not text:
        raise UsageError(lacking)
    return _path_of(text).absolute()


def _corpus_folder(text: str) -> str:
    source = _folder(text, Words("name the folder with the audio files"))
    if not source.is_dir():
        raise UsageError(
            Words(
                "{folder} is no folder; name the one that holds the audio files",
                folder=path_to_text(bytes(source)),
            )
        )
    return path_to_text(bytes(source))


def _path_of(text: str) -> Path:
    """The path that a person wrote, with a leading ``~`` or ``~name`` replaced."""
    if "\0" in text:
        raise UsageError("no name of a folder holds a zero byte")
    folder = Path(os.fsdecode(text_to_path(text)))
    try:
        return folder.expanduser()
    except RuntimeError as error:
        raise UsageError(f"nobody here is called {folder.parts[0]}; name the folder from the root") from error


def _stamp(project: Project, *, at_work: bool) -> tuple:
    """What changes when an extraction or a detection was finished, or the settings were changed.

    Parts come every second while an extraction is at work: then what was opened once is good enough.
    """
    store = project.embeddings_dir / "store"
    files = [
        store / "store.json",
        project.embeddings_dir / "extraction_stats.json",
        project.result_file,
        project.detection_dir / "detection.npz",
    ]
    parts = None if at_work else _file_stamp(store / "parts")
    return (project.settings, parts, *(_file_stamp(file) for file in files))


def _file_stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _choices(settings: dict) -> dict:
    return {
        "folder": str(settings.get("folder") or ""),
        "mode": str(settings.get("mode") or "copy"),
        "include_undecided": bool(settings.get("include_undecided")),
    }


def export_folder(text: str | None) -> Path | None:
    """The folder that a person named, absolute; None for the project's own."""
    if not (text or "").strip():
        return None
    folder = _path_of(text.strip())
    if not folder.is_absolute():
        raise UsageError(
            Words("name the export folder from the root, such as /data/export; found {text}", text=repr(text))
        )
    return folder
