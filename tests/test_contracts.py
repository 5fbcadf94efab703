"""What is dear to change later, pinned: command line, exit codes, files, result JSON, Python entry point."""

import inspect
import json
import pickle
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from spkbound.cli import main

ROOT = Path(__file__).parents[1]
RESULT = "speaker_boundary_detection_result.json"


def spkbound(*arguments: object, timeout: float = 300) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "spkbound", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=ROOT, check=False)


@dataclass
class Answer:
    code: int
    text: str


@pytest.fixture
def ask(capsys):
    """The command line in this process: the same arguments and exit codes, a tenth of the time."""

    def run(*arguments: object) -> Answer:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        return Answer(code, "".join(capsys.readouterr()))

    return run


@pytest.fixture(scope="module")
def extracted(voices, tmp_path_factory) -> Path:
    """The baseline's form, with one unreadable file in the middle of the first speaker."""
    folder = tmp_path_factory.mktemp("embeddings")
    done = spkbound("extract", "--input_dir", voices.folder, "--output_dir", folder, "--workers", 2, "--port", 12355)
    assert done.returncode == 3, done.stderr
    assert "1 unreadable" in done.stdout
    return folder


@pytest.fixture(scope="module")
def detected(extracted, voices, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("result")
    size = ["--segment-size", 20, "--boundary-window", 5]  # kebab case is the same option
    done = spkbound("detect", "--embeddings_dir", extracted, "--output_dir", folder, *size)
    assert done.returncode == 0, done.stderr
    return folder


# command line ----------------------------------------------------------------------------------------------------


def test_help_is_there_for_every_command_and_loads_nothing_heavy():
    code = (
        "import sys\nfrom spkbound.cli import build_parser\nbuild_parser().format_help()\n"
        "heavy = {'torch', 'gradio', 'numpy', 'sklearn', 'matplotlib', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    help_text = spkbound("--help").stdout
    for command in ("extract", "detect", "review", "export", "verify", "demo"):
        assert re.search(rf"^\s+{command}\s", help_text, re.M)


OPTIONS = {
    "extract": (
        "input_dir output_dir project manifest order channel model_dir gpus workers profile "
        "window scale precision longest_s port store retry_failed"
    ),
    "detect": (
        "embeddings_dir output_dir project embeddings paths method use_gmm gmm_components segment_size "
        "boundary_window speakers no_export debug"
    ),
    "review": "input_dir host port auth_file no_auth root_path",
    "export": "output_dir include_undecided mode dry_run",
    "user": "auth_file",
    "demo": "host port auth_file no_auth root_path",
}


@pytest.mark.parametrize("command", OPTIONS)
def test_every_option_exists_in_both_spellings(command, ask):
    text = ask(command, "--help").text
    for name in OPTIONS[command].split():
        for spelling in (f"--{name}", f"--{name.replace('_', '-')}"):
            assert re.search(rf"{spelling}(?![\w-])", text), spelling


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["extract"],
        ["extract", "--output_dir", "{tmp}/e"],
        ["extract", "--project", "{tmp}/p"],
        ["extract", "--input_dir", "{voices}"],
        ["extract", "--input_dir", "{voices}", "--output_dir", "{tmp}/e", "--order", "manifest"],
        ["extract", "--input_dir", "{voices}", "--output_dir", "{tmp}/e", "--order", "random"],
        ["extract", "--input_dir", "{voices}", "--manifest", "{tmp}/m.csv", "--output_dir", "{tmp}/e"],
        ["extract", "--input_dir", "{voices}", "--output_dir", "{tmp}/e", "--project", "{tmp}/p"],
        ["extract", "--input_dir", "{voices}", "--output_dir", "{tmp}/e", "--gpus", "first"],
        ["extract", "--input_dir", "{voices}", "--output_dir", "{tmp}/e", "--window", "povey"],
        ["extract", "--input_dir", "{voices}", "--output_dir", "{tmp}/e", "--model_dir", "n.onnx"],
        ["extract", "--input_dir", "{voices}", "--output_dir", "{tmp}/e", "--model_dir", "m", "--profile", "damo"],
        ["detect"],
        ["detect", "--embeddings_dir", "{tmp}"],
        ["detect", "--embeddings_dir", "{tmp}", "--output_dir", "{tmp}/r", "--use_gmm", "--method", "cosine"],
        ["detect", "--embeddings_dir", "{tmp}", "--output_dir", "{tmp}/r", "--segment_size", "0"],
        ["detect", "--embeddings", "{tmp}/x.npy", "--output_dir", "{tmp}/r"],
        ["export"],
        ["verify"],
        ["sing"],
    ],
)
def test_wrong_usage_exits_with_2_and_leaves_nothing(arguments, voices, tmp_path, ask):
    answer = ask(*(text.format(tmp=tmp_path, voices=voices.folder) for text in arguments))
    assert answer.code == 2, answer.text
    assert answer.text.strip()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["extract", "--input_dir", "{tmp}/nowhere", "--output_dir", "{tmp}/e"], "does not exist"),
        (["extract", "--input_dir", "{tmp}/empty", "--output_dir", "{tmp}/e"], "no audio"),
        (
            ["extract", "--input_dir", "{tmp}", "--output_dir", "{tmp}/e", "--model_dir", "{tmp}/m"],
            "no model directory",
        ),
        (["detect", "--embeddings_dir", "{tmp}/empty", "--output_dir", "{tmp}/r"], "empty"),
        (["detect", "--project", "{tmp}/nowhere"], "does not exist"),
        (["export", "{tmp}/empty"], "project"),
        (["verify", "{tmp}/empty"], "manifest"),
    ],
)
def test_what_cannot_be_done_exits_with_1_and_says_why(arguments, says, tmp_path, ask):
    (tmp_path / "empty").mkdir()
    answer = ask(*(text.format(tmp=tmp_path) for text in arguments))
    assert answer.code == 1, answer.text
    assert says in answer.text


def test_exit_codes_and_messages_reach_the_shell(tmp_path):
    wrong, failed = spkbound("sing"), spkbound("verify", tmp_path)
    assert (wrong.returncode, failed.returncode) == (2, 1)
    assert failed.stderr.startswith("spkbound: ")
    assert "Traceback" not in wrong.stderr + failed.stderr


# extract ---------------------------------------------------------------------------------------------------------


def test_the_mirror_has_the_form_that_old_scripts_read(extracted, voices):
    trees = sorted(p.relative_to(extracted).as_posix() for p in extracted.rglob("*.pkl"))
    readable = [p for i, p in enumerate(voices.paths) if i != voices.broken]
    assert trees == sorted(re.sub(r"\.wav$", ".pkl", p) for p in readable)
    stored = pickle.loads((extracted / trees[0]).read_bytes())  # our own file, made above
    assert set(stored) >= {
        "embedding",
        "original_path",
        "relative_path",
        "filename",
        "embedding_dim",
        "gpu_rank",
    }
    assert stored["embedding"].dtype == np.float32
    assert stored["embedding"].shape == (stored["embedding_dim"],)
    assert Path(stored["original_path"]) == voices.folder / stored["relative_path"]


def test_the_statistics_say_what_was_done(extracted, voices):
    stats = json.loads((extracted / "extraction_stats.json").read_text())
    assert (stats["total_files"], stats["total_success"], stats["total_failed"]) == (
        len(voices.paths),
        len(voices.paths) - 1,
        1,
    )
    assert sum(row["total_processed"] for row in stats["gpu_stats"]) == len(voices.paths)
    assert {"gpu_rank", "total_processed", "success_count", "failed_count"} <= set(stats["gpu_stats"][0])
    assert [row["relative_path"] for row in stats["failures"]] == [voices.paths[voices.broken]]
    assert set(stats["failures"][0]) >= {"relative_path", "stage", "reason"}


def test_extracting_twice_does_nothing_the_second_time(extracted, voices, ask):
    before = {p: p.stat().st_mtime_ns for p in extracted.rglob("*.pkl")}
    answer = ask("extract", "--input_dir", voices.folder, "--output_dir", extracted)
    assert answer.code == 3, answer.text
    assert "nothing left to do" in answer.text
    assert {p: p.stat().st_mtime_ns for p in extracted.rglob("*.pkl")} == before


# detect ----------------------------------------------------------------------------------------------------------


def test_the_result_has_the_agreed_fields(detected, voices):
    result = json.loads((detected / RESULT).read_text())
    assert set(result) >= {
        "format_version",
        "method",
        "settings",
        "encoder",
        "boundaries",
        "total_audio_files",
        "detected_speakers",
        "speakers",
        "boundary_details",
        "unreadable",
        "warnings",
        "debug_info",
    }
    assert result["boundaries"] == [0, *voices.boundaries, len(voices.paths)]
    assert result["total_audio_files"] == len(voices.paths)
    assert result["unreadable"][0]["index"] == voices.broken
    assert set(result["unreadable"][0]) == {"index", "path", "stage", "reason"}
    for speaker in result["speakers"]:
        assert set(speaker) >= {
            "speaker_id",
            "start_index",
            "end_index",
            "file_count",
            "audio_files",
            "relative_paths",
        }
        assert speaker["file_count"] == speaker["end_index"] - speaker["start_index"]
    for detail, index in zip(result["boundary_details"], voices.boundaries):
        assert set(detail) >= {"index", "probability", "existence", "interval", "left_path", "right_path", "warnings"}
        assert detail["left_path"] == voices.paths[index - 1]
        assert detail["right_path"] == voices.paths[index]
        assert detail["interval"][0] <= index <= detail["interval"][1]
        assert 0 <= detail["probability"] <= detail["existence"] <= 1


def test_the_picture_is_a_picture(detected):
    assert (detected / "boundary_detection_visualization.png").read_bytes().startswith(b"\x89PNG")


def test_the_form_of_the_baseline_fills_speaker_folders_unreviewed(detected, voices):
    result = json.loads((detected / RESULT).read_text())
    rows = [json.loads(line) for line in (detected / "manifest.jsonl").read_text().splitlines()]
    assert len(rows) == len(voices.paths) - 1
    assert {row["reviewed"] for row in rows} == {False}
    fields = {"audio_filepath", "source", "speaker", "index", "size", "sha256", "reviewed"}
    assert all(set(row) >= fields for row in rows)
    for speaker in result["speakers"]:
        assert re.fullmatch(r"speaker_\d{3,}", speaker["speaker_id"])
        names = sorted(p.name for p in (detected / speaker["speaker_id"]).iterdir())
        assert names == sorted(speaker["audio_files"])
    assert spkbound("verify", detected).returncode == 0


def test_no_export_writes_no_folders(extracted, tmp_path, ask):
    source = ["--embeddings_dir", extracted, "--output_dir", tmp_path / "r"]
    answer = ask("detect", *source, "--segment_size", 20, "--no_export")
    assert answer.code == 0, answer.text
    assert {p.name for p in (tmp_path / "r").iterdir()} == {RESULT, "boundary_detection_visualization.png"}


@pytest.mark.parametrize("method", [["--method", "cosine"], ["--use_gmm", "--gmm_components", "2", "--debug"]])
def test_the_other_methods_run_with_the_same_options(method, extracted, tmp_path, ask):
    size = ["--segment_size", 20, "--boundary_window", 5, "--no_export"]
    answer = ask("detect", "--embeddings_dir", extracted, "--output_dir", tmp_path, *size, *method)
    assert answer.code == 0, answer.text
    assert json.loads((tmp_path / RESULT).read_text())["method"] == ("gmm" if "--use_gmm" in method else "cosine")


def test_embeddings_made_elsewhere_are_taken(extracted, voices, tmp_path, ask):
    matrix = np.load(extracted / "store" / "matrix.npy")
    np.save(tmp_path / "x.npy", matrix)
    (tmp_path / "paths.txt").write_text("".join(f"{path}\n" for path in voices.paths))
    source = ["--embeddings", tmp_path / "x.npy", "--paths", tmp_path / "paths.txt"]
    answer = ask("detect", *source, "--output_dir", tmp_path / "r", "--segment_size", 20, "--no_export")
    assert answer.code == 0, answer.text
    result = json.loads((tmp_path / "r" / RESULT).read_text())
    assert result["boundaries"] == [0, *voices.boundaries, len(voices.paths)]


# project ---------------------------------------------------------------------------------------------------------


def test_a_project_has_the_agreed_layout(project, voices):
    names = {p.name for p in project.iterdir()}
    assert names >= {"project.json", "embeddings", "detection"}
    assert {p.name for p in (project / "detection").iterdir()} >= {RESULT, "boundary_detection_visualization.png"}
    assert not list((project / "embeddings").rglob("*.pkl"))  # the default on a project is parquet
    assert not (project / "export").exists()  # detection on a project never exports
    result = json.loads((project / "detection" / RESULT).read_text())
    assert result["boundaries"] == [0, *voices.boundaries, len(voices.paths)]


def test_only_segments_between_approved_ends_are_exported(project_copy, voices):
    from spkbound.pipeline import open_project, open_session
    from spkbound.review.state import Operation

    session = open_session(open_project(project_copy))
    first, second = voices.boundaries[:2]
    operations = [Operation(key="one", kind="approve", index=first), Operation(key="two", kind="approve", index=second)]
    assert all(outcome.ok for outcome in session.review.apply(operations, user="test"))
    done = spkbound("export", project_copy)
    assert done.returncode == 3, done.stderr  # an unreadable file belongs to an exported segment
    rows = [json.loads(line) for line in (project_copy / "export" / "manifest.jsonl").read_text().splitlines()]
    expected = [i for i in range(second) if i != voices.broken]
    assert [row["index"] for row in rows] == expected
    assert {row["reviewed"] for row in rows} == {True}
    assert {p.name for p in (project_copy / "export").iterdir()} >= {
        "speaker_001",
        "speaker_002",
        "manifest.jsonl",
        RESULT,
        "boundary_detection_visualization.png",
    }
    assert spkbound("verify", project_copy / "export").returncode == 0


def test_a_dry_run_writes_nothing(project_copy, ask):
    answer = ask("export", project_copy, "--include_undecided", "--dry_run")
    assert answer.code == 3, answer.text
    assert not (project_copy / "export").exists()


def test_a_corpus_of_one_file_goes_the_whole_road(voices, tmp_path, ask):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.wav").symlink_to(voices.folder / voices.paths[0])
    project = tmp_path / "p"
    for command in (
        ["extract", "--project", project, "--input_dir", tmp_path / "one"],
        ["detect", "--project", project],
    ):
        answer = ask(*command)
        assert answer.code == 0, answer.text
    assert "too few" in answer.text
    assert ask("export", project).code == 0  # both ends of the segment are ends of the corpus
    assert [p.name for p in (project / "export" / "speaker_001").iterdir()] == ["a.wav"]


# python ----------------------------------------------------------------------------------------------------------


def test_the_entry_point_has_the_agreed_defaults():
    from spkbound.detection import Detector, detect_boundaries

    parameters = inspect.signature(detect_boundaries).parameters
    defaults = {name: p.default for name, p in parameters.items() if p.default is not inspect.Parameter.empty}
    assert defaults == {
        "method": "global",
        "segment_size": 1000,
        "boundary_window": 10,
        "gmm_components": 2,
        "weights": None,
        "roster": None,
        "approved": (),
        "rejected": (),
    }
    assert all(parameters[name].kind is inspect.Parameter.KEYWORD_ONLY for name in defaults)
    assert callable(Detector.redetect)


def test_the_same_option_has_the_same_default_everywhere():
    from spkbound.cli import build_parser
    from spkbound.detection import detect_boundaries
    from spkbound.project import ProjectSettings

    parameters = inspect.signature(detect_boundaries).parameters
    parsed = build_parser().parse_args(["detect", "--project", "p"])
    for name in ("method", "segment_size", "boundary_window", "gmm_components"):
        assert getattr(ProjectSettings(), name) == parameters[name].default
        assert getattr(parsed, name) is None  # the command line leaves it to the project's settings


def test_a_detection_speaks_in_the_agreed_shapes():
    from spkbound.detection import detect_boundaries

    rng = np.random.default_rng(0)
    means = rng.normal(size=(3, 8))
    embeddings = (np.repeat(means, 40, axis=0) + 0.1 * rng.normal(size=(120, 8))).astype(np.float32)
    found = detect_boundaries(embeddings, segment_size=40)
    assert found.indices.dtype == np.int64
    assert found.indices.tolist() == [40, 80]
    assert found.probabilities.shape == found.existence.shape == (2,)
    assert found.intervals.shape == (2, 2)
    assert isinstance(found.warnings, tuple)
