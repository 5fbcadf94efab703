"""What is left after a kill -9 at any moment? Extraction is started, something of it is killed, and it is run again."""

import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

SAME_COLUMNS = ["path", "size", "mtime_ns", "duration_s", "rate_hz", "level_db", "flags", "stage", "reason"]


@dataclass(frozen=True, slots=True)
class Kill:
    """What was killed when, and whether the rerun gave the store of an undisturbed run."""

    moment_s: float
    what: str
    is_same: bool


def extract(corpus: Path, folder: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "spkbound", "extract", "--input_dir", corpus, "--output_dir", folder]
    command += ["--store", "parquet", "--workers", "2"]
    return subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fingerprint(folder: Path) -> tuple:
    """The matrix bit by bit, and the table but for worker numbers; how many files are left over beside them."""
    store = folder / "store"
    matrix = hashlib.sha256((store / "matrix.npy").read_bytes()).hexdigest()
    table = pq.read_table(store / "utterances.parquet", columns=SAME_COLUMNS).to_pylist()
    left_over = [file.name for each in (store, store / "parts") for file in each.iterdir() if ".tmp-" in file.name]
    return matrix, repr(table), len(list((store / "parts").iterdir())), left_over


def kill_at_random(corpus: Path, fitted: Path, folder: Path, *, rng: random.Random, within_s: float) -> Kill:
    """Start from `fitted`, kill the parent or a worker within `within_s`, run to the end; `folder` holds the store."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(fitted, folder)
    parent = extract(corpus, folder)
    moment_s = rng.uniform(0, within_s)
    time.sleep(moment_s)
    workers = children(parent.pid)
    what = rng.choice(["parent", *(["worker"] * bool(workers))])
    victim = parent.pid if what == "parent" else rng.choice(workers)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    parent.wait()
    again = extract(corpus, folder)
    return Kill(moment_s, what, again.wait() == 0)


def children(pid: int) -> list[int]:
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def most_bytes(pid: int) -> int:
    """The most memory that a process held so far; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
