"""Issuing rights to rate."""

import datetime as dt

from django.db.transaction import atomic

from feedback.errors import RatingFormUnknown
from feedback.ratings.models import RatingForm, RatingRight
from feedback.ratings.queries import hash_of
from feedback.ratings.rules.rights import USUAL_DAYS, expiry
from procedures.models import Transaction
from procedures.secrecy import hash_key_id
from procedures.vocabulary import StepKind


@atomic
def issue_right(
    *, transaction_id: int, step: StepKind, form: str, secret: str, by: str, now: dt.datetime, days: int = USUAL_DAYS
) -> RatingRight:
    """Issue the right to rate a step, whatever the state of the transaction; an earlier right of the step is revoked.

    That the step was rated before is not refused here: the office that asks for the slip must not learn of it.
    `by` is the principal's id. Raises RatingFormUnknown.
    """
    row = RatingForm.objects.filter(code=form, versions__published_at__isnull=False).first()
    if row is None:
        raise RatingFormUnknown(form)
    Transaction.objects.select_for_update(no_key=True).only("pk").get(pk=transaction_id)
    RatingRight.objects.filter(transaction_id=transaction_id, step=step, revoked_at=None).update(revoked_at=now)
    return RatingRight.objects.create(
        transaction_id=transaction_id,
        step=step,
        form=row,
        secret_hash=hash_of(secret),
        key_id=hash_key_id(),
        issued_by=by,
        issued_at=now,
        expires_at=expiry(issued_at=now, days=days),
    )
