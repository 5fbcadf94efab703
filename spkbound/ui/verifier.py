"""Is every exported file still as its manifest says? Compared in a thread of the server, for the page to ask after."""

import threading
from pathlib import Path

from spkbound.errors import SpkboundError, StoreLocked
from spkbound.export.verify import verify_export
from spkbound.words import Words, joined_words, pack_words, words_of

_SHOWN = 20
_AT_WORK = Words("Comparing every file with the manifest …")


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
                raise StoreLocked(Words("an export is being verified already; wait for it"))
            self._state = {"state": "running", "text": pack_words(_AT_WORK), "n_differences": 0}
        threading.Thread(target=self._verify, args=(folder,), daemon=True).start()

    def _verify(self, folder: Path) -> None:
        try:
            found = [difference.words() for difference in verify_export(folder)]
        except (SpkboundError, OSError) as error:
            ended = {"state": "failed", "text": pack_words(words_of(error)), "n_differences": 0, "differences": []}
        else:
            ended = {
                "state": "done",
                "text": pack_words(_words(found)),
                "n_differences": len(found),
                "differences": [pack_words(one) for one in found[:_SHOWN]],
            }
        with self._lock:
            self._state = ended


def _words(differences: list[Words]) -> Words:
    if not differences:
        return Words("Every file is as the manifest says")
    head = Words("{n} difference from the manifest|{n} differences from the manifest", n=len(differences))
    more = len(differences) - _SHOWN
    rest = [Words("… and {n} more", n=more)] if more > 0 else []
    return joined_words("\n", [head, *differences[:_SHOWN], *rest])
