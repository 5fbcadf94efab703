"""What of an archive is a model directory? Two files are taken out of it, whatever else it holds."""

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

MOST_BYTES = 4 << 30  # of one unpacked file

_WANTED = (CONFIG_NAME, WEIGHTS_NAME)


def is_model_directory(folder: Path) -> bool:
    """Whether both files are there."""
    return all((folder / wanted).is_file() for wanted in _WANTED)


def unpack(archive: Path, folder: Path) -> Path:
    """Take the two files of a model directory out of a tar or zip, wherever in it they lie; nothing else is written.

    Raises
    ------
    EncoderError : one is missing or there twice, or the archive is broken
    """
    if is_model_directory(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        whole = Path(temporary) / "whole"
        whole.mkdir()
        _take_out(archive, whole)
        shutil.rmtree(folder, ignore_errors=True)
        whole.rename(folder)
    return folder


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
