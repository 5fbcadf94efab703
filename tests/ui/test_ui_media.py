import io
import os

import numpy as np
import pytest
import soundfile
from formats import SECONDS, TONE_HZ, writers

from spkbound.ui.media import LeastRecent, browser_media_type, transcode

RATE_HZ = 16_000


@pytest.fixture
def tone() -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * 220 * np.arange(RATE_HZ // 4) / RATE_HZ)


def write(folder, name, samples, rate_hz=RATE_HZ, **options) -> bytes:
    soundfile.write(folder / name, samples, rate_hz, **options)
    return os.fsencode(folder / name)


def test_what_browsers_decode_stays_as_it_is(tmp_path, tone):
    for name, media_type in [("a.wav", "audio/wav"), ("a.flac", "audio/flac"), ("a.ogg", "audio/ogg")]:
        assert browser_media_type(write(tmp_path, name, tone)) == media_type
    assert browser_media_type(write(tmp_path, "two.wav", np.column_stack([tone, tone]))) is None  # one is embedded


def test_the_content_decides_and_not_the_name(tmp_path, tone):
    write(tmp_path, "a.flac", tone)
    (tmp_path / "a.flac").rename(tmp_path / "really_flac.wav")
    assert browser_media_type(os.fsencode(tmp_path / "really_flac.wav")) == "audio/flac"


def test_what_browsers_cannot_decode_is_transcoded(tmp_path, tone):
    fast = write(tmp_path, "fast.wav", tone, 96_000)
    many = write(tmp_path, "many.wav", np.column_stack([tone] * 4))
    for source in (fast, many):
        assert browser_media_type(source) is None
        file = tmp_path / "out.wav"
        file.write_bytes(transcode(source, channel=0))
        info = soundfile.info(file)
        assert (info.channels, info.subtype) == (1, "PCM_16")
        assert info.samplerate <= 48_000


def test_audio_comes_whole_in_parts_and_not_at_all(client, voices):
    whole = client.get("/x/audio/3")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.headers["cache-control"].startswith("private")
    part = client.get("/x/audio/3", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    head = client.head("/x/audio/3")
    assert head.headers["content-length"] == str(len(whole.content))
    same = client.get("/x/audio/3", headers={"if-none-match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_what_cannot_be_heard_says_why(client, voices):
    answer = client.get(f"/x/audio/{voices.broken}")
    assert answer.status_code == 404
    assert answer.json()["reason"]


def test_any_form_of_audio_comes_as_something_that_browsers_decode(own_client, tmp_path):
    view = own_client.app.state.workplace.view()
    for name, write_file in writers().items():
        file = tmp_path / "sound.wav"  # the content decides
        write_file(file)
        view.media.source = lambda index, file=file: os.fsencode(file)
        answer = own_client.get("/x/audio/1")
        assert answer.headers["content-type"] in ("audio/wav", "audio/flac", "audio/mpeg", "audio/ogg"), name
        samples, rate_hz = soundfile.read(io.BytesIO(answer.content), always_2d=True)
        assert (samples.shape[1], rate_hz <= 48_000) == (1, True), name
        assert len(samples) / rate_hz == pytest.approx(SECONDS, abs=0.12), name
        spectrum = np.abs(np.fft.rfft(samples[:, 0]))
        assert spectrum.argmax() * rate_hz / len(samples) == pytest.approx(TONE_HZ, abs=4), name


def test_a_transcoded_file_has_ranges_as_well(own_client, tmp_path, tone, monkeypatch):
    view = own_client.app.state.workplace.view()
    source = write(tmp_path, "fast.wav", tone, 96_000)
    view.media.source = lambda index: source
    whole = own_client.get("/x/audio/1")
    assert whole.status_code == 200
    assert soundfile.info(_saved(tmp_path, whole.content)).samplerate == 48_000
    for asked, expected in [("bytes=0-3", whole.content[:4]), ("bytes=-4", whole.content[-4:])]:
        part = own_client.get("/x/audio/1", headers={"range": asked})
        assert (part.status_code, part.content) == (206, expected)
    assert own_client.get("/x/audio/1", headers={"range": f"bytes={10**9}-"}).status_code == 416


def test_a_file_that_went_missing_or_is_no_file_says_so(own_client, tmp_path):
    view = own_client.app.state.workplace.view()
    os.mkfifo(tmp_path / "pipe.wav")
    for name, word in [("gone.wav", "not there"), ("pipe.wav", "not a file")]:
        view.media.source = lambda index, name=name: os.fsencode(tmp_path / name)
        answer = own_client.get("/x/audio/1")
        assert answer.status_code == 404
        assert word in answer.json()["reason"]


def test_the_cache_forgets_what_was_used_longest_ago():
    cache = LeastRecent(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: key.upper())
    made = []
    for key in ("a", "c", "b"):
        cache.get(key, lambda key=key: made.append(key))
    assert made == ["b"]


def _saved(folder, content: bytes):
    (folder / "saved.wav").write_bytes(content)
    return folder / "saved.wav"


def test_what_is_heard_is_the_channel_that_was_embedded(tmp_path):
    tone = np.sin(np.arange(4000) / 10).astype(np.float32) * 0.4
    name = tmp_path / os.fsdecode(b"caf\xe9.wav")
    with open(name, "wb") as out:
        soundfile.write(out, np.column_stack([tone, -0.1 * tone]), 16000, format="WAV")
    heard, rate_hz = soundfile.read(io.BytesIO(transcode(os.fsencode(name), channel=1)))
    assert rate_hz == 16000
    np.testing.assert_allclose(heard, -0.1 * tone, atol=1e-3)


def test_a_name_that_is_not_utf_8_is_no_obstacle(tmp_path):
    source = os.path.join(os.fsencode(tmp_path), b"caf\xe9.wav")
    with open(source, "wb") as out:
        soundfile.write(out, np.zeros(400, np.float32), 16000, format="WAV", subtype="PCM_16")
    assert browser_media_type(source) == "audio/wav"
