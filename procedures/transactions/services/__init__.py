"""Take messages in, keep them, and write anew what follows from them."""

from procedures.transactions.services.aliases import tell_alias
from procedures.transactions.services.applicants import Rekeyed, rekey
from procedures.transactions.services.contacts import forget_contacts, read_contact
from procedures.transactions.services.counting import OTHER_SOURCE
from procedures.transactions.services.deciding import Decided, Verdict, decide_name
from procedures.transactions.services.describing import describe_procedure, describe_unit, load_anew
from procedures.transactions.services.editions import publish_day, publish_expected_days, publish_office_hours
from procedures.transactions.services.expecting import Followed, expect_everything
from procedures.transactions.services.forgetting import forget_bodies
from procedures.transactions.services.incoming import IncomingMessage, RowResult
from procedures.transactions.services.pausing import let_hold, name_dossiers, name_those_running
from procedures.transactions.services.receiving import receive, receive_together, rehearse
from procedures.transactions.services.recounting import request_calendar_recount, request_recount, work_on
from procedures.transactions.services.registering import name_official, post_official
from procedures.transactions.services.renewing import renew, renewals_waiting
from procedures.transactions.services.reorganising import carry_out, take_back
from procedures.transactions.services.replaying import MOST_REPLAYED, Replayed, replay, replay_all
from procedures.transactions.services.sources import rank_source

__all__ = [
    "MOST_REPLAYED",
    "OTHER_SOURCE",
    "Decided",
    "Followed",
    "IncomingMessage",
    "Rekeyed",
    "Replayed",
    "RowResult",
    "Verdict",
    "carry_out",
    "decide_name",
    "describe_procedure",
    "describe_unit",
    "expect_everything",
    "forget_bodies",
    "forget_contacts",
    "let_hold",
    "load_anew",
    "name_dossiers",
    "name_official",
    "name_those_running",
    "post_official",
    "publish_day",
    "publish_expected_days",
    "publish_office_hours",
    "rank_source",
    "read_contact",
    "receive",
    "receive_together",
    "rehearse",
    "rekey",
    "renew",
    "renewals_waiting",
    "replay",
    "replay_all",
    "request_calendar_recount",
    "request_recount",
    "take_back",
    "tell_alias",
    "work_on",
]
