"""Who holds every row of his unit's own dossiers finds none of them among what is told of ratings (S11).

Note [The joining attacker]: the head of a unit and his clerks know of each of their dossiers the procedure, the steps
with their moments and officials, the channel, and when they handed out the slip. They ask everything a head may ask,
and join it with that: by time, by order, by identifiers, by size and by every combination of attributes.
"""

import datetime as dt
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest

from feedback.models import Rating
from feedback.ratings.rules.sight import week_of
from feedback.ratings.services import release
from procedures.calendar.rules import ZONE
from procedures.models import Procedure, Transaction
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_unit, an_official, give, serve
from tests.contract_client import ContractClient, problem
from tests.ratings.test_summaries import MONDAY, at
from units.models import Official

HEAD = ("ratings:read", "monitoring:read", "events:read", "transactions:read", "units:read", "assessments:read")
LATER = MONDAY + dt.timedelta(days=60)
FEW = 5
QUESTIONS = [
    "overall", "ease_of_use", "on_time", "attitude", "total_time", "time_of_each_unit", "contacts", "agencies",
    "one_stop_unit", "publication", "handling_of_opinions", "online_service",
]  # fmt: skip


class Known(NamedTuple):
    """What the attacker knows of one step of one of his dossiers; `slip_at` is when he gave out the right."""

    dossier_code: str
    procedure: str
    step: str
    official: str
    channel: str
    slip_at: dt.datetime

    @property
    def week(self) -> str:
        """The week in which it was rated, if it was rated at once."""
        return week_of(self.slip_at.astimezone(ZONE).date()).isoformat()


class World(NamedTuple):
    """What he knows, and which rating is about which dossier, which he does not."""

    known: list[Known]
    truth: dict[str, Known]


@pytest.fixture
def world() -> World:
    """Return a quiet commune whose weeks are all told."""
    commune = a_quiet_commune()
    release(today=LATER)
    return commune


def a_quiet_commune() -> World:
    """Return one with, in four weeks, three procedures, two officials, and most weeks only a few dossiers."""
    clerks = [an_official(code, a_unit(), since=dt.date(2025, 7, 1)) for code in ("CB-01", "CB-02")]
    procedures = list(Procedure.objects.order_by("pk").values_list("code", flat=True)[:3])
    known, truth = [], {}
    for place, day in enumerate((0, 0, 1, 2, 4, 7, 8, 8, 11, 15, 16, 18, 21, 22, 22, 23, 24, 25)):
        said: dict[str, Any] = {"channel": ("counter", "online")[place % 2], "procedure_code": procedures[place % 3]}
        transaction, clerk = a_dossier(unit=a_unit(), **said), clerks[place % 2]
        one = _served(transaction, clerk, slip_at=at(day, 8 + place % 8))
        known.append(one)
        if place % 4 != 3:
            comment = f"Lời thứ {place}" if place % 3 else ""
            rating = give(transaction, at=one.slip_at + dt.timedelta(hours=1), value=1 + place % 3, comment=comment)
            truth[str(rating.pk)] = one
    return World(known, truth)


def _served(transaction: Transaction, clerk: Official, *, slip_at: dt.datetime) -> Known:
    serve(transaction, unit=a_unit(), official=clerk)
    channel, procedure = transaction.channel, transaction.procedure.code
    return Known(transaction.dossier_code, procedure, StepKind.RECEPTION, clerk.code, channel, slip_at)


def a_head(api: ContractClient) -> ContractClient:
    """Return the head of the unit, signed in."""
    return api.signed_in(*HEAD, boundary=a_unit(), as_official=an_official("CB-09", a_unit()))


def everything_told(api: ContractClient) -> list[dict[str, Any]]:
    """Return all rows that the head of the unit is told of ratings."""
    head = a_head(api)
    lists = [head.get(path).json()["results"] for path in ("/rating-summaries", "/rating-comments")]
    return [*itertools.chain(*lists), *head.get("/events?limit=1000").json()["events"]]


def fitting(row: dict[str, Any], known: Iterable[Known]) -> list[Known]:
    """Return the dossiers that a row may be about, by every attribute that it tells."""
    same: dict[str, Callable[[Known], bool]] = {
        "procedure": lambda one: one.procedure == row["procedure"],
        "official": lambda one: one.official == row["official"],
        "step": lambda one: one.step == row["step"],
        "week": lambda one: one.week == row["week"],
        "week_from": lambda one: row["week_from"] <= one.week <= row["week_to"],
        "at": lambda one: dt.timedelta(0) < row["at"] - one.slip_at <= dt.timedelta(hours=1),
    }
    tests = [test for name, test in same.items() if row.get(name) is not None]
    return [one for one in known if all(test(one) for test in tests)]


def test_no_combination_of_what_is_told_fits_fewer_than_five_dossiers(api: ContractClient, world: World) -> None:
    told = everything_told(api)

    assert {frozenset(row) for row in told} == {
        frozenset({"id", "unit", "comment"}),
        frozenset({"id", "unit", "step", "form", "form_version", "week_from", "week_to", "answered", "dissatisfied",
                   "mean", "quarantined", "criteria", "is_self_given"}),
    }  # fmt: skip
    assert min(len(fitting(row, world.known)) for row in told) >= FEW
    assert min(row["answered"] for row in told if "answered" in row) >= FEW


def test_the_ids_that_are_told_say_nothing_of_time_and_lead_nowhere(api: ContractClient, world: World) -> None:
    told = [row["id"] for row in everything_told(api)]

    elsewhere = {str(value) for row in Rating.objects.values("pk", "given_id") for value in row.values()}
    assert {uuid.UUID(one).version for one in told} == {4}
    assert not set(told) & elsewhere
    inspector = api.signed_in("ratings:manage")
    assert {problem(inspector.get(f"/ratings/{one}")) for one in told} == {(404, "not-found")}
    assert {uuid.UUID(one).version for one in world.truth} == {4}


def test_rows_come_in_the_order_of_their_random_ids(api: ContractClient, world: World) -> None:
    head = api.signed_in("ratings:read", boundary=a_unit())
    comments = head.get("/rating-comments").json()["results"]

    assert [row["id"] for row in comments] == sorted(row["id"] for row in comments)
    written = [f"Lời thứ {place}" for place in range(18)]
    assert len(comments) > FEW
    assert {row["comment"] for row in comments} < set(written)


def test_what_is_told_is_of_one_size_for_every_member_of_a_cell(api: ContractClient, world: World) -> None:
    """A cell is one row, so nothing of one member is longer or shorter; nor does a page tell how many there were."""
    rows = [row for row in everything_told(api) if "answered" in row]

    assert sum(row["answered"] for row in rows) <= len(world.truth)
    assert len(rows) <= len(world.truth) // FEW


def test_day_by_day_what_is_told_grows_by_five_or_not_at_all(api: ContractClient) -> None:
    """Who looks every day sees nobody's rating come in.  The control: told at once, a day would add a few."""
    commune, head, sizes = a_quiet_commune(), a_head(api), [(0, 0)]

    for day in range(45):
        release(today=MONDAY + dt.timedelta(days=day))
        cells = head.get("/rating-summaries").json()["results"]
        sizes.append((sum(cell["answered"] for cell in cells), len(head.get("/rating-comments").json()["results"])))

    for column in zip(*sizes, strict=True):
        growth = [after - before for before, after in itertools.pairwise(column) if after != before]
        assert growth
        assert min(growth) >= FEW
    at_once = Counter(one.slip_at.date() for one in commune.truth.values())
    assert max(at_once.values()) < FEW


def test_a_masked_comment_is_of_one_length_whoever_wrote_it(api: ContractClient) -> None:
    """He knows the names of his applicants.  The control: a sign for a letter would tell each of them."""
    names = ["Y Mẫu", "Trần Mẫu", "Y Bình Mẫu", "Nguyễn Văn Mẫu", "Trần Thị Bích Mẫu", "Hoàng Phủ Ngọc Tường Mẫu"]
    for hour, name in enumerate(names, start=8):
        give(a_dossier(unit=a_unit()), at=at(0, hour), comment=f"Tôi là {name}, phải chờ lâu")
    release(today=LATER)

    told = [row["comment"] for row in everything_told(api) if "comment" in row]

    assert told == ["Tôi là •••, phải chờ lâu"] * len(names)
    assert len({len(name) for name in names}) == len(names)


def test_how_many_questions_somebody_answered_is_told_of_no_single_one(api: ContractClient) -> None:
    """He saw how long each of them typed.  The control: by the rows of the inspectorate he would find every one."""
    typed = range(1, len(QUESTIONS) + 1)
    for number in typed:
        answers = dict.fromkeys(QUESTIONS[:number], 2)
        give(a_dossier(unit=a_unit()), at=at(0, 8 + number % 8), form="TWELVE_CRITERIA", answers=answers)
    release(today=LATER)

    (cell,) = [row for row in everything_told(api) if "answered" in row]

    assert [one["code"] for one in cell["criteria"]] == QUESTIONS
    for one in cell["criteria"]:
        assert one["answered"] is None or one["answered"] >= FEW
        assert one["answered"] is None or cell["answered"] - one["answered"] not in range(1, FEW)
    rows = api.signed_in("ratings:manage").get("/ratings").json()["results"]
    assert sorted(len(row["answers"]) for row in rows) == list(typed)


def test_with_exact_times_every_rating_would_be_found(world: World) -> None:
    """The control: rows with the moment of the rating, or with a UUIDv7, which tells it."""
    moments = {pk: Rating.objects.get(pk=pk).link.received_at for pk in world.truth}
    rows = {pk: {"at": _moment_of(_uuid7(moment))} for pk, moment in moments.items()}

    found = [pk for pk, row in rows.items() if fitting(row, world.known) == [world.truth[pk]]]

    assert len(found) > 0.8 * len(world.truth)


def test_in_the_order_of_arrival_every_rating_would_be_found(own_database: str, world: World) -> None:
    """The control: the rows of the table as they lie there, and the slips as they were given out."""
    in_place = [str(row.pk) for row in Rating.objects.raw("SELECT * FROM feedback_rating ORDER BY ctid")]
    rated = [one for one in world.known if one in world.truth.values()]

    found = [pk for pk, one in zip(in_place, rated, strict=True) if world.truth[pk] == one]

    assert len(found) == len(world.truth)


def test_row_by_row_with_week_and_official_a_head_would_find_some(api: ContractClient, world: World) -> None:
    """The control, and why rows are the inspectorate's: UUIDv4 and week are not enough in a quiet commune."""
    rows = api.signed_in("ratings:manage").get("/ratings?page_size=100").json()["results"]

    groups = [len(fitting(row, world.known)) for row in rows]

    assert len(rows) == len(world.truth)
    assert min(groups) < FEW


def test_the_feed_tells_of_ratings_only_to_who_serves_in_no_unit(own_database: str) -> None:
    api, every = ContractClient(), (*HEAD, "ratings:manage", "audit:read")
    near = [
        api.signed_in(*every, boundary=a_unit()), api.signed_in(*every, as_official=an_official("CB-09", a_unit())),
        api.machine(*every, boundary=a_unit()), api.machine(*HEAD),
    ]  # fmt: skip
    begun = [reader.get("/events?limit=1000").json()["after"] for reader in near]

    give(a_dossier(unit=a_unit()), at=at(0))

    told = [
        {event["type"] for event in reader.get(f"/events?limit=1000&after={after}").json()["events"]}
        for reader, after in zip(near, begun, strict=True)
    ]
    assert not any("rating" in kind for kinds in told for kind in kinds)


def _uuid7(moment: dt.datetime) -> uuid.UUID:
    return uuid.UUID(int=(int(moment.timestamp() * 1000) << 80) | 7 << 76 | 2 << 62)


def _moment_of(one: uuid.UUID) -> dt.datetime:
    return dt.datetime.fromtimestamp((one.int >> 80) / 1000, dt.UTC)
