"""The service's own database role: owns nothing, changes no table, and only ever adds to a ledger."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, connections
from django.db.transaction import atomic

from api.management.commands.grant_app_role import OWN_APPS
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
