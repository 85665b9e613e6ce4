"""By which decision: nothing is handed over without its number and its day; only old data may not know them."""

import datetime as dt
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests.builders.organisation import make_unit
from tests.contract_client import ContractClient, faults, problem
from tests.units.test_reorganising import A_DECISION, decided
from tests.units.test_revoking import number_of, taken_back
from units.models import UnitSuccession
from units.vocabulary import REFERENCE

KINDS: dict[str, dict[str, Any]] = {
    "merge": {"successors": ["mau:moi"]},
    "split": {"successors": ["mau:moi"], "goes_on": True},
    "transfer": {"successors": ["mau:moi"], "procedures": ["1.004884"]},
    "rename": {"name": "Đội mẫu mới"},
    "dissolve": {},
}


@pytest.fixture
def keeper(api: ContractClient) -> ContractClient:
    return api.signed_in("units:read", "units:write")


def recorded() -> int:
    return UnitSuccession.objects.exclude(recorded_by=REFERENCE).count()


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_decision_does_its_number_and_its_day_are_asked_for(keeper: ContractClient, kind: str) -> None:
    """The control is the same decision with both."""
    unit, _ = make_unit("mau:cu"), make_unit("mau:moi")
    said = {"effective_date": A_DECISION["effective_date"], "kind": kind, **KINDS[kind]}
    tag = {"If-Match": keeper.get("/units/mau:cu")["ETag"]}

    refused = keeper.once("/units/mau:cu/successions", said, **tag)
    before = recorded()
    taken = decided(keeper, unit, kind=kind, **KINDS[kind])

    assert problem(refused) == (400, "invalid")
    assert faults(refused) == {("/decision_number", "required"), ("/decision_date", "required")}
    assert (before, taken.status_code, recorded()) == (0, 201, 1)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"decision_number": None}, ("/decision_number", "null")),
        ({"decision_number": ""}, ("/decision_number", "blank")),
        ({"decision_number": "   "}, ("/decision_number", "blank")),
        ({"decision_date": None}, ("/decision_date", "null")),
        ({"decision_date": ""}, ("/decision_date", "invalid")),
        ({"decision_date": "15/09/2025"}, ("/decision_date", "invalid")),
        ({"decision_date": "2025-02-30"}, ("/decision_date", "invalid")),
    ],
)
def test_a_number_or_a_day_that_is_none_is_refused_where_it_stands(
    keeper: ContractClient, said: dict[str, Any], fault: tuple[str, str]
) -> None:
    unit, new = make_unit("mau:cu"), make_unit("mau:moi")

    answer = decided(keeper, unit, kind="merge", successors=[new.code], **said)

    assert (problem(answer), faults(answer)) == ((400, "invalid"), {fault})
    assert recorded() == 0


def test_a_decision_of_the_future_cannot_have_been_taken(keeper: ContractClient) -> None:
    """The control is one of today, of what is still to come; what it takes back is decided by then as well."""
    unit, new = make_unit("mau:cu"), make_unit("mau:moi")
    today, later = localdate(), localdate() + dt.timedelta(days=1)
    merger = {"kind": "merge", "successors": [new.code], "effective_date": f"{today + dt.timedelta(days=30)}"}

    refused = decided(keeper, unit, **merger, decision_date=f"{later}")
    taken = decided(keeper, unit, **merger, decision_date=f"{today}")
    number = number_of(taken)
    back = [taken_back(keeper, number, decision_date=f"{day}") for day in (later, today)]

    assert [faults(one) for one in (refused, back[0])] == [{("/decision_date", "in_future")}] * 2
    assert (taken.status_code, back[1].status_code) == (201, 200)


def test_only_the_reference_data_may_not_know_a_decision(keeper: ContractClient) -> None:
    """Of 45 handings over no source names a number (config/data/README.md); both are null there, never made up."""
    unit, new = make_unit("mau:cu"), make_unit("mau:moi")
    decided(keeper, unit, kind="merge", successors=[new.code])

    unknown = UnitSuccession.objects.filter(decision_number="", decision_date=None)

    assert set(unknown.values_list("recorded_by", flat=True)) == {REFERENCE}
    assert unknown.count() == 45
    row = unknown.first()
    assert row is not None
    line = keeper.get(f"/unit-successions/{row.pk}").json()
    assert (line["decision_number"], line["decision_date"]) == (None, None)
    assert line["decision"]
