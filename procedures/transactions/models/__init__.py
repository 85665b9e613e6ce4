"""The tables of transactions."""

from procedures.transactions.models.applicants import ApplicantContact, ApplicantNumber, ContactReading
from procedures.transactions.models.messages import DossierAlias, Message, NameDecision, Renewal, SourceRank
from procedures.transactions.models.recounts import Pause, Recount
from procedures.transactions.models.transactions import (
    FOLDED_CODE,
    USUAL,
    ClockInterval,
    Dossier,
    Step,
    Transaction,
    TransactionRows,
)

__all__ = [
    "FOLDED_CODE",
    "USUAL",
    "ApplicantContact",
    "ApplicantNumber",
    "ClockInterval",
    "ContactReading",
    "Dossier",
    "DossierAlias",
    "Message",
    "NameDecision",
    "Pause",
    "Recount",
    "Renewal",
    "SourceRank",
    "Step",
    "Transaction",
    "TransactionRows",
]
