"""What does an utterance tell of a voice? Cepstra and pitch of its speech, and statistics of both.

How they compare with other voices is left to `background`.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.encoders.cepstra import SpeechFrames, cepstral_statistics, speech_cepstra
from spkbound.encoders.pitch import PitchFrames, pitch_statistics, track_pitch


@dataclass(frozen=True, slots=True)
class Speech:
    """The speech frames of an utterance in order, and the pitch of some of them."""

    frames: SpeechFrames
    pitch: PitchFrames

    def __len__(self) -> int:
        return len(self.frames)

    def first_half(self) -> "Speech":
        return Speech(self.frames[: (len(self.frames) + 1) // 2], self.pitch[: (len(self.pitch) + 1) // 2])

    def second_half(self) -> "Speech":
        return Speech(self.frames[len(self.frames) // 2 :], self.pitch[len(self.pitch) // 2 :])


def find_speech(samples: np.ndarray, highest_hz: float) -> Speech | None:
    """Speech in float32 `samples` at 16 kHz; None when there are too few frames or silence."""
    frames = speech_cepstra(samples, highest_hz)
    return None if frames is None else Speech(frames, track_pitch(samples, frames.places))


def voice_statistics(speech: Speech) -> np.ndarray:
    """Statistics of the cepstra and of the pitch: float32 (91,); NaN where the pitch is unknown."""
    return np.concatenate([cepstral_statistics(speech.frames), pitch_statistics(speech.pitch)])
