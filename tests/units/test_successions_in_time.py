"""Work goes on with those decisions alone that were taken when it was there: who followed whom has an order in time."""

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.db.transaction import atomic, set_rollback
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.organisation import BEGINNING, BY, NOW, make_unit, the_province
from tests.builders.transactions import a_dossier_code
from tests.contract_client import ContractClient
from tests.transactions.test_dead_codes import RUNNING
from units.errors import UnitsError
from units.models import Unit
from units.queries import carried_over, lineage, present_units, ways_to_heirs
from units.services import Decree, UnitFacts, put_unit, reorganise
from units.vocabulary import SuccessionKind, UnitKind

JANUARY, MARCH, JUNE, SEPTEMBER = (dt.date(2026, month, 1) for month in (1, 3, 6, 9))
NAMES = ("mau:a", "mau:b", "mau:c", "mau:d")
DAYS = [BEGINNING + dt.timedelta(days=30 * n) for n in range(7)]
LABOUR = "kt:so-lao-dong-thuong-binh-va-xa-hoi-tinh-kon-tum"
decisions = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["merge", "merge", "split", "part", "dissolve", "rename", "again"]),
        st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True),
        st.sampled_from(DAYS[1:-1]),
    ),
    min_size=2, max_size=8,
)  # fmt: skip


def decide(unit: Unit, kind: str, heirs: list[Unit], on: dt.date, **more: Any) -> None:
    decree = Decree(SuccessionKind(kind), on, "01/QĐ-MAU", on, heirs, **more)
    reorganise(unit=unit, decree=decree, by=BY, now=NOW)


def taken_up_again(unit: Unit, since: dt.date) -> None:
    facts = UnitFacts(name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=since, parent=the_province())
    put_unit(code=unit.code, facts=facts, by=BY, now=NOW)


def followed(unit: Unit, on: dt.date) -> list[set[str]]:
    """Who does the work of a unit that is gone: by the statement of many, by the ways, and as a push follows it."""
    codes = dict(Unit.objects.values_list("id", "code"))
    found = present_units(unit_ids=[unit.pk], on=on)[unit.pk], ways_to_heirs(unit_id=unit.pk, on=on)
    pushed = lineage(unit_ids=[unit.pk]).heirs(unit.pk, on).codes
    return [*({codes[heir] for heir in heirs} for heirs in found), set(pushed)]


@pytest.fixture
def units() -> list[Unit]:
    return [make_unit(name) for name in NAMES]


def test_a_part_split_off_before_the_work_came_does_not_take_it_along(units: list[Unit], api: ContractClient) -> None:
    first, second, part, last = units
    decide(second, "split", [part], JANUARY, goes_on=True)
    decide(first, "merge", [second], MARCH)
    decide(second, "merge", [last], JUNE)
    machine, code = api.machine("transactions:read", "transactions:write"), a_dossier_code()
    day = "2026-06-01T08:00:00+07:00"
    state = RUNNING | {"received_at": day, "source_updated_at": day, "due_at": None, "receiving_unit": first.code}

    card = api.signed_in("units:read").get(f"/units/{first.code}", {"as_of": "2026-06-01"}).json()
    pushed = machine.put(f"/transactions/{code}", state)

    assert [heir["code"] for heir in card["went_to"]] == [last.code]
    assert (pushed.status_code, "unit_succeeded" in pushed.json()["warnings"]) == (201, True)
    assert machine.get(f"/transactions/{code}").json()["receiving_unit"]["code"] == last.code
    carried = carried_over(codes=[first.code, second.code], on=JUNE)
    assert {old: one.unit.code for old, one in carried.items()} == {first.code: last.code, second.code: last.code}


def test_a_chain_of_endings_of_one_day_is_followed_to_its_end(units: list[Unit]) -> None:
    first, second, _, last = units
    decide(first, "merge", [second], MARCH)
    decide(second, "merge", [last], MARCH)

    assert followed(first, MARCH) == [{last.code}] * 3


def test_a_part_split_off_on_the_day_the_work_came_does_not_take_it_along(units: list[Unit]) -> None:
    first, second, part, last = units
    decide(first, "merge", [second], MARCH)
    decide(second, "split", [part], MARCH, goes_on=True)
    decide(second, "merge", [last], JUNE)

    assert followed(first, MARCH) == [{second.code}] * 3
    assert followed(first, JUNE) == [{last.code}] * 3


def test_work_does_not_come_back_to_a_unit_that_is_taken_up_again(units: list[Unit]) -> None:
    """The control is what came to it afterwards."""
    first, second, third, last = units
    decide(first, "merge", [second], JANUARY)
    decide(second, "merge", [last], MARCH)
    taken_up_again(second, JUNE)
    decide(third, "merge", [second], SEPTEMBER)

    assert followed(first, SEPTEMBER) == [{last.code}] * 3
    assert followed(third, SEPTEMBER) == [{second.code}] * 3


def test_a_unit_that_ended_twice_is_followed_from_its_last_day(units: list[Unit]) -> None:
    first, second, _, last = units
    decide(first, "merge", [second], JANUARY)
    taken_up_again(first, MARCH)
    decide(first, "merge", [last], JUNE)

    days = (JANUARY, JUNE)

    assert [followed(first, day) for day in days] == [[{second.code}] * 3, [{last.code}] * 3]


@pytest.mark.parametrize(
    ("unit", "day", "heirs"),
    [
        (LABOUR, "2025-03-01", {"kt:so-noi-vu", "kt:so-giao-duc-va-dao-tao", "kt:so-y-te"}),
        (LABOUR, "2025-07-01", {"qn:so-noi-vu", "qn:so-giao-duc-va-dao-tao", "qn:so-y-te"}),
        ("kt:so-noi-vu-tinh-kon-tum", "2025-07-01", {"qn:so-noi-vu"}),
    ],
)  # fmt: skip
def test_religious_affairs_took_nothing_else_along_out_of_the_department_that_went_on(
    unit: str, day: str, heirs: set[str]
) -> None:
    found = followed(Unit.objects.get(code=unit), dt.date.fromisoformat(day))

    assert [{heir.partition("-tinh-")[0] for heir in one} for one in found] == [heirs] * 3


class TestWhateverIsDecided:
    """Lists, cards and pushes give the same heirs."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(told=decisions)
    def test_the_statements_and_the_walk_in_python_agree_on_every_day(self, told: list[Any]) -> None:
        with atomic():
            self._carry_out(told)
            units = Unit.objects.filter(code__in=NAMES)
            line = lineage(unit_ids=[unit.pk for unit in units])
            gone = [(unit, day) for day in DAYS for unit in units if line.is_gone(unit.pk, day)]
            differ = [(unit, day, found) for unit, day in gone for found in [followed(unit, day)]
                      if found != [found[0]] * 3]  # fmt: skip
            set_rollback(True)

        assert differ == []

    def _carry_out(self, told: list[Any]) -> None:
        units = {name: make_unit(name) for name in NAMES}
        for name, kind, heirs, day in told:
            others = [units[heir] for heir in heirs if heir != name]
            with contextlib.suppress(UnitsError), atomic():
                if kind == "again":
                    taken_up_again(units[name], day)
                elif kind == "part":
                    decide(units[name], "split", others[:1], day, goes_on=True)
                else:
                    number = {"merge": 1, "split": 2}.get(kind, 0)
                    decide(units[name], kind, others[:number], day, name="Đội khác" if kind == "rename" else "")
