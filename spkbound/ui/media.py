"""How does the browser hear utterance i? As the file is when browsers can decode it, else as WAV; and its pictures.

It is told an index and asks the corpus for the path; no path ever comes from the browser.
"""

import hashlib
import io
import os
import re
import stat
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import soundfile
from fastapi import Request
from fastapi.responses import FileResponse, Response

from spkbound.audio import Channel, peaks, read_audio
from spkbound.errors import UnreadableAudio
from spkbound.ui.spectrogram import N_BANDS, N_COLUMNS, RATE_HZ, draw_spectrogram
from spkbound.words import Words, from_disk

MAX_RATE_HZ = 48_000
N_PEAKS = 26

_WAV_SUBTYPES = {"PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "ULAW", "ALAW"}
_BROWSER_FORMATS = {
    "WAV": "audio/wav",
    "WAVEX": "audio/wav",
    "FLAC": "audio/flac",
    "OGG": "audio/ogg",
    "MP3": "audio/mpeg",
    "MPEG": "audio/mpeg",
}
_PRIVATE = {"Cache-Control": "private, max-age=3600", "Accept-Ranges": "bytes"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class LeastRecent:
    """A cache of the `size` values used last; two threads may make the same value, the later one stays."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self.size:
                self._values.popitem(last=False)
        return value


def browser_media_type(source: bytes) -> str | None:
    """The media type under which browsers decode the file as it is; None when it must be transcoded.

    Of several channels only the one that was embedded is to be heard, so such files are transcoded.
    """
    try:
        with open(source, "rb") as opened:
            info = soundfile.info(opened)
    except (soundfile.LibsndfileError, OSError, TypeError):
        return None
    if info.samplerate > MAX_RATE_HZ or info.channels > 1 or info.frames <= 0:
        return None
    if info.format in ("WAV", "WAVEX") and info.subtype not in _WAV_SUBTYPES:
        return None
    return _BROWSER_FORMATS.get(info.format)


def transcode(source: bytes, *, channel: Channel) -> bytes:
    """One channel of the file as 16-bit WAV at no more than 48 kHz; `UnreadableAudio` when there is nothing to hear."""
    audio = read_audio(source, channel=channel)
    if audio.rate_hz > MAX_RATE_HZ:
        audio = read_audio(source, channel=channel, rate_hz=MAX_RATE_HZ)
    stream = io.BytesIO()
    soundfile.write(stream, np.clip(audio.samples, -1, 1), audio.rate_hz, format="WAV", subtype="PCM_16")
    return stream.getvalue()


class Media:
    """Sound, peaks and spectrograms of one corpus: `source` gives the absolute path of an index."""

    def __init__(self, source: Callable[[int], bytes], *, channel: Channel) -> None:
        self.source = source
        self.channel = channel
        self._sounds = LeastRecent(64)
        self._peaks = LeastRecent(4096)
        self._spectrograms = LeastRecent(4096)

    def answer(self, index: int, request: Request) -> Response:
        """The sound of utterance `index`; `UnreadableAudio` when it is missing or nothing can decode it."""
        source = self.source(index)
        try:
            status = os.stat(source)
        except OSError as error:
            raise UnreadableAudio("open", _why(error)) from error
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableAudio("open", Words("not a file"))
        media_type = browser_media_type(source)
        key = (index, status.st_mtime_ns, status.st_size)
        etag = f'"{hashlib.md5(repr(key).encode(), usedforsecurity=False).hexdigest()}"'
        headers = {**_PRIVATE, "ETag": etag}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if media_type is not None:
            return FileResponse(os.fsdecode(source), media_type=media_type, stat_result=status, headers=headers)
        sound = self._sounds.get(key, lambda: transcode(source, channel=self.channel))
        return _part_of(sound, request, headers)

    def peaks(self, index: int) -> list[int] | None:
        """`N_PEAKS` heights in [0, 255] of utterance `index`; None where it cannot be read."""
        return self._peaks.get(index, lambda: self._read_peaks(index))

    def spectrogram(self, index: int) -> np.ndarray:
        """uint8 (N_BANDS, N_COLUMNS) of utterance `index`, see `draw_spectrogram`; zeros where it cannot be read."""
        return self._spectrograms.get(index, lambda: self._read_spectrogram(index))

    def _read_spectrogram(self, index: int) -> np.ndarray:
        try:
            return draw_spectrogram(read_audio(self.source(index), channel=self.channel, rate_hz=RATE_HZ).samples)
        except UnreadableAudio:
            return np.zeros((N_BANDS, N_COLUMNS), np.uint8)

    def _read_peaks(self, index: int) -> list[int] | None:
        try:
            return peaks(read_audio(self.source(index), channel=self.channel).samples, N_PEAKS).tolist()
        except UnreadableAudio:
            return None


def _part_of(body: bytes, request: Request, headers: dict[str, str]) -> Response:
    """`body`, or the one range of it that the request names."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if (
        found is None
        or found.groups() == ("", "")
        or request.headers.get("if-range", headers["ETag"]) != headers["ETag"]
    ):
        return Response(body, media_type="audio/wav", headers=headers)
    first, last = found.groups()
    start = int(first) if first else max(0, len(body) - int(last))
    stop = min(len(body), int(last) + 1) if first and last else len(body)
    if start >= stop:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(body)}"})
    headers = {**headers, "Content-Range": f"bytes {start}-{stop - 1}/{len(body)}"}
    return Response(body[start:stop], 206, media_type="audio/wav", headers=headers)


def _why(error: OSError) -> str:
    return Words("the file is not there") if isinstance(error, FileNotFoundError) else from_disk(error)
