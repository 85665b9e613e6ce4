"""Keep the register of officials and of where they serve.

An official is locked without his key (`no_key`): whoever writes a step of his meanwhile need not wait, and so holds up
nobody who waits for the writers (procedures.transactions.services.registering).
"""

import datetime as dt

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.db.transaction import atomic
from psycopg2.errors import ExclusionViolation

from units.errors import HeadTaken, PeriodsOverlap
from units.models import Official, Posting, Unit
from units.rules import folded, person_sort_key
from units.services.register import Confirmation


@atomic
def put_official(
    *, code: str, name: str, by: str, now: dt.datetime, confirm: Confirmation = lambda _version: None
) -> tuple[Official, bool]:
    """Say what an official is called; return him and whether he is new. The same name again changes nothing.

    `confirm` is called with his version number, under lock, before a known official is changed.
    """
    told = {
        "name": name,
        "name_folded": folded(name),
        "sort_key": person_sort_key(name),
        "recorded_by": by,
        "recorded_at": now,
    }
    official, is_new = Official.objects.select_for_update(no_key=True).get_or_create(code=code, defaults=told)
    if not is_new:
        confirm(official.version)
    if official.name != name:
        Official.objects.filter(pk=official.pk).update(**told, version=F("version") + 1)
        official.refresh_from_db()
    return official, is_new


@atomic
def add_posting(
    *,
    official: Official,
    home_unit: Unit,
    serving_unit: Unit,
    post: str,
    valid_from: dt.date,
    by: str,
    now: dt.datetime,
    valid_to: dt.date | None = None,
    is_head: bool = False,
) -> Posting:
    """Post an official from a day on; the posting that is running then ends.

    Raises PeriodsOverlap with a later one, HeadTaken when the serving unit has a head then.
    """
    Official.objects.select_for_update(no_key=True).get(pk=official.pk)
    running = Posting.objects.filter(official=official, valid__contains=valid_from).first()
    if running is not None and running.valid.lower != valid_from:
        running.valid = DateRange(running.valid.lower, valid_from)
        running.save(update_fields=["valid"])
    try:
        with atomic():
            return Posting.objects.create(
                official=official,
                home_unit=home_unit,
                serving_unit=serving_unit,
                post=post,
                is_head=is_head,
                valid=DateRange(valid_from, valid_to),
                recorded_by=by,
                recorded_at=now,
            )
    except IntegrityError as error:
        cause = error.__cause__
        if isinstance(cause, ExclusionViolation):
            is_second = cause.diag.constraint_name == "a_unit_has_one_head_a_day"
            raise (HeadTaken(serving_unit.code) if is_second else PeriodsOverlap()) from error
        raise
