"""The stages joined: what one leaves is what the next and the people find."""

import json
import re
from pathlib import Path

import pytest

from spkbound import pipeline
from spkbound.background import job_state
from spkbound.cli import main
from spkbound.corpus_choice import CorpusChoice, open_corpus
from spkbound.demo import prepare_demo
from spkbound.detection_file import ARRAYS_NAME, load_detection, save_detection
from spkbound.domain import Suggestion
from spkbound.errors import CorpusError, ExportConflict, UsageError
from spkbound.project import Project, ProjectSettings
from spkbound.result_file import RESULT_NAME
from spkbound.result_reader import read_result
from spkbound.review.state import Operation
from spkbound.session import open_session


def decide(folder: Path, *steps: tuple[str, int]) -> None:
    session = open_session(Project.open(folder))
    operations = [
        Operation(key=f"{kind}-{index}-{session.review.version}", kind=kind, index=index) for kind, index in steps
    ]
    outcomes = session.review.apply(operations, user="test")
    assert all(outcome.ok for outcome in outcomes), outcomes
    session.close()


def export(folder: Path) -> dict[int, str]:
    """Export; the speaker of every exported utterance."""
    pipeline.export_project(Project.open(folder), pipeline.ExportSettings())
    rows = [json.loads(line) for line in (folder / "export" / "manifest.jsonl").read_text().splitlines()]
    return {row["index"]: row["speaker"] for row in rows}


def named_by_result(target: Path, exported: dict[int, str]) -> dict[int, str]:
    """What the result file says of the same utterances."""
    speakers = json.loads((target / RESULT_NAME).read_text())["speakers"]
    named = {i: s["speaker_id"] for s in speakers for i in range(s["start_index"], s["end_index"])}
    assert len({speaker["speaker_id"] for speaker in speakers}) == len(speakers)
    return {index: named[index] for index in exported}


def test_exported_folders_keep_their_names_when_boundaries_come_and_go(project_copy, voices):
    first, second, third = voices.boundaries
    decide(project_copy, ("approve", second), ("approve", third))
    before = export(project_copy)
    assert {before[second], before[third]} == {"speaker_003", "speaker_004"}

    # one boundary fewer on the left, and later one more: numbers move, folders do not
    decide(project_copy, ("reject", first))
    joined = export(project_copy)
    assert {i: joined[i] for i in before} == before
    assert joined[0] not in before.values()
    assert named_by_result(project_copy / "export", joined) == joined
    assert main(["verify", str(project_copy / "export")]) == 0


def test_a_number_that_is_taken_does_not_stop_an_export(project_copy, voices):
    first, second, third = voices.boundaries
    decide(project_copy, ("approve", second), ("approve", third))
    before = export(project_copy)
    decide(project_copy, ("add", first - 8), ("approve", first))
    after = export(project_copy)
    assert {i: after[i] for i in before} == before
    folders = {after[0], after[first - 1], after[first], after[second], after[third]}
    assert len(folders) == 5
    assert named_by_result(project_copy / "export", after) == after


def test_the_result_beside_an_export_is_the_reviewed_one(project_copy, voices):
    first, second, third = voices.boundaries
    decide(project_copy, ("reject", first), ("approve", second), ("exclude", third))
    export(project_copy)
    result = read_result(project_copy / "export" / RESULT_NAME)
    assert [b.index for b in result.boundaries] == [second, third]
    assert result.boundaries[0].probability == 1.0
    assert result.excluded == (third,)


@pytest.fixture
def listed(project_copy, voices) -> Path:
    """A project whose speakers are named by a list; the second is not on it, and one on it was never recorded."""
    speakers = project_copy.parent / "speakers.csv"
    speakers.write_text("name;count\nAnna;20\nBob/Bill;22\n;17\nNobody;55\n")
    assert main(["detect", "--project", str(project_copy), "--speakers", str(speakers), "--boundary_window", "2"]) == 0
    return project_copy


def test_a_list_of_speakers_names_folders_result_and_manifest(listed, voices):
    result = json.loads((listed / "detection" / RESULT_NAME).read_text())
    names = ["Anna", "speaker_002", "Bob_Bill", "speaker_004"]
    assert [speaker["speaker_id"] for speaker in result["speakers"]] == names
    assert [entry["speaker_id"] for entry in result["roster"]] == ["Anna", "Bob_Bill", "speaker_004", None]
    assert result["roster"][3] == {"name": "Nobody", "count": 55, "speaker_id": None, "probability": None}
    assert any("not found, entries of the roster: 4 (Nobody)" in warning for warning in result["warnings"])
    decide(listed, *(("approve", index) for index in voices.boundaries))
    exported = export(listed)
    assert [exported[index] for index in (0, *voices.boundaries)] == names
    assert named_by_result(listed / "export", exported) == exported
    assert main(["verify", str(listed / "export")]) == 0


def test_names_stay_with_their_segments_through_a_review(listed, voices):
    first, second, third = voices.boundaries
    decide(listed, ("reject", first), ("add", second - 1), ("approve", second), ("approve", third))
    exported = export(listed)
    assert exported[0] == exported[second - 2] == "Anna"
    assert exported[second - 1] == "speaker_002"
    assert exported[second] == "Bob_Bill"


def test_a_list_of_speakers_is_kept_until_it_is_taken_away(listed, capsys):
    assert Project.open(listed).settings.speakers == str(listed.parent / "speakers.csv")
    detect = ["detect", "--project", str(listed)]
    assert main(detect) == 0
    assert open_session(Project.open(listed)).names.names[0] == "Anna"
    assert main([*detect, "--speakers", str(listed / "nowhere.csv")]) == 1
    assert "nowhere.csv" in capsys.readouterr().err
    assert main([*detect, "--speakers", ""]) == 0
    assert Project.open(listed).settings.speakers is None
    assert open_session(Project.open(listed)).names is None


def test_the_baselines_form_takes_a_list_as_well(listed, tmp_path):
    options = ["--embeddings_dir", str(listed / "embeddings"), "--output_dir", str(tmp_path / "out")]
    assert main(["detect", *options, "--speakers", str(listed.parent / "speakers.csv"), "--boundary_window", "2"]) == 0
    folders = {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()}
    assert folders == {"Anna", "speaker_002", "Bob_Bill", "speaker_004"}


def test_what_an_earlier_review_excluded_stays_out(project_copy, voices, tmp_path):
    first = voices.boundaries[0]
    decide(project_copy, ("approve", first), ("exclude", 3))
    export(project_copy)
    reopened = open_session(Project.open(project_copy / "export"))
    assert 3 in {each.index for each in reopened.unreadable}
    plan = pipeline.plan_project_export(reopened, include_undecided=True)
    assert 3 not in {int(i) for folder in plan.folders for i in folder.indices}
    reopened.close()


def test_detecting_again_keeps_what_people_decided(project_copy, voices):
    first, second, third = voices.boundaries
    decide(project_copy, ("approve", first), ("reject", second), ("add", third + 6))
    found = pipeline.detect_project(Project.open(project_copy))
    assert {first, third + 6} <= set(found.indices.tolist())
    assert second not in found.indices
    session = open_session(Project.open(project_copy))
    states = dict(zip(session.review.boundaries().index.tolist(), session.review.boundaries().state))
    assert (states[first], states[second], states[third + 6]) == ("approved", "rejected", "added")
    session.close()


def test_detecting_again_says_what_changed(project_copy, voices, capsys):
    added = voices.boundaries[-1] + 8
    decide(project_copy, *(("approve", index) for index in voices.boundaries), ("add", added))
    assert main(["detect", "--project", str(project_copy)]) == 0
    assert "since the detection before: moved 0, new 1, gone 0" in capsys.readouterr().out
    project = Project.open(project_copy)
    assert job_state(project)["message"].endswith("; moved 0, new 1, gone 0")
    changed = {"moved": [], "new": [added], "gone": []}
    assert json.loads(project.result_file.read_text())["debug_info"] == {"changes": changed}
    session = open_session(project)
    assert session.detection.debug["changes"] == changed
    session.close()
    assert main(["detect", "--project", str(project_copy)]) == 0
    assert "no boundary changed" in capsys.readouterr().out


def test_suggestions_are_written_for_people_and_for_the_page(project_copy, voices, capsys):
    added = voices.boundaries[1] + 11
    decide(project_copy, *(("approve", index) for index in voices.boundaries), ("add", added))
    assert main(["detect", "--project", str(project_copy)]) == 0
    assert re.search(r"suggestions beyond the boundaries: .*same speaker beside 1", capsys.readouterr().out)
    project = Project.open(project_copy)
    written = json.loads(project.result_file.read_text())["suggestions"]
    assert {"kind", "indices", "interval", "probability", "cost", "paths"} == set(written[0])
    assert ("same_speaker_beside", [added], [voices.paths[added]]) in [
        (row["kind"], row["indices"], row["paths"]) for row in written
    ]
    session = open_session(project)
    assert list(session.detection.suggestions) == [Suggestion.from_dict(row) for row in written]
    session.close()


def test_a_first_detection_or_one_of_other_utterances_compares_with_nothing(project_copy):
    project = Project.open(project_copy)
    assert json.loads(project.result_file.read_text())["debug_info"] == {}
    stored = load_detection(project.detection_dir / ARRAYS_NAME)
    save_detection(stored.detection, project.detection_dir / ARRAYS_NAME, fingerprint="another order")
    assert "changes" not in pipeline.detect_project(project).debug
    (project.detection_dir / ARRAYS_NAME).write_bytes(b"cut short")
    assert "changes" not in pipeline.detect_project(project).debug


def test_a_detection_into_a_used_folder_is_refused_before_anything_changes(project, tmp_path, capsys):
    source = pipeline.EmbeddingsSource(folder=project / "embeddings")
    pipeline.detect_to_folder(source, tmp_path, ProjectSettings(segment_size=20, boundary_window=5))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ExportConflict, match="speaker_00"):
        pipeline.detect_to_folder(source, tmp_path, ProjectSettings(method="cosine", segment_size=33))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_gaps_that_may_be_missing_are_said_after_review_too(voices, tmp_path):
    pipeline.extract_to_folder(
        CorpusChoice(input_dir=voices.folder), tmp_path / "e", pipeline.ExtractSettings(store="pkl")
    )
    for known in ("extraction_stats.json", "store"):
        target = tmp_path / "e" / known
        target.rename(tmp_path / known)
    project = Project.create(tmp_path / "p", ProjectSettings(input_dir=str(voices.folder), segment_size=20))
    (tmp_path / "e").rename(project.embeddings_dir)
    pipeline.detect_project(project)
    assert json.loads(project.result_file.read_text())["unreadable_unknown"] is True
    pipeline.export_project(project, pipeline.ExportSettings(include_undecided=True))
    assert json.loads((project.export_dir / RESULT_NAME).read_text())["unreadable_unknown"] is True


def test_a_folder_takes_the_place_of_a_manifest_and_back(voices, tmp_path):
    manifest = tmp_path / "list.csv"
    manifest.write_text("path\n" + "".join(f"{voices.folder / path}\n" for path in reversed(voices.paths)))
    choice = CorpusChoice(manifest=manifest)
    project = pipeline.open_or_create_project(tmp_path / "p", choice)
    assert open_corpus(project.settings).order == "manifest"
    project = pipeline.open_or_create_project(tmp_path / "p", CorpusChoice(input_dir=voices.folder))
    assert open_corpus(project.settings).order == "path"
    project = pipeline.open_or_create_project(tmp_path / "p", choice)
    assert open_corpus(project.settings).order == "manifest"
    with pytest.raises(UsageError, match="both name the corpus"):
        CorpusChoice(input_dir=voices.folder, manifest=manifest).changes()


def test_a_corpus_that_moved_is_found_again(project_copy, voices, tmp_path):
    moved = tmp_path / "moved"
    moved.symlink_to(voices.folder)
    project = pipeline.open_project(project_copy, input_dir=moved)
    session = open_session(project)
    assert session.source(0) == bytes(moved / voices.paths[0])
    session.close()
    with pytest.raises(CorpusError, match="is no folder"):
        pipeline.open_project(project_copy, input_dir=tmp_path / "nowhere")


def test_other_files_than_before_make_a_detection_stale(project_copy, voices, tmp_path):
    """The detection's places would be shifted; decisions wait until it is made again."""
    corpus = tmp_path / "more"
    (corpus / "a").mkdir(parents=True)
    for path in voices.paths:
        (corpus / path).parent.mkdir(exist_ok=True)
        (corpus / path).symlink_to(voices.folder / path)
    (corpus / "a" / "first.wav").symlink_to(voices.folder / voices.paths[-1])
    decide(project_copy, ("approve", voices.boundaries[0]))
    project = Project.open(project_copy).change(input_dir=str(corpus))
    pipeline.extract_project(project)
    session = open_session(project)
    assert session.stale
    assert session.review is None
    found = pipeline.detect_project(project)
    assert voices.boundaries[0] + 1 in found.indices  # the approved place moved with its two files


def test_the_demo_never_touches_another_project(project_copy):
    with pytest.raises(UsageError, match="other recordings"):
        prepare_demo(project_copy, say=lambda text: None)


def test_a_project_opened_twice_loses_no_decision(project_copy, voices):
    first, second = voices.boundaries[:2]
    one, other = (open_session(Project.open(project_copy)) for _ in range(2))
    one.review.apply([Operation(key="one", kind="approve", index=first)], user="ann")
    other.review.apply([Operation(key="two", kind="approve", index=second)], user="bob")
    late = Operation(key="three", kind="reject", index=first, version=0)  # as it was before ann decided
    other.review.refresh()
    outcome = other.review.apply([late], user="bob")[0]
    assert not outcome.ok
    assert outcome.conflict.theirs.user == "ann"
    one.review.refresh()
    assert one.review.boundaries().state == other.review.boundaries().state == ("approved", "approved", "undecided")
    one.close()
    other.close()
