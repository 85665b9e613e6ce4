"""How little of the time of a rating is told."""

import datetime as dt


def week_of(day: dt.date) -> dt.date:
    """Return the Monday of the week: all that anybody is told of when a rating was given.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret): in a commune with three dossiers a day a date is a person.
    """
    return day - dt.timedelta(days=day.weekday())
