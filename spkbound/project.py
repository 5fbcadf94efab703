"""Where do the things of a project lie, and what are its settings? It knows paths, not what the files hold."""

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Literal

import orjson

from spkbound.domain import METHODS, ORDERS, Method, Order
from spkbound.errors import ProjectError, UsageError
from spkbound.result_file import RESULT_NAME
from spkbound.whole_file import write_whole
from spkbound.words import Words

PROJECT_NAME = "project.json"
FORMAT_VERSION = 1
MAX_NUMBER = 1_000_000_000  # no setting needs more, and a result file holds 64 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettings:
    """What a person chose for a project; `None` means the default of the moment."""

    input_dir: str | None = None  # corpus root, absolute; text form of the path
    manifest: str | None = None  # instead of input_dir: file that lists the corpus
    order: Order | None = None  # None: "path" with input_dir, "manifest" with a manifest
    channel: int | Literal["mean"] = 0
    corpus_root: str | None = None  # where the recordings of a manifest or of proposals are now, if they moved
    n_workers: int | None = None  # None: one per physical core
    method: Method = "global"
    segment_size: int | Literal["auto"] = 1000  # expected utterances per speaker
    boundary_window: int = 10  # how far around the expected place
    gmm_components: int = 2
    speakers: str | None = None  # list of speakers, absolute; text form of the path
    proposals: str | None = None  # result file, relative to the project, that was opened as proposals

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UsageError(f"method must be one of {', '.join(METHODS)}; found {self.method!r}")
        if self.order is not None and self.order not in ORDERS:
            raise UsageError(f"order must be one of {', '.join(ORDERS)}; found {self.order!r}")
        if self.segment_size != "auto" and not (isinstance(self.segment_size, int) and self.segment_size >= 1):
            raise UsageError(f"segment_size must be a whole number of at least 1, or auto; found {self.segment_size!r}")
        if not (isinstance(self.boundary_window, int) and self.boundary_window >= 0):
            raise UsageError(f"boundary_window must be a whole number, not negative; found {self.boundary_window!r}")
        if self.channel != "mean" and not (isinstance(self.channel, int) and self.channel >= 0):
            raise UsageError(f"channel must be a whole number from 0, or mean; found {self.channel!r}")
        for name in ("segment_size", "boundary_window", "gmm_components", "n_workers"):
            value = getattr(self, name)
            if isinstance(value, int) and value > MAX_NUMBER:
                raise UsageError(f"{name} must be at most {MAX_NUMBER:,}; found {value}")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with settings, embeddings, detection, review and export of one corpus."""

    folder: Path
    settings: ProjectSettings

    @classmethod
    def create(cls, folder: Path | str, settings: ProjectSettings) -> "Project":
        """Make the folder (it may exist, but hold no project yet) and store `settings` in it."""
        project = cls(Path(folder).absolute(), settings)
        if project.file.exists():
            raise ProjectError(Words("{folder} already holds a project; open it instead", folder=str(project.folder)))
        project.save()
        return project

    @classmethod
    def open(cls, folder: Path | str) -> "Project":
        """Open a project, or a folder that holds only a result file: its boundaries become the proposals."""
        folder = Path(folder).absolute()
        if (folder / PROJECT_NAME).exists():
            return cls(folder, _read_settings(folder / PROJECT_NAME))
        if (folder / RESULT_NAME).exists():
            return cls(folder, ProjectSettings(proposals=RESULT_NAME))
        if not folder.exists():
            raise ProjectError(
                Words(
                    "{folder} does not exist; `extract --project {folder} --input_dir …` makes a project",
                    folder=str(folder),
                )
            )
        raise ProjectError(
            Words(
                "{folder} holds neither {project} nor {result}; "
                "`extract --project {folder} --input_dir …` makes a project of it",
                folder=str(folder),
                project=PROJECT_NAME,
                result=RESULT_NAME,
            )
        )

    @property
    def file(self) -> Path:
        return self.folder / PROJECT_NAME

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def embeddings_dir(self) -> Path:
        return self.folder / "embeddings"

    @property
    def detection_dir(self) -> Path:
        return self.folder / "detection"

    @property
    def result_file(self) -> Path:
        return self.folder / (self.settings.proposals or f"detection/{RESULT_NAME}")

    @property
    def export_dir(self) -> Path:
        return self.folder / "export"

    @property
    def logs_dir(self) -> Path:
        return self.folder / "logs"

    @property
    def review_db(self) -> Path:
        return self.folder / "review.sqlite"

    def change(self, **changes: object) -> "Project":
        """Store changed settings; the same project with them."""
        settings = replace(self.settings, **changes)
        if settings == self.settings and self.file.exists():
            return self
        project = Project(self.folder, settings)
        project.save()
        return project

    def save(self) -> None:
        document = {"format_version": FORMAT_VERSION, "settings": asdict(self.settings)}
        try:
            write_whole(self.file, orjson.dumps(document, option=orjson.OPT_INDENT_2))
        except OSError as error:
            raise ProjectError(f"cannot write {self.file}: {error.strerror}; choose a folder you may write") from error


def _read_settings(file: Path) -> ProjectSettings:
    try:
        document = orjson.loads(file.read_bytes())
        version, stored = document["format_version"], dict(document["settings"])
    except OSError as error:
        raise ProjectError(f"cannot read {file}: {error.strerror}") from error
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ProjectError(f"{file} is no project file ({error!r}); restore it or make the project again") from error
    if version != FORMAT_VERSION:
        raise ProjectError(f"{file} has format {version}; this version reads {FORMAT_VERSION}")
    known = {field.name for field in fields(ProjectSettings)}
    settings = {name: value for name, value in stored.items() if name in known}
    texts = {name: settings.get(name) for name in ("input_dir", "manifest", "corpus_root", "speakers", "proposals")}
    numbers = {name: settings.get(name) for name in ("n_workers", "gmm_components")}
    wrong = [name for name, value in texts.items() if not isinstance(value, str | None)]
    wrong += [name for name, value in numbers.items() if not isinstance(value, int | None)]
    if wrong:
        raise ProjectError(f"{file} is damaged: {wrong[0]} is {settings[wrong[0]]!r}; restore it or correct that")
    try:
        return ProjectSettings(**settings)
    except UsageError as error:
        raise ProjectError(f"{file} is damaged: {error}; restore it or correct that") from error
