"""Databases of the tests: made from a template in a tenth of a second, dropped afterwards."""

from psycopg2 import sql

from config.database import OWNER, SUPERUSER, Cluster


def names(cluster: Cluster) -> set[str]:
    """Return the names of all databases."""
    with cluster.connect(SUPERUSER, "postgres") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def create(cluster: Cluster, name: str, *, template: str = "template1") -> None:
    """Make a database of the owner that equals the template; an old one of that name is dropped first."""
    drop(cluster, name)
    command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
    _run(cluster, command.format(sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)))


def drop(cluster: Cluster, name: str) -> None:
    """Drop a database, whoever is connected."""
    _run(cluster, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def rename(cluster: Cluster, name: str, new: str) -> None:
    """Give a database another name."""
    _run(cluster, sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new)))


def empty_feed(cluster: Cluster, name: str) -> None:
    """Forget the events of loading the reference data, so that each test's feed begins with its own."""
    with cluster.connect(SUPERUSER, name) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE api_event RESTART IDENTITY")


def _run(cluster: Cluster, statement: sql.Composed) -> None:
    with cluster.connect(SUPERUSER, "postgres") as connection, connection.cursor() as cursor:
        cursor.execute(statement)
