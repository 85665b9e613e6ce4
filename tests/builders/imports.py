"""Files of transactions for tests, as senders make them."""

import datetime as dt
import gzip
import io
import json
from collections.abc import Callable
from typing import Any

from api.management.jobs import reading
from api.transactions.imports.columns import check_head
from procedures.calendar.rules import ZONE
from procedures.imports.models import Import
from procedures.imports.services import Sent, accept, work_off

NOW = dt.datetime(2024, 3, 12, 9, 0, tzinfo=ZONE)
HEAD = "dossier_code;source_updated_at;status;procedure;receiving_unit;received_at;due_at;ended_at"


def a_code(number: int, prefix: str = "000.16.30.H34-240304") -> str:
    """Return the dossier code of row `number`."""
    return f"{prefix}-{number:05d}"


def a_row(number: int, **said: Any) -> dict[str, Any]:
    """Return a finished transaction as the contract's JSON; whatever is given is said instead."""
    usual = {
        "dossier_code": a_code(number),
        "source_updated_at": "2024-03-11T15:30:00+07:00",
        "status": "finished",
        "procedure": "1.004884",
        "receiving_unit": "gso2024:62",
        "received_at": "2024-03-04T08:15:00+07:00",
        "due_at": "2024-03-11T17:00:00+07:00",
        "ended_at": "2024-03-11T15:30:00+07:00",
    }
    return usual | said


def lines(*rows: Any) -> bytes:
    """Return JSON Lines."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def many(number: int, **said: Any) -> bytes:
    """Return so many good rows as JSON Lines."""
    return lines(*(a_row(one, **said) for one in range(number)))


def sheet(*rows: str, head: str = HEAD) -> bytes:
    """Return a CSV file as Excel writes it."""
    return ("\ufeff" + "\r\n".join([head, *rows]) + "\r\n").encode()


def a_sheet_row(number: int) -> str:
    """Return a row of `sheet` with the three date formats of the senders."""
    return (
        f"{a_code(number)};20240311153000;finished;1.004884;gso2024:62;04/03/2024 08:15;11/03/2024;2024-03-11 15:30:00"
    )


def packed(raw: bytes) -> bytes:
    """Return the file packed with gzip."""
    return gzip.compress(raw)


def an_import(raw: bytes, *, client_id: str = "operator", most: int = 64, **how: Any) -> Import:
    """Take a file in through the service."""
    sent = Sent(stream=io.BytesIO(raw), most=most, **how)
    return accept(
        sent=sent, client_id=client_id, source="motcua-mau", boundary=None, check_head=check_head, clock=lambda: NOW
    )


def worked_off(job: Import | None = None, tell: Callable[[Import], None] = lambda _job: None) -> Import:
    """Read an import to its end."""
    done = None
    while done is None or not done.is_over:
        done = work_off(reading=reading(tell=tell), import_id=job.pk if job else None)
        assert done is not None, "nothing to do"
    return done
