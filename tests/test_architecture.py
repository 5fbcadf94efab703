"""Who may import whom: data flows one way, and a stage never knows another stage."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "spkbound"
PURE = {"domain", "errors", "words"}
TOOLS = {"audio", "encoders", "jobs", "result_file", "whole_file"}
STAGES = {"corpus", "embedding", "detection", "review", "export"}

# room → rooms it may import beside itself; whoever is not listed here may import nothing of ours.
ALLOWED = {
    "domain": set(),
    "errors": set(),
    "whole_file": set(),
    "words": set(),
    "audio": PURE,
    "encoders": PURE | {"audio", "whole_file"},
    "jobs": PURE | {"whole_file"},
    "result_file": PURE | {"whole_file"},
    "result_reader": PURE | {"result_file"},
    "voices": set(),
    "synthetic": PURE | {"voices"},
    "simulation": PURE,
    "corpus": PURE | TOOLS,
    "embedding": PURE | TOOLS,
    "detection": PURE,
    "review": PURE | TOOLS,
    "export": PURE | TOOLS,
    "project": PURE | {"result_file", "whole_file"},
    "roster_file": PURE | {"detection"},
    "speaker_names": PURE,
    "detection_file": PURE | {"whole_file", "result_file", "detection"},
    "session": PURE | TOOLS | STAGES | {"project", "detection_file", "result_reader", "speaker_names"},
    "results": PURE | {"whole_file", "result_file", "session", "speaker_names"} | STAGES,
    "pipeline": PURE
    | TOOLS
    | STAGES
    | {"project", "detection_file", "roster_file", "session", "results", "describe", "report", "corpus_choice"}
    | {"extraction"},
    "describe": PURE | {"detection", "extraction"},
    "report": PURE | {"whole_file", "result_file", "detection", "review"},
    "corpus_choice": PURE | {"corpus", "project"},
    "background": PURE | {"jobs", "project"},
    "job_status": PURE | {"jobs"},
    "demo": PURE | {"corpus_choice", "project", "pipeline", "describe", "session", "synthetic"},
    "extraction": PURE | TOOLS | {"embedding", "corpus_choice", "project"},
    "log_command": PURE | {"terminal", "arguments", "project", "review"},
    "job_commands": PURE
    | {"terminal", "arguments", "project", "corpus_choice", "extraction", "embedding", "encoders"}
    | {"background", "job_status", "doctor"},
    "doctor": PURE | TOOLS | {"project", "corpus_choice", "embedding", "background"},
    "terminal": {"errors", "jobs"},
    "arguments": {"errors", "roster_file"},
    "cli": PURE
    | {"terminal", "arguments"}
    | TOOLS
    | STAGES
    | {"project", "corpus_choice", "pipeline", "describe", "demo", "ui", "job_commands", "log_command"},
    "ui": PURE
    | TOOLS
    | STAGES
    | {"project", "pipeline", "session", "background", "job_status", "results", "roster_file", "speaker_names"},
    "__main__": {"cli"},
}
HEAVY = {"ray", "torch", "gradio", "matplotlib", "plotly", "sklearn", "pandas"}


def rooms() -> list[str]:
    found = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in PACKAGE.rglob("*.py")}
    return sorted(found - {"__init__"})


def imported_names(file: Path, *, top_level_only: bool = False) -> set[str]:
    tree = ast.parse(file.read_bytes())
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides who imports whom"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def files_of(room: str) -> list[Path]:
    folder = PACKAGE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_what_it_may(room):
    allowed = ALLOWED.get(room, set()) | {room}
    for file in files_of(room):
        ours = {name.split(".")[1] for name in imported_names(file) if name.startswith("spkbound.")}
        assert ours <= allowed, f"{file.relative_to(PACKAGE)} imports {sorted(ours - allowed)}"


def test_every_stage_of_the_house_exists():
    assert set(rooms()) >= STAGES | PURE | TOOLS | {"pipeline", "synthetic", "ui", "cli"}


def test_detection_does_no_input_or_output():
    for file in files_of("detection"):
        names = imported_names(file)
        roots = {name.split(".")[0] for name in names}
        assert not roots & {"os", "pathlib", "sqlite3", "pyarrow", "json", "orjson", "pickle", "socket"}, file
        calls = [n for n in ast.walk(ast.parse(file.read_bytes())) if isinstance(n, ast.Call)]
        assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in {"open", "print"}], file


def test_heavy_libraries_are_imported_only_where_they_are_needed():
    allowed = {
        "ui": {"gradio", "plotly"},
        "encoders/wespeaker/": {"torch"},
        "export/picture.py": {"matplotlib"},
        "detection/gmm.py": {"sklearn"},
    }
    for file in PACKAGE.rglob("*.py"):
        place = file.relative_to(PACKAGE).as_posix()
        heavy = {name.split(".")[0] for name in imported_names(file, top_level_only=True)} & HEAVY
        may = set().union(*(found for key, found in allowed.items() if place.startswith(key)), set())
        assert heavy <= may, f"{place} imports {sorted(heavy - may)} as soon as it is loaded"


def test_init_files_hold_no_logic():
    for file in PACKAGE.rglob("__init__.py"):
        for node in ast.parse(file.read_bytes()).body:
            assert isinstance(node, ast.Import | ast.ImportFrom | ast.Expr | ast.Assign), f"{file}: line {node.lineno}"
