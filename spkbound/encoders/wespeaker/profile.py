"""What does a network want to hear? The few numbers of its front end; what is made of them `frontend` knows."""

from dataclasses import dataclass
from typing import Literal

WINDOWS = ("hamming", "povey")
SCALES = ("int16", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Settings of a Kaldi filter bank and of the normalisation behind it; the defaults are WeSpeaker's."""

    rate_hz: int = 16_000
    n_mels: int = 80
    frame_ms: float = 25.0
    hop_ms: float = 10.0
    window: Literal["hamming", "povey"] = "hamming"
    scale: Literal["int16", "unit"] = "int16"  # full scale is 32768, or 1
    norm_mean: bool = True  # per utterance and band
    norm_var: bool = False

    @property
    def frame_samples(self) -> int:
        return int(self.rate_hz * self.frame_ms * 0.001)

    @property
    def hop_samples(self) -> int:
        return int(self.rate_hz * self.hop_ms * 0.001)

    @property
    def fft_samples(self) -> int:
        return 1 << (self.frame_samples - 1).bit_length()

    def n_frames(self, n_samples: int) -> int:
        """How many whole frames lie in so many samples."""
        return max(0, 1 + (n_samples - self.frame_samples) // self.hop_samples)


# The two networks that DAMO trained on 200,000 speakers hear otherwise than all others of WeSpeaker's.
PROFILES = {"wespeaker": Profile(), "damo": Profile(window="povey", scale="unit")}
