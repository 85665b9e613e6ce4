"""A small department of 2024 with an official, and the transactions of March that he served."""

import datetime as dt
import uuid
from typing import Any

from feedback.complaints.models import Complaint
from feedback.models import Rating
from procedures.calendar.rules import ZONE
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from tests.builders.complaints import accused, make_complaint, make_concluded_complaint
from tests.builders.ratings import a_right, a_submission
from tests.builders.transactions import DUE_AT, RECEIVED_AT, a_transaction
from tests.contract_client import ContractClient
from units.models import Official, Unit
from units.queries import unit_with_code
from units.services import add_posting, put_official

ENDS = {
    "early": DUE_AT - dt.timedelta(days=3),
    "on_time": DUE_AT - dt.timedelta(hours=1),
    "late": DUE_AT + dt.timedelta(days=2),
}
LONG_AFTER = dt.datetime(2024, 6, 3, 9, 0, tzinfo=ZONE)
SERVED_ON = RECEIVED_AT.date()


def the_department() -> Unit:
    """A department of Kon Tum, up to 2025-06-30."""
    return unit_with_code(code="kt:so-noi-vu-tinh-kon-tum")


def another_department() -> Unit:
    """Another one."""
    return unit_with_code(code="kt:van-phong-ubnd-tinh-kon-tum")


def an_official(code: str = "CB-77", unit: Unit | None = None) -> Official:
    """An official of the department since 2024."""
    at = LONG_AFTER
    official, _ = put_official(code=code, name="Nguyễn Văn Mẫu", by="test", now=at)
    unit = unit or the_department()
    add_posting(
        official=official, home_unit=unit, serving_unit=unit, post="Công chức một cửa", valid_from=dt.date(2024, 1, 1),
        by="test", now=at,
    )  # fmt: skip
    return official


def served(
    ended: str = "on_time", *, official: Official | None = None, unit: Unit | None = None, **said: Any
) -> Transaction:
    """A transaction of March 2024 that the unit received and settled; the official received the dossier."""
    unit = unit or the_department()
    step = {"unit_code": unit.code, "official_code": official.code if official else None}
    usual: dict[str, Any] = {
        "ended_at": ENDS[ended],
        "source_updated_at": ENDS[ended],
        "steps": (step,),
        "now": LONG_AFTER,
        "receiving_unit_code": unit.code,
        "settling_unit_code": unit.code,
    }
    return a_transaction(**(usual | said))


def complained(
    transaction: Transaction | None, official: Official | None = None, outcome: str = "", unit: Unit | None = None
) -> Complaint:
    """A complaint about the transaction or the official: pending without an outcome, else concluded with it."""
    told: dict[str, Any] = {
        "subjects": [accused(official=official, unit=unit)],
        "happened_on": SERVED_ON,
        "now": LONG_AFTER,
        **({"dossier_code": transaction.dossier_code} if transaction else {}),
    }
    return make_concluded_complaint(outcome=outcome, **told) if outcome else make_complaint(**told)


def rated(
    transaction: Transaction, value: int, *, step: StepKind = StepKind.RECEPTION, form: str = "THANH_HOA_3"
) -> Rating:
    """A rating of the transaction, given today."""
    body = a_submission(a_right(transaction, step=step, form=form)[1], form=form, answers=answers(form, value))
    answer = ContractClient().once("/ratings", body)
    assert answer.status_code == 201, answer.content
    return Rating.objects.get(given_id=uuid.UUID(body["id"]))


def answers(form: str, value: int) -> dict[str, int]:
    """The same value for every five-level criterion of the form."""
    if form == "THANH_HOA_3":
        return {"overall": value}
    criteria = ContractClient().get(f"/rating-forms/{form}").json()["criteria"]
    return {criterion["code"]: value for criterion in criteria if len(criterion["scale"]) == 5}
