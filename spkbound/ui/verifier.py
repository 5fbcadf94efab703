"""Is every exported file still as its manifest says? Compared in a thread of the server, for the page to ask after."""

import threading
from pathlib import Path

from spkbound.errors import SpkboundError, StoreLocked
from spkbound.export.verify import verify_export

_SHOWN = 20


class Verifier:
    """One comparison at a time; the result of the last one stays."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: dict = {"state": "idle", "text": "", "n_differences": 0, "differences": []}

    def state(self) -> dict:
        with self._lock:
            return dict(self._state)

    def start(self, folder: Path) -> None:
        with self._lock:
            if self._state["state"] == "running":
                raise StoreLocked("an export is being verified already; wait for it")
            self._state = {"state": "running", "text": "Comparing every file with the manifest …", "n_differences": 0}
        threading.Thread(target=self._verify, args=(folder,), daemon=True).start()

    def _verify(self, folder: Path) -> None:
        try:
            found = [str(difference) for difference in verify_export(folder)]
        except (SpkboundError, OSError) as error:
            ended = {"state": "failed", "text": str(error), "n_differences": 0, "differences": []}
        else:
            ended = {"state": "done", "text": _words(found), "n_differences": len(found), "differences": found[:_SHOWN]}
        with self._lock:
            self._state = ended


def _words(differences: list[str]) -> str:
    if not differences:
        return "Every file is as the manifest says"
    more = f" … and {len(differences) - 1} more" if len(differences) > 1 else ""
    return f"{len(differences)} differences: {differences[0]}{more}"
