"""Is a job to wait? A file in its folder says so; the job looks there, finishes what is in hand, and says `paused`."""

from pathlib import Path


def ask_pause(folder: Path) -> None:
    (folder / "pause").touch()


def withdraw_pause(folder: Path) -> None:
    (folder / "pause").unlink(missing_ok=True)


def is_pause_asked(folder: Path) -> bool:
    return (folder / "pause").exists()
