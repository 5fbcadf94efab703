"""Where may the page be served? On this machine only, unless there is a login; and where nobody else listens."""

import ipaddress
import socket

from spkbound.errors import UsageError


def check_host(host: str, *, open_to_all: bool) -> None:
    if not open_to_all and not _is_loopback(host):
        raise UsageError(
            f"--host {host} can be reached from other machines: give --auth_file with its users, "
            "or --no_auth if anybody may listen and decide"
        )


def check_port(host: str, port: int) -> None:
    """`UsageError` when nobody can listen there, before anything is built and an address is promised."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}, port {port}: {error.strerror}; choose another --port") from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
