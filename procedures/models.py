"""The door: names every table of the three rooms."""

from procedures.calendar.models import CalendarVersion, DayOverride, OfficeHours
from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.transactions.models import (
    ClockInterval,
    Dossier,
    Message,
    NameDecision,
    Renewal,
    Step,
    Transaction,
)

__all__ = [
    "CalendarVersion",
    "ClockInterval",
    "DayOverride",
    "Dossier",
    "Field",
    "Message",
    "NameDecision",
    "OfficeHours",
    "Procedure",
    "ProcedureVersion",
    "Renewal",
    "Step",
    "Transaction",
]
