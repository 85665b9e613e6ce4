"""Transactions for tests, made as a sender makes them: by a message, through the service."""

import datetime as dt
import itertools
import json
from typing import Any

from procedures.calendar.rules import ZONE
from procedures.transactions.models import Transaction
from procedures.transactions.rules.messages import Snapshot, StepTold, Told
from procedures.transactions.services import IncomingMessage, RowResult, receive

PROCEDURE = "1.004884"
RECEIVED_AT = dt.datetime(2024, 3, 4, 8, 15, tzinfo=ZONE)
DUE_AT = dt.datetime(2024, 3, 11, 17, 0, tzinfo=ZONE)
FINISHED_AT = dt.datetime(2024, 3, 11, 15, 30, tzinfo=ZONE)
NOW = dt.datetime(2024, 3, 12, 9, 0, tzinfo=ZONE)
UNIT = "gso2024:62"
_numbers = itertools.count(1)


def a_dossier_code() -> str:
    """Return a dossier code that no test used before."""
    return f"000.00.00.H34-240304-{next(_numbers):04d}"


def a_snapshot(**said: Any) -> Snapshot:
    """Return a finished transaction's snapshot, on time; whatever is given is said instead."""
    usual: dict[str, Any] = {
        "dossier_code": said.get("dossier_code") or a_dossier_code(),
        "source_updated_at": FINISHED_AT,
        "status": "finished",
        "procedure_code": PROCEDURE,
        "receiving_unit_code": UNIT,
        "settling_unit_code": UNIT,
        "channel": "counter",
        "received_at": RECEIVED_AT,
        "due_at": DUE_AT,
        "ended_at": FINISHED_AT,
    }
    return Snapshot(**(usual | said))


def a_step(dossier_code: str, **said: Any) -> StepTold:
    """Return a step of a transaction."""
    usual: dict[str, Any] = {"at": RECEIVED_AT, "status": "received", "content": "Tiếp nhận hồ sơ"}
    return StepTold(dossier_code=dossier_code, **(usual | said))


def a_message(*told: Told) -> IncomingMessage:
    """Return a message that says this."""
    return IncomingMessage(raw=json.dumps([repr(one) for one in told]).encode(), told=told)


def tell(
    *messages: IncomingMessage, source: str = "motcua-mau", via: str = "api", now: dt.datetime = NOW, **how: Any
) -> list[RowResult]:
    """Send messages through the service, as one batch."""
    return receive(messages, source=source, client_id="client:motcua-mau", via=via, now=now, **how)


def a_transaction(*, steps: tuple[dict[str, Any], ...] = (), now: dt.datetime = NOW, **said: Any) -> Transaction:
    """Make a transaction by one message; `steps` are the keywords of `a_step`. By default finished on time in 2024."""
    snapshot = a_snapshot(**said)
    told = [a_step(snapshot.dossier_code, **step) for step in steps]
    (result,) = tell(a_message(snapshot, *told), source=snapshot.source or "motcua-mau", now=now)
    assert not result.is_rejected, result.faults
    return Transaction.objects.get(dossier_code=snapshot.dossier_code)
