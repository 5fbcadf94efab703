"""What WeSpeaker itself gives for a few wavs, and checkpoints with the weights that it had then.

Two of its architectures and one wav are kept here; all five and four wavs are used where they lie beside the project.
"""

import json
import shutil
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from machine import SPEECH

HERE = Path(__file__).parent / "reference"
BESIDE = SPEECH.parents[1] / "wespeaker"
ARCHITECTURES = ("ResNet34", "SimAM_ResNet34_ASP", "ECAPA_TDNN_GLOB_c512", "CAMPPlus", "ERes2Net34_Base")


def reference_folder(name: str) -> Path:
    """Config, keys, buffers and embeddings of an architecture; the test is skipped where they are not to be had."""
    for folder in (BESIDE / name, HERE / name):
        if folder.is_dir():
            return folder
    pytest.skip(f"no reference embeddings of {name} beside the project")


def reference_embeddings(name: str) -> np.ndarray:
    """Float64 (n_wavs, dim), in the order of `reference_wavs`."""
    return np.load(reference_folder(name) / "reference.npz")["embeddings_float64"]


def reference_wavs(folder: Path) -> list[Path]:
    """The wavs that belong to a reference folder."""
    return sorted((folder.parent / "wavs").glob("*.wav")) or sorted(folder.parent.glob("*.wav"))


def reference_waves() -> dict[str, np.ndarray]:
    files = reference_wavs(BESIDE / "any") if BESIDE.is_dir() else reference_wavs(HERE / "any")
    return {file.stem: soundfile.read(file, dtype="float32")[0] for file in files}


def reference_features() -> dict[str, np.ndarray]:
    """Mean-normalised frames (n_frames, 80) of each wav, from WeSpeaker's own front end."""
    return dict(np.load((BESIDE if BESIDE.is_dir() else HERE) / "features.npz"))


def reference_state(folder: Path) -> dict[str, torch.Tensor]:
    """The weights behind the embeddings: every parameter drawn from a generator seeded by its own name."""
    shapes = json.loads((folder / "keys.json").read_text())
    buffers = np.load(folder / "buffers.npz")
    state = {}
    for name, shape in shapes.items():
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(5)
        else:
            state[name] = torch.from_numpy(buffers[name] if name in buffers else draw(name, tuple(shape)))
    return state


def draw(name: str, shape: tuple[int, ...]) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))
    if len(shape) >= 2:
        return (rng.standard_normal(shape) * np.sqrt(1.5 / np.prod(shape[1:]))).astype(np.float32)
    if name.endswith("weight"):
        return rng.uniform(0.6, 1.2, shape).astype(np.float32)
    return (rng.standard_normal(shape) * 0.1).astype(np.float32)


def build_checkpoint(folder: Path, out: Path) -> Path:
    """Write a model directory as a user of WeSpeaker has it, with the projection that training leaves."""
    out.mkdir(parents=True, exist_ok=True)
    torch.save(reference_state(folder), out / "avg_model.pt")
    shutil.copyfile(folder / "config.yaml", out / "config.yaml")
    return out
