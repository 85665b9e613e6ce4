"""Questions about transactions and the messages behind them."""

from procedures.transactions.queries.journal import journal_of, message_of
from procedures.transactions.queries.listing import (
    clock_of,
    intervals_of,
    steps_of,
    transaction_with_code,
    transactions_visible_to,
    under_unit,
    with_timeliness_now,
)

__all__ = [
    "clock_of",
    "intervals_of",
    "journal_of",
    "message_of",
    "steps_of",
    "transaction_with_code",
    "transactions_visible_to",
    "under_unit",
    "with_timeliness_now",
]
