"""`python -m bench.plain.filling`: tables, a user with a token, transactions to read and to rate; printed as JSON."""

import datetime as dt
import json
import sys

import django
from django.core.management import call_command

TRANSACTIONS, UNITS = 1000, 96
MORNING = dt.datetime(2026, 3, 4, 1, 15, tzinfo=dt.UTC)


def fill() -> dict[str, object]:
    """Make everything; return the token, and the ids of the transactions."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - models wait for Django
    from rest_framework.authtoken.models import Token  # noqa: PLC0415

    from bench.plain.models import Procedure, Transaction, Unit  # noqa: PLC0415

    unit = Unit.objects.create(code="gso2025:51", name="Tỉnh Quảng Ngãi")
    units = Unit.objects.bulk_create(Unit(code=f"gso2025:5100{n}", name=f"Xã Mẫu {n}") for n in range(UNITS))
    procedure = Procedure.objects.create(code="1.004884", name="Thủ tục đăng ký lại khai sinh")
    rows = [
        Transaction(
            dossier_code=f"000.00.00.H48-260304-{number:04d}", unit=unit, procedure=procedure, source="motcua-mau",
            status="finished", channel="counter", applicant_ref=f"citizen_{number:026d}", received_at=MORNING,
            due_at=MORNING + dt.timedelta(days=7), finished_at=MORNING + dt.timedelta(days=6), timeliness="early",
        )
        for number in range(TRANSACTIONS)
    ]  # fmt: skip
    Transaction.objects.bulk_create(rows)
    token = Token.objects.create(user=User.objects.create_user("bench"))
    return {"token": token.key, "ids": [str(row.pk) for row in rows], "units": [one.pk for one in units]}


if __name__ == "__main__":
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    json.dump(fill(), sys.stdout)
