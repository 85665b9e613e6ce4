"""What the figures may take: only what was concluded upheld counts, charged to the unit of the day of the act."""

import datetime as dt
from typing import Any

import pytest

from feedback.complaints.models import Complaint
from feedback.complaints.queries import complaints_on_transactions, petitions_handled, upheld_findings
from tests.builders.complaints import accused, make_complaint, make_concluded_complaint
from tests.builders.organisation import make_official, make_posting, make_unit
from tests.builders.transactions import a_transaction
from units.models import Official, Unit

YEAR: dict[str, Any] = {"first": dt.date(2026, 1, 1), "last": dt.date(2026, 12, 31)}
THE_DAY = dt.date(2026, 3, 10)


@pytest.fixture
def unit() -> Unit:
    return make_unit("qn:doi-mau")


@pytest.fixture
def official(unit: Unit) -> Official:
    """He served in the unit on the day of the act and elsewhere since."""
    one = make_official()
    make_posting(one, unit)
    make_posting(one, make_unit("qn:doi-khac"), since=dt.date(2026, 6, 1))
    return one


def test_an_upheld_finding_is_charged_to_the_unit_of_the_day_of_the_act(unit: Unit, official: Official) -> None:
    make_concluded_complaint(subjects=[accused(official=official)], happened_on=THE_DAY)

    (row,) = upheld_findings(**YEAR, units={unit.pk})

    assert (row.official_id, row.home_unit_id, row.category_code) == (official.pk, unit.pk, "ATT-02")  # type: ignore[attr-defined]


@pytest.mark.parametrize("outcome", ["not_upheld", "undetermined", "slander"])
def test_what_was_not_upheld_never_counts(official: Official, outcome: str) -> None:
    make_concluded_complaint(subjects=[accused(official=official)], outcome=outcome)

    assert list(upheld_findings(**YEAR)) == []


@pytest.mark.parametrize(
    ("outcome", "is_pending", "is_false"),
    [("upheld", False, False), ("not_upheld", False, True), ("slander", False, True), (None, True, False)],
)
def test_indicator_7_leaves_out_only_what_was_concluded_false(
    official: Official,
    outcome: str | None,
    is_pending: bool,  # noqa: FBT001 - a table of cases
    is_false: bool,  # noqa: FBT001 - a table of cases
) -> None:
    """TT 01/2018, điều 13, chỉ số 7."""
    transaction = a_transaction()
    told: dict[str, Any] = {"subjects": [accused(official=official)], "dossier_code": transaction.dossier_code}
    make_concluded_complaint(outcome=outcome, **told) if outcome else make_complaint(**told)

    (standing,) = complaints_on_transactions(transaction_ids=[transaction.pk])

    assert (standing.official_id, standing.is_pending, standing.is_false) == (official.pk, is_pending, is_false)


def test_petitions_are_counted_by_their_due_day_and_in_time_by_their_answer(unit: Unit, official: Official) -> None:
    """TT 01/2018, điều 13, chỉ số 8."""
    about_him: dict[str, Any] = {"subjects": [accused(official=official)], "happened_on": THE_DAY}
    make_concluded_complaint(**about_him)
    late = make_concluded_complaint(**about_him)
    Complaint.objects.filter(pk=late.pk).update(closed_on=late.due_on + dt.timedelta(days=1))
    make_complaint(**about_him)

    counted = petitions_handled(**YEAR, units={unit.pk}, today=dt.date(2026, 12, 1))

    assert (counted.handled, counted.on_time, counted.overdue) == (2, 1, 1)
    assert petitions_handled(**YEAR, units={official.pk + 10**6}, today=dt.date(2026, 12, 1)).handled == 0
