"""An exported network: frames in, embeddings out, only with a named profile.

`tiny.onnx` is the mean over time of tanh(feats), times a matrix.
"""

from pathlib import Path

import numpy as np
import pytest

from spkbound.audio import Audio
from spkbound.cli import main
from spkbound.encoders.open import identify_encoder, open_encoder, spec_of_model
from spkbound.encoders.wespeaker.frontend import FrontEnd
from spkbound.encoders.wespeaker.profile import Profile
from spkbound.errors import EncoderError, UsageError

pytest.importorskip("onnxruntime")
TINY = Path(__file__).parent / "reference" / "tiny.onnx"
RATE_HZ = 16_000


def audio(n_samples, seed=0):
    samples = 0.1 * np.random.default_rng(seed).standard_normal(n_samples)
    return Audio(samples=samples.astype(np.float32), rate_hz=RATE_HZ, source_rate_hz=RATE_HZ)


def by_hand(wave, profile):
    from onnxruntime import InferenceSession

    frames = FrontEnd(profile)([wave])[0].numpy()
    return InferenceSession(TINY, providers=["CPUExecutionProvider"]).run(None, {"feats": frames})[0][0]


@pytest.mark.parametrize(
    ("name", "profile"), [("wespeaker", Profile()), ("damo", Profile(window="povey", scale="unit"))]
)
def test_frames_of_the_named_profile_go_in(name, profile):
    encoder = open_encoder(spec_of_model(str(TINY), profile=name))
    assert np.allclose(encoder.embed([audio(9_000)])[0], by_hand(audio(9_000).samples, profile), rtol=1e-5)


def test_only_equally_long_utterances_share_a_batch_so_that_nothing_is_padded():
    encoder = open_encoder(spec_of_model(str(TINY), profile="wespeaker"))
    audios = [audio(n, n) for n in (16_000, 400, 16_001, 399, 16_000, 50_000)]
    together = encoder.embed(audios)
    for row, each in zip(together, audios):
        assert np.allclose(row, encoder.embed([each])[0], atol=1e-6, equal_nan=True)
    assert np.isnan(together[:, 0]).tolist() == [False, False, False, True, False, False]


def test_a_profile_must_be_named_and_precision_cannot_be():
    with pytest.raises(UsageError, match="--profile wespeaker, or damo"):
        spec_of_model(str(TINY))
    with pytest.raises(UsageError, match="--precision"):
        spec_of_model(str(TINY), profile="damo", precision="fp16")
    with pytest.raises(UsageError, match="--profile is for"):
        spec_of_model("folder", profile="damo")


def test_the_identity_says_file_weights_and_profile():
    specs = [spec_of_model(str(TINY), profile=name) for name in ("wespeaker", "damo")]
    plain, damo = map(identify_encoder, specs)
    assert (plain.name, plain.dim, plain.rate_hz) == ("tiny.onnx", 12, RATE_HZ)
    assert plain.digest != damo.digest
    assert open_encoder(specs[0]).identity == plain
    assert identify_encoder(spec_of_model(str(TINY), profile="wespeaker", window="povey", scale="unit")).digest == (
        damo.digest
    )


def test_a_file_that_is_no_network_is_refused(tmp_path):
    (tmp_path / "broken.onnx").write_bytes(TINY.read_bytes()[:1_000])
    for name in ("broken.onnx", "missing.onnx"):
        with pytest.raises(EncoderError, match=name):
            identify_encoder(spec_of_model(str(tmp_path / name), profile="wespeaker"))


def test_it_extracts_through_the_command_line(tmp_path, capsys):
    import soundfile

    soundfile.write(tmp_path / "a.wav", audio(9_000).samples, RATE_HZ)
    command = ["extract", "--input_dir", str(tmp_path), "--output_dir", str(tmp_path / "out"), "--model_dir", str(TINY)]
    assert main(command) == 2
    assert "--profile" in capsys.readouterr().err
    assert main([*command, "--profile", "wespeaker", "--gpus", "0", "--workers", "1"]) == 0
    assert np.load(tmp_path / "out/store/matrix.npy").shape == (1, 12)
