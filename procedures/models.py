"""The door: names every table of the three rooms."""

from procedures.calendar.models import CalendarVersion, DayOverride
from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.transactions.models import (
    ApplicantContact,
    ApplicantNumber,
    ClockInterval,
    ContactReading,
    Dossier,
    Message,
    SourceRank,
    Step,
    Transaction,
)

__all__ = [
    "ApplicantContact",
    "ApplicantNumber",
    "CalendarVersion",
    "ClockInterval",
    "ContactReading",
    "DayOverride",
    "Dossier",
    "Field",
    "Message",
    "Procedure",
    "ProcedureVersion",
    "SourceRank",
    "Step",
    "Transaction",
]
