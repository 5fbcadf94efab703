"""How does a trained network make embeddings of utterances? Cut what is long, batch, run, average.

Loads torch and weights: open one in a worker, and ask `settings.identify` elsewhere.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch

from spkbound.audio import Audio
from spkbound.encoders.wespeaker.batches import FrameBudget, embed_in_batches
from spkbound.encoders.wespeaker.checkpoint import load_network
from spkbound.encoders.wespeaker.frontend import FrontEnd
from spkbound.encoders.wespeaker.settings import WespeakerSettings, identify
from spkbound.errors import EncoderError

CPU_FRAMES = 3_000  # more gains nothing there
FIRST_GPU_FRAMES = 8_000
# The widest map (256 channels of 80 bands) must stay below 2³¹ numbers, where kernels begin to fail.
MOST_GPU_FRAMES = 100_000


class WespeakerEncoder:
    """A network of a model directory on one device."""

    def __init__(self, settings: WespeakerSettings) -> None:
        directory = settings.open_directory()
        self.identity = identify(settings)
        self._device = _find_device(settings.device)
        self._precision = settings.actual_precision
        self._network = load_network(directory).to(self._device)
        self._front_end = FrontEnd(directory.profile, self._device)
        self._longest = int(settings.longest_s * directory.profile.rate_hz)
        self._budget = (
            FrameBudget(CPU_FRAMES, CPU_FRAMES) if settings.on_cpu else FrameBudget(FIRST_GPU_FRAMES, MOST_GPU_FRAMES)
        )
        # As PyTorch has it for convolutions; everything else stays in float32.
        torch.backends.cudnn.allow_tf32 = self._precision != "fp32"
        torch.backends.cuda.matmul.allow_tf32 = False

    @property
    def rate_hz(self) -> int:
        return self.identity.rate_hz

    def embed(self, audios: Sequence[Audio]) -> np.ndarray:
        """Embeddings float32 (n, dim); NaN rows for audio without sound or shorter than one frame."""
        parts = [self._cut(_samples(audio, self.rate_hz)) for audio in audios]
        found = embed_in_batches(
            [part for each in parts for part in each],
            self._run,
            self._budget,
            count_frames=self._front_end.profile.n_frames,
        )
        rows = np.full((len(audios), self.identity.dim), np.nan, np.float32)
        done = iter(found)
        for row, each in zip(rows, parts):
            if each:
                row[:] = np.average([next(done) for _ in each], axis=0, weights=[len(part) for part in each])
        rows[~np.isfinite(rows).all(axis=1)] = np.nan
        return rows

    def _cut(self, samples: np.ndarray) -> list[np.ndarray]:
        """Equal parts no longer than allowed; none of too few samples or of silence."""
        n_parts = max(1, math.ceil(len(samples) / self._longest))
        return [
            part
            for part in np.array_split(samples, n_parts)
            if len(part) >= self._front_end.profile.frame_samples and np.ptp(part) > 0
        ]

    def _run(self, waves: Sequence[np.ndarray]) -> np.ndarray:
        frames, valid = self._front_end(waves)
        with torch.inference_mode():
            rows = self._forward(frames, valid, half=self._precision == "fp16")
            if not rows.isfinite().all():
                rows = self._forward(frames, valid, half=False)  # 65504 was not enough
        return rows.cpu().numpy()

    def _forward(self, frames: torch.Tensor, valid: object, *, half: bool) -> torch.Tensor:
        with torch.autocast(self._device.type, dtype=torch.float16, enabled=half):
            return self._network(frames, valid).float()


def _samples(audio: Audio, rate_hz: int) -> np.ndarray:
    if audio.rate_hz != rate_hz:
        raise EncoderError(f"this network wants {rate_hz} Hz, found {audio.rate_hz} Hz")
    return audio.samples


def _find_device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise EncoderError(f"cannot compute on {name}: {str(error).splitlines()[0]}") from error
    return device
