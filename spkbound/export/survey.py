"""What stands in the way of an export, and how much space does it need? Looks at both disks and writes nothing."""

import os
import shutil
from dataclasses import dataclass

from spkbound.domain import path_to_text
from spkbound.errors import ExportError, NotEnoughSpace, UsageError
from spkbound.export.place import MODES, PART_PREFIX, Mode, Occupied, SourceFailed, compare_files, is_link_to
from spkbound.export.plan import PlannedFile
from spkbound.export.reconcile import Conflict, FolderWork
from spkbound.export.staging import staging_folder
from spkbound.words import Words, words_of

# Directories, the manifest and the blocks that files only partly fill.
_BYTES_PER_FILE = 4096


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to write: number of files and their bytes; and what stands in the way."""

    n_files: int
    n_bytes: int
    n_there: int
    conflicts: tuple[Conflict, ...]


def check_folders(root: bytes, target: bytes, *, mode: Mode) -> tuple[str, ...]:
    """Refuse folders that an export cannot work with; returns warnings.

    Raises
    ------
    UsageError, ExportError
    """
    if mode not in MODES:
        raise UsageError(f"there is no export mode {mode!r}; choose one of {', '.join(MODES)}")
    if not os.path.isdir(root):
        raise ExportError(
            Words("the corpus is not at {folder}; say where it is now (--input_dir)", folder=path_to_text(root))
        )
    real_root, real_target = os.path.realpath(root), os.path.realpath(target)
    if real_root == real_target:
        raise ExportError(
            Words("{folder} is the corpus itself; export into another folder", folder=path_to_text(target))
        )
    if os.path.lexists(target) and not os.path.isdir(target):
        raise ExportError(Words("{folder} is a file; export into a folder", folder=path_to_text(target)))
    if mode == "hardlink" and os.stat(root).st_dev != os.stat(nearest_folder(target)).st_dev:
        raise ExportError(
            Words(
                "cannot hard-link from {source} to {target}: they are on different disks; use --mode copy or symlink",
                source=path_to_text(root),
                target=path_to_text(target),
            )
        )
    if real_target.startswith(real_root.rstrip(b"/") + b"/"):
        return (
            Words(
                "{folder} lies inside the corpus; a later scan of it finds what is exported now",
                folder=path_to_text(target),
            ),
        )
    return ()


def survey(works: tuple[FolderWork, ...], root: bytes, target: bytes, *, mode: Mode) -> Survey:
    """Look at every file of the plan and at what the target holds already."""
    n_files = n_bytes = n_there = 0
    conflicts: list[Conflict] = []
    limit = os.pathconf(nearest_folder(target), "PC_NAME_MAX")
    for work in works:
        if work.so_far == "changed":
            continue
        files = work.folder.files
        _check_names(files, limit=limit, folder=work.folder.name)
        folder = os.path.join(target, os.fsencode(work.folder.name))
        there, found = _look(work, files, root, folder, may_link=mode != "copy")
        conflicts.extend(found)
        missing = [file for file in files if file.name not in there]
        n_there += len(files) - len(missing)
        n_files += len(missing)
        n_bytes += sum(_size(os.path.join(root, file.source)) for file in missing)
    return Survey(n_files, n_bytes, n_there, tuple(conflicts))


def check_space(found: Survey, target: bytes, *, staged: int) -> None:
    """Refuse an export that the disk cannot hold; `staged` bytes of it are there already.

    Raises
    ------
    NotEnoughSpace
    """
    needed = found.n_bytes + found.n_files * _BYTES_PER_FILE - staged
    free = shutil.disk_usage(nearest_folder(target)).free
    if needed > free:
        raise NotEnoughSpace(
            Words(
                "{folder} needs {needed} GB and its disk has {free} GB free; "
                "make room, choose another disk, or link instead of copying (--mode hardlink or symlink)",
                folder=path_to_text(target),
                needed=f"{needed / 1e9:,.2f}",
                free=f"{free / 1e9:,.2f}",
            )
        )


def staged_bytes(works: tuple[FolderWork, ...], target: bytes) -> int:
    """Count what an interrupted export left in unfinished folders."""
    folders = [staging_folder(target, work.folder.name) for work in works]
    return sum(
        _size(os.path.join(folder, name)) for folder in folders if os.path.isdir(folder) for name in os.listdir(folder)
    )


def nearest_folder(path: bytes) -> bytes:
    """Find the nearest folder above `path`, or `path` itself, that exists."""
    path = os.path.abspath(path)
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _check_names(files: list[PlannedFile], *, limit: int, folder: str) -> None:
    too_long = [file for file in files if len(file.name) > limit]
    if too_long:
        raise ExportError(
            Words(
                "{folder}: the name {name} has {length} bytes and the target's disk allows {limit} "
                "({n_such} such files); rename them, exclude them, or export to another disk",
                folder=folder,
                name=path_to_text(too_long[0].name),
                length=len(too_long[0].name),
                limit=limit,
                n_such=len(too_long),
            )
        )


def _look(
    work: FolderWork, files: list[PlannedFile], root: bytes, folder: bytes, *, may_link: bool
) -> tuple[set[bytes], list[Conflict]]:
    """Find which planned names are there, and what is there that should not be."""
    if not os.path.lexists(folder):
        return set(), []
    if not os.path.isdir(folder):
        return set(), [Conflict(work.folder.name, Words("a file has the name of the folder"))]
    planned = {file.name: file for file in files}
    names = {name for name in os.listdir(folder) if not name.startswith(PART_PREFIX)}
    strange = sorted(names - planned.keys())
    conflicts = [Conflict(work.folder.name, _describe_strange(strange))] if strange else []
    there = names & planned.keys()
    for name in sorted(there):
        source, path = os.path.join(root, planned[name].source), os.path.join(folder, name)
        why = _object(work, planned[name], root, path) if may_link or not is_link_to(source, path) else _NO_COPY
        if why:
            conflicts.append(Conflict(work.folder.name, Words("{name}: {why}", name=path_to_text(name), why=why)))
    return there, conflicts


_NO_COPY = Words(
    "an earlier export left a link to the recording here, no copy; export copies into a folder of their own"
)


def _describe_strange(names: list[bytes]) -> str:
    return Words(
        "holds {files} that do not belong there, first {first}; move the folder away, or export into a new one",
        files=Words("{n} file|{n} files", n=len(names)),
        first=path_to_text(names[0]),
    )


def _object(work: FolderWork, file: PlannedFile, root: bytes, path: bytes) -> str | None:
    """Say why the file that is at `path` is not the planned one; what the manifest knows is told by its size."""
    size = None if work.exported is None else work.exported.sizes.get(file.source)
    if size is not None:
        return (
            None
            if _size(path) == size
            else Words(
                "has {n} byte, the manifest says {told}|has {n} bytes, the manifest says {told}",
                n=_size(path),
                told=size,
            )
        )
    try:
        compare_files(os.path.join(root, file.source), path)
    except Occupied as error:
        return words_of(error)
    except SourceFailed as error:
        return Words("its source cannot be read: {why}", why=words_of(error))
    return None


def _size(path: bytes) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
