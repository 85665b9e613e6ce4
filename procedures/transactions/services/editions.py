"""Publish an edition of the calendar, and ask for the transactions that run to be counted with it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.transaction import atomic

from procedures.calendar.models import CalendarVersion
from procedures.calendar.services import Expected, expect_days, set_day, set_office_hours
from procedures.transactions.services.recounting import request_calendar_recount


@atomic
def publish_day(*, by: str, now: dt.datetime, **said: Any) -> CalendarVersion:
    """Say what a day is (calendar.services.set_day); what runs is recounted by `run_jobs`."""
    edition = set_day(by=by, now=now, **said)
    request_calendar_recount(by=by, now=now)
    return edition


@atomic
def publish_office_hours(*, by: str, now: dt.datetime, **said: Any) -> CalendarVersion:
    """Say when a unit works (calendar.services.set_office_hours); what runs is recounted."""
    edition = set_office_hours(by=by, now=now, **said)
    request_calendar_recount(by=by, now=now)
    return edition


@atomic
def publish_expected_days(*, years: Sequence[int], by: str, now: dt.datetime) -> Expected:
    """Seed years with the days off that are expected (calendar.services.expect_days); what runs is recounted."""
    expected = expect_days(years=years, by=by, now=now)
    request_calendar_recount(by=by, now=now)
    return expected
