"""Where do published networks come from? Names → a model directory in the cache of the Hugging Face hub.

Cache, offline work (HF_HUB_OFFLINE) and progress are that library's; which file means what `wespeaker.directory` knows.
"""

import re
from pathlib import Path

from spkbound.encoders.archives import is_model_directory, unpack
from spkbound.encoders.wespeaker.directory import CONFIG_NAME, WEIGHTS_NAME
from spkbound.encoders.wespeaker_page import ASSETS, LISTING, fetch_asset
from spkbound.errors import EncoderError
from spkbound.words import Words

# What WeSpeaker's own command line calls them, as far as the Hugging Face hub has them.
NAMES = {
    "english": "Wespeaker/wespeaker-voxceleb-resnet221-LM",
    "chinese": "Wespeaker/wespeaker-cnceleb-resnet34",
    "vblinkf": "Wespeaker/wespeaker-voxlink2-samresnet34_ft",
}

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_ARCHIVES = ("*.tar.gz", "*.tgz", "*.zip")


def is_hub_name(text: str) -> bool:
    """Whether this is one of the known names, or looks like ``owner/name``."""
    return text in NAMES or text in ASSETS or _REPOSITORY.fullmatch(text) is not None


def fetch_model(
    name: str, *, endpoint: str | None = None, listing: str = LISTING, cache_dir: Path | None = None
) -> Path:
    """Model directory of a name, downloaded where it is not in the cache yet.

    Raises
    ------
    EncoderError : there is none, it cannot be reached, or what is there is no model directory
    """
    if name in ASSETS:
        return fetch_asset(name, _unpacked_dir("wespeaker", name, cache_dir), listing=listing)
    repository = NAMES.get(name, name)
    snapshot = _download(repository, endpoint, cache_dir)
    if is_model_directory(snapshot):
        return snapshot
    archives = sorted(file for pattern in _ARCHIVES for file in snapshot.glob(pattern))
    if len(archives) != 1:
        wanted = f"{CONFIG_NAME} and {WEIGHTS_NAME}"
        found = ", ".join(sorted(file.name for file in snapshot.iterdir())) or "neither"
        raise EncoderError(
            Words(
                "{name} holds no model directory: expected {wanted}, found {found}",
                name=repository,
                wanted=wanted,
                found=found,
            )
        )
    return unpack(archives[0], _unpacked_dir(repository, snapshot.name, cache_dir))


def _download(repository: str, endpoint: str | None, cache_dir: Path | None) -> Path:
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled

    try:
        return Path(
            huggingface_hub.snapshot_download(
                repository,
                allow_patterns=[CONFIG_NAME, WEIGHTS_NAME, *_ARCHIVES],
                endpoint=endpoint,
                cache_dir=cache_dir,
            )
        )
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        said = " ".join(str(error).split())[:300]
        raise EncoderError(
            Words(
                "{name} is no folder here, and cannot be had from the Hugging Face hub: {why};"
                " try again with a network, or give a folder",
                name=repository,
                why=said,
            )
        ) from error


def _unpacked_dir(repository: str, revision: str, cache_dir: Path | None) -> Path:
    if cache_dir is not None:
        return cache_dir / "unpacked" / repository.replace("/", "--") / revision
    from huggingface_hub import cached_assets_path

    return Path(cached_assets_path("spkbound", namespace=repository, subfolder="unpacked")) / revision
