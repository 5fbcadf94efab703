import csv
import io
import json

import pytest

from spkbound import pipeline
from spkbound.project import Project


def test_the_page_and_the_csv_say_the_same_and_it_lies_beside_the_export(own_client, decide, voices, project_copy):
    decide("approve", voices.boundaries[0])
    decide("exclude", 30)
    rows = own_client.get("/x/quality").json()["rows"]
    assert [row["start"] for row in rows] == [0, *voices.boundaries]
    assert [row["approved"] for row in rows] == [True, False, False, False]
    assert [row["unreadable"] for row in rows] == [1, 0, 0, 0]
    assert [row["excluded"] for row in rows] == [0, 1, 0, 0]
    assert all(0.3 < row["cohesion"] <= 1 for row in rows)
    assert all(row["hours"] * 3600 == pytest.approx(row["n"] * 1.2, rel=0.2) for row in rows)

    answer = own_client.get("/x/quality.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["speaker"] for row in table] == [row["speaker"] for row in rows]
    pipeline.export_project(Project.open(project_copy), pipeline.ExportSettings())
    assert (project_copy / "export" / "quality.csv").read_text() == answer.text


def test_the_csv_beside_an_export_calls_segments_as_the_folders_there_are_called(decide, voices, project_copy):
    first, second, third = voices.boundaries
    decide("approve", second)
    decide("approve", third)
    project = Project.open(project_copy)
    pipeline.export_project(project, pipeline.ExportSettings())
    decide("add", first // 2)
    decide("approve", first)
    pipeline.export_project(project, pipeline.ExportSettings())
    table = list(csv.DictReader(io.StringIO((project_copy / "export" / "quality.csv").read_text())))
    manifest = map(json.loads, (project_copy / "export" / "manifest.jsonl").read_text().splitlines())
    exported = {row["index"]: row["speaker"] for row in manifest}
    assert [row["speaker"] for row in table] == [exported[int(row["end_index"]) - 1] for row in table]
