"""A running server: its addresses, its roles, its databases."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from config.database.configuration import LOOPBACK
from config.database.errors import LauncherError
from config.database.home import ROLES

if TYPE_CHECKING:
    from psycopg2.extensions import connection

DATABASE = "phucvu"
SUPERUSER = "postgres"
OWNER = "phucvu_owner"
APP = "phucvu_app"
READER = "phucvu_reader"

EDITION = 1  # of what `provision` makes; one more, and existing clusters are brought up to it
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
LONGEST_CONNECT_SECONDS = 3


@dataclass(frozen=True)
class Cluster:
    """A running server on this machine; only this user and root can read its passwords."""

    port: int
    directory: Path
    passwords: Mapping[str, str] = field(repr=False)

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """Give the address of a database for a role, password included: postgresql://role:…@127.0.0.1:port/database.

        `app`, `owner` and `reader` are short for phucvu_app and so on. Raises LauncherError for any other name.
        """
        name = full_name(role)
        password = quote(self.passwords[name], safe="")
        return f"postgresql://{name}:{password}@{LOOPBACK}:{self.port}/{quote(database, safe='')}"

    def create_database(self, name: str, owner: str = OWNER) -> None:
        """Make a database that only our roles may enter. Idempotent; raises LauncherError if another role owns it."""
        from psycopg2 import sql  # noqa: PLC0415  # see connect

        database, role = sql.Identifier(name), sql.Identifier(full_name(owner))
        with self.connect(SUPERUSER, "postgres") as superuser, superuser.cursor() as cursor:
            cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name])
            found = cursor.fetchone()
            if found is None:
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
            elif found[0] != full_name(owner):
                message = f"The database {name} belongs to {found[0]}. Choose another name, or drop it first."
                raise LauncherError(message)
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            ours = sql.SQL(", ").join(map(sql.Identifier, (APP, READER)))
            cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, ours))

    @contextmanager
    def connect(self, role: str = APP, database: str = DATABASE) -> "Iterator[connection]":
        """Connect in autocommit, deaf to the PG* variables of our environment; raises psycopg2.Error."""
        # Imported here: the command line must be able to say that it is missing.
        try:
            import psycopg2  # noqa: PLC0415
        except ImportError as error:
            message = "The Python package psycopg2 is missing. Install it: pip install psycopg2-binary."
            raise LauncherError(message) from error
        opened = psycopg2.connect(
            self.url(role, database),
            connect_timeout=LONGEST_CONNECT_SECONDS,
            sslmode="disable",
            gssencmode="disable",
            options="-c client_encoding=UTF8",
        )
        opened.autocommit = True
        try:
            yield opened
        finally:
            opened.close()


def full_name(role: str) -> str:
    """Give the role that a name or a short name stands for; raises LauncherError for a role that is not ours."""
    for name in (role, f"phucvu_{role}"):
        if name in ROLES:
            return name
    message = f"There is no role {role}. Use one of: {', '.join(ROLES)}."
    raise LauncherError(message)


def provision(cluster: Cluster) -> None:
    """Give a cluster our roles, what every new database must hold, and the database phucvu. Idempotent."""
    with cluster.connect(SUPERUSER, "template1") as superuser:
        _make_roles(superuser, cluster.passwords)
        with superuser.cursor() as cursor:
            cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            for extension in EXTENSIONS:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
    cluster.create_database(DATABASE, OWNER)


def _make_roles(superuser: "connection", passwords: Mapping[str, str]) -> None:
    from psycopg2 import sql  # noqa: PLC0415  # see connect
    from psycopg2.extensions import encrypt_password  # noqa: PLC0415

    options = {OWNER: "LOGIN CREATEDB", APP: "LOGIN", READER: "LOGIN"}
    with superuser.cursor() as cursor:
        for role, granted in options.items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "CREATE" if cursor.fetchone() is None else "ALTER"
            # The verifier, not the password: the server never sees it in clear.
            verifier = encrypt_password(passwords[role], role, superuser, "scram-sha-256")
            statement = sql.SQL(f"{verb} ROLE {{}} {granted} NOSUPERUSER NOCREATEROLE PASSWORD %s")
            cursor.execute(statement.format(sql.Identifier(role)), [verifier])
        cursor.execute(f"ALTER ROLE {READER} SET default_transaction_read_only = on")
