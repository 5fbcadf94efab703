"""What does a model directory say of its network? `config.yaml`, read without torch; the weights are `checkpoint`'s."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from spkbound.encoders.wespeaker.architectures import EXPORT_HINT, find_architecture, read_model_args
from spkbound.encoders.wespeaker.profile import PROFILES, WINDOWS, Profile
from spkbound.errors import EncoderError
from spkbound.words import Words

CONFIG_NAME, WEIGHTS_NAME = "config.yaml", "avg_model.pt"

DAMO_NETWORKS = frozenset({("CAMPPlus", 192), ("ERes2Net34_aug", 192)})

_FBANK_ARGS = {"num_mel_bins": "n_mels", "frame_length": "frame_ms", "frame_shift": "hop_ms", "window_type": "window"}
_LIMITS = {"rate_hz": (1_000, 768_000), "n_mels": (8, 512), "frame_ms": (1, 1_000), "hop_ms": (1, 1_000)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDirectory:
    """A network as its directory describes it. `args`: what `build_network` takes."""

    weights: Path
    name: str
    args: Mapping[str, object]
    profile: Profile

    @property
    def dim(self) -> int:
        return int(self.args["embed_dim"])


def read_directory(folder: Path) -> ModelDirectory:
    """Read ``config.yaml``, see that ``avg_model.pt`` is there.

    Raises
    ------
    EncoderError : one of the two is missing or cannot be read, or asks for what is not here
    """
    _refuse_incomplete(folder)
    where = str(folder / CONFIG_NAME)
    config = _read_yaml(folder / CONFIG_NAME)
    name = config.get("model")
    find_architecture(name, where)
    args = read_model_args(name, _section(config, "model_args", where), where)
    profile = _read_profile(_section(config, "dataset_args", where), (name, args["embed_dim"]), where)
    if args["feat_dim"] != profile.n_mels:
        raise EncoderError(f"{where}: the network takes {args['feat_dim']} bands, the front end makes {profile.n_mels}")
    return ModelDirectory(weights=folder / WEIGHTS_NAME, name=name, args=args, profile=profile)


def _refuse_incomplete(folder: Path) -> None:
    if not folder.is_dir():
        raise EncoderError(
            Words(
                "no model directory {folder}: expected a folder with {config} and {weights}",
                folder=str(folder),
                config=CONFIG_NAME,
                weights=WEIGHTS_NAME,
            )
        )
    missing = [name for name in (CONFIG_NAME, WEIGHTS_NAME) if not (folder / name).is_file()]
    if missing:
        found = ", ".join(sorted(file.name for file in folder.iterdir())[:8]) or "nothing"
        raise EncoderError(
            Words(
                "{folder} lacks {missing} (found: {found}); some downloads have other names for them: rename",
                folder=str(folder),
                missing=", ".join(missing),
                found=found,
            )
        )


def _read_yaml(file: Path) -> Mapping:
    import yaml

    try:
        config = yaml.safe_load(file.read_bytes())
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise EncoderError(
            Words("cannot read {file}: {why}", file=str(file), why=" ".join(str(error).split()))
        ) from error
    if not isinstance(config, dict):
        raise EncoderError(
            Words("{file} is no WeSpeaker configuration: expected `model: …` and `model_args: …`", file=str(file))
        )
    return config


def _section(config: Mapping, name: str, where: str) -> Mapping:
    section = config.get(name) or {}
    if not isinstance(section, dict):
        raise EncoderError(f"{where}: {name} is {section!r:.60}; expected names with values")
    return section


def _read_profile(dataset_args: Mapping, network: tuple[str, int], where: str) -> Profile:
    front_end = dataset_args.get("frontend", "fbank")
    if front_end != "fbank":
        raise EncoderError(f"{where}: no front end {front_end!r} here, only fbank; {EXPORT_HINT}")
    values = _fbank_values(_section(dataset_args, "fbank_args", where), where)
    values["rate_hz"] = dataset_args.get("resample_rate", 16_000)
    norms = _section(dataset_args, "cmvn_args", where) if dataset_args.get("cmvn", True) else {"norm_mean": False}
    values["norm_mean"] = bool(norms.get("norm_mean", True))
    values["norm_var"] = bool(norms.get("norm_var", False))
    usual = PROFILES["damo" if network in DAMO_NETWORKS else "wespeaker"]
    return _check_profile(replace(usual, **values), where)


def _fbank_values(fbank_args: Mapping, where: str) -> dict:
    given = {key: value for key, value in fbank_args.items() if key != "dither"}  # noise, for training only
    unknown = sorted(set(map(str, given)) - set(_FBANK_ARGS))
    if unknown:
        raise EncoderError(f"{where}: fbank_args has {', '.join(unknown)}, which is not known here")
    return {_FBANK_ARGS[key]: value for key, value in given.items()}


def _check_profile(profile: Profile, where: str) -> Profile:
    """Refuse numbers that no front end can have."""
    for name, (least, most) in _LIMITS.items():
        value = getattr(profile, name)
        if not isinstance(value, int | float) or not least <= value <= most:
            raise EncoderError(f"{where}: {name} is {value!r}; expected {least} to {most}")
    if profile.window not in WINDOWS:
        raise EncoderError(f"{where}: no window {profile.window!r} here, only {' and '.join(WINDOWS)}")
    return profile
