"""Take messages in, keep them, and write anew what follows from them."""

from procedures.transactions.services.deciding import Decided, Verdict, decide_name
from procedures.transactions.services.incoming import IncomingMessage, RowResult
from procedures.transactions.services.receiving import receive, receive_together, rehearse
from procedures.transactions.services.registering import name_official, post_official
from procedures.transactions.services.renewing import expect_everything, renew, renewals_waiting
from procedures.transactions.services.replaying import replay

__all__ = [
    "Decided",
    "IncomingMessage",
    "RowResult",
    "Verdict",
    "decide_name",
    "expect_everything",
    "name_official",
    "post_official",
    "receive",
    "receive_together",
    "rehearse",
    "renew",
    "renewals_waiting",
    "replay",
]
