"""The roles of the database: the service's owns nothing and only adds to a ledger; the reader's meets no person."""

import os
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections
from django.db.transaction import atomic
from psycopg2.errors import InsufficientPrivilege

from api.management.commands.grant_app_role import OWN_APPS, READABLE, READER
from config.database import ensure_running
from tests.environment import STATE
from tests.events.changes import a_transaction

MODELS = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
TABLES = sorted(model._meta.db_table for model in MODELS)
LEDGERS = sorted(model._meta.db_table for model in MODELS if getattr(model, "IS_LEDGER", False))
DEFINITIONS = (
    "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER ALL", "ALTER TABLE {} ADD COLUMN x integer", "DROP TABLE {}",
    "CREATE TRIGGER x BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE INDEX x ON {} ((1))",
)  # fmt: skip
CHANGES = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "SELECT * FROM {0} FOR UPDATE")


def refused(statement: str) -> bool:
    """Run a statement as the service would; tell whether its rights do not allow it."""
    try:
        with atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


def told(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[object, ...]] = cursor.fetchall()
        return rows


def test_the_tests_themselves_connect_as_the_service_does() -> None:
    assert told("SELECT current_user::text, session_user::text") == [("phucvu_app", "phucvu_app")]
    assert told(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication FROM pg_roles"
        " WHERE rolname = current_user"
    ) == [(False,) * 5]
    assert told("SELECT roleid FROM pg_auth_members WHERE member = 'phucvu_app'::regrole") == []


def test_the_role_owns_nothing_and_makes_nothing() -> None:
    assert told("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == []
    makes = "SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE')"
    assert told(makes) == [(False, False)]
    assert refused("CREATE TABLE x (y integer)")
    assert refused("SET session_replication_role = replica")


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_emptied_or_altered(table: str) -> None:
    allowed = [statement for statement in DEFINITIONS if not refused(statement.format(table))]

    assert allowed == []


@pytest.mark.parametrize("table", LEDGERS)
def test_a_ledger_only_grows(table: str) -> None:
    column = told(f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum = 1")[0][0]

    allowed = [statement for statement in CHANGES if not refused(statement.format(table, column))]

    assert allowed == []
    assert not refused(f"SELECT count(*) FROM {table}")


def test_the_tables_of_the_database_are_exactly_those_that_rights_were_given_to() -> None:
    rows = told("SELECT table_name FROM information_schema.table_privileges WHERE grantee IN (current_user, 'PUBLIC')"
                " AND table_schema = 'public'")  # fmt: skip
    assert {name for (name,) in rows} == {*TABLES, "django_migrations"}


COLUMNS = "SELECT table_name, column_name FROM information_schema.column_privileges WHERE grantee = %s"
PERSONAL = (
    "official",
    "applicant",
    "recorded_by",
    "dossier_code",
    "published_by",
    "_name",
    "post",
    "content",
    "secret",
)
"""Parts of the names of columns that lead to a person or a dossier."""


def read_by_reader(query: str) -> list[tuple[object, ...]]:
    """Ask as the reader; raises psycopg2.errors.InsufficientPrivilege."""
    cluster = ensure_running(STATE)
    with cluster.connect(READER, os.environ["TEST_DATABASE"]) as opened, opened.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[object, ...]] = cursor.fetchall()
        return rows


def test_the_reader_reads_what_reports_need_and_no_person() -> None:
    granted = {(table, column) for table, columns in READABLE.items() for column in columns.split()}

    assert set(read_by_reader(COLUMNS.replace("%s", f"'{READER}'"))) == granted
    assert [column for _, column in granted if any(part in column for part in PERSONAL)] == []
    for table, columns in READABLE.items():
        read_by_reader(f"SELECT {', '.join(columns.split())} FROM {table} LIMIT 1")


@pytest.mark.parametrize("table", sorted({*TABLES, "django_migrations"} - set(READABLE)))
def test_the_reader_is_shown_no_other_table(table: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        read_by_reader(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("column", ["dossier_code", "applicant_ref", "source"])
def test_the_reader_is_not_told_whose_dossier_it_is(column: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        read_by_reader(f"SELECT {column} FROM procedures_transaction")


def test_the_reader_keeps_nothing_that_somebody_gave_it_by_hand(own_database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON feedback_complaint TO {READER}")
        cursor.execute("SELECT has_table_privilege(%s, 'feedback_complaint', 'SELECT')", [READER])
        before = cursor.fetchone()[0]

        call_command("grant_app_role", verbosity=0)

        cursor.execute("SELECT has_any_column_privilege(%s, 'feedback_complaint', 'SELECT')", [READER])
        assert (before, cursor.fetchone()[0]) == (True, False)


@pytest.fixture
def as_owner(own_database: str) -> Iterator[None]:
    """Let the same statements be run by the owner, in a database of its own."""
    default, owner = connections["default"], connections["owner"]
    connections["default"] = owner
    yield
    connections["default"] = default


def test_control_the_owner_may_what_the_service_may_not(as_owner: None) -> None:
    a_transaction().save()

    assert [refused(statement.format("api_event", "type")) for statement in CHANGES] == [False, False, False]
    assert not refused("ALTER TABLE api_bucket ADD COLUMN x integer")
