"""Where do published networks come from? Names → a model directory in the cache of the Hugging Face hub.

Cache, offline work (HF_HUB_OFFLINE) and progress are that library's; which file means what `wespeaker.directory` knows.
"""

import re
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from spkbound.encoders.wespeaker.directory import CONFIG_NAME, WEIGHTS_NAME
from spkbound.errors import EncoderError

# What WeSpeaker's own command line calls them, as far as they are there.
NAMES = {
    "english": "Wespeaker/wespeaker-voxceleb-resnet221-LM",
    "chinese": "Wespeaker/wespeaker-cnceleb-resnet34",
    "vblinkf": "Wespeaker/wespeaker-voxlink2-samresnet34_ft",
}
ELSEWHERE = ("campplus", "eres2net", "vblinkp", "w2vbert2_mfa")
MOST_BYTES = 4 << 30  # of one unpacked file

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_WANTED = (CONFIG_NAME, WEIGHTS_NAME)
_ARCHIVES = ("*.tar.gz", "*.tgz", "*.zip")


def is_hub_name(text: str) -> bool:
    """Whether this is one of the known names, or looks like ``owner/name``."""
    return text in NAMES or text in ELSEWHERE or _REPOSITORY.fullmatch(text) is not None


def fetch_model(name: str, *, endpoint: str | None = None, cache_dir: Path | None = None) -> Path:
    """Model directory of a name, downloaded where it is not in the cache yet.

    Raises
    ------
    EncoderError : there is none, it cannot be reached, or what is there is no model directory
    """
    if name in ELSEWHERE:
        raise EncoderError(
            f"{name} is not on the Hugging Face hub; download it from WeSpeaker's page and give its folder"
            f" (known names: {', '.join(NAMES)}, or owner/name)"
        )
    repository = NAMES.get(name, name)
    snapshot = _download(repository, endpoint, cache_dir)
    if all((snapshot / wanted).is_file() for wanted in _WANTED):
        return snapshot
    archives = sorted(file for pattern in _ARCHIVES for file in snapshot.glob(pattern))
    if len(archives) != 1:
        found = ", ".join(sorted(file.name for file in snapshot.iterdir())) or "neither"
        raise EncoderError(f"{repository} holds no model directory: expected {' and '.join(_WANTED)}, found {found}")
    return unpack(archives[0], _unpacked_dir(repository, snapshot.name, cache_dir))


def unpack(archive: Path, folder: Path) -> Path:
    """Take the two files of a model directory out of a tar or zip, wherever in it they lie; nothing else is written.

    Raises
    ------
    EncoderError : one is missing or there twice, or the archive is broken
    """
    if all((folder / wanted).is_file() for wanted in _WANTED):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        whole = Path(temporary) / "whole"
        whole.mkdir()
        _take_out(archive, whole)
        shutil.rmtree(folder, ignore_errors=True)
        whole.rename(folder)
    return folder


def _download(repository: str, endpoint: str | None, cache_dir: Path | None) -> Path:
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled

    try:
        return Path(
            huggingface_hub.snapshot_download(
                repository, allow_patterns=[*_WANTED, *_ARCHIVES], endpoint=endpoint, cache_dir=cache_dir
            )
        )
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        said = " ".join(str(error).split())[:300]
        raise EncoderError(
            f"{repository} is no folder here, and cannot be had from the Hugging Face hub: {said};"
            " try again with a network, or give a folder"
        ) from error


def _unpacked_dir(repository: str, revision: str, cache_dir: Path | None) -> Path:
    if cache_dir is not None:
        return cache_dir / "unpacked" / repository.replace("/", "--") / revision
    from huggingface_hub import cached_assets_path

    return Path(cached_assets_path("spkbound", namespace=repository, subfolder="unpacked")) / revision


@contextmanager
def _open_archive(archive: Path) -> Iterator[tuple[list[str], Callable[[str], IO[bytes]]]]:
    """Names of its regular files, and how to open one."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            yield [each.filename for each in opened.infolist() if not each.is_dir()], opened.open
    else:
        with tarfile.open(archive) as opened:
            yield [each.name for each in opened if each.isreg()], opened.extractfile


def _take_out(archive: Path, folder: Path) -> None:
    try:
        with _open_archive(archive) as (names, open_member):
            for wanted in _WANTED:
                _copy(archive, _find(archive, names, wanted), open_member, folder / wanted)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise EncoderError(f"cannot unpack {archive}: {error}; remove it and download it again") from error


def _find(archive: Path, names: Sequence[str], wanted: str) -> str:
    found = [name for name in names if PurePosixPath(name).name == wanted]
    if len(found) != 1:
        raise EncoderError(f"{archive} holds {len(found)} files called {wanted}; expected one")
    return found[0]


def _copy(archive: Path, name: str, open_member: Callable[[str], IO[bytes]], target: Path) -> None:
    """Copy a member to a path that is ours, so that no name in the archive can lead elsewhere."""
    with open_member(name) as source, target.open("wb") as written:
        while block := source.read(1 << 20):
            written.write(block)
            if written.tell() > MOST_BYTES:
                raise EncoderError(f"{archive}: {name} is larger than {MOST_BYTES >> 30} GiB unpacked")
