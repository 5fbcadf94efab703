"""How does a trained network make embeddings? On one device, in exact batches, at the precision asked for.

Loads torch and weights: open one in a worker, and ask `settings.identify` elsewhere.
"""

from collections.abc import Sequence

import numpy as np
import torch

from spkbound.audio import Audio
from spkbound.encoders.wespeaker.batches import Collect, FrameBudget, embed_in_batches
from spkbound.encoders.wespeaker.checkpoint import load_network
from spkbound.encoders.wespeaker.frontend import FrontEnd
from spkbound.encoders.wespeaker.settings import WespeakerSettings, identify
from spkbound.encoders.wespeaker.utterances import embed_utterances
from spkbound.encoders.wespeaker.valid import Valid
from spkbound.errors import EncoderError

CPU_FRAMES = 400  # on one thread larger batches gain nothing, and ResNet loses by them
FIRST_GPU_FRAMES = 8_000
# Of 900 utterances sorted by length, padding adds 13 % in batches of 32,000 frames, 38 % in those of 100,000. The
# widest map (256 channels of 80 bands) must stay below 2³¹ numbers, where kernels begin to fail.
MOST_GPU_FRAMES = 32_000


class WespeakerEncoder:
    """A network of a model directory on one device."""

    def __init__(self, settings: WespeakerSettings) -> None:
        directory = settings.open_directory()
        self.identity = identify(settings)
        self._settings, self._profile = settings, directory.profile
        self._device = _find_device(settings.device)
        self._network = load_network(directory).to(self._device)
        self._front_end = FrontEnd(directory.profile, self._device)
        self._side_stream = None if settings.on_cpu else _open_side_stream(self._device)
        frames = (CPU_FRAMES, CPU_FRAMES) if settings.on_cpu else (FIRST_GPU_FRAMES, MOST_GPU_FRAMES)
        self._budget = FrameBudget(*frames)
        # As PyTorch has it for convolutions; everything else stays in float32.
        torch.backends.cudnn.allow_tf32 = settings.actual_precision != "fp32"
        torch.backends.cuda.matmul.allow_tf32 = False

    @property
    def rate_hz(self) -> int:
        return self._profile.rate_hz

    @property
    def device_bytes(self) -> int:
        return 0 if self._settings.on_cpu else torch.cuda.max_memory_reserved(self._device)

    def embed(self, audios: Sequence[Audio]) -> np.ndarray:
        """Embeddings float32 (n, dim); NaN rows for audio without sound or shorter than one frame."""
        longest_s = self._settings.longest_s
        return embed_utterances(
            audios, self._embed_waves, profile=self._profile, longest_s=longest_s, dim=self.identity.dim
        )

    def _embed_waves(self, waves: Sequence[np.ndarray]) -> list[np.ndarray]:
        return embed_in_batches(waves, self._start, self._budget, count_frames=self._profile.n_frames)

    def _start(self, waves: Sequence[np.ndarray]) -> Collect:
        rows = self._device_rows(waves, half=self._settings.actual_precision == "fp16")
        return lambda: self._widen(waves, rows())

    def _widen(self, waves: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Compute anew, one by one, those for which 65504, where fp16 ends, was not enough."""
        if self._settings.actual_precision == "fp16":
            for i in np.flatnonzero(~np.isfinite(rows).all(axis=1)):
                rows[i] = self._device_rows([waves[i]], half=False)()[0]
        return rows

    def _device_rows(self, waves: Sequence[np.ndarray], *, half: bool) -> Collect:
        """Start a batch: on a GPU nothing is waited for, and frames are made beside the network's work on others."""
        with torch.inference_mode():
            if self._device.type != "cuda":
                rows = self._forward(*self._front_end(waves), half=half).numpy()
                return lambda: rows
            network_stream = torch.cuda.current_stream(self._device)
            with torch.cuda.stream(self._side_stream):
                frames, valid = self._front_end(waves)
            network_stream.wait_stream(self._side_stream)
            on_gpu = self._forward(frames, valid, half=half)
            rows = torch.empty(on_gpu.shape, pin_memory=True).copy_(on_gpu, non_blocking=True)
            done = network_stream.record_event()

        def collect() -> np.ndarray:
            done.synchronize()
            # Until now frames must live: their memory belongs to the other stream, which would use it again.
            del inputs[:]
            return rows.numpy()

        inputs = [frames, valid]
        return collect

    def _forward(self, frames: torch.Tensor, valid: Valid, *, half: bool) -> torch.Tensor:
        with torch.autocast(self._device.type, dtype=torch.float16, enabled=half):
            return self._network(frames, valid).float()


def _open_side_stream(device: torch.device) -> torch.cuda.Stream:
    torch.cuda.set_device(device)  # that pinned memory is its own too
    return torch.cuda.Stream(device)


def _find_device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise EncoderError(f"cannot compute on {name}: {str(error).splitlines()[0]}") from error
    return device
