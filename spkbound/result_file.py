"""What does a result file say? Builds and writes it; `result_reader` reads it.

It knows nothing of how boundaries were found or folders are filled; the names in the folders are given to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from spkbound.domain import Boundary, Segment, Suggestion, Unreadable, path_to_text
from spkbound.whole_file import write_whole

RESULT_NAME = "speaker_boundary_detection_result.json"
PICTURE_NAME = "boundary_detection_visualization.png"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Folder:
    """One speaker folder: the names in it, and the places in the corpus that they come from, in order."""

    name: str
    segment: Segment
    indices: Sequence[int]
    file_names: Sequence[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of the roster: the `folder` that is taken for it, and how probable that is, None where nothing is."""

    name: str | None
    count: int | None
    folder: str | None
    probability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A detection as it stands in a result file.

    `paths` has one entry per place, unreadable ones included, relative to `corpus_root`. `corpus_root` is None
    where the file does not say.
    """

    boundaries: tuple[Boundary, ...]
    paths: tuple[bytes, ...]
    unreadable: tuple[Unreadable, ...]
    corpus_root: bytes | None
    method: str
    settings: dict
    encoder: dict
    warnings: tuple[str, ...] = ()
    excluded: tuple[int, ...] = ()
    unreadable_unknown: bool = False
    suggestions: tuple[Suggestion, ...] = ()
    is_baseline: bool = False

    @property
    def n_utterances(self) -> int:
        return len(self.paths)


def build_result(
    result: Result,
    folders: Sequence[Folder],
    *,
    debug_info: dict | None = None,
    roster: Sequence[Listed] | None = None,
) -> dict:
    """Lay out `result` and `folders` as the JSON object; every field is explained in the README."""
    paths = result.paths
    document = {
        "format_version": FORMAT_VERSION,
        "method": result.method,
        "settings": result.settings,
        "encoder": result.encoder,
        "corpus_root": None if result.corpus_root is None else path_to_text(result.corpus_root),
        "boundaries": [0, *(b.index for b in result.boundaries), result.n_utterances],
        "total_audio_files": result.n_utterances,
        "detected_speakers": len({folder.name for folder in folders}),
        "speakers": [_speaker(folder, paths) for folder in folders],
        "boundary_details": [_boundary_detail(b, paths) for b in result.boundaries],
        "unreadable": [
            {"index": u.index, "path": path_to_text(u.path), "stage": u.stage, "reason": u.reason}
            for u in result.unreadable
        ],
        "excluded": [{"index": i, "path": path_to_text(paths[i])} for i in result.excluded],
        "suggestions": [
            each.to_dict() | {"paths": [path_to_text(paths[i]) for i in each.indices]} for each in result.suggestions
        ],
        "warnings": list(result.warnings),
        "debug_info": debug_info or {},
    }
    if roster is not None:
        document["roster"] = [
            {"name": each.name, "count": each.count, "speaker_id": each.folder, "probability": each.probability}
            for each in roster
        ]
    if result.unreadable_unknown:
        document["unreadable_unknown"] = True
    if result.n_utterances == 0:
        document["boundaries"] = [0]
    return document


def _speaker(folder: Folder, paths: Sequence[bytes]) -> dict:
    return {
        "speaker_id": folder.name,
        "start_index": folder.segment.start,
        "end_index": folder.segment.stop,
        "file_count": len(folder.segment),
        "audio_files": [path_to_text(name) for name in folder.file_names],
        "relative_paths": [path_to_text(paths[i]) for i in folder.indices],
    }


def _boundary_detail(boundary: Boundary, paths: Sequence[bytes]) -> dict:
    return {
        "index": boundary.index,
        "probability": float(boundary.probability),
        "existence": float(boundary.existence),
        "interval": [int(edge) for edge in boundary.interval],
        "left_path": path_to_text(paths[boundary.index - 1]),
        "right_path": path_to_text(paths[boundary.index]),
        "warnings": list(boundary.warnings),
    }


def write_result(document: dict, file: Path) -> None:
    """Write the JSON object so that `file` is complete or as it was before."""
    write_whole(file, orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))
