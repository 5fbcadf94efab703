"""How is the app started, asked and killed for a measurement? A process, and clients that speak the page's protocol."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
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

    def cpu_s(self) -> float:
        """Processor time that it took so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)


class Client:
    """One reviewer without a browser, who keeps the connection as a browser does."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._origin = server.url.rstrip("/")

    def get(self, path: str) -> dict:
        return self._ask("GET", path)

    def post(self, path: str, body: object) -> dict:
        return self._ask("POST", path, json.dumps(body).encode())

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict:
        headers = {"content-type": "application/json", "x-spkbound": "1", "origin": self._origin}
        self._connection.request(method, f"/x/{path}", body, headers)
        return json.loads(self._connection.getresponse().read())
