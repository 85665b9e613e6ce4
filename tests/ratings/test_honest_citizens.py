import datetime as dt
import math
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

import pytest
from django.utils.timezone import localdate, now

from bench.towns import MONDAY
from feedback.models import RatingDecision
from feedback.ratings.rules.stuffing import Seen, alarms
from feedback.ratings.services import Draft, examine, rate_at_counter, rate_by_right
from feedback.vocabulary import RatingChannel
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_unit, an_official, serve

STEPS = (StepKind.RECEPTION, StepKind.SETTLEMENT, StepKind.RETURN)


def mornings(count: int) -> Iterator[dt.datetime]:
    """Yield an instant of so many days before today: nine in the morning, Vietnamese time."""
    today = now().replace(hour=2, minute=0, second=0, microsecond=0)
    return (today - dt.timedelta(days=day) for day in range(1, count + 1))


def by_telephone(
    transaction: Transaction,
    *,
    at: dt.datetime,
    step: StepKind = StepKind.RECEPTION,
    device: str = "",
    value: int = 2,
) -> None:
    """Rate a step by the right of a slip printed two hours before."""
    _, secret = a_right(transaction, step=step, at=at - dt.timedelta(hours=2))
    rate_by_right(draft=a_draft(RatingChannel.WEB, device=device, value=value), secret=secret, now=at)


def a_draft(channel: RatingChannel, *, device: str = "", via: str = "", value: int = 2) -> Draft:
    """Return what is answered on the form of one question."""
    return Draft(
        id=uuid.uuid4(), form="THANH_HOA_3", form_version=None, answers={"overall": value}, comment="",
        channel=channel, helper_role=None, helper_code="", rated_at=None, device=device, via=via,
    )  # fmt: skip


def put_aside() -> dict[str, int]:
    """Let the detector look; return how many ratings each test put aside."""
    examine(until=localdate(), now=now())
    tests = list(RatingDecision.objects.values_list("test", flat=True))
    return {test: tests.count(test) for test in tests}


class TestOneSitting:
    """Who rates two steps of his dossier, or the slips of his family in one batch, is one person."""

    def test_two_steps_rated_half_a_minute_apart_are_no_burst(self) -> None:
        for nine in mornings(10):
            for minutes in (7, 57, 107):
                transaction = a_dossier()
                for nth, step in enumerate(STEPS[:2]):
                    by_telephone(transaction, at=nine + dt.timedelta(minutes=minutes, seconds=30 * nth), step=step)

        assert put_aside() == {}

    def test_control_as_many_dossiers_in_the_same_rhythm_are_one(self) -> None:
        for nine in mornings(10):
            for nth in range(6):
                by_telephone(a_dossier(), at=nine + dt.timedelta(seconds=30 * nth))

        assert put_aside() == {"burst": 60}

    def test_the_slips_of_a_family_in_one_batch_are_no_burst(self) -> None:
        for nine in mornings(10):
            for minutes in (7, 57, 107):
                for _ in range(2):
                    by_telephone(a_dossier(), at=nine + dt.timedelta(minutes=minutes))

        assert put_aside() == {}

    def test_control_a_batch_of_many_dossiers_is_of_one_telephone_whatever_names_are_in_it(self) -> None:
        nine = next(mornings(1))
        for nth in range(12):
            by_telephone(a_dossier(), at=nine, device=f"may-{nth}")

        assert put_aside() == {"one_device": 12}

    def test_control_a_counter_that_sends_many_in_one_batch_had_many_people_before_it(self) -> None:
        nine = next(mornings(1))
        for _ in range(8):
            draft = a_draft(RatingChannel.KIOSK, via="client:quay-mau")
            rate_at_counter(draft=draft, transaction_id=a_dossier().pk, step=StepKind.RECEPTION, now=nine)

        assert put_aside() == {"burst": 8}


class TestOneTelephone:
    """One telephone for many dossiers is strange; for many steps it is not."""

    def test_who_rates_all_steps_of_two_dossiers_is_one_citizen(self) -> None:
        for nine in mornings(2):
            transaction = a_dossier()
            serve(transaction, unit=a_unit(), status="returned")
            for nth, step in enumerate(STEPS):
                by_telephone(transaction, at=nine + dt.timedelta(minutes=nth), step=step, device="dien-thoai-mau")

        assert put_aside() == {}

    def test_control_as_many_dossiers_of_one_step_are_not(self) -> None:
        for nine in mornings(6):
            by_telephone(a_dossier(), at=nine, device="dien-thoai-mau")

        assert put_aside() == {"one_device": 6}


class TestEvenings:
    """Citizens rate at home, after work and until late; a counter does not."""

    @pytest.mark.parametrize("hour", [17, 20])
    def test_who_rates_at_home_in_the_evening_is_not_put_aside(self, hour: int) -> None:
        clerk = an_official("CB-01", a_unit())
        for nine in mornings(8):
            for nth in range(10):
                transaction = a_dossier()
                serve(transaction, unit=a_unit(), official=clerk)
                at = nine + dt.timedelta(hours=(hour - 9) * (nth % 5 > 0), minutes=11 * nth)
                by_telephone(transaction, at=at, value=1 + nth % 3)

        assert put_aside() == {}

    def test_control_what_a_counter_sends_when_the_citizens_have_gone_is(self) -> None:
        for nine in list(mornings(3)):
            for nth in range(8):
                at = nine + dt.timedelta(hours=8, minutes=9 * nth)
                draft = a_draft(RatingChannel.KIOSK, via="client:quay-mau", value=1 + nth % 3)
                rate_at_counter(draft=draft, transaction_id=a_dossier().pk, step=StepKind.RECEPTION, now=at)

        assert put_aside() == {"late_in_the_day": 24}


def in_pairs(*, pairs: int, unit: int | None) -> list[Seen]:
    """Return what telephones sent in a morning: always two, half a minute apart, the next ten minutes later."""
    eight = dt.datetime.combine(MONDAY, dt.time(8))
    moments = [eight + dt.timedelta(minutes=10 * nth, seconds=30 * second) for nth in range(pairs) for second in (0, 1)]
    return [Seen(id=uuid.UUID(int=nth + 1), at=at, unit=unit) for nth, at in enumerate(moments)]


def test_the_telephones_of_a_province_are_not_one_counter() -> None:
    assert alarms(in_pairs(pairs=20, unit=None), []) == []


def test_control_those_of_one_unit_are() -> None:
    assert {one.test for one in alarms(in_pairs(pairs=20, unit=1), [])} == {"burst"}


def an_hour_of(people: int) -> list[Seen]:
    """Return what about so many people sent in an hour, each by himself: the pauses are exponential."""
    eight = dt.datetime.combine(MONDAY, dt.time(8))
    pauses = [-math.log1p(-(0.618 * nth % 1)) * 3600 / people for nth in range(people)]
    moments = [eight + dt.timedelta(seconds=seconds) for seconds in accumulate(pauses)]
    return [Seen(id=uuid.UUID(int=nth + 1), at=at, unit=1) for nth, at in enumerate(moments)]


def test_where_many_come_many_follow_each_other_at_once() -> None:
    assert alarms(an_hour_of(60), []) == []


def test_control_where_few_come_they_do_not() -> None:
    at_once = [replace(one, at=one.at + (an_hour_of(60)[0].at - one.at) / 2) for one in an_hour_of(60)[:12]]

    assert {one.test for one in alarms(at_once, [])} == {"burst"}
