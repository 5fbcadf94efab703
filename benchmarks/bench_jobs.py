"""Can an extraction be left alone for a week? Prints Markdown rows, writes nothing.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_jobs [--only schedule,nothing,kills,resume,open,long] [--kills 100]
                                                      [--n_resume 1000000] [--n_open 1180000] [--soak_s 300]

Needs some 3 GB of disk where temporary files go (`TMPDIR`). The soak is not among the rows unless it is asked for.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.kills import children, extract, fingerprint, kill_at_random, most_bytes
from benchmarks.large_store import named_corpus, noise_info, write_files, write_store
from benchmarks.own_process import call
from benchmarks.rows import HEADER, Row, print_rows
from spkbound.domain import path_to_text
from spkbound.embedding.extract import ExtractOptions
from spkbound.embedding.extract import extract as embed
from spkbound.embedding.layout import Layout, StoreInfo, load_info
from spkbound.embedding.plan import MAX_FILES_PER_TASK
from spkbound.embedding.sources import open_embeddings
from spkbound.jobs import Pool, Rules, WorkerSpec
from spkbound.project import Project, ProjectSettings
from spkbound.voices import RATE_HZ

ROOT = Path(__file__).parents[1]
N_WORKERS, N_SLEEPS, MEAN_SLEEP_S = 8, 640, 0.5
N_NOTHING = 100_000
LONG_S = 3 * 3600
KILLED_FILES = 64
DIM = 256


def spec(step: str) -> WorkerSpec:
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return WorkerSpec(entry=f"benchmarks.job_steps:{step}", environment=environment)


def schedule(options: argparse.Namespace) -> Iterator[Row]:
    rng = np.random.default_rng(0)
    seconds = rng.lognormal(np.log(MEAN_SLEEP_S) - 0.5, 1.0, N_SLEEPS)
    ideal_s = max(seconds.max(), seconds.sum() / N_WORKERS)
    rules = Rules(cost=lambda task: task["seconds"])
    started_s, first_s = time.monotonic(), None
    for outcome in Pool([spec("make_sleeper")] * N_WORKERS, rules).run({"seconds": each} for each in seconds):
        first_s = first_s or time.monotonic() - outcome.seconds
    took_s = time.monotonic() - started_s
    share = ideal_s / took_s
    said = f"{took_s:.1f} s for {ideal_s:.1f} s, {100 * share:.1f} % ({first_s - started_s:.1f} s of it to start)"
    yield Row(
        figure=1,
        on=f"{N_SLEEPS:,} sleeps of log-normal length (sigma 1, {MEAN_SLEEP_S} s), {N_WORKERS} workers",
        asked="≥ 95 % of the ideal time",
        measured=said,
        is_met=share >= 0.95,
    )


def nothing(options: argparse.Namespace) -> Iterator[Row]:
    paths = [f"speaker_{k // 1000:05d}/utterance_{k:08d}.wav" for k in range(N_NOTHING)]
    for n_files in (MAX_FILES_PER_TASK, 1):
        tasks = ({"paths": paths[k : k + n_files]} for k in range(0, N_NOTHING, n_files))
        started_s, first_s = time.monotonic(), None
        for _ in Pool([spec("make_idler")] * 2).run(tasks):
            first_s = first_s or time.monotonic()
        took_s = time.monotonic() - started_s
        after_s = time.monotonic() - first_s
        yield Row(
            figure=2,
            on=f"{N_NOTHING:,} files of nothing, {n_files} to a task, 2 workers",
            asked="≥ 20,000 files/s" if n_files > 1 else "–",
            measured=f"{N_NOTHING / took_s:,.0f} files/s, {N_NOTHING / after_s:,.0f} once the workers are there",
            is_met=N_NOTHING / took_s >= 20_000 if n_files > 1 else None,
        )


def write_sounds(folder: Path, n: int) -> None:
    """Short buzzes that the built-in encoder takes for voices."""
    rng = np.random.default_rng(0)
    time_s = np.arange(RATE_HZ // 2) / RATE_HZ
    for k in range(n):
        pitch_hz = 90 + 120 * rng.random()
        voice = sum(rng.random() / i * np.sin(2 * np.pi * i * pitch_hz * time_s) for i in range(1, 25))
        sound = voice * (0.3 + np.abs(np.sin(20 * time_s))) + 0.01 * rng.standard_normal(len(time_s))
        (folder / f"d{k % 4}").mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / f"d{k % 4}" / f"{k:04d}.wav", 0.5 * sound / np.abs(sound).max(), RATE_HZ)


def kills(options: argparse.Namespace) -> Iterator[Row]:
    rng = random.Random(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus, undisturbed, fitted = folder / "corpus", folder / "undisturbed", folder / "fitted"
        write_sounds(corpus, KILLED_FILES)
        assert extract(corpus, undisturbed).wait() == 0
        (fitted / "store").mkdir(parents=True)
        (fitted / "store" / "background.npz").write_bytes((undisturbed / "store" / "background.npz").read_bytes())
        expected, wrong, by_what = fingerprint(undisturbed), [], {"parent": 0, "worker": 0}
        started_s = time.monotonic()
        extract(corpus, folder / "timed").wait()
        within_s = time.monotonic() - started_s
        for number in range(options.kills):
            kill = kill_at_random(corpus, fitted, folder / "killed", rng=rng, within_s=within_s)
            by_what[kill.what] += 1
            if not kill.is_same or fingerprint(folder / "killed") != expected:
                wrong.append(f"{number}: {kill.what} after {kill.moment_s:.2f} s")
    yield Row(
        figure=3,
        on=f"kill -9 at {options.kills} random moments of {within_s:.1f} s, {KILLED_FILES} files, 2 workers",
        asked="the rerun's store is bit by bit that of an undisturbed run",
        measured=f"{options.kills - len(wrong)} of {options.kills} ({by_what['parent']} × parent,"
        f" {by_what['worker']} × worker)",
        is_met=not wrong,
        failed={"not the same": wrong} if wrong else {},
    )


def resume(options: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sounds(folder / "small", 16)
        embed(named_corpus(folder / "small"), folder / "fitted", ExtractOptions(n_workers=1, store="parquet"))
        write_files(folder / "corpus", options.n_resume)
        project = Project.create(folder / "p", ProjectSettings(input_dir=path_to_text(os.fsencode(folder / "corpus"))))
        corpus = named_corpus(folder / "corpus")
        made = load_info(Layout(folder / "fitted"))
        info = StoreInfo(
            encoder=made.encoder,
            encoder_spec=made.encoder_spec,
            corpus_root=corpus.root,
            order=corpus.order,
            channel=0,
            keeps="parquet",
            run=1,
        )
        write_store(project.embeddings_dir, corpus, info)
        background = (folder / "fitted" / "store" / "background.npz").read_bytes()
        (project.embeddings_dir / "store" / "background.npz").write_bytes(background)
        command = [sys.executable, "-m", "spkbound", "extract", "--project", str(project.folder)]
        seconds = []
        for _ in range(3):
            started_s = time.monotonic()
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            seconds.append(time.monotonic() - started_s)
            assert "nothing left to do" in done.stdout, done.stdout
    yield Row(
        figure=4,
        on=f"{options.n_resume:,} of {options.n_resume:,} done, local disk, the whole command",
        asked="≤ 8 s to say so",
        measured=", ".join(f"{each:.1f}" for each in seconds) + " s",
        is_met=max(seconds) <= 8,
    )


def open_large(options: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        call("benchmarks.bench_jobs:write_nameless", str(folder), options.n_open)
        seconds = [call("benchmarks.bench_jobs:time_opening", str(folder)) for _ in range(3)]
    yield Row(
        figure=5,
        on=f"opening {options.n_open:,} × {DIM}",
        asked="≤ 3 s",
        measured=", ".join(f"{each['seconds']:.2f}" for each in seconds) + f" s, {seconds[-1]['gb']:.2f} GB resident",
        is_met=max(each["seconds"] for each in seconds) <= 3,
    )


def write_nameless(folder: str, n: float) -> dict:
    """A store whose sources are nowhere."""
    import pyarrow as pa

    from spkbound.corpus.columns import Corpus

    paths = [b"speaker_%05d/utt_%08d.wav" % (k // 1000, k) for k in range(int(n))]
    corpus = Corpus(root=b"/nowhere", paths=pa.array(paths, pa.binary()), order="path")
    write_store(Path(folder), corpus, noise_info(corpus, DIM))
    return {}


def time_opening(folder: str) -> dict:
    from benchmarks.own_process import resident_gb

    started_s = time.monotonic()
    found = open_embeddings(Path(folder))
    assert found.origin == "store"
    return {"seconds": time.monotonic() - started_s, "gb": resident_gb()}


def soak(options: argparse.Namespace) -> Iterator[Row]:
    """Extract as many links to a few files as the time allows; memory of everybody, early and late."""
    seen: list[tuple[float, float, float]] = []
    started_s = time.monotonic()

    class TimeIsUp(Exception):
        pass

    def watch(progress: object) -> None:
        passed_s = time.monotonic() - started_s
        workers = [worker.memory_bytes for worker in progress.per_worker]
        if workers:
            seen.append((passed_s, _own_bytes() / 1e6, max(workers) / 1e6))
        if passed_s > options.soak_s:
            raise TimeIsUp

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sounds(folder / "sounds", 64)
        sounds = sorted((folder / "sounds").rglob("*.wav"))
        n_files = int(options.soak_s * 1_000)
        for k in range(n_files):
            inner = folder / "corpus" / f"{k // 1000:05d}"
            inner.mkdir(parents=True, exist_ok=True)
            (inner / f"{k:08d}.wav").symlink_to(sounds[k % len(sounds)])
        started_s = time.monotonic()
        try:
            corpus = named_corpus(folder / "corpus")
            embed(corpus, folder / "out", ExtractOptions(n_workers=2, store="parquet"), on_progress=watch)
        except TimeIsUp:
            pass
    early, late = (
        [one for one in seen if low <= one[0] / options.soak_s < high] for low, high in ((0.2, 0.4), (0.8, 1))
    )
    parent, worker = (([max(one[k] for one in part) for part in (early, late)]) for k in (1, 2))
    yield Row(
        figure=6,
        on=f"soak of {options.soak_s} s, 2 workers: largest memory from 20 to 40 % and from 80 to 100 % of the time",
        asked="flat",
        measured=f"parent {parent[0]:.0f} and {parent[1]:.0f} MB, worker {worker[0]:.0f} and {worker[1]:.0f} MB",
        is_met=parent[1] <= 1.05 * parent[0] and worker[1] <= 1.05 * worker[0],
    )


def long(options: argparse.Namespace) -> Iterator[Row]:
    """One file of three hours among short ones: the most that any process of the extraction ever held."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sounds(folder / "corpus", 200)
        second = np.tile(soundfile.read(folder / "corpus" / "d0" / "0000.wav")[0], 2)
        with soundfile.SoundFile(folder / "corpus" / "d1" / "long.wav", "w", RATE_HZ, 1) as file:
            for _ in range(LONG_S):
                file.write(second)
        running, most = extract(folder / "corpus", folder / "out"), 0
        while running.poll() is None:
            most = max([most, *map(most_bytes, [running.pid, *children(running.pid)])])
            time.sleep(0.05)
        assert running.returncode == 0
    yield Row(
        figure=7,
        on=f"one file of {LONG_S // 3600} h among 200 of 0.5 s, 2 workers: most memory of one process",
        asked="its samples once, and a worker",
        measured=f"{most / 1e6:.0f} MB, {4 * RATE_HZ * LONG_S / 1e6:.0f} of them the samples",
        is_met=most <= 1.5 * 4 * RATE_HZ * LONG_S,
    )


def _own_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


ROWS = {"schedule": schedule, "nothing": nothing, "kills": kills, "resume": resume, "open": open_large, "long": long}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(ROWS))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--n_resume", type=int, default=1_000_000)
    parser.add_argument("--n_open", type=int, default=1_180_000)
    parser.add_argument("--soak_s", type=int, default=0)
    options = parser.parse_args()
    print(HEADER)
    for name in filter(None, options.only.split(",")):
        print_rows(ROWS[name](options))
    if options.soak_s:
        print_rows(soak(options))


if __name__ == "__main__":
    main()
