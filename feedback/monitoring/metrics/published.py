"""The metrics that rest on what people said as everybody below the inspectorate is told them: Note [Two views].

What ended, and how late, are the office's own records and counted exactly; what people said are whole parts of cells,
each in the bucket that holds the last week of its cell. Nothing tells which transaction a rating is about. So the
official formula takes off every dissatisfied rating beside every late transaction, and the one that takes a transaction
off once cannot be told. Complaints are in neither: beside what is known exactly, one would show. For the same reason
upheld ones are not told as a number of their own, however many (docs/decisions/0014).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

from feedback.monitoring.metrics.counting import Counted, Opinion, Question, Spot, opinions, surveyed
from feedback.monitoring.metrics.ratings import Ground, Narrowing, Tally, told
from feedback.monitoring.metrics.survey import MEASURES
from feedback.monitoring.rules.figures import added_shares, share

Said = Mapping[Spot, Mapping[str, Tally]]
"""What is told, by spot and by step."""


def published_counts_of(metric: str, question: Question) -> list[Counted]:
    """Count one metric that rests on ratings, as counts_of does, but only what is told of them to everybody."""
    said = _said(question)
    if metric in MEASURES:
        spots = [Spot(place) for place, _ in enumerate(question.buckets, start=1)]
        return [surveyed(spot, MEASURES[metric](_all(said, spot))) for spot in spots]
    return [_OF_ENDED[metric](one, said) for one in opinions(question)]


def _said(question: Question) -> Said:
    first, after = (
        min(bucket.first_day for bucket in question.buckets), max(bucket.next_day for bucket in question.buckets),
    )  # fmt: skip
    only = Narrowing(official=question.official, procedure=question.procedure)
    said: dict[Spot, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    tallies = told(by=question.by, ground=Ground(question.charged, first, after, only))
    shown = question.shown_as({place.key for place in tallies}) if question.shown_as else {}
    for place, tally in tallies.items():
        for number, bucket in enumerate(question.buckets, start=1):
            if bucket.first_day <= place.day < bucket.next_day:
                said[Spot(number, shown.get(place.key, place.key))][place.step] += tally
    return said


def _all(said: Said, spot: Spot) -> Tally:
    return sum(said.get(spot, {}).values(), Tally())


def _portal(one: Opinion, said: Said) -> Counted:
    tally, total = _all(said, one.spot), one.ended - one.outside
    left = max(total - one.late - tally.dissatisfied, 0)
    value = added_shares(one.late, tally.dissatisfied, total)
    return Counted(one.spot, left, total, value, one.outside, one.calendars, tally.valid)


def _untold(one: Opinion, _said: Said) -> Counted:
    return Counted(one.spot, 0, 0, None, one.outside, one.calendars, speakers=0)


def _coverage(one: Opinion, said: Said) -> Counted:
    """Count the step that was rated most often: no transaction twice, so never more than were rated."""
    of_steps = [tally.valid for tally in said.get(one.spot, {}).values()]
    rated = min(max(of_steps, default=0), one.ended)
    return Counted(one.spot, rated, one.ended, share(rated, one.ended), 0, one.calendars, sum(of_steps))


_OF_ENDED: Mapping[str, Callable[[Opinion, Said], Counted]] = {
    "satisfaction_qd766_union": _untold,
    "satisfaction_qd766_portal": _portal,
    "rating_coverage": _coverage,
    "upheld_complaints_per_1000": _untold,
}
TOLD_OTHERWISE = frozenset({*MEASURES, *_OF_ENDED})
"""The metrics of what people said; all others are the office's own records, and told to everybody alike."""
REST_ON_RATINGS = TOLD_OTHERWISE - {"upheld_complaints_per_1000"}
