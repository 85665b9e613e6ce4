"""Keep where a link to rate can be sent, tell it to the sender of links alone, and destroy it in time."""

import datetime as dt
import json
from collections.abc import Sequence

from django.db import connection
from django.db.transaction import atomic
from psycopg2.extras import execute_values

from procedures.errors import ContactUnknown
from procedures.secrecy import keyed_hash, seal, unseal
from procedures.transactions.models import ApplicantContact, ContactReading, Transaction
from procedures.transactions.rules.applicants import KEPT_AFTER_END, Contact, contact_kept_until
from procedures.transactions.rules.messages import Snapshot
from procedures.transactions.services.incoming import Row
from procedures.transactions.services.messages import Sender

PLACE = "procedures_applicantcontact.sealed"
_KEEP = """
INSERT INTO procedures_applicantcontact AS c (dossier_code, source, told_at, digest, sealed, kept_until) VALUES %s
ON CONFLICT (dossier_code) DO UPDATE SET source = excluded.source, told_at = excluded.told_at,
    digest = excluded.digest, sealed = excluded.sealed, kept_until = excluded.kept_until
WHERE (c.told_at, c.digest) < (excluded.told_at, excluded.digest)
"""
_FORGET = """
DELETE FROM procedures_applicantcontact c WHERE c.kept_until < %(today)s
   OR EXISTS (SELECT FROM procedures_transaction t WHERE t.dossier_code = c.dossier_code AND t.ended_at < %(ended)s)
"""


def keep_contacts(rows: Sequence[Row], sender: Sender) -> None:
    """Keep the contacts of the messages that count: of a dossier the one told last, and none whose time is over."""
    newest: dict[str, tuple[object, ...]] = {}
    for row in rows:
        contact, states = row.message.contact, [one for one in row.told if isinstance(one, Snapshot)]
        if contact is None or not states or row.faults or row.is_held:
            continue
        values = _values(contact, max(states, key=lambda one: one.source_updated_at), sender)
        if values and (row.dossier_code not in newest or newest[row.dossier_code][2:4] < values[2:4]):
            newest[row.dossier_code] = values
    if newest:
        with connection.cursor() as cursor:
            execute_values(cursor, _KEEP, [newest[code] for code in sorted(newest)], page_size=len(newest))


def _values(contact: Contact, state: Snapshot, sender: Sender) -> tuple[object, ...] | None:
    kept_until = contact_kept_until(state.source_updated_at, state.ended_at)
    if kept_until < sender.now.date():
        return None
    code = state.dossier_code
    plain = json.dumps({"phone": contact.phone, "email": contact.email})
    digest = keyed_hash("applicant-contact", f"{code}\x1f{plain}")
    sealed = seal(plain.encode(), bound_to=f"{PLACE}:{code}")
    return code, sender.source, state.source_updated_at, digest, sealed, kept_until


def read_contact(*, transaction: Transaction, client_id: str, now: dt.datetime) -> Contact:
    """Open the contact of a transaction for the sender of its rating link; the reading is on record before it is told.

    Raises ContactUnknown when there is none, or none any more; that is on record as well.
    """
    with atomic():
        row = ApplicantContact.objects.filter(dossier_code=transaction.dossier_code, kept_until__gte=now.date()).first()
        ContactReading.objects.create(
            dossier_code=transaction.dossier_code, client_id=client_id, was_found=row is not None, read_at=now
        )
    if row is None:
        raise ContactUnknown
    return Contact(**json.loads(unseal(bytes(row.sealed), bound_to=f"{PLACE}:{row.dossier_code}")))


def forget_contacts(*, now: dt.datetime) -> int:
    """Destroy the contacts whose time is over, a month after the end at the latest; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"today": now.date(), "ended": now - KEPT_AFTER_END})
        return int(cursor.rowcount)


def forget_contacts_of_others(lost: Sequence[tuple[str, str]]) -> None:
    """Destroy contacts told by a source that does not count for the dossier (dossier code, source)."""
    if lost:
        with connection.cursor() as cursor:
            execute_values(
                cursor,
                "DELETE FROM procedures_applicantcontact c USING (VALUES %s) AS l (code, source)"
                " WHERE c.dossier_code = l.code AND c.source = l.source",
                sorted(set(lost)),
            )
