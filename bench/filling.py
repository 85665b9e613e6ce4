"""`python -m bench.filling`: what the service's rounds begin with, made by its own services; printed as JSON."""

import datetime as dt
import json
import sys

import django

TRANSACTIONS = 1000
RIGHTS = 3  # a transaction: one a step
MORNING = dt.datetime(2026, 3, 4, 1, 15, tzinfo=dt.UTC)


def fill() -> dict[str, object]:
    """Make a machine with a token, officials, rated transactions with three steps; return token, codes and secrets."""
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
    rows = [three_steps(f"000.00.00.H48-260301-{number:04d}") for number in range(TRANSACTIONS)]
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
    return {"token": token, "codes": [row["dossier_code"] for row in rows], "secrets": secrets}


if __name__ == "__main__":
    django.setup()
    json.dump(fill(), sys.stdout)
