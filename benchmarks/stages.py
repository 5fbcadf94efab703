"""What does each stage of extraction cost by itself, and how near is a network to what its device can do?

Stages are timed one after the other, nothing beside them, the device waited for: shares of cost, not of waiting.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from spkbound.embedding.mirror import write_mirror
from spkbound.embedding.parts import write_part
from spkbound.embedding.worker import ReadFile, StepConfig, read_file
from spkbound.encoders.wespeaker.checkpoint import load_network
from spkbound.encoders.wespeaker.encoder import CPU_FRAMES, MOST_GPU_FRAMES
from spkbound.encoders.wespeaker.frontend import FrontEnd
from spkbound.encoders.wespeaker.settings import WespeakerSettings, identify

UTTERANCE_S = 3.0
N_REPEATS = 10  # on a GPU, after as many to warm up


class Stages:
    """A network and its front end, as the encoder of `settings` has them, to be called one by one."""

    def __init__(self, settings: WespeakerSettings) -> None:
        directory = settings.open_directory()
        self.settings, self.device = settings, torch.device(settings.device)
        self.network: nn.Module = load_network(directory).to(self.device)
        self.front_end = FrontEnd(directory.profile, self.device)
        self.n_frames = CPU_FRAMES if settings.on_cpu else MOST_GPU_FRAMES
        torch.backends.cudnn.allow_tf32 = settings.actual_precision != "fp32"
        torch.backends.cuda.matmul.allow_tf32 = False

    def run_network(self, frames: torch.Tensor, valid) -> torch.Tensor:
        half = self.settings.actual_precision == "fp16"
        with torch.inference_mode(), torch.autocast(self.device.type, dtype=torch.float16, enabled=half):
            return self.network(frames, valid).float()

    def batches(self, waves: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
        """The longest first, as the encoder has it."""
        waiting, batches = sorted(waves, key=len, reverse=True), []
        while waiting:
            n = max(1, self.n_frames // self.front_end.profile.n_frames(len(waiting[0])))
            batches.append(waiting[:n])
            waiting = waiting[n:]
        return batches

    def seconds(self, work: Callable[[], object]) -> tuple[object, float]:
        """What `work` gives, and how long it took on the device too."""
        self._wait()
        started_s = time.perf_counter()
        found = work()
        self._wait()
        return found, time.perf_counter() - started_s

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def time_stages(config: StepConfig, names: Sequence[str]) -> dict[str, float]:
    """Seconds of decode, copy, features, network and write for these files."""
    settings = WespeakerSettings.from_spec(config.encoder)
    stages, identity = Stages(settings), identify(settings)
    rate_hz = identity.rate_hz
    _time_batches(stages, [np.ones(int(UTTERANCE_S * rate_hz), np.float32)])  # warm
    paths = [name.encode() for name in names]
    read, decode_s = stages.seconds(lambda: [read_file(config, k, path, rate_hz) for k, path in enumerate(paths)])
    found = {"decode": decode_s, **_time_batches(stages, [each.audio.samples for each in read])}
    _, found["write"] = stages.seconds(lambda: _write(config, read, identity))
    return found


def _time_batches(stages: Stages, waves: Sequence[np.ndarray]) -> dict[str, float]:
    copy_s = features_s = network_s = 0.0
    for batch in stages.batches(waves):
        copied, seconds = stages.seconds(lambda batch=batch: stages.front_end.copy(batch))
        copy_s += seconds
        seen, seconds = stages.seconds(lambda copied=copied: stages.front_end.look(*copied))
        features_s += seconds
        _, seconds = stages.seconds(lambda seen=seen: stages.run_network(*seen).cpu())
        network_s += seconds
    return {"copy": copy_s, "features": features_s, "network": network_s}


def _write(config: StepConfig, read: Sequence[ReadFile], identity) -> None:
    folder, root = config.folder.encode(), config.root.encode()
    for each in read:
        each.row.embedding = np.zeros(identity.dim, np.float32)
        write_mirror(folder, each.row.path + b".pkl", root, each.row.path, each.row.embedding, 0)
    write_part(Path(config.folder) / "part.parquet", [each.row for each in read], identity)


def network_flops(settings: WespeakerSettings) -> float:
    """Operations per second (two to a product and sum) on a batch of utterances of 3 s."""
    stages = Stages(settings)
    profile = stages.front_end.profile
    wave = np.random.default_rng(0).standard_normal(int(UTTERANCE_S * profile.rate_hz)).astype(np.float32)
    seen = stages.front_end([wave] * max(1, stages.n_frames // profile.n_frames(len(wave))))
    with FlopCounterMode(display=False) as counter:
        stages.run_network(*seen)
    return counter.get_total_flops() / _best_s(stages, lambda: stages.run_network(*seen))


def product_flops(settings: WespeakerSettings) -> float:
    """Operations per second of a large matrix product at the precision of `settings`."""
    stages = Stages(settings)
    torch.backends.cuda.matmul.allow_tf32 = settings.actual_precision == "tf32"
    n = 1_024 if settings.on_cpu else 8_192
    dtype = torch.float16 if settings.actual_precision == "fp16" else torch.float32
    matrix = torch.randn(n, n, device=stages.device, dtype=dtype)
    return 2 * n**3 / _best_s(stages, lambda: matrix @ matrix)


def _best_s(stages: Stages, work: Callable[[], object]) -> float:
    """Mean of many on a GPU, where launches overlap; best of three on a CPU that others use too."""
    work()
    if stages.settings.on_cpu:
        return min(stages.seconds(work)[1] for _ in range(3))
    for times in (N_REPEATS, N_REPEATS):
        _, seconds = stages.seconds(lambda times=times: [work() for _ in range(times)])
    return seconds / N_REPEATS
