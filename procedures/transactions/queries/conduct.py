"""Transactions by how they were handled: what rules.conduct says of one row, said in SQL (Note [Conduct] there)."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from procedures.transactions.rules.conduct import last_apology_day_of_the_late
from procedures.vocabulary import ConductSignal


def apology_due_on(today: dt.date) -> Q:
    """Return the condition that an apology is due on a day."""
    return Q(apologise_by_date__isnull=False, apologise_by_date__lte=today)


def showing_any_on(signals: Collection[str], today: dt.date) -> Q:
    """Return the condition that a transaction shows one of these signals on a day."""
    shown = Q(signal_strength__gt=0, signals__overlap=list(signals))
    if ConductSignal.LATE_WITHOUT_APOLOGY in signals:
        shown |= Q(apologise_by_date__isnull=False, apologise_by_date__lt=last_apology_day_of_the_late(today))
    return shown
