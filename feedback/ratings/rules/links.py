"""How long it can be told which transaction a rating is about."""

import datetime as dt

TO_OBJECT, TO_SETTLE, TO_OBJECT_AGAIN, TO_SETTLE_AGAIN = 90, 60, 45, 70
"""Days. The longest terms of each stage: remote and complicated cases."""
TO_TAKE_UP = 10
"""Days in which an authority decides whether it takes a case up; counted for both stages."""

DAYS_TO_OBJECT = TO_OBJECT + TO_TAKE_UP + TO_SETTLE + TO_OBJECT_AGAIN + TO_TAKE_UP + TO_SETTLE_AGAIN
"""Who was assessed may object, and object again, and until then a rating can be looked into: 285 days."""


def objections_end(*, published_at: dt.datetime, days: int = DAYS_TO_OBJECT) -> dt.datetime:
    """Return when nobody can object any more to what was published.

    Source: Luật Khiếu nại 2011, điều 9 (90 days), 27 (10 days), 28 (60 days), 33 (45 days), 37 (70 days), as our
    choice for assessments: no text gives them a term of their own, and these are the longest.
    """
    return published_at + dt.timedelta(days=days)
