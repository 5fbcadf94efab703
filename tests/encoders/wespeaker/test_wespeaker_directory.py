"""A model directory: what is read from it, what is refused and in which words."""

import re

import pytest
import torch
import yaml

from spkbound.encoders.open import identify_encoder, open_encoder
from spkbound.encoders.wespeaker.checkpoint import load_network
from spkbound.encoders.wespeaker.directory import read_directory
from spkbound.encoders.wespeaker.settings import WespeakerSettings
from spkbound.errors import EncoderError, UsageError


def configure(folder, **changes):
    """Write a config of its own; a section's changes are merged into it."""
    config = yaml.safe_load((folder / "config.yaml").read_text())
    for name, value in changes.items():
        config[name] = {**config.get(name, {}), **value} if isinstance(value, dict) else value
    (folder / "config.yaml").unlink()
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder


def reweigh(folder, change):
    """Write weights of its own, as `change` (a function of the state) returns them."""
    state = change(torch.load(folder / "avg_model.pt", weights_only=True))
    (folder / "avg_model.pt").unlink()
    torch.save(state, folder / "avg_model.pt")
    return folder


def refused(folder):
    with pytest.raises(EncoderError) as found:
        open_encoder({"kind": "wespeaker", "model_dir": str(folder)})
    return str(found.value)


# config.yaml -----------------------------------------------------------------------------------------------------


def test_rate_bands_frames_and_normalisation_come_from_the_config(own_model_dir):
    configure(
        own_model_dir,
        model_args={"feat_dim": 64},
        dataset_args={
            "resample_rate": 8000,
            "fbank_args": {"num_mel_bins": 64, "frame_length": 32, "frame_shift": 8, "dither": 1.0},
            "cmvn_args": {"norm_mean": True, "norm_var": True},
        },
    )
    profile = read_directory(own_model_dir).profile
    assert (profile.rate_hz, profile.n_mels, profile.frame_samples, profile.hop_samples) == (8000, 64, 256, 64)
    assert (profile.window, profile.scale, profile.norm_mean, profile.norm_var) == ("hamming", "int16", True, True)


def test_a_config_without_data_settings_means_the_defaults(own_model_dir):
    (own_model_dir / "config.yaml").unlink()
    (own_model_dir / "config.yaml").write_text("model: ResNet18\nmodel_args: {embed_dim: 16}\n")
    profile = read_directory(own_model_dir).profile
    assert (profile.rate_hz, profile.n_mels, profile.norm_mean, profile.norm_var) == (16_000, 80, True, False)


def test_cmvn_can_be_off(own_model_dir):
    assert not read_directory(configure(own_model_dir, dataset_args={"cmvn": False})).profile.norm_mean


@pytest.mark.parametrize(
    ("model", "embed_dim", "window", "scale"),
    [
        ("CAMPPlus", 512, "hamming", "int16"),
        ("CAMPPlus", 192, "povey", "unit"),
        ("ERes2Net34_aug", 192, "povey", "unit"),
        ("ERes2Net34_Base", 192, "hamming", "int16"),
    ],
)
def test_the_two_networks_of_damo_have_their_own_profile(own_model_dir, model, embed_dim, window, scale):
    directory = read_directory(
        configure(own_model_dir, model=model, model_args={"embed_dim": embed_dim, "two_emb_layer": False})
        if model != "CAMPPlus"
        else _campplus(own_model_dir, embed_dim)
    )
    assert (directory.profile.window, directory.profile.scale) == (window, scale)
    asked = WespeakerSettings(model_dir=str(own_model_dir), window="hamming", scale="int16").open_directory()
    assert (asked.profile.window, asked.profile.scale) == ("hamming", "int16")


def _campplus(folder, embed_dim):
    (folder / "config.yaml").unlink()
    (folder / "config.yaml").write_text(f"model: CAMPPlus\nmodel_args: {{feat_dim: 80, embed_dim: {embed_dim}}}\n")
    return folder


@pytest.mark.parametrize("model", ["W2VBert_Adapter_MFA", "ReDimNet2B6", "whisper_PMFA_large_v2", "ResNet35", None])
def test_another_network_is_refused_with_what_works_and_what_to_do(own_model_dir, model):
    said = refused(configure(own_model_dir, model=model))
    assert repr(model) in said
    for name in ("ResNet34", "SimAM_ResNet100_ASP", "ECAPA_TDNN_GLOB_c1024", "CAMPPlus", "ERes2Net34_aug", "Gemini"):
        assert name in said
    assert "ONNX" in said


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"model_args": {"embed_dim": None}}, "embed_dim is None"),
        ({"model_args": {"pooling_func": "MQMHASTP"}}, "MQMHASTP"),
        ({"model_args": {"wings": 2}}, "wings"),
        ({"model_args": {"feat_dim": 64}}, "takes 64 bands, the front end makes 80"),
        ({"dataset_args": {"frontend": "s3prl"}}, "s3prl.*ONNX"),
        ({"dataset_args": {"fbank_args": {"num_mel_bins": "many"}}}, "n_mels is 'many'"),
        ({"dataset_args": {"fbank_args": {"num_mel_bins": 80, "low_freq": 0}}}, "low_freq"),
        ({"dataset_args": {"resample_rate": 0}}, "rate_hz is 0"),
        ({"model_args": [1, 2]}, "model_args is"),
    ],
)
def test_what_a_config_asks_for_in_vain_is_named(own_model_dir, changes, says):
    said = refused(configure(own_model_dir, **changes))
    assert re.search(says, said)
    assert "config.yaml" in said


@pytest.mark.parametrize("content", ["", "just words", "model: [", "!!python/object/apply:os.system ['true']"])
def test_a_config_that_is_none_is_refused(own_model_dir, content):
    (own_model_dir / "config.yaml").unlink()
    (own_model_dir / "config.yaml").write_text(content)
    assert "config.yaml" in refused(own_model_dir)


@pytest.mark.parametrize("name", ["config.yaml", "avg_model.pt"])
def test_a_missing_file_is_named_with_what_is_there(own_model_dir, name):
    (own_model_dir / name).rename(own_model_dir / "model_5.pt")
    said = refused(own_model_dir)
    assert f"lacks {name}" in said
    assert "model_5.pt" in said
    assert "no model directory" in refused(own_model_dir / "nowhere")


# avg_model.pt ----------------------------------------------------------------------------------------------------


def test_missing_superfluous_and_misshapen_keys_are_named(own_model_dir):
    def change(state):
        del state["layer3.1.bn2.weight"], state["conv1.weight"]
        return state | {"layer9.weight": torch.zeros(1), "seg_1.bias": torch.zeros(17)}

    said = refused(reweigh(own_model_dir, change))
    assert re.search(r"missing: conv1\.weight, layer3\.1\.bn2\.weight; superfluous: layer9\.weight;", said)
    assert "seg_1.bias (17,) instead of (16,)" in said


def test_weights_of_another_network_are_told_apart_in_a_bearable_message(own_model_dir):
    said = refused(configure(own_model_dir, model="ResNet50"))
    assert "does not fit ResNet50" in said
    assert re.search(r"and \d+ more", said)
    assert len(said) < 3_000


def test_weights_that_are_no_numbers_are_refused(own_model_dir):
    said = refused(reweigh(own_model_dir, lambda state: state | {"bn1.weight": torch.full((32,), torch.nan)}))
    assert "not finite: bn1.weight" in said


@pytest.mark.parametrize("share", [0, 0.5, 0.999])
def test_a_truncated_checkpoint_says_so(own_model_dir, share):
    content = (own_model_dir / "avg_model.pt").read_bytes()
    (own_model_dir / "avg_model.pt").unlink()
    (own_model_dir / "avg_model.pt").write_bytes(content[: int(share * len(content))])
    assert "truncated" in refused(own_model_dir)


class Program:
    def __reduce__(self):
        return print, ("this ran",)


def test_a_checkpoint_cannot_run_a_program(own_model_dir, capsys):
    said = refused(reweigh(own_model_dir, lambda state: state | {"extra": Program()}))
    assert "refused" in said
    assert "this ran" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "dress",
    [
        lambda state: {"state_dict": state, "epoch": 3},
        lambda state: {f"module.{key}": value for key, value in state.items()},
        lambda state: {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")},
    ],
    ids=["wrapped", "prefixed", "without counters"],
)
def test_the_forms_that_checkpoints_come_in_give_the_same_network(own_model_dir, model_dir, dress):
    mine, plain = (load_network(read_directory(each)) for each in (reweigh(own_model_dir, dress), model_dir))
    assert all((a == b).all() for a, b in zip(mine.parameters(), plain.parameters(), strict=True))


# identity --------------------------------------------------------------------------------------------------------


def test_the_identity_says_network_weights_profile_precision_and_version(model_dir):
    found = identify_encoder({"kind": "wespeaker", "model_dir": str(model_dir)})
    assert (found.name, found.version, found.dim, found.rate_hz) == ("ResNet18", "1", 16, 16_000)
    assert {"weights_sha256", "window", "scale", "n_mels", "precision", "resampler"} <= set(found.details)
    assert found.details["precision"] == "fp32"
    assert open_encoder({"kind": "wespeaker", "model_dir": str(model_dir)}).identity == found


def test_whatever_decides_the_numbers_changes_the_digest_and_the_place_does_not(own_model_dir, model_dir):
    spec = {"kind": "wespeaker", "model_dir": str(model_dir)}
    others = [{}, {"window": "povey"}, {"scale": "unit"}, {"longest_s": 30.0}, {"device": "cuda:0"}]
    others += [{"device": "cuda:0", "precision": precision} for precision in ("fp16", "fp32")]
    digests = [identify_encoder(spec | other).digest for other in others]
    assert len(set(digests)) == len(others) - 1
    assert digests[-1] == digests[0]  # fp32 is fp32 on either device
    assert identify_encoder(spec | {"model_dir": str(own_model_dir)}).digest == digests[0]
    reweigh(own_model_dir, lambda state: state | {"seg_1.bias": torch.ones(16)})
    assert identify_encoder(spec | {"model_dir": str(own_model_dir)}).digest != digests[0]


@pytest.mark.parametrize(
    "wrong", [{"window": "hann"}, {"scale": "int8"}, {"precision": "bf16"}, {"precision": "tf32"}, {"longest_s": 0}]
)
def test_settings_that_cannot_be_are_wrong_usage(model_dir, wrong):
    with pytest.raises(UsageError):
        identify_encoder({"kind": "wespeaker", "model_dir": str(model_dir)} | wrong)


def test_a_device_that_is_not_there_is_named(model_dir):
    with pytest.raises(EncoderError, match="cuda:77"):
        open_encoder({"kind": "wespeaker", "model_dir": str(model_dir), "device": "cuda:77"})
