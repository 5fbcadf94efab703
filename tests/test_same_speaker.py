"""Two segments that a reviewer said are one speaker, from the decision to manifest and result."""

import json

import numpy as np

from spkbound import pipeline
from spkbound.project import Project
from spkbound.result_reader import read_result
from spkbound.review.tables import Operation
from spkbound.session import open_session


def test_manifest_and_result_put_both_segments_under_the_lower_number(project_copy, voices):
    project = Project.open(project_copy)
    session = open_session(project)
    n = session.n_utterances
    first, second, third = voices.boundaries
    operations = [Operation(key=f"a{i}", kind="approve", index=i) for i in voices.boundaries]
    operations.append(Operation(key="s", kind="same_speaker", index=0, other_index=second + 1))
    assert all(outcome.ok for outcome in session.review.apply(operations, user="anna"))
    session.close()

    pipeline.export_project(project, pipeline.ExportSettings())
    rows = [json.loads(line) for line in (project.export_dir / "manifest.jsonl").read_text().splitlines()]
    inside = {speaker: {row["index"] for row in rows if row["speaker"] == speaker} for speaker in "speaker_001".split()}
    assert inside["speaker_001"] == {*range(first), *range(second, third)} - {voices.broken}
    assert {row["speaker"] for row in rows} == {"speaker_001", "speaker_002", "speaker_004"}

    file = project.export_dir / "speaker_boundary_detection_result.json"
    result = json.loads(file.read_text())
    assert result["boundaries"] == [0, first, second, third, n]
    assert result["detected_speakers"] == 3
    speakers = result["speakers"]
    assert [row["speaker_id"] for row in speakers] == ["speaker_001", "speaker_002", "speaker_001", "speaker_004"]
    assert [row["file_count"] for row in speakers] == np.diff(result["boundaries"]).tolist()
    listed = {(row["speaker_id"], name) for row in speakers for name in row["audio_files"]}
    assert listed == {tuple(row["audio_filepath"].split("/")) for row in rows}
    assert len(read_result(file).paths) == n
