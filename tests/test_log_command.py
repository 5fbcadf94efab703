import io
import json
import shutil
import sys

from spkbound.cli import main
from spkbound.project import Project
from spkbound.review.tables import Operation
from spkbound.session import open_session


def decide(folder, kind, index, key, user):
    session = open_session(Project.open(folder))
    assert session.review.apply([Operation(key=key, kind=kind, index=index)], user=user)[0].ok
    session.close()


def test_decisions_travel_between_two_copies_of_a_project(project_copy, voices, tmp_path, capsys):
    other = tmp_path / "other"
    shutil.copytree(project_copy, other)
    assert main(["log", str(project_copy)]) == 0
    assert capsys.readouterr().out == ""

    decide(other, "approve", voices.boundaries[0], "t1", "ben")
    decide(other, "exclude", 3, "t2", "ben")
    assert main(["log", str(other)]) == 0
    printed = capsys.readouterr().out
    rows = [json.loads(line) for line in printed.splitlines()]
    assert [(row["kind"], row["user"]) for row in rows] == [("approve", "ben"), ("exclude", "ben")]
    assert rows[0]["right_path"] == voices.paths[voices.boundaries[0]]
    file = tmp_path / "decisions.jsonl"
    file.write_text(printed)

    assert main(["log", str(project_copy), "--import", str(file)]) == 0
    assert "2 decisions added, 0 were known, 0 clash" in capsys.readouterr().out
    assert main(["log", str(project_copy), "--import", str(file)]) == 0
    assert "0 decisions added, 2 were known" in capsys.readouterr().out

    decide(project_copy, "approve", voices.boundaries[1], "h1", "anna")
    decide(other, "reject", voices.boundaries[1], "t3", "ben")
    main(["log", str(other)])
    file.write_text(capsys.readouterr().out)
    assert main(["log", str(project_copy), "--import", str(file), "--agreement"]) == 1
    out = capsys.readouterr().out
    assert "1 clash" in out
    assert "1 boundaries were decided by more than one reviewer, 0 of them alike (0.0 %)" in out
    file.write_text("nonsense\n")
    assert main(["log", str(project_copy), "--import", str(file)]) == 1


def test_a_terminal_that_knows_few_letters_loses_none_of_them(project_copy, voices, monkeypatch):
    decide(project_copy, "approve", voices.boundaries[0], "t1", "Zoë")
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii", write_through=True))
    assert main(["log", str(project_copy)]) == 0
    assert json.loads(printed.getvalue())["user"] == "Zoë"
