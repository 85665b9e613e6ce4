"""Rights and ratings, made through our own services and our own API."""

import datetime as dt
import uuid
from typing import Any

from django.utils.timezone import now

from feedback.ratings.models import RatingRight
from feedback.ratings.services import issue_right
from procedures.calendar.models import CalendarVersion
from procedures.models import Procedure, ProcedureVersion, Step, Transaction
from procedures.secrecy import derived_secret
from procedures.vocabulary import Channel, Status, StepKind, Timeliness
from units.models import Official, Unit
from units.services import add_posting, put_official

NOON = dt.datetime(2026, 3, 4, 5, 0, tzinfo=dt.UTC)


def a_unit(nth: int = 0) -> Unit:
    """Return one of the communes that exist today."""
    return Unit.objects.filter(versions__kind="commune", versions__valid__contains=now().date()).order_by("pk")[nth]


def an_official(code: str = "CB-01", unit: Unit | None = None, since: dt.date = dt.date(2025, 7, 1)) -> Official:
    """Return an official who serves in that unit."""
    official, _ = put_official(code=code, name="Nguyễn Văn Mẫu", by="test", now=now())
    if unit is not None:
        add_posting(
            official=official,
            home_unit=unit,
            serving_unit=unit,
            post="công chức",
            valid_from=since,
            by="test",
            now=now(),
        )
    return official


def a_transaction(
    code: str | None = None, *, unit: Unit | None = None, ended_at: dt.datetime | None = None
) -> Transaction:
    """Return a transaction that this unit received and settles."""
    procedure = Procedure.objects.order_by("pk").first()
    version = ProcedureVersion.objects.filter(procedure=procedure).order_by("-pk").first()
    unit = unit or a_unit()
    return Transaction.objects.create(
        dossier_code=code or f"H34-{uuid.uuid4()}", source="motcua-mau", source_updated_at=NOON, procedure=procedure,
        procedure_version=version, receiving_unit=unit, settling_unit=unit, channel=Channel.COUNTER,
        received_at=NOON, ended_at=ended_at, status=Status.FINISHED if ended_at else Status.PROCESSING,
        timeliness=Timeliness.NOT_JUDGED, national_timeliness=Timeliness.NOT_JUDGED,
        calendar=CalendarVersion.objects.first(), created_at=NOON, updated_at=NOON,
    )  # fmt: skip


def a_step(
    transaction: Transaction, *, unit: Unit | None, official: Official | None, kind: StepKind = StepKind.RECEPTION,
    at: dt.datetime = NOON,
) -> Step:  # fmt: skip
    """Return a step of the transaction."""
    return Step.objects.create(
        transaction=transaction,
        key=uuid.uuid4().hex,
        at=at,
        status=Status.RECEIVED,
        kind=kind,
        unit=unit,
        official=official,
    )


def a_right(
    transaction: Transaction | None = None, *, step: StepKind = StepKind.RECEPTION, form: str = "THANH_HOA_3",
    at: dt.datetime | None = None,
) -> tuple[RatingRight, str]:  # fmt: skip
    """Return a right and its secret."""
    secret = derived_secret("test", uuid.uuid4().hex)
    transaction = transaction or a_transaction()
    right = issue_right(transaction_id=transaction.pk, step=step, form=form, secret=secret, by="test", now=at or now())
    return right, secret


def a_submission(secret: str | None = None, **overrides: Any) -> dict[str, Any]:
    """Return the body of POST /ratings."""
    ground = {"right": secret} if secret else {}
    body = {"id": str(uuid.uuid4()), "form": "THANH_HOA_3", "answers": {"overall": 2}, "channel": "web", **ground}
    return {**body, **overrides}
