"""How fast is a network, one by one and in batches, and how far apart are the two? Prints Markdown rows.

    python -m benchmarks.bench_network [--device cuda:0] [--precision fp32] [--files 64] [NAME …]

Weights are random, with norms that shift and scale; durations are log-normal about 3 s, as in a corpus of utterances.
Sound is noise in memory, so that neither disk nor decoders are measured. On the CPU: OMP_NUM_THREADS=1.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import yaml

from spkbound.audio import Audio
from spkbound.encoders.base import Encoder
from spkbound.encoders.open import open_encoder
from spkbound.encoders.wespeaker.architectures import ARCHITECTURES, build_network, read_model_args

RATE_HZ = 16_000
USUAL = ("ResNet34", "SimAM_ResNet34_ASP", "ECAPA_TDNN_GLOB_c512", "CAMPPlus", "ERes2Net34_Base", "Gemini_DF_ResNet114")
N_WARM = 4  # passes on a GPU before the clock starts: its frame budget grows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=USUAL, metavar="NAME", help=", ".join(ARCHITECTURES))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision")
    parser.add_argument("--files", type=int, default=64)
    options = parser.parse_args()
    audios = draw_audios(options.files)
    print("| network | device | precision | one by one, files/s | in batches, files/s | ratio | largest difference |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in options.names:
        with tempfile.TemporaryDirectory() as folder:
            write_model(Path(folder), name)
            spec = {"kind": "wespeaker", "model_dir": folder, "device": options.device, "precision": options.precision}
            report(name, options.device, open_encoder(spec), audios)


def draw_audios(n: int) -> list[Audio]:
    rng = np.random.default_rng(0)
    durations_s = np.clip(np.exp(rng.normal(np.log(3), 0.6, n)), 0.4, 30)
    waves = [(0.1 * rng.standard_normal(int(each * RATE_HZ))).astype(np.float32) for each in durations_s]
    return [Audio(samples=wave, rate_hz=RATE_HZ, source_rate_hz=RATE_HZ) for wave in waves]


def write_model(folder: Path, name: str) -> None:
    torch.manual_seed(0)
    given = {"embed_dim": 256}
    network = build_network(name, read_model_args(name, given, name))
    state = network.state_dict()
    for key, value in state.items():
        if key.endswith("running_mean"):
            value.normal_(0, 0.3)
        elif key.endswith("running_var"):
            value.uniform_(0.5, 2)
    torch.save(state, folder / "avg_model.pt")
    (folder / "config.yaml").write_text(yaml.safe_dump({"model": name, "model_args": given}))


def report(name: str, device: str, encoder: Encoder, audios: list[Audio]) -> None:
    for _ in range(0 if device == "cpu" else N_WARM):
        encoder.embed(audios)
    started = time.perf_counter()
    alone = np.concatenate([encoder.embed([audio]) for audio in audios])
    between = time.perf_counter()
    together = encoder.embed(audios)
    ended = time.perf_counter()
    rates = len(audios) / (between - started), len(audios) / (ended - between)
    difference = np.abs(together - alone).max() / np.abs(alone).max()
    precision = encoder.identity.details["precision"]
    print(
        f"| {name} | {device} | {precision} | {rates[0]:.1f} | {rates[1]:.1f} | {rates[1] / rates[0]:.2f}"
        f" | {difference:.1e} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
