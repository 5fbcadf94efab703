"""A page for tests: the real app over a real project, asked without a network."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from spkbound.project import Project
from spkbound.ui.server import build_app

ORIGIN = "http://testserver"
OURS = {"x-spkbound": "1", "origin": ORIGIN}


@pytest.fixture(scope="session")
def client(project) -> TestClient:
    """The page of the shared project; nothing is decided on it."""
    return TestClient(build_app(Project.open(project)), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def _changing_app() -> FastAPI:
    return build_app(None)


@pytest.fixture
def own_client(_changing_app, project_copy) -> TestClient:
    """The page of a project of the test's own; the app is one for all, for it takes seconds to build."""
    _changing_app.state.workplace.open(str(project_copy))
    return TestClient(_changing_app, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def empty_client() -> TestClient:
    """The page without any project."""
    return TestClient(build_app(None), raise_server_exceptions=False)


@pytest.fixture
def decide(own_client) -> Callable[..., dict]:
    """Send operations as the page does; the answer's body."""
    numbers = iter(range(1000))

    def send(kind: str, index: int, **more: object) -> dict:
        operation = {"key": f"key-{next(numbers)}", "kind": kind, "index": index, **more}
        answer = own_client.post("/x/ops", json=[operation], headers=OURS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return send
