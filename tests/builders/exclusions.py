"""Exclusions as units propose them and superiors decide them: through the API."""

import datetime as dt
from typing import Any

from procedures.calendar.rules import ZONE
from procedures.transactions.models import Transaction
from tests.builders.ratings import a_unit
from tests.builders.transactions import a_transaction
from tests.contract_client import ContractClient
from units.models import Unit

RECEIVED_AT = dt.datetime(2026, 3, 4, 8, 15, tzinfo=ZONE)
DUE_AT = dt.datetime(2026, 3, 11, 17, 0, tzinfo=ZONE)
ENDED_AT = dt.datetime(2026, 3, 13, 15, 0, tzinfo=ZONE)
LONG_AFTER = dt.datetime(2026, 5, 4, 9, 0, tzinfo=ZONE)
OUTAGE = {"begins_at": "2026-03-06T08:00:00+07:00", "ends_at": "2026-03-10T17:00:00+07:00"}
"""Friday to Tuesday: two working days after the first, so the due date moves from Wednesday to Friday the 13th."""
NOTE = {"note": "Đã đối chiếu thông báo của đơn vị vận hành."}


def a_late_dossier(unit: Unit | None = None, **said: Any) -> Transaction:
    """A dossier of March 2026, due on Wednesday the 11th, finished on Friday the 13th."""
    code = (unit or a_unit()).code
    usual: dict[str, Any] = {
        "receiving_unit_code": code, "settling_unit_code": code, "received_at": RECEIVED_AT, "due_at": DUE_AT,
        "ended_at": ENDED_AT, "source_updated_at": ENDED_AT, "now": LONG_AFTER,
    }  # fmt: skip
    return a_transaction(**(usual | said))


def a_proposal(*dossiers: Transaction, **said: Any) -> dict[str, Any]:
    """The body of POST /exclusions."""
    named = {"dossier_codes": [one.dossier_code for one in dossiers]} if dossiers else {}
    return {
        "reason": "system_outage", **OUTAGE, "evidence": "Cơ sở dữ liệu dân cư ngừng kết nối.",
        "document": "Thông báo 12/TB-TTCNTT", **named, **said,
    }  # fmt: skip


def proposer(unit: Unit, **fields: Any) -> ContractClient:
    """Somebody of the unit."""
    return ContractClient().signed_in(
        "exclusions:propose", "monitoring:read", "transactions:read", boundary=unit, **fields
    )


def decider(boundary: Unit | None = None, **fields: Any) -> ContractClient:
    """Somebody of the province's office, or of the unit given."""
    return ContractClient().signed_in(
        "exclusions:decide", "exclusions:propose", "monitoring:read", "transactions:read", boundary=boundary, **fields
    )


def proposed(unit: Unit, *dossiers: Transaction, **said: Any) -> dict[str, Any]:
    """Propose; return what was told."""
    answer = proposer(unit).once("/exclusions", a_proposal(*dossiers, **said))
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def settle(exclusion: dict[str, Any], what: str, client: ContractClient, **headers: str) -> Any:
    """Approve, refuse or withdraw the version that was read."""
    usual = {"If-Match": f'"{exclusion["version"]}"'}
    return client.once(f"/exclusions/{exclusion['id']}/{what}", NOTE, **{**usual, **headers})


def excluded(unit: Unit, *dossiers: Transaction, **said: Any) -> dict[str, Any]:
    """Propose and approve; return what was told."""
    answer = settle(proposed(unit, *dossiers, **said), "approval", decider())
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told
