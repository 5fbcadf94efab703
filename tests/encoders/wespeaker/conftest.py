import pytest
import torch

from spkbound.encoders.wespeaker.architectures import build_network, read_model_args

CONFIG = """\
model: ResNet18
model_args: {feat_dim: 80, embed_dim: 16, pooling_func: TSTP, two_emb_layer: false}
dataset_args:
  resample_rate: 16000
  fbank_args: {num_mel_bins: 80, frame_shift: 10, frame_length: 25, dither: 1.0}
"""


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory):
    """A model directory with a small network of random weights; tests only read it."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(3)
    network = build_network("ResNet18", read_model_args("ResNet18", {"embed_dim": 16}, "here"))
    state = network.state_dict() | {"projection.weight": torch.zeros(5, 16)}
    torch.save(state, folder / "avg_model.pt")
    (folder / "config.yaml").write_text(CONFIG)
    return folder


@pytest.fixture
def own_model_dir(model_dir, tmp_path):
    """A model directory whose files a test may replace."""
    folder = tmp_path / "model"
    folder.mkdir()
    for file in model_dir.iterdir():
        (folder / file.name).symlink_to(file)
    return folder
