import json
from pathlib import Path

import pytest

from spkbound.domain import Boundary, Segment, Suggestion, Unreadable
from spkbound.errors import ResultError
from spkbound.result_file import (
    RESULT_NAME,
    Folder,
    Result,
    build_result,
    write_result,
)
from spkbound.result_reader import read_result

PATHS = tuple(f"a/utt_{i}.wav".encode() for i in range(5)) + (b"a/utt_5.wav", b"b/utt_5.wav")


def example(**changes) -> Result:
    fields = {
        "boundaries": (Boundary(index=4, probability=0.93, existence=0.999, interval=(3, 4)),),
        "paths": PATHS,
        "unreadable": (Unreadable(index=2, path=PATHS[2], stage="decode", reason="header without samples"),),
        "corpus_root": b"/data/voices",
        "method": "global",
        "settings": {"segment_size": 4, "boundary_window": 2},
        "encoder": {"name": "builtin", "version": "1", "dim": 87},
    }
    return Result(**(fields | changes))


FOLDERS = [
    Folder("speaker_001", Segment(0, 4), [0, 1, 3], [b"utt_0.wav", b"utt_1.wav", b"utt_3.wav"]),
    Folder("speaker_002", Segment(4, 7), [4, 5, 6], [b"utt_4.wav", b"utt_5.wav", b"utt_5__2.wav"]),
]

EXAMPLE = {
    "format_version": 1,
    "method": "global",
    "settings": {"segment_size": 4, "boundary_window": 2},
    "encoder": {"name": "builtin", "version": "1", "dim": 87},
    "boundaries": [0, 4, 7],
    "total_audio_files": 7,
    "detected_speakers": 2,
    "speakers": [
        {
            "speaker_id": "speaker_001",
            "start_index": 0,
            "end_index": 4,
            "file_count": 4,
            "audio_files": ["utt_0.wav", "utt_1.wav", "utt_3.wav"],
            "relative_paths": ["a/utt_0.wav", "a/utt_1.wav", "a/utt_3.wav"],
        },
        {
            "speaker_id": "speaker_002",
            "start_index": 4,
            "end_index": 7,
            "file_count": 3,
            "audio_files": ["utt_4.wav", "utt_5.wav", "utt_5__2.wav"],
            "relative_paths": ["a/utt_4.wav", "a/utt_5.wav", "b/utt_5.wav"],
        },
    ],
    "boundary_details": [
        {
            "index": 4,
            "probability": 0.93,
            "existence": 0.999,
            "interval": [3, 4],
            "left_path": "a/utt_3.wav",
            "right_path": "a/utt_4.wav",
            "warnings": [],
        }
    ],
    "unreadable": [{"index": 2, "path": "a/utt_2.wav", "stage": "decode", "reason": "header without samples"}],
    "warnings": [],
    "debug_info": {},
}


def test_suggestions_name_the_files_they_are_about(tmp_path):
    suggestion = Suggestion(kind="second_change", indices=(1, 3), interval=(1, 4), probability=0.8, cost=1.6)
    result = example(suggestions=(suggestion,))
    document = build_result(result, FOLDERS)
    assert document["suggestions"] == [
        {
            "kind": "second_change",
            "indices": [1, 3],
            "interval": [1, 4],
            "probability": 0.8,
            "cost": 1.6,
            "paths": ["a/utt_1.wav", "a/utt_3.wav"],
        }
    ]
    write_result(document, tmp_path / RESULT_NAME)
    assert read_result(tmp_path / RESULT_NAME) == result
    document["suggestions"][0]["indices"] = [7]
    write_result(document, tmp_path / RESULT_NAME)
    with pytest.raises(ResultError, match="no utterance"):
        read_result(tmp_path / RESULT_NAME)


@pytest.mark.parametrize(
    ("kind", "indices"),
    [("outlier", []), ("same_speaker_beside", [3]), ("second_change", []), ("same_voice", [4]), ("same_voice", [0, 3])],
)
def test_a_suggestion_about_what_is_not_there_is_refused(kind, indices, tmp_path):
    suggestion = {"kind": kind, "indices": indices, "interval": [1, 4], "probability": 0.8, "cost": 1.6}
    write_result(build_result(example(), FOLDERS) | {"suggestions": [suggestion]}, tmp_path / RESULT_NAME)
    with pytest.raises(ResultError, match="a suggestion is about no"):
        read_result(tmp_path / RESULT_NAME)


def test_the_result_has_the_agreed_fields():
    document = build_result(example(), FOLDERS)
    assert {name: document[name] for name in EXAMPLE} == EXAMPLE


@pytest.mark.parametrize("root", [b"/data/voices", b"/data/caf\xe9", None])
def test_what_was_written_is_read_back(tmp_path, root):
    paths = (b'a/"quoted" \n${x}.wav', b"a/caf\xe9.wav", *PATHS[2:])
    result = example(paths=paths, corpus_root=root, excluded=(3,), warnings=("something",))
    folders = [
        Folder("speaker_001", Segment(0, 4), [0, 1], [b"x", b"y"]),
        Folder("speaker_002", Segment(4, 7), [4, 5, 6], [b"x", b"y", b"z"]),
    ]
    write_result(build_result(result, folders), tmp_path / RESULT_NAME)
    assert read_result(tmp_path / RESULT_NAME) == result
    assert [entry.name for entry in tmp_path.iterdir()] == [RESULT_NAME]  # no temporary file is left


def test_the_example_of_the_contract_is_read(tmp_path):
    (tmp_path / RESULT_NAME).write_text(json.dumps(EXAMPLE))
    assert read_result(tmp_path / RESULT_NAME) == example(corpus_root=None)


def test_an_empty_corpus_has_a_result_too(tmp_path):
    result = example(boundaries=(), paths=(), unreadable=())
    document = build_result(result, [])
    assert document["boundaries"] == [0]
    write_result(document, tmp_path / RESULT_NAME)
    assert read_result(tmp_path / RESULT_NAME) == result


def baseline_document() -> dict:
    return {
        "boundaries": [0, 3, 5],
        "detected_speakers": 2,
        "total_audio_files": 5,
        "speakers": [
            {
                "speaker_id": "speaker_1",
                "start_index": 0,
                "end_index": 3,
                "file_count": 3,
                "audio_files": ["a.wav", "b.wav", "a.wav"],
            },
            {"speaker_id": "speaker_2", "start_index": 3, "end_index": 5, "file_count": 2, "audio_files": ["../x.wav"]},
        ],
    }


def test_a_baseline_result_gives_proposals_at_even_odds(tmp_path):
    (tmp_path / RESULT_NAME).write_text(json.dumps(baseline_document()))
    result = read_result(tmp_path / RESULT_NAME)
    assert result.is_baseline
    assert [b.index for b in result.boundaries] == [3]
    assert result.boundaries[0].probability == 0.5
    assert result.n_utterances == 5
    assert result.unreadable_unknown
    assert Path(result.corpus_root.decode()) == tmp_path


def test_names_of_a_baseline_result_stay_inside_its_folder(tmp_path):
    (tmp_path / RESULT_NAME).write_text(json.dumps(baseline_document()))
    result = read_result(tmp_path / RESULT_NAME)
    assert result.paths[:2] == (b"speaker_1/a.wav", b"speaker_1/b.wav")
    assert result.paths[3] == b"speaker_2/x.wav"
    assert len(set(result.paths)) == 5
    assert {u.index for u in result.unreadable} == {2, 4}  # overwritten by an equal name; not listed


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"boundaries": 3}',
        b'{"boundaries": [0, 9], "total_audio_files": 5}',
        b'{"boundaries": [0], "boundary_details": []}',
        b'{"boundaries": ["x"]}',
        b'{"format_version": 99, "boundaries": [0, 5]}',
    ],
)
def test_a_broken_result_is_refused_by_name(tmp_path, content):
    (tmp_path / RESULT_NAME).write_bytes(content)
    with pytest.raises(ResultError, match=RESULT_NAME):
        read_result(tmp_path / RESULT_NAME)


def test_a_missing_result_is_refused_by_name(tmp_path):
    with pytest.raises(ResultError, match="No such file"):
        read_result(tmp_path / RESULT_NAME)


@pytest.mark.parametrize("path", ["../../etc/hostname", "/etc/hostname", "a\0b", "a/utt_1.wav"])
def test_a_result_that_names_files_elsewhere_or_twice_is_refused(tmp_path, path):
    document = json.loads(json.dumps(EXAMPLE))
    document["speakers"][0]["relative_paths"][0] = path
    (tmp_path / RESULT_NAME).write_text(json.dumps(document))
    with pytest.raises(ResultError, match=r"in no corpus|stands twice"):
        read_result(tmp_path / RESULT_NAME)


@pytest.mark.parametrize(("name", "value"), [("index", 9), ("index", 0), ("probability", "x"), ("existence", None)])
def test_a_boundary_that_is_none_is_refused(tmp_path, name, value):
    document = json.loads(json.dumps(EXAMPLE))
    document["boundary_details"][0][name] = value
    (tmp_path / RESULT_NAME).write_text(json.dumps(document))
    with pytest.raises(ResultError, match="contradicts itself"):
        read_result(tmp_path / RESULT_NAME)


def test_a_number_of_places_that_no_corpus_has_is_refused_before_memory_runs_out(tmp_path):
    (tmp_path / RESULT_NAME).write_text(json.dumps({"boundaries": [0], "total_audio_files": 10**15}))
    with pytest.raises(ResultError, match="no corpus is that large"):
        read_result(tmp_path / RESULT_NAME)
