"""The pure parts of the page, tested by Node's own runner."""

import subprocess
from pathlib import Path

import pytest
from machine import ON_CI, find_program

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(find_program("node") is None and not ON_CI, reason="Node is not installed")
def test_the_modules_of_the_page_pass_their_own_tests():
    files = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "js").glob("*.test.mjs"))
    assert files
    done = subprocess.run(
        ["node", "--test", *files], capture_output=True, text=True, cwd=ROOT, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
