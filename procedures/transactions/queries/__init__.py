"""Questions about transactions and the messages behind them."""

from procedures.transactions.queries.cards import card_with_code, cards
from procedures.transactions.queries.conduct import apology_due_on, showing_any_on
from procedures.transactions.queries.journal import journal_of, message_of
from procedures.transactions.queries.listing import (
    intervals_of,
    named_in,
    state_of,
    steps_of,
    transaction_with_code,
    transactions_visible_to,
    under_unit,
    with_timeliness_now,
)
from procedures.transactions.queries.recounts import open_recounts, recount_with_id, recounts

__all__ = [
    "apology_due_on",
    "card_with_code",
    "cards",
    "intervals_of",
    "journal_of",
    "message_of",
    "named_in",
    "open_recounts",
    "recount_with_id",
    "recounts",
    "showing_any_on",
    "state_of",
    "steps_of",
    "transaction_with_code",
    "transactions_visible_to",
    "under_unit",
    "with_timeliness_now",
]
