"""The door: names every table of the four rooms."""

from procedures.calendar.models import CalendarVersion, DayOverride
from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.imports.models import Import, ImportPiece, ImportReportPart
from procedures.transactions.models import ClockInterval, Dossier, Message, Step, Transaction

__all__ = [
    "CalendarVersion",
    "ClockInterval",
    "DayOverride",
    "Dossier",
    "Field",
    "Import",
    "ImportPiece",
    "ImportReportPart",
    "Message",
    "Procedure",
    "ProcedureVersion",
    "Step",
    "Transaction",
]
