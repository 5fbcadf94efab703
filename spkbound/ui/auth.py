"""Who may use the page, and who is asking? Password hashes in a file, a signed cookie; no route is known here."""

import base64
import hashlib
import hmac
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from spkbound.errors import ProjectError, UsageError
from spkbound.whole_file import whole_file

COOKIE_NAME = "spkbound_session"
COOKIE_AGE_S = 30 * 24 * 3600
SECRET_NAME = ".session_secret"
_SECRET_BYTES = 32

_COST_N, _COST_R, _COST_P = 2**15, 8, 1  # scrypt: 32 MiB and about 0.1 s a guess
_MAX_MEMORY = 256 * 2**20
_USER_NAME = re.compile(r"[^\s:|]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordHash:
    """What the auth file keeps of a password: scrypt's cost parameters, the salt, and the derived key."""

    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    @classmethod
    def of(cls, password: str) -> "PasswordHash":
        salt = secrets.token_bytes(16)
        key = _derive(password, n=_COST_N, r=_COST_R, p=_COST_P, salt=salt, length=32)
        return cls(n=_COST_N, r=_COST_R, p=_COST_P, salt=salt, key=key)

    @classmethod
    def parse(cls, text: str) -> "PasswordHash":
        """Read ``scrypt$N$r$p$salt$hash`` (salt and hash in hex or base64); `ValueError` for anything else."""
        scheme, n, r, p, salt, key = text.split("$")
        if scheme != "scrypt":
            raise ValueError(f"unknown scheme {scheme!r}")
        return cls(n=int(n), r=int(r), p=int(p), salt=_decode(salt), key=_decode(key))

    def __str__(self) -> str:
        return f"scrypt${self.n}${self.r}${self.p}${self.salt.hex()}${self.key.hex()}"

    def matches(self, password: str) -> bool:
        found = _derive(password, n=self.n, r=self.r, p=self.p, salt=self.salt, length=len(self.key))
        return hmac.compare_digest(found, self.key)


def auth_line(name: str, password: str) -> str:
    """The line for `name` in an auth file."""
    if not _USER_NAME.fullmatch(name):
        raise UsageError(f"a user name is 1 to 64 characters without spaces, ':' or '|'; found {name!r}")
    return f"{name}:{PasswordHash.of(password)}"


def add_user(file: Path, name: str, password: str) -> None:
    """Add `name` to an auth file, or change its password; the file is for its owner's eyes and replaced as a whole.

    Raises
    ------
    UsageError : a name or password that cannot be, or a file that holds something else
    """
    if not password:
        raise UsageError("an empty password lets anybody in; choose another")
    line = auth_line(name, password)
    others = []
    if file.exists():
        _read_users(file)
        lines = file.read_text(encoding="utf-8").splitlines()
        others = [each for each in lines if each.strip().partition(":")[0] != name]
    with whole_file(file) as unfinished:
        unfinished.touch(0o600)
        unfinished.write_text("\n".join([*others, line]) + "\n", encoding="utf-8")


class Users:
    """The names in an auth file and the check of their passwords; the file is read again when it changed."""

    def __init__(self, file: Path | str) -> None:
        self.file = Path(file)
        self._stamp: tuple[int, int] | None = None
        self._hashes: dict[str, PasswordHash] = {}
        self.hashes()
        self._nobody = PasswordHash.of(secrets.token_hex(8))

    def hashes(self) -> dict[str, PasswordHash]:
        try:
            status = self.file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp != self._stamp:
                self._hashes = _read_users(self.file)
                self._stamp = stamp
        except OSError as error:
            raise UsageError(f"cannot read the auth file {self.file}: {error.strerror}") from error
        return self._hashes

    def accept(self, name: str, password: str) -> bool:
        """Whether `password` is that of `name`; an unknown name takes as long as a wrong password."""
        stored = self.hashes().get(name)
        matches = (stored or self._nobody).matches(password)
        return matches and stored is not None


class Sessions:
    """Cookies that say who asks, signed with a secret and the user's hash: a changed password ends them."""

    def __init__(self, users: Users, secret: bytes) -> None:
        self.users = users
        self._secret = secret

    def cookie(self, name: str, *, now: float | None = None) -> str:
        until = int((time.time() if now is None else now) + COOKIE_AGE_S)
        claim = base64.urlsafe_b64encode(f"{name}|{until}".encode()).decode()
        return f"{claim}.{self._signature(claim, name)}"

    def user(self, cookie: str | None, *, now: float | None = None) -> str | None:
        """The name in a cookie that is ours, not too old, and of somebody still in the auth file."""
        try:
            claim, signature = (cookie or "").split(".")
            name, until = base64.urlsafe_b64decode(claim).decode().split("|")
            expired = int(until) < (time.time() if now is None else now)
        except ValueError:
            return None
        if expired or name not in self.users.hashes():
            return None
        return name if hmac.compare_digest(signature, self._signature(claim, name)) else None

    def _signature(self, claim: str, name: str) -> str:
        stored = self.users.hashes().get(name)
        key = self._secret + (stored.key if stored else b"")
        return hmac.new(key, claim.encode(), "sha256").hexdigest()


def session_secret(folder: Path | None) -> bytes:
    """The secret that a project folder keeps, so that a restart logs nobody out; without folder: one for this run."""
    if folder is None:
        return secrets.token_bytes(_SECRET_BYTES)
    file = folder / SECRET_NAME
    if not file.exists():
        _write_secret(file)
    try:
        secret = bytes.fromhex(file.read_text().strip())
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise ProjectError(f"{file} holds no secret of {_SECRET_BYTES} bytes; remove it (everybody logs in again)")
    return secret


def _write_secret(file: Path) -> None:
    """Whole or not at all; of two servers that start at once the first one's stays."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_hex(_SECRET_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def _read_users(file: Path) -> dict[str, PasswordHash]:
    hashes = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, _, rest = line.partition(":")
        try:
            hashes[name] = PasswordHash.parse(rest)
        except ValueError as error:
            raise UsageError(
                f"{file}, line {number}: expected name:scrypt$N$r$p$salt$hash; plain passwords are refused. "
                f'Make the line with: python -m spkbound user add "{name[:40]}" --auth_file {file}'
            ) from error
    if not hashes:
        raise UsageError(f"{file} names no user; a line is name:scrypt$N$r$p$salt$hash")
    return hashes


def _derive(password: str, *, n: int, r: int, p: int, salt: bytes, length: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY, dklen=length)


def _decode(text: str) -> bytes:
    if not text:
        raise ValueError("empty salt or hash")
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text):
        return bytes.fromhex(text)
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
