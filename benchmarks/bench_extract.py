"""How fast is extraction with a network, from files on disk to the store? Prints Markdown rows, writes nothing.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_extract [--device cuda:0] [--families ResNet34,CAMPPlus]
                                                         [--precisions fp32,tf32] [--n 4000]

Weights are random; utterances are noise of log-normal length (median 3 s), 16-bit wavs at 16 kHz. Both rates are taken
in this process and in turns: one file after the other (read, embed, pickle), and the tasks of a worker as `extract`
hands them out (its start, and compaction, are not in it). Stages are timed alone, one batch after the other, so their
shares say what each costs, not what is waited for.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.networks import draw_durations_s, write_corpus, write_model
from benchmarks.stages import network_flops, product_flops, time_stages
from spkbound.audio import read_audio
from spkbound.embedding.devices import CPU, count_readers
from spkbound.embedding.mirror import write_mirror
from spkbound.embedding.worker import StepConfig, Task, open_step, run_task
from spkbound.encoders.base import Encoder
from spkbound.encoders.open import open_encoder
from spkbound.encoders.wespeaker.settings import WespeakerSettings
from spkbound.jobs import Pool, WorkerSpec

FASTER = {"ResNet34": 20, "CAMPPlus": 20, "SimAM_ResNet100_ASP": 10}  # than one by one, on a data-centre GPU
BUSY_FAMILY, BUSY_PRECISIONS, BUSY = "SimAM_ResNet100_ASP", ("fp32", "tf32"), 0.3
WORKERS_FAMILY, TWO_WORKERS = "ResNet34", 1.6
TIMED_ENTRY = "benchmarks.bench_extract:open_timed_step"
PRECISIONS = ("fp32", "tf32", "fp16")
N_TURNS = 3
N_WARM = 4  # tasks on a GPU before the clock starts: its frame budget grows
MOST_ALONE = 200  # files of a turn that are taken one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Wavs in a folder, and how long they are: float64 (n,)."""

    folder: Path
    names: list[str]
    durations_s: np.ndarray


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose rows these are."""

    family: str
    device: str
    precision: str

    @property
    def on_cpu(self) -> bool:
        return self.device == CPU

    def print_row(self, figure: str, measured: str, *, asked: str = "–", is_met: bool | None = None) -> None:
        verdict = {True: "met", False: "missed", None: "–"}[is_met]
        print(f"| {self.family} | {self.device}, {self.precision} | {figure} | {asked} | {measured} | {verdict} |")


def main() -> None:
    options = _parse()
    with tempfile.TemporaryDirectory() as folder:
        durations_s = draw_durations_s(options.n)
        corpus = Corpus(folder=Path(folder), names=write_corpus(Path(folder), durations_s), durations_s=durations_s)
        print("| network | on | figure | asked | measured | |\n" + "| --- " * 6 + "|", flush=True)
        for family in options.families:
            for precision in options.precisions:
                report(Setting(family, options.device, precision), corpus)
        if options.device == CPU and WORKERS_FAMILY in options.families:
            report_workers(corpus)
    if not torch.cuda.is_available():
        for family in options.families:
            print_unmeasured(family)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda:0" if torch.cuda.is_available() else CPU)
    parser.add_argument("--families", type=_listed, default=list(FASTER))
    parser.add_argument("--precisions", type=_listed, help="default: fp32, on a GPU tf32 and fp16 too")
    parser.add_argument("--n", type=int, help="files; default: 8, on a GPU 4000")
    options = parser.parse_args()
    on_cpu = options.device == CPU
    options.precisions = options.precisions or (["fp32"] if on_cpu else list(PRECISIONS))
    options.n = options.n or (8 if on_cpu else 4_000)
    return options


def _listed(text: str) -> list[str]:
    return text.split(",")


def report(setting: Setting, corpus: Corpus) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder) / "model", setting.family)
        config = configure(setting, corpus, Path(folder))
        alone, together = measure_rates(setting, config, corpus)
        asked = None if setting.on_cpu else FASTER.get(setting.family)
        ratio = float(np.median(together / alone))
        setting.print_row(
            "whole path",
            f"{np.median(alone):.3g} utterances/s one by one, {np.median(together):.3g} in batches: {ratio:.2f} ×",
            asked=f"≥ {asked} ×" if asked else "–",
            is_met=ratio >= asked if asked else None,
        )
        setting.print_row("audio-hours/hour", f"{np.median(together) * corpus.durations_s.mean():.3g}")
        report_shares(setting, config, corpus)
        report_network(setting, WespeakerSettings.from_spec(config.encoder))


def configure(setting: Setting, corpus: Corpus, folder: Path) -> StepConfig:
    model = {"kind": "wespeaker", "model_dir": str(folder / "model"), "device": setting.device}
    (folder / "embeddings").mkdir(exist_ok=True)
    return StepConfig(
        encoder={**model, "precision": setting.precision},
        root=str(corpus.folder),
        folder=str(folder / "embeddings"),
        channel=0,
        run=1,
        worker=0,
        n_readers=count_readers([setting.device]),
    )


def measure_rates(setting: Setting, config: StepConfig, corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
    """Utterances per second one by one and in batches, (n_turns,) each; in a turn both get the same machine."""
    encoder = open_encoder(config.encoder)
    for number in range(1 if setting.on_cpu else N_WARM):
        run_task(config, encoder, make_task(number, corpus.names[:2] if setting.on_cpu else corpus.names))
    few = corpus.names[:MOST_ALONE]
    alone, together = np.zeros(N_TURNS), np.zeros(N_TURNS)
    for turn in range(N_TURNS):
        alone[turn] = len(few) / _seconds(lambda: embed_one_by_one(config, encoder, few))
        task = make_task(turn, corpus.names)
        together[turn] = len(corpus.names) / _seconds(lambda task=task: run_task(config, encoder, task))
    return alone, together


def embed_one_by_one(config: StepConfig, encoder: Encoder, names: Sequence[str]) -> None:
    folder, root = os.fsencode(config.folder), os.fsencode(config.root)
    for name in map(os.fsencode, names):
        [embedding] = encoder.embed([read_audio(os.path.join(root, name), rate_hz=encoder.rate_hz)])
        write_mirror(folder, name + b".pkl", root, name, embedding, 0)


def make_task(number: int, names: list[str]) -> Task:
    return Task(number=number, paths=names, mirrors=[f"{name}.pkl" for name in names])


def _seconds(work: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    work()
    return time.perf_counter() - started_s


def report_shares(setting: Setting, config: StepConfig, corpus: Corpus) -> None:
    seconds = time_stages(config, corpus.names[:MOST_ALONE])
    total_s = sum(seconds.values())
    setting.print_row(
        "share of time, stages alone",
        ", ".join(f"{stage} {100 * each / total_s:.1f} %" for stage, each in seconds.items()),
    )


def report_network(setting: Setting, settings: WespeakerSettings) -> None:
    reached, most = network_flops(settings), product_flops(settings)
    is_asked = not setting.on_cpu and setting.family == BUSY_FAMILY and setting.precision in BUSY_PRECISIONS
    setting.print_row(
        "network beside a large matrix product",
        f"{reached / 1e12:.3g} of {most / 1e12:.3g} TFLOP/s: {100 * reached / most:.0f} %",
        asked=f"≥ {100 * BUSY:.0f} %" if is_asked else "–",
        is_met=reached >= BUSY * most if is_asked else None,
    )


def print_unmeasured(family: str) -> None:
    for precision in PRECISIONS:
        asked = f"≥ {FASTER[family]} × one by one" if family in FASTER else "–"
        if family == BUSY_FAMILY and precision in BUSY_PRECISIONS:
            asked += f"; network ≥ {100 * BUSY:.0f} % of a matrix product"
        Setting(family, "GPU", precision).print_row("all of these", "not measured", asked=asked)


# workers ---------------------------------------------------------------------------------------------------------


def report_workers(corpus: Corpus) -> None:
    """Two workers of one thread, one of one thread, and one with as many threads as torch takes by itself."""
    setting = Setting(WORKERS_FAMILY, CPU, "fp32")
    cores = os.cpu_count() or 1
    turns: dict[str, list[Pace]] = {"one": [], "two": [], "many": []}
    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder) / "model", setting.family)
        config = configure(setting, corpus, Path(folder))
        for _ in range(N_TURNS):
            for way, n_threads in {"one": [1], "two": [1, 1], "many": [cores]}.items():
                turns[way].append(work_in_pool(config, corpus.names, n_threads))
    one, two, many = ([turn.rate for turn in each] for each in turns.values())
    ratio = float(np.median(np.divide(two, one)))
    cpu_s = {way: np.median([turn.cpu_s for turn in each]) for way, each in turns.items()}
    setting.print_row(
        "two workers of one thread beside one",
        f"{np.median(two):.3g} and {np.median(one):.3g} utterances/s: {ratio:.2f} ×"
        f" (CPU seconds to an utterance: {cpu_s['two']:.3g} and {cpu_s['one']:.3g})",
        asked=f"≥ {TWO_WORKERS} ×",
        is_met=ratio >= TWO_WORKERS,
    )
    setting.print_row(
        f"two workers of one thread beside one of {cores}, torch's default",
        f"{np.median(two):.3g} and {np.median(many):.3g} utterances/s: {np.median(np.divide(two, many)):.2f} ×"
        f" (CPU seconds to an utterance: {cpu_s['two']:.3g} and {cpu_s['many']:.3g})",
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate`: utterances per second of all workers; `cpu_s`: seconds of CPU to an utterance, in tasks alone."""

    rate: float
    cpu_s: float


def work_in_pool(config: StepConfig, names: list[str], n_threads: Sequence[int]) -> Pace:
    """How fast workers are, each with so many threads, without their start."""
    specs = [WorkerSpec(entry=TIMED_ENTRY, config=asdict(config), environment=_threads(n)) for n in n_threads]
    outcomes = list(Pool(specs).run(asdict(make_task(k, names)) for k in range(2 * len(specs))))
    seconds = [[each.seconds for each in outcomes if each.worker == worker] for worker in range(len(specs))]
    return Pace(
        rate=sum(len(names) * len(each) / sum(each) for each in seconds if each),
        cpu_s=sum(each.value for each in outcomes) / len(outcomes) / len(names),
    )


def open_timed_step(config: dict) -> Callable[[dict], float]:
    """Entry of a worker that answers with the CPU seconds of each task."""
    step = open_step(config)

    def timed(task: dict) -> float:
        started_s = time.process_time()
        step(task)
        return time.process_time() - started_s

    return timed


def _threads(n: int) -> dict[str, str]:
    return dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(n))


if __name__ == "__main__":
    main()
