"""Who changes the register of officials waits for the writers of messages, and they never wait for him."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections
from django.db.transaction import atomic

from procedures.transactions.services import name_official, post_official
from procedures.transactions.services.storing import NAMES_LOCK
from tests.builders.organisation import make_official, the_province
from tests.builders.transactions import NOW
from units.models import Official, Posting
from units.vocabulary import Viewer

PROVINCE = Viewer(None, None)
Change = Callable[[Official], object]


def post(official: Official) -> object:
    unit = the_province()
    return post_official(
        official=official, home_unit=unit, serving_unit=unit, post="Chuyên viên", valid_from=dt.date(2024, 1, 1),
        by="person:mau", now=NOW,
        viewer=PROVINCE,
    )  # fmt: skip


def rename(official: Official) -> object:
    return name_official(code=official.code, name="Trần Văn Mẫu", by="person:mau", now=NOW, viewer=PROVINCE)


def lock_as_before(official: Official) -> object:
    """The control: with his key locked, whoever writes a step of his waits for who waits for him."""
    with atomic():
        Official.objects.select_for_update().get(pk=official.pk)
        return rename(official)


@contextmanager
def in_another_session(change: Change, official: Official) -> Iterator[threading.Thread]:
    """Begin a change, which comes to wait for this session; it is over when this session is."""
    failures: list[Exception] = []

    def work() -> None:
        try:
            change(official)
        except OperationalError as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    with atomic():
        ask("SELECT pg_advisory_xact_lock_shared(%s)", NAMES_LOCK)
        thread.start()
        thread.join(0.5)
        yield thread
    thread.join(10)
    assert failures == []


def ask(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def write_a_step_of(official: Official) -> None:
    """Ask for what the foreign key of a step asks for; give up before the database finds a circle, after a second."""
    ask("SET LOCAL lock_timeout = '200ms'")
    ask("SELECT FROM units_official WHERE id = %s FOR KEY SHARE", official.pk)


@pytest.mark.parametrize("change", [post, rename])
def test_a_writer_does_not_wait_for_who_waits_for_the_writers(own_database: str, change: Change) -> None:
    official = make_official("CB-100")

    with in_another_session(change, official) as waiting:
        write_a_step_of(official)
        assert waiting.is_alive()

    official.refresh_from_db()
    assert (Posting.objects.filter(official=official).exists(), official.name == "Trần Văn Mẫu") in {
        (True, False), (False, True),
    }  # fmt: skip


def test_control_with_his_key_locked_they_wait_in_a_circle(own_database: str) -> None:
    official = make_official("CB-100")

    with pytest.raises(OperationalError, match="lock timeout"), in_another_session(lock_as_before, official):
        write_a_step_of(official)
