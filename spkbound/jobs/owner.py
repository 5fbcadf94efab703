"""Which process is at work in a folder, and on which machine? One line, written under the folder's lock."""

import socket
from pathlib import Path


def note_owner(folder: Path, pid: int) -> None:
    """Write down that process `pid` of this machine is at work."""
    (folder / "pid").write_text(f"{pid} {socket.gethostname()}\n")


def forget_owner(folder: Path) -> None:
    (folder / "pid").unlink(missing_ok=True)


def find_owner(folder: Path) -> tuple[int, str] | None:
    """Process id and machine of who was at work last; None where nobody was noted."""
    try:
        pid, host = (folder / "pid").read_text().split()
        return int(pid), host
    except (OSError, ValueError):
        return None


def is_here(host: str) -> bool:
    """Whether `host` is this machine: elsewhere a process id means another process."""
    return host == socket.gethostname()
