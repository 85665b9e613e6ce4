"""Giving a rating: by a right, or at a counter that is trusted."""

import datetime as dt
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.transaction import atomic
from psycopg2.errors import UniqueViolation

from feedback.errors import (
    AlreadyRated,
    ChannelNotOfCounter,
    FeedbackError,
    HelperServed,
    HelperUnknown,
    Overtaken,
    RatingIdTaken,
    RightNotUsable,
    StaffMayNotRate,
)
from feedback.ratings.models import Rating, RatingLink
from feedback.ratings.queries import Charge, asked_by_right, charge_of, helper_served, still_lasting
from feedback.ratings.rules.channels import may_come_from_counter
from feedback.ratings.rules.sight import week_of
from feedback.ratings.services.judging import Judged, judged, judged_by, masked_comment
from feedback.vocabulary import HelperRole, RatingChannel, RatingOrigin, RatingState
from procedures.calendar.rules import local
from procedures.prepared import Prepared, settle, soon
from procedures.secrecy import keyed_hash
from procedures.transactions.queries import Sealed
from procedures.vocabulary import StepKind
from units.models import Official

REFUSALS: dict[str, type[FeedbackError]] = {
    "one_rating_per_transaction_and_step": AlreadyRated,
    "one_rating_per_right": RightNotUsable,
    "a_given_id_names_one_rating": RatingIdTaken,
}

_RATING = {
    "id": "uuid", "given_id": "uuid", "form_version_id": "bigint", "step": "varchar", "answers": "jsonb",
    "overall": "numeric", "normalised": "numeric", "is_dissatisfied": "boolean", "comment": "varchar",
    "comment_masked": "varchar", "unit_id": "bigint", "official_id": "bigint", "procedure_id": "bigint",
    "field_id": "bigint", "origin": "varchar", "channel": "varchar", "helper_role": "varchar", "helper_code": "varchar",
    "week_date": "date", "state": "varchar",
}  # fmt: skip
_LINK = {
    "transaction_id": "bigint", "right_id": "uuid", "rated_at": "timestamptz", "received_at": "timestamptz",
    "digest": "bytea", "device_hash": "bytea", "via": "varchar",
}  # fmt: skip
_COLUMNS = _RATING | _LINK
_RECORD = Prepared(
    "record_rating",
    f"""
WITH said AS (
    SELECT * FROM json_to_record(%(said)s) AS r({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
), rating AS (
    INSERT INTO feedback_rating ({", ".join(_RATING)}, quarantine_reason, version)
    SELECT {", ".join(_RATING)}, '', 1 FROM said RETURNING id AS rating_id
)
INSERT INTO feedback_ratinglink (rating_id, step, {", ".join(_LINK)})
SELECT rating_id, step, {", ".join(_LINK)} FROM rating CROSS JOIN said
""",  # noqa: S608 - the names are written above
    said="json",
)
"""One text of all values: to write each by itself takes the driver longer than PostgreSQL to read them."""
_HOLD_ID = Prepared(
    "hold_given_id",
    "SELECT pg_advisory_xact_lock(hashtextextended('feedback_rating.given_id:' || %(given_id)s, 0))",
    given_id="text",
)
"""A counter has no right that is locked: who sends the same again meanwhile waits, and then finds what was taken."""

_AS_SENT = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True)
class Draft:
    """What somebody answered. `form_version` is the one he saw; None: the newest.

    `via` is the id of the machine that sends, `device` what an app calls its telephone. `is_staff` and `staff_official`
    (primary key): who serves and is signed in may only type in for others.
    """

    id: uuid.UUID
    form: str
    form_version: int | None
    answers: Mapping[str, int]
    comment: str
    channel: RatingChannel
    helper_role: HelperRole | None
    helper_code: str
    rated_at: dt.datetime | None
    device: str = ""
    via: str = ""
    is_staff: bool = False
    staff_official: int | None = None


@dataclass(frozen=True)
class Taken:
    """A rating as its giver is told of it: his own id, what he rated, and which version of it stands.

    `unit_id` is the unit a rating that is new is about, where that is known; it is told to no giver.
    """

    given_id: uuid.UUID
    form: str
    form_version: int
    step: StepKind
    version: int = 1
    unit_id: int | None = None


@dataclass(frozen=True)
class Ground:
    """Why a rating is taken: which step of which transaction, whom it speaks about, and the right if there is one."""

    transaction_id: int
    step: StepKind
    charge: Charge
    right_id: uuid.UUID | None = None
    is_right_used: bool = False
    newest: Sealed | None = None
    """The newest messages of the transaction, if they were asked for already."""


@atomic(savepoint=False)
def rate_by_right(*, draft: Draft, secret: str, now: dt.datetime, at_once: bool = True) -> Taken:
    """Take a rating from whoever holds the secret of an unused right.

    The same rating by the same right again is answered as at first, however late, and whatever the form asks by now:
    the phone never saw our answer. Raises RatingFormUnknown and AnswersRefused before anything about the right,
    RightNotUsable for any bad right, and only then, so that no stranger learns codes, StaffMayNotRate, HelperUnknown,
    HelperServed, RatingIdTaken and AlreadyRated. That a right was used is found last of all, by the database, as for
    two who use it at once. Not `at_once`, a rating is written down with whatever is asked next, and nothing is locked
    before: where the right was free when we looked that raises Overtaken, else RightNotUsable. A right that is revoked
    at the same moment counts as used before.
    """
    asked = asked_by_right(
        secret=secret, form=draft.form, number=draft.form_version, is_commented=bool(draft.comment), is_locked=at_once,
        now=now,
    )  # fmt: skip
    held = asked.held
    if held is not None and held.given_id == draft.id and hmac.compare_digest(held.digest, _digest_of(draft)):
        return _taken(draft, StepKind(held.right.step))
    is_judged = judged_by(asked.form, answers=draft.answers)
    lasting = still_lasting(held, form_id=is_judged.version.form_id, now=now)
    if lasting.given_id == draft.id:
        raise RightNotUsable  # who knows the id rated by it himself
    ground = Ground(
        lasting.right.transaction_id, StepKind(lasting.right.step), lasting.charge, lasting.right.id,
        is_right_used=lasting.rating_id is not None, newest=asked.newest,
    )  # fmt: skip
    return _record(draft=draft, is_judged=is_judged, ground=ground, now=now, at_once=at_once)


@atomic(savepoint=False)
def rate_at_counter(
    *, draft: Draft, transaction_id: int, step: StepKind, now: dt.datetime, at_once: bool = True
) -> Taken:
    """Take a rating from a trusted device at the counter; it stays marked as such.

    The same again is answered as at first. A step that nobody told of yet may be rated, as its message may come later;
    what never comes is looked at by the detector (rules.stuffing, `step_unknown`). Raises RatingFormUnknown,
    AnswersRefused, ChannelNotOfCounter, AlreadyRated, RatingIdTaken, HelperUnknown, HelperServed; `at_once` as above.
    """
    soon([_HOLD_ID], {"given_id": str(draft.id)})
    same = RatingLink.objects.filter(transaction=transaction_id, step=step, right=None, rating__given_id=draft.id)
    if any(hmac.compare_digest(bytes(link.digest), _digest_of(draft)) for link in same):
        return _taken(draft, step)
    is_judged = judged(form=draft.form, form_version=draft.form_version, answers=draft.answers)
    if not may_come_from_counter(draft.channel):
        raise ChannelNotOfCounter
    ground = Ground(transaction_id, step, charge_of(transaction_id=transaction_id, step=step, now=now))
    return _record(draft=draft, is_judged=is_judged, ground=ground, now=now, at_once=at_once)


def _taken(draft: Draft, step: StepKind) -> Taken:
    rating = Rating.objects.select_related("form_version").get(given_id=draft.id)
    return Taken(draft.id, draft.form, rating.form_version.number, step, rating.version)


def _digest_of(draft: Draft) -> bytes:
    """Return the keyed hash of what was sent, the times of sending apart."""
    helper = [draft.helper_role or "", draft.helper_code]
    said = [draft.form, draft.form_version, sorted(draft.answers.items()), draft.comment, draft.channel, helper]
    return keyed_hash("rating-as-sent", _AS_SENT.encode(said))


def _record(*, draft: Draft, is_judged: Judged, ground: Ground, now: dt.datetime, at_once: bool) -> Taken:
    helper = _helper(draft)
    if draft.is_staff and (helper is None or helper.pk != draft.staff_official):
        raise StaffMayNotRate
    if draft.helper_code and helper is None:
        raise HelperUnknown
    if helper is not None and helper_served(transaction_id=ground.transaction_id, official_id=helper.pk):
        raise HelperServed
    values = _values(draft=draft, is_judged=is_judged, ground=ground, helper=helper, now=now)
    said = orjson.dumps(values, default=_text_of).decode()
    soon([_RECORD], {"said": said}, refused=_meaning(ground, is_locked=at_once))
    if at_once:
        settle()
    return Taken(draft.id, draft.form, is_judged.version.number, ground.step, unit_id=ground.charge.unit_id)


def _values(
    *, draft: Draft, is_judged: Judged, ground: Ground, helper: Official | None, now: dt.datetime
) -> dict[str, Any]:
    """Return the columns of the rating and, with other names than those, of its link."""
    charge = ground.charge
    return {
        "id": uuid.uuid4(),
        "given_id": draft.id,
        "form_version_id": is_judged.version.pk,
        "step": ground.step.value,
        "answers": dict(draft.answers),
        "overall": is_judged.score.overall,
        "normalised": is_judged.score.normalised,
        "is_dissatisfied": is_judged.score.is_dissatisfied,
        "comment": draft.comment,
        "comment_masked": masked_comment(draft.comment, dossier_code=charge.dossier_code, newest=ground.newest),
        "unit_id": charge.unit_id,
        "official_id": charge.official_id,
        "procedure_id": charge.procedure_id,
        "field_id": charge.field_id,
        "origin": (RatingOrigin.RIGHT if ground.right_id else RatingOrigin.COUNTER).value,
        "channel": RatingChannel(draft.channel).value,
        "helper_role": HelperRole(draft.helper_role).value if draft.helper_role else "",
        "helper_code": helper.code if helper else "",
        "week_date": week_of(local(now).date()),
        "state": RatingState.COUNTED.value,
        "transaction_id": ground.transaction_id,
        "right_id": ground.right_id,
        "rated_at": draft.rated_at,
        "received_at": now,
        "digest": _digest_of(draft),
        "device_hash": keyed_hash("rating-device", draft.device) if draft.device else None,
        "via": draft.via,
    }


def _text_of(value: object) -> str:
    """Return a number or bytes as PostgreSQL reads them."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _helper(draft: Draft) -> Official | None:
    """Return the official who typed in; None where the code is nobody's.

    It may be written in other letters, unless it then is that of several: who of them is meant, nobody can tell.
    """
    code = draft.helper_code.strip()
    alike = list(Official.objects.filter(code__iexact=code)) if code else []
    meant = [official for official in alike if official.code == code] or alike
    return meant[0] if len(meant) == 1 else None


def _meaning(ground: Ground, *, is_locked: bool) -> Callable[[Exception], Exception | None]:
    """Return what an error of writing a rating down means."""
    if ground.is_right_used:
        return _refusal_of_used
    return _refusal if is_locked or ground.right_id is None else _overtaken


def _overtaken(error: Exception) -> Exception | None:
    return Overtaken() if _refusal(error) else None


def _refusal(error: Exception) -> FeedbackError | None:
    name = error.diag.constraint_name if isinstance(error, UniqueViolation) else None
    refusal = REFUSALS.get(name or "")
    return refusal() if refusal else None


def _refusal_of_used(error: Exception) -> FeedbackError | None:
    """Return what is told to who rates by a right that was used: his own rating is what the step was rated by."""
    refusal = _refusal(error)
    return RightNotUsable() if isinstance(refusal, AlreadyRated) else refusal
