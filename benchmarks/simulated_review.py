"""How many keys does a review take, and when are the faults mended? A simulated reviewer follows the page's queue.

python -m benchmarks.simulated_review [N_SEEDS [FIRST_SEED]]

Corpora with known truth (simulated embeddings of about 100 speakers, and real speech where it is there) are detected,
opened as a project, and reviewed over the page's own routes: the item that does most harm is opened, the truth stands
for the ears. A reviewer hears a change within the close-up (25 utterances); what is farther off is not seen from there.
"""

import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient

from benchmarks.corpora import FSDD_FOLDER, load_fsdd, order_fsdd
from spkbound.project import Project
from spkbound.simulation import simulate_embeddings
from spkbound.ui.server import build_app

SIZE, N_SPEAKERS = 100, 100
SIMULATED = (("adult", 256), ("child", 16), ("child", 8))  # kind, dimensions: fewer tell voices less apart
SPEECH = ("a", "c")
SEEN = 25  # utterances to either side in the close-up
KEYS_ASKED, FACTOR, SPARE = 1.5, 3, 5
HEADERS = {"x-spkbound": "1", "origin": "http://testserver"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A corpus whose boundaries and outliers are known, and what a user would ask for."""

    name: str
    embeddings: np.ndarray
    boundaries: np.ndarray
    outliers: np.ndarray
    size: int
    window: int = 10


@dataclass(slots=True)
class Reviewer:
    """What the page knows, what the reviewer hears, and how often a key was pressed."""

    client: TestClient
    truth: Known
    rows: dict[int, dict] = field(default_factory=dict)
    suggestions: list[dict] = field(default_factory=list)
    answered: set[int] = field(default_factory=set)
    keys: int = 0  # for boundaries, missing ones included
    keys_beside: int = 0  # for what else is asked
    sent: int = 0
    items: int = 0

    def open(self) -> None:
        body = self.client.get("/x/boundaries").json()
        columns = body["columns"]
        self.rows = {i: {k: column[at] for k, column in columns.items()} for at, i in enumerate(columns["index"])}
        self.suggestions = body["suggestions"]
        self.answered = set(body["answered"])

    def next_item(self) -> tuple | None:
        """The item that does most harm: ("boundary", index) or (kind, numbers of suggestions); None at the end."""
        open_rows = ((i, row) for i, row in self.rows.items() if row["state"] == "undecided")
        items = [(row["harm"], row["risk"], -i, "boundary", i) for i, row in open_rows]
        groups = defaultdict(list)
        for n, each in enumerate(self.suggestions):
            if n not in self.answered and each["kind"] != "same_speaker_beside":
                segment = sum(i <= each["indices"][0] for i in self.rows) if each["kind"] == "outlier" else f"s{n}"
                groups[segment].append(n)
        for numbers in groups.values():
            first = self.suggestions[numbers[0]]
            harm, files = (sum(self.suggestions[n][field] for n in numbers) for field in ("harm", "cost"))
            items.append((harm, files, -first["indices"][0], first["kind"], tuple(numbers)))
        return max(items)[3:] if items else None

    def review(self, kind: str, about: object) -> None:
        """Hear one item out and decide."""
        self.items += 1
        if kind == "boundary":
            self._judge_boundary(about)
        elif kind == "second_change":
            self._judge_change(self.suggestions[about[0]])
        elif kind == "outlier":
            self._judge_outliers([self.suggestions[n]["indices"][0] for n in about])
        else:
            self.keys_beside += 1
            self._send("dismiss", self.suggestions[about[0]]["voices"][0], **self._no(about[0]))

    def faults(self) -> set[int]:
        """Places where what stands and what is true differ."""
        standing = {i for i, row in self.rows.items() if row["state"] != "rejected"}
        return standing ^ set(self.truth.boundaries.tolist())

    def _judge_boundary(self, index: int) -> None:
        true = self._heard_near(index)
        if true is None:
            self._press("reject", index)
            self.keys += 1  # X stays, N goes on
            return
        self._shift(index, true)
        self._press("approve", true)

    def _judge_change(self, suggestion: dict) -> None:
        n_before = self.sent
        for place in suggestion["indices"]:
            true = self._heard_near(place)
            if true is not None:
                self._press("add", place)
                self._shift(place, true)
                self._press("approve", true)
        if self.sent == n_before:
            self.keys_beside += 1
            self._send("dismiss", suggestion["indices"][0], **self._no(self.suggestions.index(suggestion)))

    def _judge_outliers(self, indices: list[int]) -> None:
        foreign = [i for i in indices if self.truth.outliers[i]]
        rest = [i for i in indices if i not in foreign]
        self.keys_beside += (len(foreign) if rest else 1) + bool(rest)  # E each and A for the rest, or Shift+E
        for i in foreign:
            self._send("exclude", i)
        for i in rest:
            self._send("dismiss", i, text="outlier")

    def _heard_near(self, index: int) -> int | None:
        """The nearest true change in sight where no other boundary stands already."""
        taken = {i for i, row in self.rows.items() if row["state"] != "rejected" and i != index}
        near = [t for t in self.truth.boundaries.tolist() if abs(t - index) <= SEEN and t not in taken]
        between = [t for t in near if not any(min(t, index) < i < max(t, index) for i in taken)]
        return min(between, key=lambda t: abs(t - index), default=None)

    def _shift(self, index: int, to: int) -> None:
        if index == to:
            return
        tens, ones = divmod(abs(to - index), 10)
        self.keys += tens + min(ones, 11 - ones)
        self._send("shift", to, **{"from": index, "revision": self.rows[index]["revision"]})

    def _no(self, number: int) -> dict:
        each = self.suggestions[number]
        return {"text": each["kind"]} | ({"other": each["voices"][1]} if each["voices"] else {})

    def _press(self, kind: str, index: int, **more: object) -> None:
        self.keys += 1
        self._send(kind, index, **more)

    def _send(self, kind: str, index: int, **more: object) -> None:
        self.sent += 1
        operation = {"key": f"{self.sent}", "kind": kind, "index": index, **more}
        body = self.client.post("/x/ops", json=[operation], headers=HEADERS).json()
        assert body["results"][0]["ok"], body["results"]
        for gone in body["removed"]:
            del self.rows[gone]
        self.rows |= {row["index"]: row for row in body["changed"]}
        self.answered = set(body["answered"])


def review(truth: Known, folder: Path) -> dict[str, object]:
    """Detect, review to the end, and count."""
    paths = [f"{i:07d}.wav" for i in range(len(truth.embeddings))]
    np.save(folder / "e.npy", truth.embeddings)
    (folder / "paths").write_text("\n".join(paths) + "\n")
    asked = ["--segment_size", truth.size, "--boundary_window", truth.window]
    given = [*asked, "--embeddings", folder / "e.npy", "--paths", folder / "paths", "--output_dir", folder / "r"]
    command = [sys.executable, "-m", "spkbound", "detect", *map(str, given), "--no_export"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    client = TestClient(build_app(Project.open(folder / "r")), raise_server_exceptions=False)
    reviewer = Reviewer(client, truth)
    reviewer.open()
    wrong = reviewer.faults()
    n_boundaries, n_wrong = len(reviewer.rows), _n_faults(wrong)
    mended_at = 0 if not wrong else None
    while (item := reviewer.next_item()) is not None:
        reviewer.review(*item)
        if mended_at is None and _n_faults(reviewer.faults()) <= 0.1 * n_wrong:
            mended_at = reviewer.items
    left = _n_faults(reviewer.faults())
    return {
        "n": n_boundaries,
        "wrong": n_wrong,
        "keys": reviewer.keys / n_boundaries,
        "keys_in_all": (reviewer.keys + reviewer.keys_beside) / n_boundaries,
        "items": reviewer.items,
        "mended_at": "never" if mended_at is None else mended_at,
        "left": left,
    }


def _n_faults(places: set[int]) -> int:
    """A boundary that stands beside its true place is one fault, not two."""
    count, before = 0, -np.inf
    for place in sorted(places):
        if place - before > SEEN:
            count += 1
            before = place
    return count


def corpora(seeds: range) -> Iterator[Known]:
    for kind, dim in SIMULATED:
        for seed in seeds:
            made = simulate_embeddings(kind, SIZE * N_SPEAKERS, segment_size=SIZE, seed=seed, dim=dim)
            name = f"{kind}, {dim} dimensions, seed {seed}"
            yield Known(
                name=name, embeddings=made.embeddings, boundaries=made.boundaries, outliers=made.outliers, size=SIZE
            )
    speech = load_fsdd() if FSDD_FOLDER.is_dir() else None
    for kind in SPEECH if speech else ():
        for seed in seeds:
            made = order_fsdd(speech, kind, seed)
            yield Known(
                name=f"FSDD {kind}, seed {seed}",
                embeddings=made.embeddings,
                boundaries=made.boundaries,
                outliers=np.zeros(len(made.embeddings), bool),  # nobody wrote down which
                size=made.segment_size,
                window=made.boundary_window,
            )


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    n_seeds, first_seed = (*given, *(3, 0)[len(given) :])
    print(
        "| corpus | boundaries | wrong | keys per boundary, with suggestions | items until 90 % are mended | left |\n"
        + "| --- " * 6
        + "|"
    )
    for truth in corpora(range(first_seed, first_seed + n_seeds)):
        with tempfile.TemporaryDirectory() as folder:
            found = review(truth, Path(folder))
        asked = FACTOR * found["wrong"] + SPARE
        print(
            f"| {truth.name} | {found['n']} | {found['wrong']} | {found['keys']:.2f} (≤ {KEYS_ASKED}), "
            f"{found['keys_in_all']:.2f} | {found['mended_at']} (≤ {asked}) of {found['items']} | {found['left']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
