"""Which SQLite journal does this disk allow? It reads the mount table once; what is written is not its business."""

import os
import re
from pathlib import Path
from typing import Literal

JournalMode = Literal["wal", "delete"]

MOUNT_TABLE = Path("/proc/mounts")
# WAL needs memory shared by all who open the file, which no network file system gives (sqlite.org/wal.html).
NETWORK_FILE_SYSTEMS = frozenset(
    "nfs nfs4 cifs smb3 smbfs smb2 9p afs ceph lustre gpfs glusterfs beegfs orangefs ocfs2 gfs2 davfs virtiofs".split()
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def journal_mode(path: Path) -> JournalMode:
    """Say `"delete"` (a rollback journal) on a network file system, `"wal"` on anything else or unknown."""
    try:
        mounts = MOUNT_TABLE.read_text("utf-8", "surrogateescape")
    except OSError:
        return "wal"
    return "delete" if is_network_path(os.path.realpath(path), mounts) else "wal"


def is_network_path(path: str, mounts: str) -> bool:
    """Is the absolute `path` on a network file system, by a mount table in the form of ``/proc/mounts``?"""
    best, best_type = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[1])
        if _is_under(path, point) and len(point) >= len(best):
            best, best_type = point, fields[2]
    return best_type in NETWORK_FILE_SYSTEMS or best_type.startswith("fuse.")


def _is_under(path: str, point: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")
