"""How is the app started, asked and killed for a measurement? A process, and clients that speak the page's protocol."""

import http.cookiejar
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
START_S = 120


class Server:
    """`python app.py …` on a port of its own, which it keeps over a restart."""

    def __init__(self, *arguments: object) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._command = [sys.executable, "app.py", *map(str, arguments), "--port", str(self.port)]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}login", timeout=1).read()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(f"no page within {START_S} s")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)


class Client:
    """One reviewer without a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def log_in(self, name: str, password: str) -> None:
        form = urllib.parse.urlencode({"name": name, "password": password}).encode()
        self._ask("login", form, "application/x-www-form-urlencoded")

    def get(self, path: str) -> dict:
        return json.loads(self._open.open(f"{self.url}x/{path}", timeout=60).read())

    def post(self, path: str, body: object) -> dict:
        return json.loads(self._ask(f"x/{path}", json.dumps(body).encode(), "application/json"))

    def _ask(self, path: str, body: bytes, kind: str) -> bytes:
        headers = {"content-type": kind, "x-spkbound": "1", "origin": self.url.rstrip("/")}
        return self._open.open(urllib.request.Request(self.url + path, body, headers), timeout=60).read()
