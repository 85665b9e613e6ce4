"""Decide what a name that came without a code means, once for all messages, those that came and those to come."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.db.transaction import atomic

from procedures.errors import NameUnknown, OfficialNotPosted
from procedures.transactions.models import NameDecision, Step
from procedures.transactions.queries.names import posted_under, postings_within, require_above, require_apart
from procedures.transactions.rules.steps import key_of_person
from procedures.transactions.services.expecting import hold_off_folds
from procedures.vocabulary import NameMeaning
from units.models import Official, Unit
from units.vocabulary import Viewer

_EXPECT = """
INSERT INTO procedures_renewal (dossier_code)
SELECT t.dossier_code FROM procedures_transaction t JOIN (
    SELECT transaction_id FROM procedures_step
    WHERE {unknown} AND name_key = %(name)s AND name_key <> '' AND official_id IS NULL
    AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <@ %(days)s::daterange
    UNION
    SELECT transaction_id FROM procedures_step
    WHERE {known} AND name_key = %(name)s AND official_id = ANY(%(officials)s)
    AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <@ %(days)s::daterange
) s ON s.transaction_id = t.id
ORDER BY t.dossier_code COLLATE "C"
ON CONFLICT (dossier_code) DO NOTHING
"""
_OF_UNIT = _EXPECT.format(unknown="unit_id = %(unit)s", known="unit_id = %(unit)s")
_OF_NO_UNIT = _EXPECT.format(unknown="unit_id IS NULL", known="TRUE")
"""Whom such a step was decided to mean, his unit's it is since."""

Confirmation = Callable[[int], None]
"""Is told how many decisions were made on the name, and raises when the caller did not know of all of them."""


@dataclass(frozen=True)
class Verdict:
    """What is decided of a name in a unit, on the days from `valid_from` up to, not including, `valid_to`.

    `unit` is None for steps of which nobody knows the unit.
    """

    unit: Unit | None
    name: str
    meaning: NameMeaning
    reason: str
    official: Official | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def days(self) -> DateRange:
        """The days it speaks for."""
        return DateRange(self.valid_from, self.valid_to, "[)" if self.valid_from else "()")


@dataclass(frozen=True)
class Decided:
    """A decision, and how many transactions are to be folded again because of it."""

    row: NameDecision
    renewals: int


@atomic
def decide_name(
    *, verdict: Verdict, viewer: Viewer, by: str, now: dt.datetime, on: dt.date, confirm: Confirmation
) -> Decided:
    """Record what a name means and which transactions must be folded again (services.renew does it).

    Raises UnitUnknown, NameNotYoursToDecide, NameUnknown or OfficialNotPosted; see Note [Names that people resolve].
    """
    hold_off_folds()
    key = key_of_person(verdict.name)
    earlier = NameDecision.objects.filter(unit=verdict.unit, name_key=key)
    officials = {one for one in earlier.values_list("official_id", flat=True) if one is not None}
    named = {verdict.official.pk} if verdict.official else set()
    require_above(viewer=viewer, unit=verdict.unit, on=on)
    require_apart(viewer=viewer, unit=verdict.unit, name=verdict.name, officials=officials | named, on=on)
    if not key or not (earlier.exists() or Step.objects.filter(unit=verdict.unit, name_key=key).exists()):
        raise NameUnknown
    number = earlier.aggregate(newest=Max("number"))["newest"] or 0
    confirm(number)
    _require_posted(verdict)
    row = NameDecision.objects.create(
        unit=verdict.unit, name_key=key, name=verdict.name, number=number + 1, meaning=verdict.meaning,
        official=verdict.official, valid=verdict.days, reason=verdict.reason, decided_by=by, decided_at=now,
    )  # fmt: skip
    return Decided(row, _expect(verdict.unit, key, verdict.days, officials))


def _require_posted(verdict: Verdict) -> None:
    if verdict.official is None:
        return
    postings = postings_within(official=verdict.official, first=verdict.valid_from, until=verdict.valid_to)
    if not (postings if verdict.unit is None else posted_under(postings, top=verdict.unit.pk)):
        raise OfficialNotPosted(verdict.official.code)


def _expect(unit: Unit | None, name: str, days: DateRange, officials: set[int]) -> int:
    values = {"unit": unit and unit.pk, "name": name, "days": days, "officials": list(officials)}
    with connection.cursor() as cursor:
        cursor.execute(_OF_UNIT if unit else _OF_NO_UNIT, values)
        return int(cursor.rowcount)
