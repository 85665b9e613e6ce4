"""A step is charged to the unit that was at work then, not to the one at work now.  Source: design, invariant 3."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.transactions.models import Step, Transaction
from procedures.transactions.rules.at_work import UnitTold
from procedures.transactions.services import charging
from tests.adapters.histories import DOSSIERS, PROGRESS, histories
from tests.builders.organisation import make_official
from tests.builders.transactions import NOW, a_dossier_code, a_message, a_snapshot, a_step, tell
from tests.contract_client import ContractClient
from tests.procedures.vietnamese_days import at
from tests.transactions.test_dead_codes import FIRST_DAY, HEIR, LAST_DAY, WARD
from units.models import Unit
from units.services import UnitFacts, add_posting, put_unit
from units.vocabulary import UnitKind

FIRST, SECOND = "gso2024:612", "gso2024:615"
PROVINCE = "gso2024:62"
MANY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def on(day: int, hour: int = 9) -> dt.datetime:
    return at(f"2024-03-{day:02d}T{hour:02d}:00")


def a_state(code: str, told: dt.datetime, **units: str | None) -> None:
    """Tell that a dossier runs, and who is at work on it."""
    usual: dict[str, Any] = {"receiving_unit_code": PROVINCE, "settling_unit_code": None}
    state = a_snapshot(
        dossier_code=code, status="processing", ended_at=None, source_updated_at=told, due_at=None, **usual | units
    )
    (result,) = tell(a_message(state), via="dvcqg", now=NOW + dt.timedelta(days=900))
    assert not result.is_rejected, result.faults


def a_done_step(code: str, done: dt.datetime, **said: Any) -> None:
    tell(a_message(a_step(code, at=done, **{"status": "processing", "content": f"{done:%d %H}"} | said)))


def units_of(code: str) -> list[str | None]:
    """Return the units of the steps of a dossier, in the order of time."""
    steps = Step.objects.filter(transaction__dossier_code=code).order_by("at")
    return list(steps.values_list("unit__code", flat=True))


def the_newest(told: Sequence[UnitTold], _at: dt.datetime) -> UnitTold | None:
    """Name who is at work now: the rule we do not have."""
    return told[-1] if told else None


def moved_on() -> str:
    """Let a dossier go from one unit to the next between two steps."""
    code = a_dossier_code()
    a_state(code, on(4), settling_unit_code=FIRST)
    a_done_step(code, on(5), official_name="Lê Chuyển Mẫu")
    a_state(code, on(6), settling_unit_code=SECOND)
    a_done_step(code, on(7))
    return code


def test_work_stays_with_the_unit_and_the_official_of_its_day_when_the_dossier_moves_on() -> None:
    unit = Unit.objects.get(code=FIRST)
    official = make_official("CB-MAU", name="Lê Chuyển Mẫu")
    add_posting(
        official=official, home_unit=unit, serving_unit=unit, post="CV", valid_from=on(1).date(), by="test", now=NOW
    )

    code = moved_on()

    row = Transaction.objects.get(dossier_code=code)
    assert row.settling_unit is not None
    assert (units_of(code), row.settling_unit.code) == ([FIRST, SECOND], SECOND)
    assert Step.objects.get(transaction=row, at=on(5)).official == official


moments = st.integers(0, 40).map(lambda hours: on(4, 0) + dt.timedelta(hours=6 * hours))
units = st.sampled_from([FIRST, SECOND, PROVINCE])
states = st.lists(st.tuples(moments, units), min_size=1, max_size=4)
kinds = st.sampled_from(["received", "processing", "finished", "returned"])
works = st.lists(st.tuples(moments, kinds), min_size=1, max_size=4, unique=True)


def later_state_moves_earlier_work(told: Sequence[tuple[Any, str]], done: Sequence[tuple[Any, str]], last: str) -> bool:
    code = a_dossier_code()
    for moment, unit in told:
        a_state(code, moment, settling_unit_code=unit, receiving_unit_code=unit)
    for moment, status in done:
        a_done_step(code, moment, status=status)
    before = units_of(code)

    a_state(code, on(20), settling_unit_code=last, receiving_unit_code=last)

    return units_of(code) != before


@settings(max_examples=25, **MANY)
@given(told=states, done=works, last=units)
def test_a_later_state_never_changes_the_unit_of_an_earlier_step(
    told: list[tuple[Any, str]], done: list[tuple[Any, str]], last: str
) -> None:
    assert not later_state_moves_earlier_work(told, done, last)


def test_work_that_goes_to_who_works_now_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(charging, "unit_at", the_newest)

    assert units_of(moved_on()) == [SECOND, SECOND]
    assert later_state_moves_earlier_work([(on(4), FIRST)], [(on(5), "processing")], SECOND)


def test_work_before_the_first_state_is_of_the_first_unit_that_was_told() -> None:
    code = a_dossier_code()

    a_done_step(code, on(5))
    a_state(code, on(6), settling_unit_code=FIRST)
    a_state(code, on(7), settling_unit_code=SECOND)

    assert units_of(code) == [FIRST]


def test_a_correction_speaks_of_the_past_by_the_instant_or_by_the_step_itself() -> None:
    code = moved_on()

    a_state(code, on(4, 23), settling_unit_code=SECOND)
    by_a_state = units_of(code)
    a_done_step(code, on(5), official_name="Lê Chuyển Mẫu", unit_code=PROVINCE)

    assert (by_a_state, units_of(code)) == ([SECOND, SECOND], [PROVINCE, SECOND])


def test_a_unit_that_was_told_by_its_later_name_is_found_under_the_name_of_that_day() -> None:
    unit = put_unit(
        code="mau:doi-ten", by="test", now=NOW,
        facts=UnitFacts(name="Phòng Tên Cũ Mẫu", kind=UnitKind.DEPARTMENT, valid_from=dt.date(2024, 1, 1)),
    )[0].unit  # fmt: skip
    put_unit(
        code=unit.code, by="test", now=NOW,
        facts=UnitFacts(name="Phòng Tên Mới Mẫu", kind=UnitKind.DEPARTMENT, valid_from=dt.date(2024, 3, 11)),
    )  # fmt: skip
    code = a_dossier_code()

    a_done_step(code, on(7))
    a_state(code, on(12), settling_unit_name="Phòng Tên Mới Mẫu")

    assert units_of(code) == [unit.code]


def test_work_after_the_unit_that_was_told_is_gone_goes_to_its_only_heir_and_is_flagged() -> None:
    code = a_dossier_code()

    a_state(code, at(LAST_DAY[:16]), settling_unit_code=WARD, receiving_unit_code=WARD)
    a_done_step(code, at(FIRST_DAY[:16]))

    assert units_of(code) == [HEIR]
    assert "unit_succeeded" in Transaction.objects.get(dossier_code=code).warnings


def test_a_sender_that_names_the_unit_of_each_step_has_it_charged_there(api: ContractClient) -> None:
    machine, history = api.machine("transactions:write", "transactions:read"), histories()["H17"]
    dossier, step, *_ = (json.loads(letter.body) for letter in history.letters)
    district = {"DonViXuLy": "UBND huyện Đắk Hà", "ThoiDiemXuLy": "20/06/2024 09:00:00", "NoiDungXuLy": "Huyện duyệt"}

    machine.post(DOSSIERS, dossier)
    machine.post(PROGRESS, step | district)

    charged = Step.objects.get(content="Huyện duyệt")
    assert charged.unit is not None
    assert (charged.unit.code, charged.department) == (SECOND, "UBND huyện Đắk Hà")
