"""How does one file get into a speaker folder, whole and verified, or not at all? Which ones is decided elsewhere."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from spkbound.domain import path_to_text
from spkbound.errors import ExportError
from spkbound.words import Words, from_disk, words_of

Mode = Literal["copy", "hardlink", "symlink"]
MODES: tuple[Mode, ...] = ("copy", "hardlink", "symlink")
PART_PREFIX = b".spkbound-"

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that is in its folder; `already`: it was there before, with the same content."""

    size: int
    sha256: str
    already: bool


class SourceFailed(Exception):
    """The source cannot be read, or changed while it was; `str` says why."""


class Occupied(Exception):
    """Something else has the name already."""


def place_file(source: bytes, target: bytes, *, mode: Mode, part: bytes) -> Placed:
    """Put `source` at `target`, or find that it is there; nothing that is there is overwritten.

    Parameters
    ----------
    source, target : absolute paths
    part : a name of one's own in the target's folder for the unfinished copy

    Raises
    ------
    SourceFailed, Occupied
    OSError : the target's disk refuses
    """
    if os.path.lexists(target):
        return compare_files(source, target)
    if mode == "copy":
        return _copy(source, target, part)
    size, sha256 = hash_file(source)
    try:
        if mode == "hardlink":
            os.link(os.path.realpath(source), target)
        else:
            os.symlink(source, target)
    except FileExistsError:
        return compare_files(source, target)
    except OSError as error:
        raise _explain_link(error, source, target) from error
    return Placed(size, sha256, already=False)


def is_link_to(source: bytes, path: bytes) -> bool:
    """Whether what is at `path` is no copy but a link, symbolic or hard, to the recording itself."""
    try:
        return os.path.islink(path) or os.path.samefile(source, path)
    except OSError:
        return False


def hash_file(path: bytes, *, write_to: int | None = None) -> tuple[int, str]:
    """Read a file once: its size and SHA-256, and a copy of what was read into the open file `write_to`.

    Raises
    ------
    SourceFailed
    """
    digest = hashlib.sha256()
    size = 0
    with _open_source(path) as descriptor:
        before = os.fstat(descriptor)
        while chunk := _read(descriptor):
            digest.update(chunk)
            size += len(chunk)
            if write_to is not None:
                _write_all(write_to, chunk)
        after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise SourceFailed(Words("it changed while it was read"))
    return size, digest.hexdigest()


@contextmanager
def _open_source(path: bytes) -> Iterator[int]:
    try:
        # Opening a pipe would wait for ever without O_NONBLOCK.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SourceFailed(from_disk(error)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SourceFailed(Words("it is no regular file"))
        yield descriptor
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError as error:
        raise SourceFailed(from_disk(error)) from error


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _copy(source: bytes, target: bytes, part: bytes) -> Placed:
    temporary = os.path.join(os.path.dirname(target), part)
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        size, sha256 = hash_file(source, write_to=descriptor)
        os.fsync(descriptor)
        _read_from_disk_again(descriptor)
        os.lseek(descriptor, 0, os.SEEK_SET)
        if _hash_descriptor(descriptor) != sha256:
            raise OSError(errno.EIO, "the copy differs from its source when read back")
        times = os.stat(source)
        os.utime(descriptor, ns=(times.st_atime_ns, times.st_mtime_ns))
        _put_in_place(temporary, target)
    except FileExistsError:
        return compare_files(source, target)
    except FileNotFoundError as error:
        raise SourceFailed(Words("it vanished while it was copied")) from error
    finally:
        os.close(descriptor)
        _remove(temporary)
    return Placed(size, sha256, already=False)


def _read_from_disk_again(descriptor: int) -> None:
    """Drop the written pages from memory where the system can, so that reading back reads the disk."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _hash_descriptor(descriptor: int) -> str:
    digest = hashlib.sha256()
    while chunk := os.read(descriptor, _CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _put_in_place(temporary: bytes, target: bytes) -> None:
    """Give the finished copy its name; a link refuses a name that is taken, a rename would not."""
    try:
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        # A disk without hard links (exFAT, some network shares); the export's lock keeps our own processes apart.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "the name is taken", target) from error
        os.rename(temporary, target)


def _remove(path: bytes) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def compare_files(source: bytes, target: bytes) -> Placed:
    """Find that `target` holds what `source` does.

    Raises
    ------
    SourceFailed, Occupied
    """
    found = hash_file(source)
    try:
        there = hash_file(target)
    except SourceFailed as error:
        raise Occupied(Words("what is there cannot be read: {why}", why=words_of(error))) from error
    if found != there:
        raise Occupied(Words("a file with other content has that name"))
    return Placed(*found, already=True)


def _explain_link(error: OSError, source: bytes, target: bytes) -> OSError | ExportError:
    if error.errno == errno.EXDEV:
        return ExportError(
            Words(
                "cannot hard-link {source} to {target}: they are on different disks; use --mode copy or symlink",
                source=path_to_text(source),
                target=path_to_text(target),
            )
        )
    if error.errno in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK):
        return ExportError(
            Words("cannot link {source}: {why}; use --mode copy", source=path_to_text(source), why=from_disk(error))
        )
    return error
