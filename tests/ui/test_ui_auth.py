import base64
import shutil
import stat

import pytest
from conftest import ORIGIN, OURS
from fastapi import FastAPI
from fastapi.testclient import TestClient

from spkbound.errors import UsageError
from spkbound.project import Project
from spkbound.ui.address import check_host
from spkbound.ui.auth import COOKIE_NAME, PasswordHash, Sessions, Users, auth_line, session_secret
from spkbound.ui.server import OWN_ROUTES, build_app
from spkbound.ui.workplace import Workplace


@pytest.fixture(scope="module")
def auth_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("auth") / "users"
    file.write_text(f"# reviewers\n{auth_line('ann', 'right')}\n")
    return file


def locked_app(folder, auth_file) -> FastAPI:
    return build_app(Project.open(folder), auth_file=auth_file)


def visitor(app: FastAPI, *, scheme: str = "http") -> TestClient:
    return TestClient(app, base_url=f"{scheme}://testserver", raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="module")
def locked_folder(project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("locked") / "project"
    shutil.copytree(project, folder)
    return folder


@pytest.fixture(scope="module")
def locked(locked_folder, auth_file):
    return locked_app(locked_folder, auth_file)


def log_in(client: TestClient, password: str = "right"):
    return client.post("/login", data={"name": "ann", "password": password}, headers={"origin": ORIGIN})


def own_paths() -> list[tuple[str, str]]:
    routes = [route for rooms in OWN_ROUTES for route in rooms.router(Workplace(None)).routes]
    return [(method, "/x" + route.path.replace("{index}", "3")) for route in routes for method in route.methods]


def test_every_route_answers_401_without_login(locked):
    client = visitor(locked)
    paths = own_paths()
    assert len(paths) >= 15
    gradio = [("GET", "/config"), ("GET", "/gradio_api/info"), ("POST", "/gradio_api/upload"), ("GET", "/theme.css")]
    for method, path in [*paths, *gradio]:
        answer = client.request(method, path, headers=OURS)
        assert answer.status_code == 401, f"{method} {path}"


def test_the_page_leads_to_the_login_and_the_login_back(locked):
    client = visitor(locked)
    assert client.get("/").headers["location"] == "login"
    assert "Log in" in client.get("/login").text
    assert log_in(client, "wrong").status_code == 401
    answer = log_in(client)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/x/project").json()["user"] == "ann"
    assert client.get("/").status_code == 200


def test_nothing_is_stored_in_the_name_of_somebody_else(locked):
    client = visitor(locked)
    log_in(client)
    undo = {"key": "left behind by bob"}
    assert client.post("/x/undo", json=undo, headers={**OURS, "x-spkbound-user": "bob"}).status_code == 401
    assert client.post("/x/undo", json=undo, headers={**OURS, "x-spkbound-user": "%61nn"}).status_code == 200


def test_the_cookie_is_secure_over_https(locked):
    form = {"name": "ann", "password": "right"}
    answer = visitor(locked, scheme="https").post("/login", data=form, headers={"origin": "https://testserver"})
    assert "Secure" in answer.headers["set-cookie"]


def test_a_restart_logs_nobody_out(locked, locked_folder, auth_file):
    before = visitor(locked)
    log_in(before)
    after = visitor(locked_app(locked_folder, auth_file))
    after.cookies.set(COOKIE_NAME, before.cookies[COOKIE_NAME])
    assert after.get("/x/project").status_code == 200
    secret = locked_folder / ".session_secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_a_forged_old_or_orphaned_cookie_is_nobody(auth_file, tmp_path):
    sessions = Sessions(Users(auth_file), session_secret(tmp_path))
    cookie = sessions.cookie("ann")
    assert sessions.user(cookie) == "ann"
    assert sessions.user(cookie[:-1] + ("0" if cookie[-1] != "0" else "1")) is None
    assert sessions.user(sessions.cookie("ann", now=0)) is None
    assert sessions.user(sessions.cookie("eve")) is None
    for nonsense in (None, "", ".", "a.b", "é.x", "!!!!.zz"):
        assert sessions.user(nonsense) is None
    assert Sessions(Users(auth_file), b"another secret").user(cookie) is None


def test_a_changed_password_ends_the_sessions(tmp_path):
    file = tmp_path / "users"
    file.write_text(auth_line("ann", "old"))
    sessions = Sessions(Users(file), b"secret")
    cookie = sessions.cookie("ann")
    file.write_text(auth_line("ann", "a new one") + "\n")
    assert sessions.user(cookie) is None


def test_plain_passwords_are_refused_with_the_way_out(tmp_path):
    file = tmp_path / "users"
    for line in ("ann:secret", "ann", "ann:scrypt$1$2$3", "ann:bcrypt$1$1$1$aa$bb", "ann:scrypt$16$8$1$$"):
        file.write_text(line)
        with pytest.raises(UsageError, match="plain passwords are refused"):
            Users(file)
    file.write_text("\n# nobody\n")
    with pytest.raises(UsageError, match="names no user"):
        Users(file)


def test_hash_and_salt_may_be_hex_or_base64():
    stored = PasswordHash.of("ä password")
    assert PasswordHash.parse(str(stored)).matches("ä password")
    assert not stored.matches("another")
    salt, key = (base64.b64encode(part).decode() for part in (stored.salt, stored.key))
    assert PasswordHash.parse(f"scrypt${stored.n}${stored.r}${stored.p}${salt}${key}").matches("ä password")


def test_a_host_that_others_reach_needs_users_or_a_word():
    for host in ("127.0.0.1", "localhost", "::1"):
        check_host(host, open_to_all=False)
    for host in ("0.0.0.0", "192.168.1.5", "example.org", "::"):
        with pytest.raises(UsageError, match="--auth_file"):
            check_host(host, open_to_all=False)
        check_host(host, open_to_all=True)


def test_a_post_from_another_site_is_refused(own_client):
    body = [{"key": "k", "kind": "approve", "index": 20}]
    for headers in ({}, {"x-spkbound": "1"}, {"x-spkbound": "1", "origin": "http://evil.example"}, {"origin": ORIGIN}):
        assert own_client.post("/x/ops", json=body, headers=headers).status_code == 403
    upload = own_client.post("/gradio_api/queue/join", json={}, headers={"origin": "http://evil.example"})
    assert upload.status_code == 403
    assert own_client.post("/x/ops", json=body, headers=OURS).status_code == 200


def test_no_answer_lets_another_site_read_it(client):
    answer = client.get("/x/project", headers={"origin": "http://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_without_login_a_foreign_name_for_this_machine_is_refused(client):
    assert client.get("/x/project", headers={"host": "evil.example"}).status_code == 403
    for host in ("localhost:7860", "127.0.0.1:7860", "[::1]:7860", "workstation"):
        assert client.get("/x/project", headers={"host": host}).status_code == 200
