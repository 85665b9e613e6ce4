"""What nobody waits for an answer of goes with the next statement: never lost, never late, undone with the rest."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, ProgrammingError, connection
from django.db.backends.postgresql import base as postgresql
from django.db.transaction import (
    TransactionManagementError,
    atomic,
    commit,
    on_commit,
    rollback,
    set_autocommit,
    set_rollback,
)
from django.test.utils import CaptureQueriesContext
from psycopg2.errors import UniqueViolation
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS

from config.postgresql import base, waiting
from procedures.models import Dossier
from procedures.prepared import Prepared, instead, settle, soon, soon_or_instead
from tests.builders.ratings import a_right, a_submission
from tests.contract_client import ContractClient, problem

KEEP = Prepared("keep_one_code", "INSERT INTO procedures_dossier (code) VALUES (%(code)s)", code="varchar")
COUNT = Prepared("count_codes", "SELECT count(*) FROM procedures_dossier WHERE code <> %(code)s", code="varchar")
BREAK = Prepared("break_on_code", "SELECT 1 / (length(%(code)s) - 3)", code="varchar")


def together(*acts: Callable[[], object]) -> None:
    """Do these in one transaction."""
    with atomic():
        for act in acts:
            act()


def ask(words: str, *values: str) -> None:
    """Ask the database."""
    with connection.cursor() as cursor:
        cursor.execute(words, values)


def divide_by_zero() -> None:
    """Ask what cannot be answered."""
    ask("SELECT 1 / 0")


def fail() -> None:
    """Give up before anything else is asked."""
    raise DataError


def left_after(unheard: Callable[[], None], raised: type[Exception]) -> int:
    """Go on after first words that were not understood, then roll back; return how much is left of it."""

    def all_of_it() -> None:
        with atomic():
            with pytest.raises(raised):
                unheard()
            connection.needs_rollback = False  # as code does that thinks it knows better
            Dossier.objects.create(code="MOT")
            set_rollback(rollback=True)

    with suppress(DatabaseError):
        all_of_it()
    return Dossier.objects.count()


class KnownError(Exception):
    """What a code that is there already means to whoever asks for it."""


def keep(code: str) -> None:
    """Let a code wait to be written down."""
    soon([KEEP], {"code": code}, refused=lambda error: KnownError() if isinstance(error, UniqueViolation) else None)


@pytest.fixture
def elsewhere(own_database: str) -> Iterator[psycopg2.extensions.cursor]:
    """Ask over another connection, which sees what is committed."""
    opened = psycopg2.connect(own_database)
    opened.autocommit = True
    with opened.cursor() as cursor:
        yield cursor
    opened.close()


def three_steps(number: str) -> dict[str, Any]:
    """Return the state of a dossier that went through three steps; the number of its applicant ends in this one."""
    at = "2024-03-04T08:15:00+07:00"
    return {
        "source_updated_at": at, "status": "processing", "procedure": "1.004884", "receiving_unit": "gso2024:62",
        "applicant": {"kind": "citizen", "national_id": f"99909900000{number}"}, "received_at": at,
        "steps": [{"at": at, "status": "processing", "content": f"Bước {nth}"} for nth in range(3)],
    }  # fmt: skip


def committed(elsewhere: psycopg2.extensions.cursor) -> set[str]:
    """Return the codes that everybody sees."""
    elsewhere.execute("SELECT code FROM procedures_dossier")
    return {code for (code,) in elsewhere.fetchall()}


def test_it_is_there_for_whoever_asks_next(own_database: str) -> None:
    with atomic():
        keep("MOT")
        keep("HAI")
        assert Dossier.objects.filter(code__in=["MOT", "HAI"]).count() == 2


def test_it_goes_with_the_commit(elsewhere: psycopg2.extensions.cursor) -> None:
    with atomic():
        keep("MOT")
        assert committed(elsewhere) == set()

    assert committed(elsewhere) == {"MOT"}


def test_it_goes_before_a_cursor_on_the_server_and_before_a_copy(own_database: str) -> None:
    with atomic():
        keep("MOT")
        assert [one.code for one in Dossier.objects.iterator(chunk_size=1)] == ["MOT"]
        keep("HAI")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO procedures_dossier (code) VALUES (%s)", [("BA",)])
        assert Dossier.objects.count() == 3
        keep("BON")
        copied = StringIO()
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY procedures_dossier TO STDOUT", copied)
        assert len(copied.getvalue().split()) == 4


def test_what_passes_is_asked_before_it_and_in_its_transaction(elsewhere: psycopg2.extensions.cursor) -> None:
    with atomic():
        keep("MOT")
        assert COUNT.rows({"code": ""}, passes=True) == [(0,)]
        assert connection.connection.info.transaction_status == TRANSACTION_STATUS_INTRANS
        assert COUNT.rows({"code": ""}) == [(1,)]  # the control

    assert committed(elsewhere) == {"MOT"}


def test_what_passes_and_fails_undoes_all_the_same(elsewhere: psycopg2.extensions.cursor) -> None:
    def fail_passing() -> None:
        BREAK.rows({"code": "BON"}, passes=True)  # prepares
        BREAK.rows({"code": "BA_"}, passes=True)

    with pytest.raises(DataError, match="division by zero"):
        together(lambda: keep("MOT"), fail_passing)
    with atomic():
        keep("HAI")

    assert committed(elsewhere) == {"HAI"}


def test_something_else_is_said_instead_of_what_waits_still(elsewhere: psycopg2.extensions.cursor) -> None:
    Dossier.objects.create(code="MOT")

    def meaning(error: Exception) -> Exception | None:
        return KnownError() if isinstance(error, UniqueViolation) else None

    with atomic():
        first, second = soon_or_instead(KEEP, {"code": "HAI"}), soon_or_instead(KEEP, {"code": "BA"})
        assert instead(first, KEEP, {"code": "BON"})
        assert not instead(first, KEEP, {"code": "NAM"})  # it waits no more
        settle()
        assert not instead(second, KEEP, {"code": "NAM"})  # it was said
    assert committed(elsewhere) == {"MOT", "BON", "BA"}

    def replace() -> None:
        instead(soon_or_instead(KEEP, {"code": "SAU"}, refused=meaning), KEEP, {"code": "MOT"})

    with pytest.raises(KnownError):
        together(replace, settle)


def test_what_cannot_be_written_down_leaves_the_transaction_as_it_was(elsewhere: psycopg2.extensions.cursor) -> None:
    def swallow() -> None:
        soon_or_instead(KEEP, {"code": "\x00"})
        with pytest.raises(ValueError, match="NUL"):
            Dossier.objects.count()
        connection.connection.waiting.pop()
        Dossier.objects.create(code="MOT")
        set_rollback(rollback=True)

    together(swallow)

    assert committed(elsewhere) == set()


def test_it_is_forgotten_with_what_is_rolled_back(elsewhere: psycopg2.extensions.cursor) -> None:
    with atomic():
        keep("MOT")
        set_rollback(rollback=True)
    with atomic():
        keep("HAI")

    assert committed(elsewhere) == {"HAI"}


def test_a_savepoint_takes_with_it_only_what_waited_since(elsewhere: psycopg2.extensions.cursor) -> None:
    with atomic():
        keep("TRUOC")
        with pytest.raises(DataError):
            together(lambda: keep("GIUA"), fail)
        with atomic():
            keep("SAU")

    assert committed(elsewhere) == {"TRUOC", "SAU"}


def test_its_error_means_the_same_to_whoever_asks_next(own_database: str) -> None:
    Dossier.objects.create(code="MOT")

    with pytest.raises(KnownError):
        together(lambda: keep("MOT"), Dossier.objects.count)
    with pytest.raises(KnownError):
        together(lambda: keep("MOT"), settle)

    assert Dossier.objects.count() == 1  # the connection is as good as ever


def test_an_error_of_the_statement_itself_is_its_own(own_database: str) -> None:
    Dossier.objects.create(code="MOT")

    with pytest.raises(IntegrityError):
        together(lambda: soon([KEEP], {"code": "MOT"}), settle)
    with pytest.raises(DataError, match="division by zero"):
        together(lambda: keep("HAI"), divide_by_zero)


@pytest.mark.parametrize("ends_in", ["the commit", "a savepoint"])
def test_with_the_end_its_error_means_the_same_and_everything_is_undone(own_database: str, ends_in: str) -> None:
    Dossier.objects.create(code="MOT")
    said: list[str] = []

    within = together if ends_in == "a savepoint" else (lambda act: act())

    def hai() -> None:
        Dossier.objects.create(code="HAI")
        on_commit(lambda: said.append("HAI"))

    with pytest.raises(KnownError):
        together(hai, lambda: within(lambda: keep("MOT")))
    with pytest.raises(IntegrityError):
        together(hai, lambda: within(lambda: soon([KEEP], {"code": "MOT"})))

    assert set(Dossier.objects.values_list("code", flat=True)) == {"MOT"}
    assert said == []  # nor is what was to follow done


def test_a_savepoint_that_ends_badly_leaves_what_was_before_it(elsewhere: psycopg2.extensions.cursor) -> None:
    Dossier.objects.create(code="MOT")
    with atomic():
        keep("HAI")
        with pytest.raises(KnownError):
            together(lambda: keep("BA"), lambda: keep("MOT"))
        keep("BON")

    assert committed(elsewhere) == {"MOT", "HAI", "BON"}


def test_an_end_that_undoes_nothing_would_leave_a_transaction_open(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: Django rolls back for the database's own errors only."""
    monkeypatch.setattr(base.DatabaseWrapper, "commit", postgresql.DatabaseWrapper.commit)
    Dossier.objects.create(code="MOT")

    with pytest.raises(ProgrammingError, match="inside a transaction"):
        together(lambda: keep("MOT"))
    connection.close()


@pytest.mark.parametrize(
    ("unheard", "raised"),
    [
        (lambda: ask("SELECT %s", "\x00"), ValueError),  # psycopg2 says nothing of it
        (lambda: ask("SELECT FROM WHERE"), ProgrammingError),  # PostgreSQL reads none of it, not even the BEGIN
    ],
)
def test_a_transaction_whose_first_words_were_not_understood_is_one_all_the_same(
    own_database: str, unheard: Callable[[], None], raised: type[Exception]
) -> None:
    assert left_after(unheard, raised) == 0


def test_without_its_own_beginning_something_would_be_left(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(waiting, "_keep_begun", lambda _connection, _waiting: None)

    assert left_after(lambda: ask("SELECT FROM WHERE"), ProgrammingError) == 1


def test_a_cursor_that_does_not_say_what_waits_comes_too_early(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it asks outside of the transaction, and before what waits."""
    monkeypatch.setattr(waiting.Cursor, "execute", psycopg2.extensions.cursor.execute)

    with atomic():
        keep("MOT")
        assert not Dossier.objects.exists()


def test_in_manual_transactions_one_begins_after_the_other(elsewhere: psycopg2.extensions.cursor) -> None:
    set_autocommit(False)
    Dossier.objects.create(code="MOT")
    commit()
    Dossier.objects.create(code="HAI")
    with pytest.raises(ProgrammingError):
        set_autocommit(True)
    rollback()
    set_autocommit(True)

    assert committed(elsewhere) == {"MOT"}


def test_an_error_is_not_its_own_cause(own_database: str) -> None:
    """It would keep all that was sent in until Python looks for what holds itself (config/garbage.py)."""
    with pytest.raises(DataError) as caught:
        together(divide_by_zero)

    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.__cause__ is None


def test_a_server_that_ends_while_something_waits_leaves_nothing(elsewhere: psycopg2.extensions.cursor) -> None:
    def end() -> None:
        elsewhere.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    connection.ensure_connection()
    with pytest.raises(OperationalError):
        together(lambda: keep("MOT"), end)
    connection.close()
    with atomic():
        keep("HAI")

    assert committed(elsewhere) == {"HAI"}


@pytest.fixture
def asked_again(elsewhere: psycopg2.extensions.cursor, api: ContractClient) -> Callable[[], int]:
    """Ask something prepared; then, once the connection was ended from elsewhere, the same in the next request."""
    machine = api.machine("transactions:read")

    def ask_again() -> int:
        machine.get("/transactions/000.00.00.H48-240304-0001")
        elsewhere.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.close_if_unusable_or_obsolete()  # as Django does before each request
        setattr(connection, "health_check_done", False)  # noqa: B010 - Django's stubs know it not
        return int(machine.get("/transactions/000.00.00.H48-240304-0001").status_code)

    return ask_again


def test_a_new_connection_is_told_anew_what_is_prepared(asked_again: Callable[[], int]) -> None:
    assert asked_again() == 404  # nobody told of the dossier


def test_without_a_look_at_the_connection_a_statement_would_be_unknown(
    asked_again: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(base.DatabaseWrapper, "make_ready", base.DatabaseWrapper.ensure_connection)

    assert asked_again() == 503


def test_outside_of_a_transaction_nothing_waits(own_database: str) -> None:
    with pytest.raises(TransactionManagementError):
        keep("MOT")


def test_a_transaction_begins_with_its_first_statement(own_database: str) -> None:
    def status() -> int:
        return int(connection.connection.info.transaction_status)

    connection.ensure_connection()
    with atomic():
        assert status() == TRANSACTION_STATUS_IDLE  # nobody holds anything while he has asked nothing
        Dossier.objects.count()
        assert status() == TRANSACTION_STATUS_INTRANS
    assert status() == TRANSACTION_STATUS_IDLE


def test_a_rating_by_right_takes_two_round_trips(api: ContractClient) -> None:
    """Its allowances, its right and what is known of it; its key with the answer, the rating, the unit's allowance."""
    api.once("/ratings", a_submission(a_right()[1], comment="Tốt"))  # prepares
    _, secret = a_right()

    with CaptureQueriesContext(connection) as seen:
        answer = api.once("/ratings", a_submission(secret, comment="Phục vụ tốt"))

    assert answer.status_code == 201
    asked = [query["sql"] for query in seen if not query["sql"].startswith("SAVEPOINT")]
    assert (len(asked), "RELEASE SAVEPOINT" in asked[-1]) == (2, True)
    assert asked[-1].index("claim_key_answered") < asked[-1].index("record_rating")  # a key that is taken is told first
    assert "keep_answer" not in asked[-1]


def test_a_transaction_with_its_steps_takes_two_round_trips(api: ContractClient) -> None:
    """Who sends, his allowance and what is known of the dossier; everything there is to write, and the end."""
    machine = api.machine("transactions:write")
    for number in ("1", "2"):  # prepares
        machine.put(f"/transactions/000.00.00.H48-240304-000{number}", three_steps(number))

    with CaptureQueriesContext(connection) as seen:
        answer = machine.put("/transactions/000.00.00.H48-240304-0003", three_steps("3"))

    asked = [query["sql"] for query in seen if not query["sql"].startswith("SAVEPOINT")]
    assert answer.status_code == 201
    assert (len(asked), "RELEASE SAVEPOINT" in asked[-1]) == (2, True)


def test_a_key_that_is_taken_is_told_before_whatever_the_work_finds(api: ContractClient) -> None:
    """The second body is refused before a statement is asked, were it not for the key."""
    key = "khoa-cua-mot-lan-gui-0001"
    _, secret = a_right()
    api.once("/ratings", a_submission(secret), key=key)
    of_a_counter = a_submission(None, dossier_code="H48-1", step="reception")

    assert problem(api.once("/ratings", of_a_counter, key=key)) == (422, "key-reused")
    assert problem(api.once("/ratings", of_a_counter))[0] == 403  # the control
