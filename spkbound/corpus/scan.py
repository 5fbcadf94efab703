"""Which audio files lie in a folder? It leaves whether they can be read to the extraction.

Found is what has an audio suffix, at any depth. Not found, on purpose:

- names that begin with a dot, files and folders;
- what spkbound itself put there: beside a ``manifest.jsonl`` that an export wrote the folders that it names and those
  called ``speaker_NNN``, and ``export/`` and ``detection/`` beside a ``project.json``;
- what is neither file nor link (pipes, sockets, devices).

Links to folders are followed, but never into a folder that one is already inside of. A link that leads nowhere is
an utterance all the same: it keeps its place and is listed as unreadable.
"""

import contextlib
import json
import logging
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from spkbound.audio import READABLE_SUFFIXES
from spkbound.corpus.columns import Corpus
from spkbound.corpus.sort import sort_paths
from spkbound.domain import Order, path_to_text, text_to_path
from spkbound.errors import CorpusError, UsageError
from spkbound.words import Words, from_disk, joined_words

log = logging.getLogger(__name__)

_SPEAKER_FOLDER = re.compile(rb"speaker_[0-9]{3,}")
_PROJECT_OUTPUTS = (b"export", b"detection")
_EXPORT_MANIFEST_FIELDS = {"audio_filepath", "speaker", "sha256", "reviewed"}


@dataclass(slots=True)
class _Found:
    suffixes: frozenset[bytes]
    paths: list[bytes] = field(default_factory=list)
    others: Counter[bytes] = field(default_factory=Counter)
    outputs: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Folder:
    path: bytes
    prefix: bytes
    ancestors: tuple[tuple[int, int], ...]


def scan_folder(input_dir: Path | str | bytes, *, order: Order = "path") -> Corpus:
    """Find the audio files below `input_dir`.

    Raises
    ------
    CorpusError : the folder, or one below it, is missing or cannot be listed, or holds no audio
    UsageError : ``order="manifest"``, which only a manifest can give
    """
    if order == "manifest":
        raise UsageError("--order manifest needs --manifest; for a folder use path or natural")
    root = os.path.abspath(os.fsencode(input_dir))
    found = _Found(frozenset(suffix.encode() for suffix in READABLE_SUFFIXES))
    waiting = [_Folder(root, b"", ())]
    while waiting:
        waiting.extend(_list_folder(waiting.pop(), found))
    if found.outputs:
        log.warning("left out %d folders that spkbound exported, first %s", len(found.outputs), _shown(found.outputs))
    if not found.paths:
        raise CorpusError(_describe_empty(root, found))
    return Corpus(root=root, paths=pa.array(sort_paths(found.paths, order), pa.binary()), order=order)


def _list_folder(folder: _Folder, found: _Found) -> list[_Folder]:
    try:
        identity = _identity(folder.path)
        if identity in folder.ancestors:
            return []
        with os.scandir(folder.path) as listing:
            entries = [entry for entry in listing if not entry.name.startswith(b".")]
        folders = [entry for entry in entries if entry.is_dir()]
    except OSError as error:
        raise CorpusError(_describe_unlisted(folder, error)) from error
    inner = {entry.name for entry in folders}
    _collect_files(folder, (entry for entry in entries if entry.name not in inner), found)
    outputs = _own_outputs(folder.path, inner, {entry.name for entry in entries})
    found.outputs.extend(os.path.join(folder.path, name) for name in outputs)
    ancestors = (*folder.ancestors, identity)
    return [
        _Folder(os.path.join(folder.path, name), folder.prefix + name + b"/", ancestors) for name in inner - outputs
    ]


def _collect_files(folder: _Folder, entries, found: _Found) -> None:
    for entry in entries:
        _, dot, suffix = entry.name.rpartition(b".")
        if dot + suffix.lower() not in found.suffixes:
            found.others[dot + suffix.lower() if dot else b""] += 1
        elif entry.is_file() or entry.is_symlink():
            found.paths.append(folder.prefix + entry.name)


def _own_outputs(path: bytes, folders: set[bytes], names: set[bytes]) -> set[bytes]:
    outputs = {name for name in _PROJECT_OUTPUTS if name in folders} if b"project.json" in names else set()
    exported = _exported_folders(os.path.join(path, b"manifest.jsonl")) if b"manifest.jsonl" in names else set()
    if exported:
        outputs |= folders & exported | {name for name in folders if _SPEAKER_FOLDER.fullmatch(name)}
    return outputs


def _exported_folders(manifest: bytes) -> set[bytes]:
    """The folders that the manifest of an export names; none where it is no such manifest."""
    found: set[bytes] = set()
    with contextlib.suppress(OSError, ValueError), open(manifest, "rb") as lines:
        for line in lines:
            row = json.loads(line)
            if not isinstance(row, dict) or not row.keys() >= _EXPORT_MANIFEST_FIELDS:
                break
            found.add(text_to_path(str(row["audio_filepath"])).partition(b"/")[0])
    return found


def _identity(path: bytes) -> tuple[int, int]:
    facts = os.stat(path)
    return facts.st_dev, facts.st_ino


def _describe_unlisted(folder: _Folder, error: OSError) -> Words:
    where, why = path_to_text(folder.path), from_disk(error)
    if folder.prefix:
        return Words("cannot list {where}: {why}; make it readable or move it out of the corpus", where=where, why=why)
    if isinstance(error, FileNotFoundError):
        return Words("no corpus: the folder {where} does not exist; check the path", where=where)
    return Words("no corpus: cannot list {where}: {why}; give a folder that can be read", where=where, why=why)


def _describe_empty(root: bytes, found: _Found) -> Words:
    kinds = [_describe_kind(suffix, n) for suffix, n in found.others.most_common(5)] or [Words("no file at all")]
    n = len(found.outputs)
    exported = [Words("{n} folder of earlier exports|{n} folders of earlier exports", n=n)] if n else []
    return Words(
        "no corpus: {folder} holds no audio file; found {found}; looked for {suffixes}",
        folder=path_to_text(root),
        found=joined_words(", ", kinds + exported),
        suffixes=" ".join(sorted(READABLE_SUFFIXES)),
    )


def _describe_kind(suffix: bytes, n: int) -> Words:
    return Words("{n} × {suffix}", n=n, suffix=path_to_text(suffix) or Words("no suffix"))


def _shown(paths: list[bytes]) -> str:
    return path_to_text(min(paths))
