"""The register of units and officials: dated, never two things at once."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.transaction import atomic

from tests.builders.organisation import (
    BY,
    NOW,
    make_official,
    make_posting,
    make_unit,
    name_on,
    the_commune,
    the_province,
)
from units.errors import PeriodsOverlap, SuccessionKnown, UnitUnderItself
from units.models import Posting, Unit, UnitCode, UnitVersion
from units.queries import (
    unit_known_as,
    where_it_went,
)  # fmt: skip
from units.services import Decree, UnitFacts, put_unit, reorganise
from units.vocabulary import SuccessionKind, UnitKind

OCTOBER = dt.date(2025, 10, 1)
A_DAY = dt.timedelta(days=1)


def renamed(unit: Unit, name: str, since: dt.date) -> UnitVersion:
    facts = UnitFacts(name=name, kind=UnitKind.COMMUNE, valid_from=since, parent=the_province())
    return put_unit(code=unit.code, facts=facts, by=BY, now=NOW)[0]


def test_a_new_version_ends_the_one_before_it_on_its_first_day() -> None:
    commune = the_commune()

    version = renamed(commune, "Xã Tu Mơ Rông Mới", OCTOBER)

    assert version.version == 2
    assert name_on(commune.pk, OCTOBER - A_DAY) == "Xã Tu Mơ Rông"
    assert name_on(commune.pk, OCTOBER) == "Xã Tu Mơ Rông Mới"


def test_the_same_thing_said_again_makes_no_version() -> None:
    first = renamed(the_commune(), "Xã Tu Mơ Rông Mới", OCTOBER)

    again = renamed(the_commune(), "Xã Tu Mơ Rông Mới", OCTOBER)

    assert (again.pk, again.version) == (first.pk, first.version)


def test_nothing_may_be_said_before_what_is_already_said() -> None:
    renamed(the_commune(), "Xã Tu Mơ Rông Mới", OCTOBER)

    with pytest.raises(PeriodsOverlap):
        renamed(the_commune(), "Xã Khác", OCTOBER - A_DAY)


def test_the_database_itself_refuses_two_versions_on_one_day() -> None:
    version = UnitVersion.objects.get(unit=the_commune())
    version.pk, version.valid = None, DateRange(OCTOBER, None)

    with pytest.raises(IntegrityError, match="a_unit_is_one_thing_a_day"), atomic():
        version.save()

    version.unit = Unit.objects.create(code="control")  # the control: another unit's version is taken
    version.save()


def test_a_code_cannot_mean_two_units_on_one_day() -> None:
    facts = UnitFacts(
        name="Xã Khác", kind=UnitKind.COMMUNE, valid_from=OCTOBER, parent=the_province(), codes=[("GSO", "23425")]
    )

    with pytest.raises(PeriodsOverlap):
        put_unit(code="khac", facts=facts, by=BY, now=NOW)

    assert not Unit.objects.filter(code="khac").exists()


def test_a_unit_is_given_a_new_code_from_a_day_and_keeps_the_old_one_before_it() -> None:
    commune = the_commune()
    facts = UnitFacts(
        name="Xã Tu Mơ Rông", kind=UnitKind.COMMUNE, valid_from=OCTOBER, parent=the_province(), codes=[("GSO", "99999")]
    )

    put_unit(code=commune.code, facts=facts, by=BY, now=NOW)

    assert unit_known_as(scheme="GSO", value="23425", on=OCTOBER - A_DAY) == commune
    assert unit_known_as(scheme="GSO", value="23425", on=OCTOBER) is None
    assert unit_known_as(scheme="GSO", value="99999", on=OCTOBER) == commune
    assert UnitCode.objects.filter(unit=commune).count() == 2


def test_a_unit_never_stands_under_itself() -> None:
    top = make_unit("mau:top")
    below = make_unit("mau:below", under=top)
    facts = UnitFacts(name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=OCTOBER, parent=below)

    with pytest.raises(UnitUnderItself):
        put_unit(code="mau:top", facts=facts, by=BY, now=NOW)


def merged(old: Unit, new: Unit, day: dt.date) -> None:
    decree = Decree(SuccessionKind.MERGE, day, "01/QĐ-MAU", day, [new])
    reorganise(unit=old, decree=decree, by=BY, now=NOW)


def test_work_goes_on_through_two_mergers() -> None:
    first, second, third = (make_unit(f"mau:{number}", name=f"Đội {number}") for number in (1, 2, 3))
    merged(first, second, OCTOBER)
    merged(second, third, OCTOBER + A_DAY)

    heirs = [where_it_went(unit_id=first.pk, on=OCTOBER + n * A_DAY) for n in (-1, 0, 1)]

    assert [[version.unit for version in found] for found in heirs] == [[first], [second], [third]]


def test_a_succession_is_told_once() -> None:
    one, other = make_unit("mau:1"), make_unit("mau:2")
    merged(one, other, OCTOBER)

    with pytest.raises(SuccessionKnown):
        merged(one, other, OCTOBER)


def test_a_new_posting_ends_the_one_before_it() -> None:
    official, commune, team = make_official(), the_commune(), make_unit("mau:doi")
    make_posting(official, commune)

    make_posting(official, team, since=OCTOBER, serving=commune)

    days = (dt.date(2024, 1, 1), OCTOBER - A_DAY, OCTOBER)
    posted = [Posting.objects.filter(official=official, valid__contains=day) for day in days]
    assert [[(one.home_unit, one.serving_unit) for one in row] for row in posted] == [
        [], [(commune, commune)], [(team, commune)],
    ]  # fmt: skip


def test_an_official_is_never_posted_twice_on_one_day() -> None:
    official = make_official()
    make_posting(official, the_commune(), since=OCTOBER)

    with pytest.raises(PeriodsOverlap):
        make_posting(official, the_province(), since=OCTOBER - A_DAY)
