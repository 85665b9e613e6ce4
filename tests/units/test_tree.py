"""The tree is a tree on every day: nobody stands under himself, nobody under a unit that is not there."""

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.transaction import atomic, set_rollback
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.organisation import BEGINNING, BY, NOW, make_unit, the_province
from tests.contract_client import ContractClient, problem
from units.errors import UnitHasSubordinates, UnitNotInForce, UnitsError, UnitUnderItself
from units.models import Unit, UnitVersion
from units.queries import subtree
from units.services import UnitFacts, put_unit, register
from units.vocabulary import UnitKind

OCTOBER, NOVEMBER, JANUARY = dt.date(2025, 10, 1), dt.date(2025, 11, 1), dt.date(2026, 1, 1)
MANY: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
NAMES = ("mau:a", "mau:b", "mau:c", "mau:d")
DAYS = [BEGINNING + dt.timedelta(days=30 * n) for n in range(8)]
said = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from([None, *NAMES]), st.integers(0, 6), st.integers(0, 7)),
    min_size=4,
    max_size=12,
)


def put(code: str, under: Unit | None, since: dt.date, until: dt.date | None = None) -> UnitVersion:
    facts = UnitFacts(
        name=code, kind=UnitKind.DEPARTMENT, valid_from=since, valid_to=until, parent=under or the_province()
    )
    return put_unit(code=code, facts=facts, by=BY, now=NOW)[0]


def broken_days(codes: tuple[str, ...] = NAMES) -> list[dt.date]:
    """The days on which somebody stands under himself or under a unit that is not there."""
    top = the_province().pk
    versions = list(UnitVersion.objects.filter(unit__code__in=codes))
    return [
        day for day in DAYS if not _is_tree({one.unit_id: one.parent_id for one in versions if day in one.valid}, top)
    ]


def _is_tree(parents: dict[int, int | None], top: int) -> bool:
    for unit in parents:
        above: int | None = unit
        for _ in range(len(parents) + 1):
            above = parents.get(above or 0)
            if above == top:
                break
        if above != top:
            return False
    return True


def test_a_later_version_of_the_parent_makes_no_cycle_either() -> None:
    one, other = make_unit("mau:a"), make_unit("mau:b")
    put("mau:a", other, JANUARY)

    with pytest.raises(UnitUnderItself):
        put("mau:b", one, OCTOBER)
    put("mau:a", None, JANUARY)
    put("mau:b", one, OCTOBER)

    assert subtree(unit_id=one.pk, on=NOVEMBER) == {one.pk, other.pk}
    assert broken_days() == []


def test_a_unit_does_not_outlive_the_one_above_it() -> None:
    top = put("mau:a", None, BEGINNING, JANUARY).unit

    with pytest.raises(UnitNotInForce) as refused:
        put("mau:b", top, OCTOBER)
    put("mau:b", top, OCTOBER, JANUARY)

    assert refused.value.on == JANUARY


def test_a_unit_is_not_ended_while_others_stand_under_it() -> None:
    top = make_unit("mau:a")
    make_unit("mau:b", under=top)

    with pytest.raises(UnitHasSubordinates) as refused:
        put("mau:a", None, OCTOBER, JANUARY)
    put("mau:b", None, JANUARY)
    put("mau:a", None, OCTOBER, JANUARY)

    assert refused.value.subordinates == "mau:b"
    assert broken_days() == []


def test_the_counter_names_who_is_still_there(api: ContractClient) -> None:
    make_unit("mau:b", under=make_unit("mau:a"))
    body = {
        "name": "Đội mẫu", "kind": "department", "parent": the_province().code, "valid_from": "2025-10-01",
        "valid_to": "2026-01-01",
    }  # fmt: skip

    refused = api.signed_in("units:write").put("/units/mau:a", body, headers={"If-Match": '"1"'})

    assert problem(refused) == (409, "unit-has-subordinates")
    assert "mau:b" in refused.json()["detail"]


@contextlib.contextmanager
def four_units() -> Iterator[None]:
    with atomic():
        for code in NAMES:
            make_unit(code)
        yield
        set_rollback(True)


def is_broken_by(puts: list[tuple[str, str | None, int, int]]) -> bool:
    with four_units():
        for code, under, since, until in puts:
            above = Unit.objects.get(code=under) if under else None
            with contextlib.suppress(UnitsError), atomic():
                put(code, above, DAYS[since], DAYS[until] if until > since else None)
        return bool(broken_days())


@given(puts=said)
@settings(max_examples=60, **MANY)
def test_no_sequence_of_accepted_puts_makes_a_cycle_or_leaves_a_unit_alone_on_any_day(
    puts: list[tuple[str, str | None, int, int]],
) -> None:
    assert not is_broken_by(puts)


def _only_on_the_first_day(*, unit: Unit, parent: Unit, days: DateRange) -> None:
    if parent.pk == unit.pk or parent.pk in subtree(unit_id=unit.pk, on=days.lower):
        raise UnitUnderItself


@pytest.mark.parametrize(
    ("name", "careless"),
    [("require_place", _only_on_the_first_day), ("require_subordinates", lambda **_: None)],
    ids=["the first day alone", "an end without a look below"],
)
def test_a_look_at_less_than_the_whole_period_is_found_out(
    monkeypatch: pytest.MonkeyPatch, name: str, careless: Callable[..., None]
) -> None:
    """The controls: with one check replaced the same property fails."""
    monkeypatch.setattr(register, name, careless)
    found: list[bool] = []

    @given(puts=said)
    @settings(max_examples=60, database=None, derandomize=True, **MANY)
    def the_property(puts: list[tuple[str, str | None, int, int]]) -> None:
        found.append(is_broken_by(puts))

    the_property()

    assert any(found)


def test_two_who_put_each_under_the_other_at_once_make_no_cycle(own_database: str) -> None:
    one, other = make_unit("mau:a"), make_unit("mau:b")
    gate, refused = threading.Barrier(2), list[str]()

    def place(code: str, under: Unit) -> None:
        gate.wait()
        try:
            put(code, under, OCTOBER)
        except UnitUnderItself:
            refused.append(code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=place, args=args) for args in (("mau:a", other), ("mau:b", one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert broken_days() == []
