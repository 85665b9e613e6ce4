"""The door: names every table of the rooms."""

from procedures.calendar.models import CalendarVersion, DayOverride, OfficeHours
from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.exclusions.models import Exclusion, ExclusionEvent, ExclusionReason
from procedures.imports.models import Import, ImportChunk, ImportPiece, ImportReportPart
from procedures.transactions.models import (
    ApplicantContact,
    ApplicantNumber,
    ClockInterval,
    ContactReading,
    Dossier,
    DossierAlias,
    Message,
    NameDecision,
    Pause,
    Recount,
    Renewal,
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
    "DossierAlias",
    "Exclusion",
    "ExclusionEvent",
    "ExclusionReason",
    "Field",
    "Import",
    "ImportChunk",
    "ImportPiece",
    "ImportReportPart",
    "Message",
    "NameDecision",
    "OfficeHours",
    "Pause",
    "Procedure",
    "ProcedureVersion",
    "Recount",
    "Renewal",
    "SourceRank",
    "Step",
    "Transaction",
]
