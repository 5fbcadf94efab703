"""What does this machine have that only some tests need? Paths and programs; nothing is started here."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

ON_CI = os.environ.get("CI") == "true"

# Real speech, where it lies beside the project: FSDD, `{digit}_{speaker}_{take}.wav`.
SPEECH = Path(__file__).parents[2] / "shared" / "data" / "fsdd" / "recordings"

# Without these Chromium looks up hosts at every start.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str | None:
    """Chromium, whatever its package calls it."""
    return find_program("chromium", "chromium-browser", "google-chrome")


def find_program(*names: str) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def link_speech(corpus: Path, *, n_each: int) -> list[str]:
    """Link `n_each` recordings of each person below `corpus`, one person after the other; who speaks in each."""
    corpus.mkdir()
    truth: list[str] = []
    for speaker in sorted({file.name.split("_")[1] for file in SPEECH.iterdir()}):
        recordings = sorted(SPEECH.glob(f"*_{speaker}_*.wav"))
        for file in recordings[:: len(recordings) // n_each][:n_each]:
            (corpus / f"{len(truth):04d}.wav").symlink_to(file.resolve())
            truth.append(speaker)
    return truth


def make_once(parent: Path, name: str, make: Callable[[Path], object]) -> Path:
    """`parent`/`name`, made by the first of the processes that run tests at the same time; the others wait for it."""
    shared = parent.parent if "PYTEST_XDIST_WORKER" in os.environ else parent
    with (shared / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.fstat(lock.fileno()).st_size:
            make(shared / name)
            lock.write("made")
    return shared / name


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], object], wait_s: float = 60.0) -> object:
    """Ask until the answer is true, and give it."""
    deadline_s = time.monotonic() + wait_s
    while time.monotonic() < deadline_s:
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("waited in vain")
