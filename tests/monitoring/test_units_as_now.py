"""Figures by unit as now: what two units of then did is one figure of the unit that does the work today.

Source: design, invariant 3.
"""

from typing import Any

import pytest
from django.utils.timezone import localdate

from tests.builders.figures import rated, served
from tests.contract_client import ContractClient
from units.models import UnitSuccession
from units.queries import carried_over, unit_with_code
from units.vocabulary import OrganisationView

DIVIDED = "gso2024:21142"
INSPECTOR = ("monitoring:read", "ratings:manage")
HEAD = ("monitoring:read",)
YEAR = {"from": "2024-01-01", "to": "2024-12-31"}


def merged() -> tuple[str, str, str]:
    """Return two units that one carries on whole, and that one."""
    merges = UnitSuccession.objects.filter(
        kind="merge", predecessor__code__startswith="gso2024:", successor__versions__kind="commune"
    ).order_by("pk")
    heirs: dict[str, list[str]] = {}
    codes = [str(one.predecessor) for one in merges]
    for code, carried in carried_over(codes=codes, on=localdate()).items():
        if carried.is_carried:
            heirs.setdefault(carried.unit.code, []).append(code)
    first, second, *_ = next(found for found in heirs.values() if len(found) > 1)
    return first, second, next(heir for heir, found in heirs.items() if found[:2] == [first, second])


def told(api: ContractClient, *scopes: str, **asked: str) -> tuple[dict[tuple[str, str], tuple[Any, Any]], list[str]]:
    """Return numerator and denominator by month and unit, and the units that are not carried."""
    answer = api.signed_in(*scopes).get("/metrics/values", {**YEAR, "by": "unit", **asked})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    counts = {(row["period"], row["key"]): (row["numerator"], row["denominator"]) for row in body["results"]}
    return counts, [one["code"] for one in body["organisation"]["not_carried"]]


@pytest.fixture(name="units")
def _units() -> tuple[str, str, str]:
    """Transactions of two units that were merged, and of one that was divided."""
    first, second, heir = merged()
    for code, ended in ((first, "late"), (first, "early"), (second, "on_time"), (DIVIDED, "late")):
        rated(served(ended, unit=unit_with_code(code=code)), 3)
    return first, second, heir


@pytest.mark.parametrize("asked", [{}, {"grain": "month"}, {"procedure": "1.004884"}])
def test_what_merged_units_did_in_time_is_one_figure_of_their_heir(
    api: ContractClient, units: tuple[str, str, str], asked: dict[str, str]
) -> None:
    first, second, heir = units
    month = "2024-M03" if "grain" in asked else ""

    then, none_left = told(api, *INSPECTOR, metric="on_time_legal", **asked)
    now, left = told(api, *INSPECTOR, metric="on_time_legal", organisation="now", **asked)

    assert (then, none_left) == (
        {(month, first): ("1", "2"), (month, second): ("1", "1"), (month, DIVIDED): ("0", "1")}, [],
    )  # fmt: skip
    assert (now, left) == ({(month, heir): ("2", "3"), (month, DIVIDED): ("0", "1")}, [DIVIDED])


@pytest.mark.parametrize("metric", ["satisfaction_qd766_union", "satisfaction_qd766_portal", "rating_coverage"])
@pytest.mark.parametrize("scopes", [INSPECTOR, HEAD])
def test_what_people_said_of_them_is_added_up_as_well(
    api: ContractClient, units: tuple[str, str, str], metric: str, scopes: tuple[str, ...]
) -> None:
    first, second, heir = units

    then, _ = told(api, *scopes, metric=metric)
    now, _ = told(api, *scopes, metric=metric, organisation="now")

    assert set(now) == {("", heir), ("", DIVIDED)} if then else now == {}
    if scopes == INSPECTOR:
        for place in (0, 1):
            assert int(now["", heir][place]) == int(then["", first][place]) + int(then["", second][place])


def test_a_figure_says_which_organisation_it_shows(api: ContractClient, units: tuple[str, str, str]) -> None:
    asked = {**YEAR, "metric": "on_time_legal", "by": "unit", "organisation": "now", "unit": units[2]}

    body = api.signed_in(*INSPECTOR).get("/metrics/values", asked).json()

    assert body["organisation"]["shown"] == OrganisationView.NOW
    assert [(row["key"], row["organisation"]) for row in body["results"]] == [(units[2], "now")]
