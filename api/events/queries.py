"""The feed: what happened, in an order in which nothing can appear later behind a reader's back.

Note [The horizon]: rows of a transaction that is still open are invisible but have their numbers already, so a reader
who remembers the highest id skips them for good. We order by the writing transaction's number and read only what is
older than the oldest transaction still open (`pg_snapshot_xmin`): everything below that line is settled.

Note [A feed of another server]: the numbers are the server's own. Restored into another one, events may carry numbers
that it has not given yet: they stay unread, and a reader who stands behind them skips all that is new. So a position
names the feed that it is of, one beyond the horizon is refused, and `is_ours` tells that somebody must adopt the feed
(adopting.py).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from api.errors import FeedBegunAnew

_PAGE = """
SELECT id, xid, type, subject, data, occurred_at
FROM api_event
WHERE (xid, id) > (%(xid)s, %(id)s)
  AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  AND scope = ANY(%(scopes)s) {within}
ORDER BY xid, id
LIMIT %(limit)s
"""
_WITHIN = "AND unit_id = ANY(%(units)s)"
_FEED = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       coalesce((SELECT name::text FROM api_feedbeginning ORDER BY id DESC LIMIT 1), '')
"""
_OURS = """
SELECT coalesce(max(xid) < greatest(
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_xact_id_if_assigned()::text::bigint + 1
), true)
FROM api_event
"""
_LAG = """
SELECT coalesce(EXTRACT(EPOCH FROM clock_timestamp() - min(occurred_at)), 0)::float8
FROM api_event
WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  AND occurred_at <> date_trunc('day', occurred_at, 'Asia/Ho_Chi_Minh')  -- of these only the day is known
"""
LAST_ID = 2**63 - 1


class Position(NamedTuple):
    """A place between two events of a feed: everything up to and with (xid, id) was read.

    A feed that never began anew has no name.
    """

    xid: int
    id: int
    feed: str = ""


START = Position(-(2**63), 0)


class Told(NamedTuple):
    """An event as it was written."""

    id: int
    xid: int
    type: str
    subject: str
    data: str  # a JSON object
    occurred_at: Any


class Page(NamedTuple):
    """Some events, the position behind them, and whether more are settled already."""

    events: list[Told]
    position: Position
    has_more: bool


def events_after(*, position: Position, scopes: Iterable[str], units: Iterable[int] | None, limit: int) -> Page:
    """Return up to `limit` settled events behind a position, of these scopes and, unless None, these units.

    The position moves past events that the reader may not see as well. Raises FeedBegunAnew for a position of a feed
    that is no more (Note [A feed of another server]).
    """
    values: dict[str, Any] = {"xid": position.xid, "id": position.id, "scopes": list(scopes), "limit": limit + 1}
    if units is not None:
        values["units"] = list(units)
    with connection.cursor() as cursor:
        cursor.execute(_FEED)  # before the page: what lies below the horizon is settled for the page as well
        horizon, feed = cursor.fetchone()
        if position != START and (position.feed != feed or position.xid >= horizon):
            raise FeedBegunAnew
        settled = Position(horizon - 1, LAST_ID, feed)
        cursor.execute(_PAGE.format(within="" if units is None else _WITHIN), values)
        rows = [Told(*row) for row in cursor.fetchall()]
    events = rows[:limit]
    if len(rows) > limit:
        return Page(events, Position(events[-1].xid, events[-1].id, feed), has_more=True)
    behind = [Position(event.xid, event.id, feed) for event in events[-1:]]
    return Page(events, max([position, settled, *behind]), has_more=False)


def is_ours() -> bool:
    """Tell whether every event's number was given by this server (Note [A feed of another server]).

    What this very transaction wrote is beyond its snapshot until it is over, and ours all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OURS)
        return bool(cursor.fetchone()[0])


def lag_seconds() -> float:
    """Return the age of the oldest committed event that the feed cannot tell yet, 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG)
        return float(cursor.fetchone()[0])
