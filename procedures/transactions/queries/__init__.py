"""Questions about transactions and the messages behind them."""

from procedures.transactions.queries.aliases import dossier_meant
from procedures.transactions.queries.applicants import SEALED_AT_ONCE, Sealed, applicant_names, names_by_dossier
from procedures.transactions.queries.cards import card_with_code, cards
from procedures.transactions.queries.conduct import apology_due_on, showing_any_on
from procedures.transactions.queries.journal import journal_of, message_of, refused_in
from procedures.transactions.queries.listing import (
    answered_for,
    intervals_of,
    named_in,
    state_of,
    steps_of,
    transaction_with_code,
    transactions_visible_to,
    under_unit,
    under_unit_then,
    with_timeliness_now,
)
from procedures.transactions.queries.names import (
    NameCard,
    decided_under_then,
    name_cards,
    name_decisions,
    named_under_then,
    unresolved_names,
)
from procedures.transactions.queries.narrowing import (
    in_report_month,
    of_field,
    of_procedure,
    overdue_by,
    searched,
    standing,
    warned_of,
    with_step_of,
)
from procedures.transactions.queries.recounts import open_recounts, recount_with_id, recounts
from procedures.transactions.queries.statements import place_of_step

__all__ = [
    "SEALED_AT_ONCE",
    "NameCard",
    "Sealed",
    "answered_for",
    "apology_due_on",
    "applicant_names",
    "card_with_code",
    "cards",
    "decided_under_then",
    "dossier_meant",
    "in_report_month",
    "intervals_of",
    "journal_of",
    "message_of",
    "name_cards",
    "name_decisions",
    "named_in",
    "named_under_then",
    "names_by_dossier",
    "of_field",
    "of_procedure",
    "open_recounts",
    "overdue_by",
    "place_of_step",
    "recount_with_id",
    "recounts",
    "refused_in",
    "searched",
    "showing_any_on",
    "standing",
    "state_of",
    "steps_of",
    "transaction_with_code",
    "transactions_visible_to",
    "under_unit",
    "under_unit_then",
    "unresolved_names",
    "warned_of",
    "with_step_of",
    "with_timeliness_now",
]
