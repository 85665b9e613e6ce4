"""The door: names every table of the rooms."""

from procedures.calendar.models import CalendarVersion, DayOverride, OfficeHours
from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.exclusions.models import Exclusion, ExclusionEvent, ExclusionReason
from procedures.imports.models import Import, ImportPiece, ImportReportPart
from procedures.transactions.models import ClockInterval, Dossier, Message, Pause, Recount, Step, Transaction

__all__ = [
    "CalendarVersion",
    "ClockInterval",
    "DayOverride",
    "Dossier",
    "Exclusion",
    "ExclusionEvent",
    "ExclusionReason",
    "Field",
    "Import",
    "ImportPiece",
    "ImportReportPart",
    "Message",
    "OfficeHours",
    "Pause",
    "Procedure",
    "ProcedureVersion",
    "Recount",
    "Step",
    "Transaction",
]
