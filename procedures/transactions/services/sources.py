"""Say which source goes first where two tell of one dossier."""

import datetime as dt

from procedures.calendar.rules import local
from procedures.errors import RankNotAhead
from procedures.transactions.models import SourceRank


def rank_source(*, source: str, rank: int, valid_from: dt.date, by: str, now: dt.datetime) -> SourceRank:
    """Give a source its rank for the dossiers first told of on a day or later; said again for the day, it is replaced.

    Raises RankNotAhead for today and before: what stands was judged by the ranks of its day.
    """
    if valid_from <= local(now).date():
        raise RankNotAhead
    said = {"rank": rank, "recorded_by": by, "recorded_at": now}
    row, _ = SourceRank.objects.update_or_create(source=source, valid_from=valid_from, defaults=said)
    return row
