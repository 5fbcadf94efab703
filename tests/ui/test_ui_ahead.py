"""Is a project that is opened ahead the one that is asked for, and is what goes wrong said to who asks?"""

import subprocess
import sys
import weakref

import pytest

from spkbound.errors import StoreCorrupt
from spkbound.project import Project
from spkbound.ui.workplace import Workplace


def test_who_asks_first_gets_what_was_opened_ahead(project_copy):
    workplace = Workplace(Project.open(project_copy))
    workplace.open_ahead()
    view = workplace.view()
    assert view.picture().version == view.review.version
    assert workplace.view() is view
    view.session.close()


def test_what_was_open_before_is_let_go_of(project_copy):
    workplace = Workplace(Project.open(project_copy))
    workplace.view().warm()
    before = weakref.ref(workplace.view())
    workplace.change(segment_size=21)
    workplace.view().warm()
    assert before() is None
    workplace.view().session.close()


def test_without_a_project_nothing_is_opened_ahead():
    Workplace(None).open_ahead()


def test_a_damaged_review_is_told_to_who_asks(project_copy):
    for file in project_copy.glob("review.sqlite-*"):
        file.unlink()
    (project_copy / "review.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    workplace = Workplace(Project.open(project_copy))
    workplace.open_ahead()
    with pytest.raises(StoreCorrupt):
        workplace.view()


def test_to_open_a_project_loads_nothing_that_detects_or_draws():
    """These take a second together; who opens a project waits for each of them."""
    slow = {"scipy.stats", "scipy.signal", "scipy.optimize", "matplotlib", "sklearn", "torch", "gradio"}
    code = "import sys, spkbound.ui.workplace; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not slow & set(loaded)
