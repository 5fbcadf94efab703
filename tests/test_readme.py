"""The README says what there is: its lines run, its tables are complete."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from machine import ON_CI, find_program

from spkbound.cli import build_parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_every_command_is_in_the_readme():
    commands = next(action for action in build_parser()._actions if action.dest == "==SUPPRESS==" or action.choices)
    jobs = {"status", "pause", "resume", "compact", "doctor"}
    assert {"extract", "detect", "review", "export", "verify", "demo", "log", "user"} | jobs == set(commands.choices)
    for command in commands.choices:
        assert re.search(rf"^\| `{command}[ `]", README, re.M), command


def test_every_picture_and_file_that_the_readme_names_exists():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_the_tree_of_the_readme_is_the_tree():
    tree = README.split("## The code")[1].split("```")[1]
    for line in tree.strip().splitlines():
        name = line.split()[0]
        indent = len(line) - len(line.lstrip())
        assert (ROOT / ("spkbound" if indent else ".") / name).exists(), name
    rooms = {path.name for path in (ROOT / "spkbound").iterdir() if not path.name.startswith("__")}
    assert not [room for room in rooms if room not in tree]


def test_each_of_the_two_lines_is_there_once():
    for what in ("demo", "tests"):
        assert len(re.findall(rf"# sets up and runs the {what}$", README, re.M)) == 1


@pytest.mark.skipif(find_program("node") is None and not ON_CI, reason="Node is not installed")
def test_every_key_of_the_page_is_in_the_readme():
    code = 'import("./assets/review/keys.js").then(({ KEYS }) => console.log(JSON.stringify(KEYS)))'
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, cwd=ROOT, check=True)
    labels = {key["label"] for key in json.loads(done.stdout) if "label" in key}
    table = README.split("## Keys of the review page")[1].split("\n## ")[0]
    assert len(labels) > 10
    for label in labels:
        assert label in table, label
