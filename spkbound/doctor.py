"""What does this machine have, and what is wrong with this project? Looks, and changes nothing."""

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spkbound.background import job_state
from spkbound.corpus_choice import open_corpus
from spkbound.domain import path_to_text
from spkbound.embedding.devices import count_gpus
from spkbound.embedding.known import read_known
from spkbound.embedding.layout import Layout, load_info
from spkbound.errors import SpkboundError
from spkbound.jobs.lock import FolderLock
from spkbound.project import Project

PACKAGES = ("numpy", "pyarrow", "soundfile", "av", "soxr", "torch", "gradio")
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "lustre", "beegfs", "gpfs", "ceph", "glusterfs", "fuse.sshfs"}
LEAST_FREE_BYTES = 5_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in words; not `ok`: it needs somebody."""

    ok: bool
    text: str


def examine(project: Project) -> list[Finding]:
    """Look at everything that a long extraction of `project` depends on."""
    return [*_machine(), *_disk(project.folder), *_corpus(project), *_store(project), *_job(project)]


def _machine() -> Iterator[Finding]:
    yield Finding(sys.version_info >= (3, 11), f"Python {platform.python_version()} on {platform.system()}")
    for name in PACKAGES:
        try:
            yield Finding(True, f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            yield Finding(False, f"{name} is not installed; install this package again")
    try:
        yield Finding(True, f"{os.cpu_count()} cores, {count_gpus()} GPUs that torch sees")
    except SpkboundError as error:
        yield Finding(False, f"{os.cpu_count()} cores; {error}")


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    yield Finding(free >= LEAST_FREE_BYTES, f"{free / 1e9:,.1f} GB free at {folder}")
    kind = file_system_of(folder)
    note = "; a network file system: `--shard` works if all machines see its locks" if _is_network(kind) else ""
    yield Finding(True, f"file system {kind}{note}")
    if not os.access(folder, os.W_OK):
        yield Finding(False, f"{folder} cannot be written to; make it writable")
    else:
        try:
            with tempfile.TemporaryDirectory(prefix=".spkbound.tmp-", dir=folder) as place:
                FolderLock(Path(place) / "lock").close()
            yield Finding(True, "locks work there")
        except (OSError, SpkboundError) as error:
            yield Finding(False, str(error))


def _is_network(kind: str) -> bool:
    return kind in NETWORK_FILE_SYSTEMS


def file_system_of(folder: Path, *, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system that `folder` lies on, as the system calls it; "unknown" where it does not say."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return "unknown"
    places = [(fields[1], fields[2]) for line in lines if len(fields := line.split()) > 2]
    over = [place for place in places if folder.resolve().is_relative_to(place[0].replace("\\040", " "))]
    return max(over, key=lambda place: len(place[0]), default=("", "unknown"))[1]


def _corpus(project: Project) -> Iterator[Finding]:
    try:
        corpus = open_corpus(project.settings)
        yield Finding(True, f"{len(corpus.paths):,} utterances below {path_to_text(corpus.root)}")
    except SpkboundError as error:
        yield Finding(False, str(error))


def _store(project: Project) -> Iterator[Finding]:
    layout = Layout(project.embeddings_dir)
    try:
        info = load_info(layout)
    except SpkboundError as error:
        yield Finding(False, str(error))
        return
    if info is None:
        yield Finding(True, "no embeddings yet")
        return
    known = read_known(layout, info.encoder)
    n_parts = sum(source.is_part for source in known.sources)
    yield Finding(True, f"embeddings of {info.encoder.name}, {len(known.table):,} rows, {n_parts:,} parts to merge")
    for file, why in known.refused:
        yield Finding(False, f"{file} cannot be used ({why}); the next extraction puts it aside and makes it again")
    n_aside = len(list(layout.refused.glob("*"))) if layout.refused.exists() else 0
    if n_aside:
        yield Finding(True, f"{n_aside:,} files were put aside in {layout.refused}; remove them when you like")


def _job(project: Project) -> Iterator[Finding]:
    job = job_state(project)
    if job is not None:
        fine = job["state"] not in ("failed", "interrupted")
        yield Finding(fine, f"latest job: {job['kind']}, {job['state']}. {job['message']}".strip())
