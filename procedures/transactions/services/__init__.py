"""Take messages in, keep them, and write anew what follows from them."""

from procedures.transactions.services.incoming import IncomingMessage, RowResult
from procedures.transactions.services.receiving import receive, receive_together, rehearse
from procedures.transactions.services.replaying import replay

__all__ = ["IncomingMessage", "RowResult", "receive", "receive_together", "rehearse", "replay"]
