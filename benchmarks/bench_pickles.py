"""How long does a tree of pickles take to load? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_pickles [--files 20000] [--repeats 5] [--folder F]

Pickles of the baseline's form, in folders of a thousand, in the file cache. Each row is the best of the repeats.
"""

import argparse
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.bench_detect import machine
from spkbound.embedding.sources import open_embeddings

_DIM = 256
_PER_FOLDER = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to make them; default: a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        tree = Path(folder)
        make_tree(tree, options.files)
        print(
            f"{machine()}\n\n| {options.files:,} pickles | seconds | CPU seconds | times as fast |\n"
            + "| --- " * 4
            + "|"
        )
        rows = {
            "`pickle.load`, one after the other": measure(lambda: load_one_by_one(tree), options.repeats),
            "`open_embeddings`, the first time": measure(
                lambda: open_embeddings(tree),
                options.repeats,
                lambda: shutil.rmtree(tree / "store", ignore_errors=True),
            ),
            "`open_embeddings`, the second time": measure(lambda: open_embeddings(tree), options.repeats),
        }
    reference = next(iter(rows.values()))[0]
    for name, (seconds, cpu_seconds) in rows.items():
        print(f"| {name} | {seconds:.3f} | {cpu_seconds:.3f} | {reference / seconds:.1f} |")


def make_tree(tree: Path, n_files: int) -> None:
    rng = np.random.default_rng(0)
    for i in range(n_files):
        name = f"speaker_{i // _PER_FOLDER:04d}/utterance_{i:07d}"
        content = {
            "embedding": rng.standard_normal(_DIM).astype(np.float32),
            "original_path": f"/data/corpus/{name}.wav",
            "relative_path": f"{name}.wav",
            "filename": f"utterance_{i:07d}.wav",
            "embedding_dim": _DIM,
            "gpu_rank": i % 4,
        }
        file = tree / f"{name}.pkl"
        file.parent.mkdir(exist_ok=True)
        with file.open("wb") as opened:
            pickle.dump(content, opened)


def load_one_by_one(tree: Path) -> np.ndarray:
    """What a simple script does: find them, load each, stack the embeddings."""
    files = sorted(os.path.join(where, name) for where, _, names in os.walk(tree) for name in names)
    embeddings = []
    for file in files:
        if file.endswith(".pkl"):
            with open(file, "rb") as opened:
                embeddings.append(pickle.load(opened)["embedding"])
    return np.stack(embeddings)


def measure(
    load: Callable[[], object], repeats: int, prepare: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """Best seconds, and best CPU seconds of all threads."""
    found = []
    for _ in range(repeats):
        prepare()
        start, start_cpu = time.perf_counter(), time.process_time()
        load()
        found.append((time.perf_counter() - start, time.process_time() - start_cpu))
    return min(seconds for seconds, _ in found), min(cpu for _, cpu in found)


if __name__ == "__main__":
    main()
