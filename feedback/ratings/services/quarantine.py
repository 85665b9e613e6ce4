"""Whether a rating counts: put aside by the detector or an inspector, released or confirmed by an inspector."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.db.transaction import atomic

from feedback.errors import RatingLinkDestroyed, RatingStateRefused
from feedback.ratings.models import Rating, RatingDecision, RatingLink
from feedback.ratings.queries import PERIOD, ratings_of_helpers_who_served, seen_in, units_rated
from feedback.ratings.rules.stuffing import Alarm, alarms
from feedback.vocabulary import RatingState, StuffingTest

DETECTOR = "detector"
HELPER_SERVED = "Người nhập hộ đã tham gia phục vụ hồ sơ"
"""The reason of the detector where a step that came later shows it."""

PAST = dt.timedelta(weeks=12)
"""With what a unit's last four weeks are compared: a quarter before them."""

_FOLLOWS: Mapping[RatingState, frozenset[RatingState]] = {
    RatingState.QUARANTINED: frozenset({RatingState.COUNTED}),
    RatingState.COUNTED: frozenset({RatingState.QUARANTINED, RatingState.EXCLUDED}),
    RatingState.EXCLUDED: frozenset({RatingState.QUARANTINED}),
}
"""From which states each may be decided: only what was put aside and looked at is excluded, and nothing is final."""


@atomic
def decide(*, rating_id: uuid.UUID, state: RatingState, reason: str, by: str, now: dt.datetime) -> Rating:
    """Put a rating aside, release it or confirm that no citizen gave it.

    What it is already is kept as a decision with its reason, unless the last one was the same: a release keeps off the
    detector also where there was nothing to release. `by` is the inspector's id. Raises RatingStateRefused, and
    RatingLinkDestroyed where the figures are settled.
    """
    rating = Rating.objects.select_for_update(no_key=True).get(pk=rating_id)
    last = RatingDecision.objects.filter(rating=rating).order_by("-pk").first()
    if last is not None and (last.state, last.reason, last.by) == (state, reason, by):
        return rating
    if not RatingLink.objects.filter(pk=rating_id).exists():
        raise RatingLinkDestroyed
    if rating.state not in {state, *_FOLLOWS[state]}:
        raise RatingStateRefused(RatingState(rating.state).label, state.label)
    rating.state = state
    rating.quarantine_reason = "" if state == RatingState.COUNTED else reason
    rating.save(update_fields=["state", "quarantine_reason"])
    RatingDecision.objects.create(rating=rating, state=state, reason=reason, by=by, at=now)
    return rating


def examine(*, until: dt.date, now: dt.datetime) -> int:
    """Look at every unit's four weeks before a day; put aside what stands out and return how many that were.

    Put aside are also the ratings, however old, whose helper is known by now to have served: steps come in any order.
    What an inspector ever decided upon is left as he decided. Each unit is a database transaction of its own: run again
    after an interruption it goes on, and again it changes nothing.
    """
    served = _put_aside_of_helpers_who_served(now=now)
    return served + sum(_examine(unit, until=until, now=now) for unit in units_rated(since=until - PERIOD, until=until))


@atomic
def _put_aside_of_helpers_who_served(*, now: dt.datetime) -> int:
    rows = _undecided().filter(pk__in=ratings_of_helpers_who_served().values("pk")).order_by("pk")
    return _keep(
        [
            (rating, RatingDecision(state=RatingState.QUARANTINED, reason=HELPER_SERVED, by=DETECTOR, at=now))
            for rating in rows
        ]
    )


@atomic
def _examine(unit: int | None, *, until: dt.date, now: dt.datetime) -> int:
    since = until - PERIOD
    period = seen_in(unit=unit, since=since, until=until, with_put_aside=True)
    past = seen_in(unit=unit, since=since - PAST, until=since, with_put_aside=False)
    found = {alarm.rating_id: alarm for alarm in alarms(period, past)}
    rows = _undecided().filter(pk__in=found).order_by("pk")
    return _keep([(rating, _decision(found[rating.pk], now=now)) for rating in rows])


def _undecided() -> QuerySet[Rating]:
    """Return, locked, the ratings that count and that nobody but the detector ever decided upon."""
    undecided = Rating.objects.exclude(decisions__in=RatingDecision.objects.exclude(by=DETECTOR))
    return undecided.select_for_update(no_key=True, of=("self",)).filter(state=RatingState.COUNTED)


def _keep(told: Sequence[tuple[Rating, RatingDecision]]) -> int:
    """Put the ratings aside by these decisions; return how many they are."""
    for rating, decision in told:
        decision.rating = rating
        rating.state, rating.quarantine_reason = RatingState.QUARANTINED, decision.reason
    Rating.objects.bulk_update([rating for rating, _ in told], ["state", "quarantine_reason"])
    RatingDecision.objects.bulk_create(decision for _, decision in told)
    return len(told)


def _decision(alarm: Alarm, *, now: dt.datetime) -> RatingDecision:
    test = StuffingTest(alarm.test)
    return RatingDecision(
        state=RatingState.QUARANTINED, reason=str(test.label), by=DETECTOR, at=now,
        test=test, chance=alarm.chance, marked=alarm.marked, looked_at=alarm.looked_at,
    )  # fmt: skip
