"""What does a detection leave on disk for the page? Its arrays, beside the result file that people read.

A detection belongs to one order of paths; `fingerprint` tells whether the corpus is still the same.
"""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.detection.result import Detection
from spkbound.detection.roster import Alignment
from spkbound.domain import Suggestion
from spkbound.errors import StoreCorrupt
from spkbound.whole_file import write_whole
from spkbound.words import pack_words, unpack_words

ARRAYS_NAME = "detection.npz"
_ALIGNMENT = {"entries": "entries", "entry_probabilities": "probabilities", "absent_entries": "absent"}


@dataclass(frozen=True, slots=True)
class StoredDetection:
    """A detection, its short name (decisions record it), and the fingerprint of the paths that it was made for.

    `names`: of the entries of the roster that it was made with, None for one without; empty without a roster.
    """

    detection: Detection
    detection_id: str
    fingerprint: str
    names: tuple[str | None, ...] = ()


def fingerprint_paths(paths: pa.BinaryArray) -> str:
    """SHA-256 over all paths in order (no path holds a zero byte, so they cannot be taken for others)."""
    return hashlib.sha256(b"\0".join(paths.to_pylist())).hexdigest()


def save_detection(detection: Detection, file: Path, *, fingerprint: str, names: tuple[str | None, ...] = ()) -> str:
    """Write the arrays; returns the short name of the detection."""
    sizes = np.array([len(mass) for mass in detection.place_probabilities], np.int64)
    places = np.concatenate([np.zeros(0, np.float32), *detection.place_probabilities]).astype(np.float32)
    arrays = {
        "indices": detection.indices,
        "probabilities": detection.probabilities,
        "existence": detection.existence,
        "intervals": np.asarray(detection.intervals, np.int64).reshape(-1, 2),
        "similarity": detection.similarity,
        "place_starts": detection.place_starts,
        "place_sizes": sizes,
        "places": places,
    }
    if detection.alignment is not None:
        arrays |= {name: getattr(detection.alignment, field) for name, field in _ALIGNMENT.items()}
    detection_id = _short_name(arrays, detection)
    about = {
        "detection_id": detection_id,
        "fingerprint": fingerprint,
        "method": detection.method,
        "settings": detection.settings,
        "warnings": [pack_words(text) for text in detection.warnings],
        "boundary_warnings": [[pack_words(text) for text in texts] for texts in detection.boundary_warnings],
        "n_utterances": detection.n_utterances,
        "debug": detection.debug,
        "suggestions": [each.to_dict() for each in detection.suggestions],
        "names": names,
    }
    content = io.BytesIO()
    np.savez(content, about=np.array(json.dumps(about)), **arrays)
    write_whole(file, content.getvalue())
    return detection_id


def _short_name(arrays: dict[str, np.ndarray], detection: Detection) -> str:
    told = [detection.method, detection.settings, [each.to_dict() for each in detection.suggestions]]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name in ("indices", "probabilities", "existence"):
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()[:12]


def load_detection(file: Path) -> StoredDetection | None:
    """Read what `save_detection` wrote; None where there is nothing.

    Raises
    ------
    StoreCorrupt
        The file is truncated or foreign.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise StoreCorrupt(f"{file} cannot be read ({error}); run detection again") from error
    try:
        return _rebuild(arrays)
    except (KeyError, ValueError, TypeError) as error:
        raise StoreCorrupt(f"{file} is not a detection ({error!r}); run detection again") from error


def _rebuild(arrays: dict[str, np.ndarray]) -> StoredDetection:
    about = json.loads(str(arrays["about"]))
    edges = np.concatenate([[0], np.cumsum(arrays["place_sizes"])])
    detection = Detection(
        indices=arrays["indices"],
        probabilities=arrays["probabilities"],
        existence=arrays["existence"],
        intervals=arrays["intervals"],
        warnings=tuple(map(unpack_words, about["warnings"])),
        boundary_warnings=tuple(tuple(map(unpack_words, texts)) for texts in about["boundary_warnings"]),
        n_utterances=about["n_utterances"],
        method=about["method"],
        settings=about["settings"],
        similarity=arrays["similarity"],
        place_starts=arrays["place_starts"],
        place_probabilities=tuple(arrays["places"][a:b] for a, b in zip(edges[:-1], edges[1:])),
        alignment=_rebuild_alignment(arrays),
        debug=about["debug"],
        suggestions=tuple(Suggestion.from_dict(row) for row in about.get("suggestions", [])),  # older files have none
    )
    return StoredDetection(detection, about["detection_id"], about["fingerprint"], tuple(about["names"]))


def _rebuild_alignment(arrays: dict[str, np.ndarray]) -> Alignment | None:
    if not _ALIGNMENT.keys() <= arrays.keys():
        return None
    return Alignment(**{field: arrays[name] for name, field in _ALIGNMENT.items()})
