"""Where in a folder of embeddings does what lie, and who made it? ``store/store.json`` says so."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from spkbound.domain import ORDERS, Order, path_to_text, text_to_path
from spkbound.embedding.files import store_file
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import StoreCorrupt

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths inside a folder of embeddings ``E``."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def info(self) -> Path:
        return self.store / "store.json"

    @property
    def lock(self) -> Path:
        return self.store / "lock"

    @property
    def parts(self) -> Path:
        return self.store / "parts"

    @property
    def refused(self) -> Path:
        return self.store / "refused"

    @property
    def background(self) -> Path:
        return self.store / "background.npz"

    @property
    def corpus(self) -> Path:
        """Paths of the corpus as the latest run saw it, in order."""
        return self.store / "corpus.parquet"

    @property
    def absent(self) -> Path:
        """Embeddings of files that are not in the corpus now; kept, because they may come back."""
        return self.store / "absent.parquet"

    @property
    def matrix(self) -> Path:
        return self.store / "matrix.npy"

    @property
    def utterances(self) -> Path:
        return self.store / "utterances.parquet"

    @property
    def next_matrix(self) -> Path:
        return self.store / "matrix.next.npy"

    @property
    def next_utterances(self) -> Path:
        return self.store / "utterances.next.parquet"

    @property
    def stats(self) -> Path:
        return self.folder / "extraction_stats.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    """What holds for the whole store.

    `encoder_spec` is what `open_encoder` takes; the background's path in it is relative to the store.
    `run` counts extractions that had something to do.
    """

    encoder: EncoderIdentity
    encoder_spec: dict
    corpus_root: bytes
    order: Order
    channel: int | str
    keeps: str
    run: int = 0

    def replace(self, **changes: object) -> "StoreInfo":
        return dataclasses.replace(self, **changes)


def save_info(layout: Layout, info: StoreInfo) -> None:
    values = {
        "format_version": FORMAT_VERSION,
        "encoder": info.encoder.to_dict(),
        "encoder_spec": info.encoder_spec,
        "corpus_root": path_to_text(info.corpus_root),
        "order": info.order,
        "channel": info.channel,
        "keeps": info.keeps,
        "run": info.run,
    }
    with store_file(layout.info) as temporary:
        temporary.write_text(json.dumps(values, indent=1) + "\n")


def load_info(layout: Layout) -> StoreInfo | None:
    """Read ``store.json``; None where there is none.

    Raises
    ------
    StoreCorrupt : it is not ours, or of another version
    """
    try:
        values = json.loads(layout.info.read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreCorrupt(f"cannot read {layout.info}: {error}; restore it or start in another folder") from error
    try:
        if values["format_version"] != FORMAT_VERSION or values["order"] not in ORDERS:
            raise ValueError(f"format version {values['format_version']}, this program knows {FORMAT_VERSION}")
        return StoreInfo(
            encoder=EncoderIdentity.from_dict(values["encoder"]),
            encoder_spec=dict(values["encoder_spec"]),
            corpus_root=text_to_path(values["corpus_root"]),
            order=values["order"],
            channel=values["channel"],
            keeps=values["keeps"],
            run=int(values["run"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt(
            f"{layout.info} is not a store of this version ({error}); start in another folder"
        ) from error
