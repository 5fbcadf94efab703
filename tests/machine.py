"""What does this machine have that only some tests need? Paths and programs; nothing is started here."""

import os
import shutil
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
