"""Questions about transactions and the messages behind them."""

from procedures.transactions.queries.applicants import applicant_names
from procedures.transactions.queries.cards import card_with_code, cards
from procedures.transactions.queries.journal import journal_of, message_of
from procedures.transactions.queries.listing import (
    intervals_of,
    state_of,
    steps_of,
    transaction_with_code,
    transactions_visible_to,
    under_unit,
    under_unit_then,
    with_timeliness_now,
)
from procedures.transactions.queries.names import NameCard, name_cards, name_decisions, unresolved_names

__all__ = [
    "NameCard",
    "applicant_names",
    "card_with_code",
    "cards",
    "intervals_of",
    "journal_of",
    "message_of",
    "name_cards",
    "name_decisions",
    "state_of",
    "steps_of",
    "transaction_with_code",
    "transactions_visible_to",
    "under_unit",
    "under_unit_then",
    "unresolved_names",
    "with_timeliness_now",
]
