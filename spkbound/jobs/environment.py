"""What does a child process find around it? What we have, what is asked for, and this very package."""

import os
from pathlib import Path

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def child_environment(added: dict[str, str]) -> dict[str, str]:
    """Environment of a new interpreter that can import spkbound, wherever it is started from."""
    inherited = added.get("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    search = os.pathsep.join(part for part in (str(_PACKAGE_ROOT), inherited) if part)
    return {**os.environ, **added, "PYTHONPATH": search}
