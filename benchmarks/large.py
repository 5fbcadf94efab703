"""What is done to a corpus that is larger than one wants in memory? Each function runs in a process of its own."""

import time
from itertools import cycle
from pathlib import Path

import numpy as np

from benchmarks.own_process import peak_gb
from spkbound.detection import Detector, detect_boundaries
from spkbound.simulation import simulate_embeddings

MATRIX, TRUTH = "matrix.npy", "boundaries.npy"
N_DECISIONS = 20
_READ_BYTES = 2**24


def write(folder: str, n: int) -> dict:
    """Write a simulated corpus of adults and its boundaries."""
    corpus = simulate_embeddings("adult", n, seed=0)
    Path(folder).mkdir()
    np.save(Path(folder) / MATRIX, corpus.embeddings)
    np.save(Path(folder) / TRUTH, corpus.boundaries)
    return {}


def detect(folder: str) -> dict:
    """Detect in the mapped matrix; seconds, the peak, and how much of that was there before."""
    _warm(Path(folder) / MATRIX)
    matrix = np.load(Path(folder) / MATRIX, mmap_mode="r")
    before = peak_gb()
    start, cpu_start = time.perf_counter(), time.process_time()
    found = detect_boundaries(matrix)
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu_start,
        "peak_gb": peak_gb(),
        "before_gb": before,
        "indices": found.indices.tolist(),
    }


def redetect(folder: str, seed: int) -> dict:
    """Decide on boundaries drawn at random, and detect again after each with all decisions so far.

    In turn: approve what was found, approve 1 to 3 utterances beside it, reject it. In the end the same at once.
    """
    rng = np.random.default_rng(seed)
    matrix = np.load(Path(folder) / MATRIX, mmap_mode="r")
    detector = Detector(matrix)
    found = detector.detect()
    approved: list[int] = []
    rejected: list[int] = []
    seconds: dict[str, list[float]] = {"approved": [], "shifted": [], "rejected": []}
    cpu_seconds = []
    drawn = rng.choice(found.indices, min(N_DECISIONS, found.n_boundaries), replace=False)
    for place, decision in zip(drawn.tolist(), cycle(seconds)):
        beside = int(rng.choice([-3, -2, -1, 1, 2, 3])) if decision == "shifted" else 0
        (rejected if decision == "rejected" else approved).append(place + beside)
        start, cpu_start = time.perf_counter(), time.process_time()
        found = detector.redetect(approved=approved, rejected=rejected)
        seconds[decision].append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
    fresh = detect_boundaries(matrix, approved=approved, rejected=rejected)
    same = np.array_equal(found.indices, fresh.indices)
    apart = float(np.abs(found.probabilities - fresh.probabilities).max()) if same else 1.0
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "has_same_indices": same, "apart": apart}


def _warm(file: Path) -> None:
    """Read the file once, so that it lies in the kernel's cache, not in our memory."""
    with file.open("rb") as source:
        while source.read(_READ_BYTES):
            pass
