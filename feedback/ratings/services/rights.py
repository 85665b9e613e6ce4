"""Issuing rights to rate, and taking them back."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.transaction import atomic

from feedback.errors import RatingFormUnknown, RightUnknown
from feedback.ratings.models import RatingForm, RatingRight
from feedback.ratings.queries import hashes_of
from feedback.ratings.rules.rights import USUAL_DAYS, expiry
from procedures.models import Transaction
from procedures.vocabulary import StepKind


@dataclass(frozen=True)
class WantedRight:
    """A right to be issued: for which step of which transaction (primary key), with which form, for how many days."""

    transaction_id: int
    step: StepKind
    form: str
    secret: str
    days: int = USUAL_DAYS


@atomic
def issue_rights(*, wanted: Sequence[WantedRight], by: str, now: dt.datetime) -> list[RatingRight]:
    """Issue rights in the order given, whatever the state of the transactions; earlier rights of a step are revoked.

    No step may be wanted twice. That a step was rated before is not refused here: the office that asks for the slip
    must not learn of it. `by` is the principal's id. The number of queries does not depend on the number of rights.
    Raises RatingFormUnknown.
    """
    forms = _forms({one.form for one in wanted})
    transactions = sorted({one.transaction_id for one in wanted})
    list(Transaction.objects.select_for_update(no_key=True).filter(pk__in=transactions).order_by("pk").values("pk"))
    steps = {(one.transaction_id, str(one.step)) for one in wanted}
    live = RatingRight.objects.filter(transaction_id__in=transactions, revoked_at=None)
    replaced = [pk for pk, *step in live.values_list("pk", "transaction_id", "step") if tuple(step) in steps]
    RatingRight.objects.filter(pk__in=replaced).update(revoked_at=now)
    return RatingRight.objects.bulk_create(_right(one, forms[one.form], by=by, now=now) for one in wanted)


def revoke_right(*, right_id: uuid.UUID, among: QuerySet[Transaction], now: dt.datetime) -> RatingRight:
    """Make a right unusable; again changes nothing. Whether it was used is neither asked nor told.

    `among` are the transactions of which the caller may know; raises RightUnknown for a right of another.
    """
    rights = RatingRight.objects.filter(pk=right_id, transaction__in=among)
    rights.filter(revoked_at=None).update(revoked_at=now)
    right = rights.select_related("form").first()
    if right is None:
        raise RightUnknown
    return right


def _right(wanted: WantedRight, form: RatingForm, *, by: str, now: dt.datetime) -> RatingRight:
    key_id, secret_hash = next(iter(hashes_of(wanted.secret).items()))
    return RatingRight(
        transaction_id=wanted.transaction_id,
        step=wanted.step,
        form=form,
        secret_hash=secret_hash,
        key_id=key_id,
        issued_by=by,
        issued_at=now,
        expires_at=expiry(issued_at=now, days=wanted.days),
    )


def _forms(codes: set[str]) -> dict[str, RatingForm]:
    known = RatingForm.objects.filter(code__in=codes, versions__published_at__isnull=False)
    forms = {form.code: form for form in known}
    if missing := sorted(codes - set(forms)):
        raise RatingFormUnknown(missing[0])
    return forms
