"""The routines of the service, in the order in which one night does them. Done again they do no harm."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from api.access.tokens import forget_expired
from api.idempotency.forgetting import forget_old_answers
from api.routines.schedule import Schedule, every, monthly, night_of, nightly
from api.throttling.forgetting import forget_full_buckets, forget_spent_proofs
from feedback.assessments.queries import closed_years
from feedback.monitoring.services import fold_counts
from feedback.ratings.queries import PERIOD, waiting_since
from feedback.ratings.rules.links import DAYS_TO_OBJECT
from feedback.ratings.services import destroy_links, examine, release
from procedures.imports.services import forget as forget_imports
from procedures.transactions.services import forget_bodies, forget_contacts

OFTEN = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Work:
    """A routine. `do` is told the present and when it was last begun and done, and tells what it did, in words.

    `after` names another that must not be due when this one is done.
    """

    name: str
    due_at: Schedule
    do: Callable[[dt.datetime, dt.datetime | None], str]
    after: str = ""


FORGETTING: dict[str, Callable[[dt.datetime], int]] = {
    "answers": lambda at: forget_old_answers(now=at),
    "tokens": lambda at: forget_expired(now=at),
    "buckets": lambda at: forget_full_buckets(now=at),
    "proofs": lambda at: forget_spent_proofs(now=at),
    "imports": lambda at: forget_imports(now=at),
    "contacts": lambda at: forget_contacts(now=at),
    "message_bodies": lambda at: forget_bodies(now=at),
}
"""What may be forgotten, each by itself: one that fails keeps nothing of the others."""


def destroy_links_of_closed_years(*, days: int, by: str, now: dt.datetime) -> str:
    """Destroy the links of years published so many days ago, never fewer than objections may take; tell which."""
    years = closed_years(days=max(days, DAYS_TO_OBJECT), now=now)
    spans = [(year.first_day, year.next_day) for year in years]
    codes = ", ".join(sorted({year.code for year in years}))
    destroyed = destroy_links(spans=spans, reason=codes, by=by, now=now) if spans else 0
    return f"{destroyed} links destroyed ({codes or 'no year is over'})"


def works() -> list[Work]:
    """Return the routines that this process can do: the owner's only where it knows the owner's role."""
    ours = [
        Work("examine_ratings", nightly, _examine),
        Work("release_ratings", nightly, _release, after="examine_ratings"),
        *(Work(f"forget_{name}", nightly, _forgetting(forget)) for name, forget in FORGETTING.items()),
        Work("fold_counts", every(OFTEN), lambda _at, _last: f"{fold_counts()} sums"),
    ]
    is_owner_known = settings.DATABASES["owner"].get("USER") != settings.APP_DATABASE_ROLE
    return [*ours, Work("destroy_rating_links", monthly, _destroy)] if is_owner_known else ours


def _examine(at: dt.datetime, last: dt.datetime | None) -> str:
    """Look at the four weeks before this day, and before that at what nobody looked at in nights that were missed."""
    day = night_of(at)
    since = night_of(last) if last else (waiting_since() or day)
    missed = max(0, (day - since - dt.timedelta(days=1)) // PERIOD)
    ends = [day - number * PERIOD for number in range(missed, -1, -1)]
    return f"{sum(examine(until=until, now=at) for until in ends)} put aside"


def _release(at: dt.datetime, _last: dt.datetime | None) -> str:
    ratings, comments = release(today=night_of(at))
    return f"{ratings} ratings, {comments} comments told"


def _forgetting(forget: Callable[[dt.datetime], int]) -> Callable[[dt.datetime, dt.datetime | None], str]:
    return lambda at, _last: f"{forget(at)} forgotten"


def _destroy(at: dt.datetime, _last: dt.datetime | None) -> str:
    return destroy_links_of_closed_years(days=DAYS_TO_OBJECT, by="run_jobs", now=at)
