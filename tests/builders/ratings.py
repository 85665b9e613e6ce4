"""Dossiers that can be rated, rights and ratings, made through our own services and our own API."""

import datetime as dt
import uuid
from typing import Any

from django.utils.timezone import now

from feedback.ratings.models import Rating, RatingRight
from feedback.ratings.services import Draft, WantedRight, issue_rights, rate_by_right
from feedback.vocabulary import RatingChannel
from procedures.models import Transaction
from procedures.secrecy import derived_secret
from procedures.vocabulary import StepKind
from tests.builders.transactions import a_dossier_code, a_message, a_step, a_transaction, tell
from units.models import Official, Unit
from units.services import add_posting, put_official

MORNING = dt.datetime(2026, 3, 4, 1, 15, tzinfo=dt.UTC)
MUCH_LATER = dt.datetime(2026, 5, 4, 1, 15, tzinfo=dt.UTC)


def a_unit(nth: int = 0) -> Unit:
    """Return one of the communes that exist today."""
    return Unit.objects.filter(versions__kind="commune", versions__valid__contains=now().date()).order_by("pk")[nth]


def an_official(code: str = "CB-01", unit: Unit | None = None, since: dt.date = dt.date(2025, 7, 1)) -> Official:
    """Return an official, posted to that unit if one is given."""
    at = now()
    official, _ = put_official(code=code, name="Nguyễn Văn Mẫu", by="test", now=at)
    if unit is not None:
        add_posting(
            official=official, home_unit=unit, serving_unit=unit, post="công chức", valid_from=since, by="test", now=at
        )
    return official


def a_dossier(*, unit: Unit | None = None, ended_at: dt.datetime | None = None, **said: Any) -> Transaction:
    """Return a transaction of March 2026 that this unit received and settles; it runs unless `ended_at` is given."""
    code = (unit or a_unit()).code
    usual: dict[str, Any] = {
        "dossier_code": a_dossier_code(),
        "receiving_unit_code": code,
        "settling_unit_code": code,
        "received_at": MORNING,
        "due_at": MORNING + dt.timedelta(days=40),
        "status": "finished" if ended_at else "processing",
        "ended_at": ended_at,
        "source_updated_at": ended_at or MORNING,
    }
    return a_transaction(now=MUCH_LATER, **(usual | said))


def serve(transaction: Transaction, *, unit: Unit, official: Official | None = None, status: str = "received") -> None:
    """Tell that an official of a unit did a step of the transaction."""
    code = official.code if official else None
    step = a_step(transaction.dossier_code, at=MORNING, status=status, unit_code=unit.code, official_code=code)
    (result,) = tell(a_message(step), now=MUCH_LATER)
    assert not result.is_rejected, result.faults


def a_right(
    transaction: Transaction | None = None,
    *,
    step: StepKind = StepKind.RECEPTION,
    form: str = "THANH_HOA_3",
    at: dt.datetime | None = None,
) -> tuple[RatingRight, str]:
    """Return a right and its secret."""
    secret = derived_secret("test", uuid.uuid4().hex)
    transaction = transaction or a_dossier()
    wanted = WantedRight(transaction.pk, StepKind(step), form, secret)
    (right,) = issue_rights(wanted=[wanted], by="test", now=at or now())
    return right, secret


def a_submission(secret: str | None = None, **overrides: Any) -> dict[str, Any]:
    """Return the body of POST /ratings, by this right; without one as a counter sends it."""
    ground = {"right": secret, "channel": "web"} if secret else {"channel": "kiosk"}
    return {"id": str(uuid.uuid4()), "form": "THANH_HOA_3", "answers": {"overall": 2}, **ground, **overrides}


def give(
    transaction: Transaction | None = None,
    *,
    at: dt.datetime,
    value: int = 2,
    step: StepKind = StepKind.RECEPTION,
    comment: str = "",
    form: str = "THANH_HOA_3",
    answers: dict[str, int] | None = None,
) -> Rating:
    """Return a rating given at that moment, an hour after its right was issued."""
    _, secret = a_right(transaction, step=step, form=form, at=at - dt.timedelta(hours=1))
    draft = Draft(
        id=uuid.uuid4(), form=form, form_version=None, answers=answers or {"overall": value}, comment=comment,
        channel=RatingChannel.WEB, helper_role=None, helper_code="", rated_at=None,
    )  # fmt: skip
    rate_by_right(draft=draft, secret=secret, now=at)
    return Rating.objects.get(given_id=draft.id)
