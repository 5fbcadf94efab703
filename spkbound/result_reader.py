"""What did a detection write? Reads a result file, ours and the baseline's, and refuses what contradicts itself."""

import os
from pathlib import Path

import orjson

from spkbound.domain import Boundary, Suggestion, Unreadable, path_to_text, segments_between, stays_below, text_to_path
from spkbound.errors import ResultError
from spkbound.result_file import FORMAT_VERSION, Result

MAX_PLACES = 100_000_000

# A result without probabilities (the baseline's) proposes its boundaries at even odds: it does not know.
UNKNOWN_PROBABILITY = 0.5


def read_result(file: Path) -> Result:
    """Read a result file, ours or the baseline's.

    The baseline's lists neither unreadable places nor probabilities nor paths: its names are taken as lying in
    their speaker folders beside the file, its boundaries get even odds.

    Raises
    ------
    ResultError
        Not JSON, or the fields contradict each other.
    """
    try:
        document = orjson.loads(file.read_bytes())
    except OSError as error:
        raise ResultError(f"cannot read {file}: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ResultError(f"{file} is not JSON ({error}); run `detect` again") from error
    if not isinstance(document, dict) or not isinstance(document.get("boundaries"), list):
        raise ResultError(f"{file} holds no result: the list `boundaries` is missing")
    if document.get("format_version", FORMAT_VERSION) != FORMAT_VERSION:
        raise ResultError(f"{file} has format {document['format_version']}; this version reads {FORMAT_VERSION}")
    try:
        result = _read_ours(document) if "boundary_details" in document else _read_baseline(document, file.parent)
        _check(result)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ResultError(f"{file} contradicts itself or misses a field: {error!r}") from error
    return result


def _check(result: Result) -> None:
    """Refuse what no detection writes: a path that leads elsewhere or occurs twice, a boundary that is none."""
    strange = next((path for path in result.paths if not stays_below(path)), None)
    if strange is not None:
        raise ValueError(f"{path_to_text(strange)!r} is in no corpus")
    if len(set(result.paths)) != result.n_utterances:
        raise ValueError("a path stands twice")
    indices = [boundary.index for boundary in result.boundaries]
    if indices != sorted(set(indices)) or not all(0 < index < result.n_utterances for index in indices):
        raise ValueError("the boundaries do not increase within the corpus")
    starts = {0, *indices}
    for each in result.suggestions:
        _check_suggestion(each, starts, result.n_utterances)


def _check_suggestion(suggestion: Suggestion, starts: set[int], n_utterances: int) -> None:
    """`starts`: where segments begin."""
    if not suggestion.indices or not all(0 <= index < n_utterances for index in suggestion.indices):
        raise ValueError("a suggestion is about no utterance of the corpus")
    if suggestion.kind in ("same_speaker_beside", "same_voice") and not starts.issuperset(suggestion.indices):
        raise ValueError("a suggestion is about no boundary or segment that there is")
    if suggestion.kind == "same_voice" and len(suggestion.indices) < 2:
        raise ValueError("a suggestion is about no two segments")


def _checked_edges(document: dict) -> list[int]:
    """All edges, 0 and n included, whatever of them the file left out."""
    edges = sorted({int(edge) for edge in document["boundaries"]})
    n = int(document.get("total_audio_files", edges[-1] if edges else 0))
    edges = sorted({0, n, *edges})
    if n > MAX_PLACES:
        raise ValueError(f"{n} places; no corpus is that large")
    if edges[0] < 0 or edges[-1] > n:
        raise ValueError(f"boundaries run from {edges[0]} to {edges[-1]}, but there are {n} places")
    return edges


def _read_ours(document: dict) -> Result:
    edges = _checked_edges(document)
    unreadable = tuple(
        Unreadable(index=row["index"], path=text_to_path(row["path"]), stage=row["stage"], reason=row["reason"])
        for row in document["unreadable"]
    )
    excluded = {row["index"]: text_to_path(row["path"]) for row in document.get("excluded", [])}
    left_out = {u.index: u.path for u in unreadable} | excluded
    root = document.get("corpus_root")
    return Result(
        boundaries=tuple(_boundary(row) for row in document["boundary_details"]),
        paths=tuple(_paths_of_all_places(document["speakers"], left_out, edges[-1])),
        unreadable=unreadable,
        corpus_root=None if root is None else text_to_path(root),
        method=document["method"],
        settings=document["settings"],
        encoder=document["encoder"],
        warnings=tuple(document["warnings"]),
        excluded=tuple(sorted(excluded)),
        unreadable_unknown=bool(document.get("unreadable_unknown", False)),
        suggestions=tuple(Suggestion.from_dict(row) for row in document.get("suggestions", [])),
    )


def _boundary(row: dict) -> Boundary:
    low, high = row["interval"]
    return Boundary(
        index=int(row["index"]),
        probability=float(row["probability"]),
        existence=float(row["existence"]),
        interval=(int(low), int(high)),
        warnings=tuple(row["warnings"]),
    )


def _paths_of_all_places(speakers: list[dict], left_out: dict[int, bytes], n: int) -> list[bytes]:
    paths: list[bytes | None] = [left_out.get(i) for i in range(n)]
    for speaker in speakers:
        names = iter(speaker["relative_paths"])
        for i in range(speaker["start_index"], speaker["end_index"]):
            if paths[i] is None:
                paths[i] = text_to_path(next(names, "")) or None
    missing = [i for i, path in enumerate(paths) if path is None]
    if missing:
        raise ValueError(f"{len(missing)} places have no path, the first is {missing[0]}")
    return paths  # type: ignore[return-value]


def _read_baseline(document: dict, folder: Path) -> Result:
    edges = _checked_edges(document)
    paths = [f"place_{i:07d}".encode() for i in range(edges[-1])]
    unreadable = {}
    speakers = document.get("speakers", [])
    names_at = {s["start_index"]: (str(s["speaker_id"]), list(s.get("audio_files", []))) for s in speakers}
    taken: set[bytes] = set()
    for segment in segments_between(edges[1:-1], edges[-1]):
        speaker_id, names = names_at.get(segment.start, ("", []))
        for place, i in enumerate(range(segment.start, segment.stop)):
            if place < len(names):
                paths[i] = _path_in_folder(speaker_id, str(names[place]))
            problem = "not listed in the result file" if place >= len(names) else None
            if paths[i] in taken:
                problem = "the same name stands twice in this folder, so the other file was lost"
                paths[i] += f"#{i}".encode()
            taken.add(paths[i])
            if problem:
                unreadable[i] = Unreadable(index=i, path=paths[i], stage="open", reason=problem)
    warning = "proposals of another tool: it gives no probabilities, and places of unreadable files are unknown"
    return Result(
        boundaries=tuple(_at_even_odds(i, edges) for i in edges[1:-1]),
        paths=tuple(paths),
        unreadable=tuple(unreadable.values()),
        corpus_root=os.fsencode(folder.resolve()),
        method="baseline",
        settings={},
        encoder={},
        warnings=(warning,),
        unreadable_unknown=True,
        is_baseline=True,
    )


def _path_in_folder(speaker_id: str, name: str) -> bytes:
    """A bare name lies in its speaker's folder; only its last part counts, so no entry leads out of the folder."""
    return text_to_path(speaker_id).replace(b"/", b"_") + b"/" + text_to_path(name).rpartition(b"/")[2]


def _at_even_odds(index: int, edges: list[int]) -> Boundary:
    return Boundary(
        index=index,
        probability=UNKNOWN_PROBABILITY,
        existence=UNKNOWN_PROBABILITY,
        interval=(max(1, index - 1), min(edges[-1] - 1, index + 1)),
        warnings=("no probability known",),
    )
