"""Transactions written straight into their table: the outbox must see those as well."""

import datetime as dt
import uuid
from typing import Any

from procedures.calendar.models import CalendarVersion
from procedures.catalogue.models import Procedure
from procedures.transactions.models import Transaction

AT = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


def a_transaction(**said: Any) -> Transaction:
    """Return a row that is not stored yet."""
    return Transaction(
        **{
            "dossier_code": f"mau-{uuid.uuid4()}", "source": "motcua-mau",
            "source_updated_at": AT, "channel": "counter",
            "procedure": Procedure.objects.order_by("id")[0], "status": "received", "timeliness": "running",
            "national_timeliness": "running", "calendar": CalendarVersion.objects.order_by("-number")[0],
            "created_at": AT, "updated_at": AT, **said,
        }
    )  # fmt: skip
