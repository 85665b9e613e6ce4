"""The ranks of sources, asked for only where two of them tell of one dossier."""

import datetime as dt

from procedures.calendar.rules import local
from procedures.transactions.models import SourceRank


class Ranks:
    """The ranks as they are recorded, read once and only if needed."""

    def __init__(self) -> None:
        self._known: dict[str, list[tuple[dt.date, int]]] | None = None

    def rank_of(self, source: str, at: dt.datetime) -> int:
        """Return the rank of a source on the day of an instant."""
        if self._known is None:
            self._known = {}
            for name, day, rank in SourceRank.objects.order_by("valid_from").values_list(
                "source", "valid_from", "rank"
            ):
                self._known.setdefault(name, []).append((day, rank))
        on = local(at).date()
        return next((rank for day, rank in reversed(self._known.get(source, [])) if day <= on), SourceRank.UNRANKED)
