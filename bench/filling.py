"""`python -m bench.filling`: what the service's rounds begin with, made by its own services; printed as JSON."""

import datetime as dt
import json
import sys
from typing import Any

import django

TRANSACTIONS = 1000
RIGHTS = 3  # a transaction: one a step
TEMPLATES = "000.00.00.H48-000000-"
"""How the codes of the transactions begin that are multiplied (bench.multiplying)."""
READS = ["transactions:read", "complaints:read", "monitoring:read"]
INSPECTS = ["monitoring:read", "ratings:manage"]
PROCEDURES, PROVINCE, DAY = 60, "gso2025:51", dt.date(2025, 7, 7)
MORNING = dt.datetime(2026, 3, 4, 1, 15, tzinfo=dt.UTC)


def fill() -> dict[str, object]:
    """Make a machine with a token, officials, transactions of all units to be rated; return token, codes and secrets.

    Who rates at the same moment speaks of many units: of one, its allowance would refuse what a second brings here.
    """
    from django.utils.timezone import now  # noqa: PLC0415 - the service's modules wait for Django

    from api.access.services.clients import OPERATOR, ClientDraft, create_client  # noqa: PLC0415
    from api.access.tokens import issue  # noqa: PLC0415
    from api.transactions.reading import read_row  # noqa: PLC0415
    from bench.bodies import OFFICIALS, three_steps  # noqa: PLC0415
    from feedback.ratings.services import WantedRight, issue_rights  # noqa: PLC0415
    from procedures.models import Transaction  # noqa: PLC0415
    from procedures.secrecy import derived_secret  # noqa: PLC0415
    from procedures.transactions.services import receive  # noqa: PLC0415
    from procedures.vocabulary import StepKind  # noqa: PLC0415
    from units.services import put_official  # noqa: PLC0415

    at, scopes = now(), ["transactions:read", "transactions:write", "monitoring:read"]
    draft = ClientDraft(name="Đo tốc độ", scopes=scopes, source="bench")
    client = create_client(client_id="bench", draft=draft, secret=derived_secret("bench"), by=OPERATOR, now=at)
    for code in OFFICIALS:
        put_official(code=code, name="Nguyễn Văn Mẫu", by="bench", now=at)
    units = _units()
    rows = [
        three_steps(f"000.00.00.H48-260301-{number:04d}", unit=units[number % len(units)])
        for number in range(TRANSACTIONS)
    ]
    messages = [read_row(row, json.dumps(row).encode(), now=at) for row in rows]
    results = receive(messages, source="bench", client_id="client:bench", via="api", now=at)
    assert not any(result.is_rejected for result in results), results[0]
    wanted = [
        WantedRight(pk, step, "THANH_HOA_3", derived_secret("bench", str(pk), step))
        for pk in Transaction.objects.order_by("pk").values_list("pk", flat=True) for step in list(StepKind)[:RIGHTS]
    ]  # fmt: skip
    issue_rights(wanted=wanted, by="bench", now=at)
    secrets = [one.secret for one in wanted]
    token = issue(scopes=scopes, client=client, slot=1, now=at)
    _tell_templates(units, at)
    person = issue(scopes=READS, account=_head(at), now=at)
    draft = ClientDraft(name="Thanh tra đo tốc độ", scopes=INSPECTS)
    inspecting = create_client(client_id="bench-thanhtra", draft=draft, secret=derived_secret("i"), by=OPERATOR, now=at)
    inspector = issue(scopes=INSPECTS, client=inspecting, slot=1, now=at)
    codes = [row["dossier_code"] for row in rows]
    return {"token": token, "person": person, "inspector": inspector, "codes": codes, "secrets": secrets,
            "units": units[1:]}  # fmt: skip


def _units() -> list[str]:
    """Return the codes of the province and its units, itself first."""
    from units.queries import tree_of, unit_with_code  # noqa: PLC0415 - the service's modules wait for Django

    return [node.code for node in tree_of(unit_id=unit_with_code(code=PROVINCE).pk, on=DAY)]


def _tell_templates(units: list[str], at: dt.datetime) -> None:
    """Send what is multiplied, spread over these units and over procedures."""
    from api.transactions.reading import read_row  # noqa: PLC0415 - the service's modules wait for Django
    from bench.bodies import OFFICIALS  # noqa: PLC0415
    from bench.templates import templates  # noqa: PLC0415
    from procedures.catalogue.queries import versions_on  # noqa: PLC0415
    from procedures.transactions.services import receive  # noqa: PLC0415

    known = versions_on(on=DAY).order_by("procedure__code").values_list("procedure__code", flat=True)[:PROCEDURES]
    rows = templates(prefix=TEMPLATES, units=units, procedures=list(known), officials=OFFICIALS)
    for first in range(0, len(rows), TRANSACTIONS):
        part = [read_row(row, json.dumps(row).encode(), now=at) for row in rows[first : first + TRANSACTIONS]]
        results = receive(part, source="bench", client_id="client:bench", via="api", now=at)
        assert not any(result.is_rejected for result in results), results[0]


def _head(at: dt.datetime) -> Any:
    """Make the account of somebody who sees the whole province through a boundary."""
    from api.access.models import Account  # noqa: PLC0415 - the service's modules wait for Django
    from units.queries import unit_with_code  # noqa: PLC0415

    return Account.objects.create(
        username="bench", display_name="Đo tốc độ", scopes=READS, created_at=at,
        boundary=unit_with_code(code=PROVINCE),
    )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    json.dump(fill(), sys.stdout)
