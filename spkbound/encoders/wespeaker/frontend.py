"""What does a network get to see of a sound? Log-mel frames as Kaldi's, a padded batch at a time.

Source: Kaldi's `feat/feature-fbank` and `mel-computations` (no dither, `snip_edges`), all in float32.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from spkbound.encoders.wespeaker.profile import Profile
from spkbound.encoders.wespeaker.valid import Valid

PREEMPHASIS = 0.97
LOWEST_HZ = 20.0
FLOOR = torch.finfo(torch.float32).eps  # of a band's energy

_FRAMES_AT_ONCE = 1 << 14  # bounds the memory of the spectra


class FrontEnd:
    """Waveforms → frames (batch, n_frames, n_mels), each utterance as it would be alone, zeros behind its end."""

    def __init__(self, profile: Profile, device: torch.device | str = "cpu") -> None:
        self.profile = profile
        self._device = torch.device(device)
        self._window = _window(profile).to(device)
        self._bank = mel_bank(profile).to(device)

    def __call__(self, waves: Sequence[np.ndarray]) -> tuple[Tensor, Valid]:
        """Frames of float32 `waves` (n_samples,), full scale 1, at least one frame long each."""
        return self.look(*self.copy(waves))

    def copy(self, waves: Sequence[np.ndarray]) -> tuple[Tensor, Valid]:
        """Put waves on the device, padded (batch, n_samples); a GPU fetches them while this thread goes on."""
        on_gpu = self._device.type == "cuda"
        padded = torch.empty(len(waves), max(map(len, waves)), pin_memory=on_gpu)
        for row, wave in zip(padded.numpy(), waves):
            row[: len(wave)] = wave
            row[len(wave) :] = 0.0
        valid = Valid.of([self.profile.n_frames(len(wave)) for wave in waves], self._device)
        return padded.to(self._device, non_blocking=True), valid

    def look(self, padded: Tensor, valid: Valid) -> tuple[Tensor, Valid]:
        """Frames of what `copy` put on the device."""
        rows = max(1, _FRAMES_AT_ONCE // valid.n_frames)
        bands = torch.cat([self._log_mel(part) for part in padded.split(rows)])
        return self._normalise(bands.transpose(1, 2), valid).transpose(1, 2), valid

    def _log_mel(self, waves: Tensor) -> Tensor:
        """(batch, n_samples) → (batch, n_frames, n_mels); frames know nothing of each other."""
        if self.profile.scale == "int16":
            waves = waves * 32768.0
        frames = waves.unfold(1, self.profile.frame_samples, self.profile.hop_samples)
        frames = frames - frames.mean(-1, keepdim=True)
        before = torch.cat([frames[..., :1], frames[..., :-1]], -1)
        spectra = torch.fft.rfft((frames - PREEMPHASIS * before) * self._window, n=self.profile.fft_samples)
        return (spectra.abs().square() @ self._bank).clamp(min=FLOOR).log()

    def _normalise(self, bands: Tensor, valid: Valid) -> Tensor:
        """(batch, n_mels, n_frames): subtract each band's mean, divide by its deviation, as the profile says."""
        if self.profile.norm_mean:
            bands = bands - valid.mean(bands)
        if self.profile.norm_var:
            bands = bands / valid.deviation(bands)
        return valid.fill(bands, 0.0)


def mel_bank(profile: Profile) -> Tensor:
    """Triangles that are straight on the mel scale: float32 (n_bins, n_mels), none at half the rate."""
    n_bins = profile.fft_samples // 2
    lowest, highest = _mel(LOWEST_HZ), _mel(profile.rate_hz / 2)
    step = (highest - lowest) / (profile.n_mels + 1)
    edges = lowest + torch.arange(profile.n_mels + 2) * step
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    bins = 1127.0 * (1.0 + profile.rate_hz / profile.fft_samples * torch.arange(n_bins)[:, None] / 700.0).log()
    triangles = torch.minimum((bins - left) / (centre - left), (right - bins) / (right - centre)).clamp(min=0.0)
    return torch.cat([triangles, torch.zeros(1, profile.n_mels)])


def _mel(hz: float) -> float:
    return 1127.0 * math.log(1.0 + hz / 700.0)


def _window(profile: Profile) -> Tensor:
    if profile.window == "povey":
        return torch.hann_window(profile.frame_samples, periodic=False).pow(0.85)
    return torch.hamming_window(profile.frame_samples, periodic=False)
