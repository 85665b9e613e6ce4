"""Ratings that are not told yet."""

import datetime as dt

from django.db.models import Min

from feedback.ratings.models import Rating
from feedback.vocabulary import RatingState


def waiting_since() -> dt.date | None:
    """Return the Monday of the oldest rating that counts and is in no cell yet; None when there is none."""
    waiting = Rating.objects.filter(state=RatingState.COUNTED, summarised=None)
    return waiting.aggregate(oldest=Min("week_date"))["oldest"]  # type: ignore[no-any-return]
