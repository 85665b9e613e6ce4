"""Of a complaint the feed tells the day and of a rating the week, and its place tells no more (TT 01/2018; R14)."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections

from api.events.models import Event, HeldEvent
from api.events.releasing import release_held
from procedures.calendar.rules import ZONE
from tests.builders.complaints import make_complaint
from tests.builders.figures import rated, served
from tests.contract_client import ContractClient
from tests.events.changes import a_transaction

SCOPES = ("events:read", "transactions:read", "complaints:read", "ratings:manage")
EIGHT = 8


def days_later(days: int) -> dt.datetime:
    return dt.datetime.now(ZONE).replace(hour=0, minute=0, second=0) + dt.timedelta(days=days, hours=1, minutes=1)


def read_on(reader: ContractClient, after: str = "") -> tuple[list[tuple[str, str]], str]:
    """Return what the feed tells behind a position, as (kind, subject), and the next position."""
    page = reader.get(f"/events?limit=1000&after={after}").json()
    return [(event["type"].removeprefix("vn.gov.province."), event["subject"]) for event in page["events"]], page[
        "after"
    ]


def told_between_two_moments() -> list[str]:
    """Let a transaction, a complaint and another transaction happen; return the kinds that the feed tells of."""
    a_transaction().save()
    make_complaint()
    a_transaction().save()
    return [kind for kind, _ in read_on(ContractClient().machine(*SCOPES))[0]]


def test_a_complaint_stands_between_no_two_events_that_tell_their_moment(own_database: str) -> None:
    assert told_between_two_moments() == ["transaction.created.v1"] * 2
    numbers = list(Event.objects.order_by("id").values_list("id", flat=True))
    assert numbers[1] - numbers[0] == 1, "a gap in the numbers would tell of it as well"


def test_control_told_at_once_the_complaint_would_show_its_hour(own_database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT unwatch('feedback_complaint')")
        cursor.execute("SELECT watch('feedback_complaint', 'complaint', 'id', '', 'complaints:read', '{}')")

    assert told_between_two_moments()[1] == "complaint.created.v1"


def test_a_day_is_told_when_it_is_over_and_nobody_who_read_on_misses_it(own_database: str) -> None:
    reader = ContractClient().machine(*SCOPES)
    _, after = read_on(reader)
    complaints = {str(make_complaint().pk) for _ in range(12)}
    nothing, after = read_on(reader, after)

    too_early = release_held(now=days_later(1) - dt.timedelta(minutes=5))
    released = release_held(now=days_later(1))
    told, after = read_on(reader, after)

    assert (nothing, too_early, released) == ([], 0, 12)
    assert {subject for _, subject in told} == complaints
    times = {event["time"] for event in reader.get("/events?limit=1000").json()["events"]}
    assert times == {dt.datetime.now(ZONE).strftime("%Y-%m-%dT00:00:00+07:00")}
    assert read_on(reader, after)[0] == []


def test_the_events_of_a_day_come_in_no_order_of_theirs(own_database: str) -> None:
    complaints = [str(make_complaint().pk) for _ in range(12)]

    release_held(now=days_later(1))

    told = [subject for _, subject in read_on(ContractClient().machine(*SCOPES))[0]]
    assert sorted(told) == sorted(complaints)
    assert told not in (complaints, complaints[::-1]), "one chance in two hundred million"


def test_a_rating_is_told_by_its_week_and_when_that_is_over(own_database: str) -> None:
    rating = rated(served(), 3)
    monday = rating.week_date

    held = HeldEvent.objects.get(type="rating.created")

    assert held.subject == str(rating.pk)
    assert held.occurred_at.astimezone(ZONE) == dt.datetime.combine(monday, dt.time.min, ZONE)
    assert held.tell_after - held.occurred_at == dt.timedelta(days=7, hours=1)


@pytest.mark.slow
def test_eight_readers_at_once_are_told_everything_once(own_database: str) -> None:
    for _ in range(20):
        make_complaint()
    at, gate = days_later(1), threading.Barrier(EIGHT)
    counts: list[int] = []

    def release() -> None:
        gate.wait()
        counts.append(release_held(now=at))
        connection.close()

    threads = [threading.Thread(target=release) for _ in range(EIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    told = [subject for _, subject in read_on(ContractClient().machine(*SCOPES))[0]]
    assert sum(counts) == len(told) == len(set(told)) == 20
    assert not HeldEvent.objects.exists()
