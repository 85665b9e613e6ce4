"""Choose a port: below the range from which the kernel gives ports to clients, so it is still free tomorrow."""

import random
import socket

from config.database.configuration import LOOPBACK
from config.database.errors import LauncherError

LOWEST_PORT = 10_000
HIGHEST_PORT = 32_000
TRIES = 200


def free_port(remembered: int | None) -> int:
    """Give the remembered port if nobody listens on it, else another free one."""
    if remembered is not None and is_free(remembered):
        return remembered
    for _ in range(TRIES):
        port = random.randint(LOWEST_PORT, HIGHEST_PORT)  # noqa: S311  # chance, not secrecy
        if is_free(port):
            return port
    message = f"No free port was found between {LOWEST_PORT} and {HIGHEST_PORT}. End some programs that listen there."
    raise LauncherError(message)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
