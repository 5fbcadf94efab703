"""What does WeSpeaker offer beside the Hugging Face hub? Names → archives on its own page, found by a listing."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.error import URLError
from urllib.request import urlopen

from spkbound.encoders.archives import is_model_directory, unpack
from spkbound.encoders.wespeaker.profile import PROFILES
from spkbound.errors import EncoderError

LISTING = "https://modelscope.cn/api/v1/datasets/wenet/wespeaker_pretrained_models/oss/tree"
ASSETS: Mapping[str, str] = MappingProxyType(
    {
        "campplus": "campplus_cn_common_200k.tar.gz",
        "eres2net": "eres2net_cn_commom_200k.tar.gz",  # written so there
        "vblinkp": "voxblink2_samresnet34.zip",
    }
)
# Trained elsewhere, on other filter banks than WeSpeaker's; their config.yaml does not say so.
DAMO = ("campplus", "eres2net")

_TIMEOUT_S = 30
_BLOCK = 1 << 20


def hearing(name: str) -> dict[str, str]:
    """Window and scale that a network of this name was trained with, where its directory does not say them."""
    damo = PROFILES["damo"]
    return {"window": damo.window, "scale": damo.scale} if name in DAMO else {}


def fetch_asset(name: str, folder: Path, *, listing: str = LISTING) -> Path:
    """Model directory `folder` of a name in `ASSETS`, downloaded and unpacked where it is not there yet.

    Raises
    ------
    EncoderError : it cannot be reached, or what comes is broken; the address to fetch by hand is named
    """
    from huggingface_hub.constants import HF_HUB_OFFLINE

    if is_model_directory(folder):
        return folder
    asset = ASSETS[name]
    if HF_HUB_OFFLINE:
        raise EncoderError(_by_hand(name, "HF_HUB_OFFLINE forbids to ask", listing))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        archive = Path(temporary) / asset
        try:
            _download(_find_address(asset, listing), archive)
        except (OSError, ValueError, KeyError, TypeError) as error:
            said = error.reason if isinstance(error, URLError) else error
            raise EncoderError(_by_hand(name, said, listing)) from error
        return unpack(archive, folder)


def _find_address(asset: str, listing: str) -> str:
    with urlopen(listing, timeout=_TIMEOUT_S) as answer:
        rows = json.load(answer)["Data"]
    address = next((row["Url"] for row in rows if row["Key"] == asset), None)
    if address is None:
        raise ValueError(f"{asset} is not listed there any more")
    if not address.startswith(("https://", "http://")):
        raise ValueError(f"{address!r} is no address")
    return address


def _download(address: str, file: Path) -> None:
    from tqdm import tqdm

    with urlopen(address, timeout=_TIMEOUT_S) as answer, file.open("wb") as written:
        n_bytes = int(answer.headers.get("Content-Length") or 0)
        with tqdm(total=n_bytes or None, unit="B", unit_scale=True, desc=file.name, disable=None) as bar:
            while block := answer.read(_BLOCK):
                written.write(block)
                bar.update(len(block))
        if n_bytes and written.tell() != n_bytes:
            raise ValueError(f"{address} broke off after {written.tell():,} of {n_bytes:,} bytes")


def _by_hand(name: str, reason: object, listing: str) -> str:
    return (
        f"cannot download {name}: {reason}; try again with a network, or fetch {ASSETS[name]} by hand (its address"
        f" is listed at {listing}), unpack it and give its folder"
    )
