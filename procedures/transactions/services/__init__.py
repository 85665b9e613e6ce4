"""Take messages in, keep them, and write anew what follows from them."""

from procedures.transactions.services.editions import publish_day, publish_expected_days, publish_office_hours
from procedures.transactions.services.incoming import IncomingMessage, RowResult
from procedures.transactions.services.pausing import let_hold, name_dossiers, name_those_running
from procedures.transactions.services.receiving import receive, receive_together, rehearse
from procedures.transactions.services.recounting import request_calendar_recount, request_recount, work_on
from procedures.transactions.services.replaying import replay

__all__ = [
    "IncomingMessage",
    "RowResult",
    "let_hold",
    "name_dossiers",
    "name_those_running",
    "publish_day",
    "publish_expected_days",
    "publish_office_hours",
    "receive",
    "receive_together",
    "rehearse",
    "replay",
    "request_calendar_recount",
    "request_recount",
    "work_on",
]
