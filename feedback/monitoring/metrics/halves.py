"""Of years whose links are destroyed ratings are known by half months only (feedback/ratings/vault)."""

import datetime as dt
from collections.abc import Iterable

from feedback.errors import DaysDestroyed
from feedback.ratings.vault.models import KeptDay

_HALF = 15


def require_whole_halves(days: Iterable[dt.date]) -> None:
    """Refuse bounds of buckets that cut half months of which the days are not kept any more.

    Raises DaysDestroyed.
    """
    cuts = [day for day in days if day.day not in {1, _HALF}]
    if any(KeptDay.objects.filter(given_from__gte=_begin_of(day), given_from__lt=day).exists() for day in cuts):
        raise DaysDestroyed


def _begin_of(day: dt.date) -> dt.date:
    return day.replace(day=1 if day.day < _HALF else _HALF)
