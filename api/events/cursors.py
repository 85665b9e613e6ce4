"""A reader's position as he keeps it: opaque and signed, so that nobody builds on its inside."""

from django.core import signing

from api.errors import Fault, Invalid
from api.events.queries import START, Position
from api.language import said

_PURPOSE = "event-feed"


def written(position: Position) -> str:
    """Return the cursor of a position."""
    return signing.dumps(list(position), salt=_PURPOSE)


def read(cursor: str) -> Position:
    """Return the position of a cursor, the beginning for an empty one; raises Invalid for one that is not ours."""
    if not cursor:
        return START
    try:
        return Position(*signing.loads(cursor, salt=_PURPOSE))
    except signing.BadSignature as error:
        detail = said(
            "Con trỏ “after” không do dòng sự kiện này cấp.", "The “after” cursor was not given by this feed."
        )
        raise Invalid([Fault("parameter", "after", "foreign_cursor", str(detail))]) from error
