"""The whole road through the command line: a folder of recordings in, verified speaker folders out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from machine import link_speech

from spkbound.pipeline import open_project
from spkbound.review.state import Operation
from spkbound.session import open_session


def spkbound(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "spkbound", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def approve_everything(folder: Path) -> list[int]:
    """What a reviewer does who finds nothing to mend."""
    session = open_session(open_project(folder))
    indices = session.review.boundaries().index.tolist()
    operations = [Operation(key=f"key-{index}", kind="approve", index=index) for index in indices]
    assert all(outcome.ok for outcome in session.review.apply(operations, user="test"))
    session.close()
    return indices


def exported_labels(target: Path) -> dict[str, str]:
    rows = [json.loads(line) for line in (target / "manifest.jsonl").read_text().splitlines()]
    assert all((target / row["audio_filepath"]).stat().st_size == row["size"] for row in rows)
    return {row["source"]: row["speaker"] for row in rows}


def test_synthetic_voices_end_in_their_own_folders(voices, tmp_path):
    project = tmp_path / "project"
    assert spkbound("extract", "--project", project, "--input_dir", voices.folder).returncode == 3
    found = spkbound("detect", "--project", project, "--segment_size", 20, "--boundary_window", 5)
    assert found.returncode == 0, found.stderr
    assert approve_everything(project) == voices.boundaries
    done = spkbound("export", project)
    assert done.returncode == 3, done.stderr
    labels = exported_labels(project / "export")
    edges = [0, *voices.boundaries, len(voices.paths)]
    for index, path in enumerate(voices.paths):
        number = sum(edge <= index for edge in edges)
        expected = None if index == voices.broken else f"speaker_{number:03d}"
        found = [speaker for source, speaker in labels.items() if source.endswith(path)]
        assert found == ([expected] if expected else [])
    left_out = (project / "export" / "left_out.jsonl").read_text()
    assert voices.paths[voices.broken] in left_out
    assert spkbound("verify", project / "export").returncode == 0


@pytest.mark.speech
def test_real_speech_ends_in_its_own_folders(tmp_path):
    """Six people of 60 digits each, under neutral increasing names."""
    corpus = tmp_path / "corpus"
    truth = link_speech(corpus, n_each=60)
    speakers = sorted(set(truth))
    project = tmp_path / "project"
    assert spkbound("extract", "--project", project, "--input_dir", corpus).returncode == 0
    assert spkbound("detect", "--project", project, "--segment_size", 60, "--boundary_window", 6).returncode == 0
    assert approve_everything(project) == [60, 120, 180, 240, 300]
    assert spkbound("export", project, "--mode", "hardlink").returncode == 0
    labels = exported_labels(project / "export")
    folders = {speaker: {labels[s] for s in labels if truth[int(Path(s).stem)] == speaker} for speaker in speakers}
    assert sorted(folders.values(), key=min) == [{f"speaker_{number:03d}"} for number in range(1, 7)]
    assert spkbound("verify", project / "export").returncode == 0


def test_a_file_name_that_the_terminal_cannot_show_is_no_error(tmp_path):
    (tmp_path / "speaker_001").mkdir()
    (tmp_path / "speaker_001" / "\u65e5\u672c.wav").touch()
    (tmp_path / "manifest.jsonl").touch()
    command = [sys.executable, "-m", "spkbound", "verify", tmp_path]
    found = subprocess.run(
        command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, timeout=300, check=False
    )
    assert (found.returncode, found.stdout.splitlines()[0]) == (1, b"extra: speaker_001/\\u65e5\\u672c.wav")
