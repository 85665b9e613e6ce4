"""The server's settings: what it promises, what it keeps to itself, how much it takes."""

from pathlib import Path

from config.database.files import write
from config.database.home import Home
from config.database.processes import cluster_name

LOOPBACK = "127.0.0.1"

SETTINGS = {
    # Who can reach it: this machine by TCP and a password. No Unix socket: any path then works, however long.
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "ssl": "off",
    # What is acknowledged is kept.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # A failed statement carries the citizen's words: neither it, nor its parameters, nor the row may reach the
    # log. Even the first line of an error quotes values ('invalid input syntax for type date: "..."'), so errors
    # are told to the client only; `log` keeps the server's own reports.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_line_prefix": "%m [%p] ",
    # Size and planning.
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    # No disk of today has an arm to move, and most of what is asked lies in memory: a page anywhere costs as the next.
    "random_page_cost": "1.1",
    # Words and time.
    "client_encoding": "UTF8",
    "timezone": "Asia/Ho_Chi_Minh",
    "log_timezone": "Asia/Ho_Chi_Minh",
}

ADMISSION = f"host all all {LOOPBACK}/32 scram-sha-256\n"


def write_configuration(home: Home) -> None:
    """Write the settings beside the data, where the server can read but not change them."""
    settings = SETTINGS | {"cluster_name": cluster_name(home.data)}
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    write(home.configuration, "".join(lines), mode=0o644)
    write(home.admission, ADMISSION, mode=0o644)


def command_to_serve(postgres: Path, home: Home, *, port: int) -> list[str | Path]:
    """Give the server's command line; `-D` and `-p` in it are how processes.py knows it again."""
    return [
        postgres,
        *("-D", home.data),
        *("-p", str(port)),
        *("-c", f"config_file={home.configuration}"),
        *("-c", f"hba_file={home.admission}"),
    ]
