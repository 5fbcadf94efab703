import io
import stat

import pytest

from spkbound.cli import main
from spkbound.errors import ProjectError, UsageError
from spkbound.ui.auth import SECRET_NAME, Users, add_user, session_secret


def test_a_user_is_added_and_gets_another_password(tmp_path, monkeypatch):
    file = tmp_path / "users"
    for password in ("first", "second"):
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        assert main(["user", "add", "ann", "--auth_file", str(file)]) == 0
    add_user(file, "bob", "third")
    users = Users(file)
    assert users.accept("ann", "second")
    assert not users.accept("ann", "first")
    assert users.accept("bob", "third")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "second" not in file.read_text()


@pytest.mark.parametrize(("name", "password"), [("ann", ""), ("a:b", "x"), ("", "x")])
def test_a_user_that_cannot_be_is_refused_and_nothing_is_written(name, password, tmp_path):
    with pytest.raises(UsageError):
        add_user(tmp_path / "users", name, password)
    assert not (tmp_path / "users").exists()


def test_a_secret_is_kept_and_a_damaged_one_refused(tmp_path):
    secret = session_secret(tmp_path)
    assert session_secret(tmp_path) == secret
    assert len(secret) == 32
    for damaged in ("", "zz", "abcd"):
        (tmp_path / SECRET_NAME).write_text(damaged)
        with pytest.raises(ProjectError, match="holds no secret"):
            session_secret(tmp_path)
