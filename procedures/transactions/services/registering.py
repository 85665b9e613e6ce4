"""Changes of the register of officials, with the transactions whose steps they may charge to somebody else.

A posting is often recorded after the work was done. The steps that bear the official's name, or are charged to him, are
folded again then (services.renew), so that it makes no difference which was known first.
"""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.transaction import atomic

from procedures.calendar.rules import local
from procedures.transactions.models import NameDecision
from procedures.transactions.queries.names import require_distant
from procedures.transactions.rules.steps import key_of_person
from procedures.transactions.services.expecting import hold_off_folds
from units.models import Official, Posting
from units.queries import reference_stamp, standing
from units.rules import folded
from units.services import add_posting, put_official
from units.vocabulary import Viewer

_EXPECT = """
INSERT INTO procedures_renewal (dossier_code)
SELECT t.dossier_code FROM procedures_transaction t JOIN (
    SELECT transaction_id FROM procedures_step
    WHERE (unit_id = ANY(%(units)s) OR unit_id IS NULL)
    AND name_key = ANY(%(names)s) AND name_key <> '' AND official_id IS NULL AND at >= %(since)s
    UNION
    SELECT transaction_id FROM procedures_step WHERE official_id = ANY(%(officials)s) AND at >= %(since)s
) s ON s.transaction_id = t.id
ORDER BY t.dossier_code COLLATE "C"
ON CONFLICT (dossier_code) DO NOTHING
"""
_BEGINNING = dt.date(1990, 1, 1)


@atomic
def post_official(
    *, official: Official, valid_from: dt.date, viewer: Viewer, now: dt.datetime, **posting: Any
) -> Posting:
    """Post an official (units.services.add_posting), and expect the steps from that day on to be folded again.

    Raises OfficialNotYours for a day that is past.
    """
    if valid_from < local(now).date():
        require_distant(viewer=viewer, official=official)
    row = add_posting(official=official, valid_from=valid_from, now=now, **posting)
    _expect(official, names={official.name}, since=valid_from)
    return row


@atomic
def name_official(*, code: str, name: str, viewer: Viewer, **how: Any) -> tuple[Official, bool]:
    """Say what an official is called (units.services.put_official), and expect his steps to be folded again.

    Raises OfficialNotYours: a name tells whose the steps are that came without a code.
    """
    known = Official.objects.filter(code=code).first()
    if known is not None and known.name != name:
        require_distant(viewer=viewer, official=known)
    official, is_new = put_official(code=code, name=name, **how)
    if known is not None and known.name != name:
        _expect(official, names={known.name, name}, since=_BEGINNING)
    return official, is_new


def _expect(official: Official, *, names: set[str], since: dt.date) -> None:
    hold_off_folds()
    decided = NameDecision.objects.filter(official=official).values_list("name_key", flat=True)
    postings = Posting.objects.filter(official=official).values_list("home_unit_id", "serving_unit_id")
    posted = {unit for row in postings for unit in row}
    units = standing(unit_ids=posted, stamp=reference_stamp()).above(posted)
    namesakes = Official.objects.filter(name_folded__in={folded(name) for name in names})
    values: dict[str, Any] = {
        "units": list(units),
        "names": [*{key_of_person(name) for name in names}, *decided],
        "officials": [official.pk, *namesakes.values_list("pk", flat=True)],
        "since": f"{since}T00:00:00+07:00",
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXPECT, values)
