"""How does a trained network make embeddings? On one device, in exact batches, at the precision asked for.

Loads torch and weights: open one in a worker, and ask `settings.identify` elsewhere.
"""

from collections.abc import Sequence

import numpy as np
import torch

from spkbound.audio import Audio
from spkbound.encoders.wespeaker.batches import FrameBudget, embed_in_batches
from spkbound.encoders.wespeaker.checkpoint import load_network
from spkbound.encoders.wespeaker.frontend import FrontEnd
from spkbound.encoders.wespeaker.settings import WespeakerSettings, identify
from spkbound.encoders.wespeaker.utterances import embed_utterances
from spkbound.encoders.wespeaker.valid import Valid
from spkbound.errors import EncoderError

CPU_FRAMES = 400  # on one thread larger batches gain nothing, and ResNet loses by them
FIRST_GPU_FRAMES = 8_000
# The widest map (256 channels of 80 bands) must stay below 2³¹ numbers, where kernels begin to fail.
MOST_GPU_FRAMES = 100_000


class WespeakerEncoder:
    """A network of a model directory on one device."""

    def __init__(self, settings: WespeakerSettings) -> None:
        directory = settings.open_directory()
        self.identity = identify(settings)
        self._settings, self._profile = settings, directory.profile
        self._device = _find_device(settings.device)
        self._network = load_network(directory).to(self._device)
        self._front_end = FrontEnd(directory.profile, self._device)
        frames = (CPU_FRAMES, CPU_FRAMES) if settings.on_cpu else (FIRST_GPU_FRAMES, MOST_GPU_FRAMES)
        self._budget = FrameBudget(*frames)
        # As PyTorch has it for convolutions; everything else stays in float32.
        torch.backends.cudnn.allow_tf32 = settings.actual_precision != "fp32"
        torch.backends.cuda.matmul.allow_tf32 = False

    @property
    def rate_hz(self) -> int:
        return self._profile.rate_hz

    def embed(self, audios: Sequence[Audio]) -> np.ndarray:
        """Embeddings float32 (n, dim); NaN rows for audio without sound or shorter than one frame."""
        longest_s = self._settings.longest_s
        return embed_utterances(
            audios, self._embed_waves, profile=self._profile, longest_s=longest_s, dim=self.identity.dim
        )

    def _embed_waves(self, waves: Sequence[np.ndarray]) -> list[np.ndarray]:
        return embed_in_batches(waves, self._run, self._budget, count_frames=self._profile.n_frames)

    def _run(self, waves: Sequence[np.ndarray]) -> np.ndarray:
        frames, valid = self._front_end(waves)
        with torch.inference_mode():
            rows = self._forward(frames, valid, half=self._settings.actual_precision == "fp16")
            if not rows.isfinite().all():
                rows = self._forward(frames, valid, half=False)  # 65504, where fp16 ends, was not enough
        return rows.cpu().numpy()

    def _forward(self, frames: torch.Tensor, valid: Valid, *, half: bool) -> torch.Tensor:
        with torch.autocast(self._device.type, dtype=torch.float16, enabled=half):
            return self._network(frames, valid).float()


def _find_device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise EncoderError(f"cannot compute on {name}: {str(error).splitlines()[0]}") from error
    return device
