"""On what is extraction measured? A network of random weights, and wavs of noise as long as utterances are."""

from pathlib import Path

import numpy as np
import soundfile
import torch
import yaml

from spkbound.encoders.wespeaker.architectures import build_network, read_model_args

RATE_HZ = 16_000
MODEL_ARGS = {"embed_dim": 256}


def write_model(folder: Path, name: str) -> Path:
    """Write a model directory whose norms shift and scale, as trained ones do."""
    torch.manual_seed(0)
    network = build_network(name, read_model_args(name, MODEL_ARGS, name))
    state = network.state_dict()
    for key, value in state.items():
        if key.endswith("running_mean"):
            value.normal_(0, 0.3)
        elif key.endswith("running_var"):
            value.uniform_(0.5, 2)
    folder.mkdir(parents=True)
    torch.save(state, folder / "avg_model.pt")
    (folder / "config.yaml").write_text(yaml.safe_dump({"model": name, "model_args": MODEL_ARGS}))
    return folder


def draw_durations_s(n: int) -> np.ndarray:
    """Log-normal about 3 s, float64 (n,)."""
    rng = np.random.default_rng(0)
    return np.clip(np.exp(rng.normal(np.log(3), 0.6, n)), 0.4, 30)


def write_corpus(folder: Path, durations_s: np.ndarray) -> list[str]:
    """Write wavs of 16 bits; returns their names."""
    rng = np.random.default_rng(1)
    names = [f"{k:06d}.wav" for k in range(len(durations_s))]
    for name, duration_s in zip(names, durations_s):
        soundfile.write(folder / name, 0.1 * rng.standard_normal(int(duration_s * RATE_HZ)), RATE_HZ)
    return names
