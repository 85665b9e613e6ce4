"""Names of officials that came without a code: which mean nobody yet, who may be meant, who may decide it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.lookups import IsNull

from procedures.calendar.rules import ZONE, local
from procedures.errors import NameNotYoursToDecide, OfficialNotYours
from procedures.transactions.models import NameDecision, Step
from procedures.transactions.queries.listing import on_days
from procedures.transactions.rules.steps import whole_part
from procedures.vocabulary import NameMeaning
from units.errors import UnitUnknown
from units.models import Official, Posting, Unit
from units.queries import (
    Named,
    Standing,
    heritage,
    named,
    places_under,
    present_units,
    reference_stamp,
    standing,
    subtree,
)
from units.rules import folded
from units.vocabulary import Viewer

MOST_CANDIDATES = 10
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Candidate:
    """An official whose name is the same but for marks, or begins with what was left of a cut name.

    `is_posted_here`: he belonged to the unit or to one under it, or served there, on a day between the first and the
    last step; where nobody knows the unit, that he was posted at all.
    """

    official: Official
    is_posted_here: bool


@dataclass(frozen=True)
class NameCard:
    """A name in a unit (None: nobody knows in which) that means nobody yet; `version` counts the decisions on it."""

    unit: Named | None
    name: str
    steps: int
    first_date: dt.date
    last_date: dt.date
    version: int
    candidates: Sequence[Candidate]


def unresolved_names(*, viewer: Viewer, on: dt.date) -> QuerySet[Step, Any]:
    """Return the names that mean nobody yet, by unit and name, of what the viewer's unit answers for.

    Rows are `unit_id`, `name_key`, `name` (as told), `steps`, `first_at`, `last_at`. Names that somebody decided to be
    nobody's are not among them; those in no unit that we know (`unit_id` None) are the province's to decide.
    """
    same_unit = Q(unit=OuterRef("unit")) | Q(unit__isnull=True) & IsNull(OuterRef("unit"), True)
    covering = NameDecision.objects.filter(same_unit, name_key=OuterRef("name_key"), valid__contains=OuterRef("day"))
    meaning = Coalesce(Subquery(covering.order_by("-number").values("meaning")[:1]), Value(""))
    rows = Step.objects.filter(~Q(name_key=""), official__isnull=True)
    if viewer.boundary is not None:
        rows = rows.filter(unit__in=heritage(unit_id=viewer.boundary, on=on))
    rows = rows.alias(day=TruncDate("at", tzinfo=ZONE)).alias(meaning=meaning).exclude(meaning=NameMeaning.NOBODY.value)
    return rows.values("unit_id", "name_key").annotate(
        name=Min("official_name"), steps=Count("id"), first_at=Min("at"), last_at=Max("at")
    )


def named_under_then(rows: QuerySet[Step, Any], *, unit_id: int) -> QuerySet[Step, Any]:
    """Narrow names to the steps in what stood under a unit on the day of the step: Note [As then, as now]."""
    there = [Q(unit__in=place.units, **on_days("at", place)) for place in places_under(unit_id=unit_id)]
    return rows.filter(reduce(or_, there, Q(pk__in=[])))


def name_cards(rows: Sequence[Mapping[str, Any]], *, on: dt.date) -> list[NameCard]:
    """Put the names of units, the numbers of decisions and the candidates to a page of names, in a few queries."""
    units = named(ids=[row["unit_id"] for row in rows if row["unit_id"]], on=on)
    keys = {row["name_key"] for row in rows}
    decided = NameDecision.objects.filter(name_key__in=keys).values_list("unit_id", "name_key")
    versions = {(unit, key): number for unit, key, number in decided.annotate(number=Max("number"))}
    officials = _alike({row["name"] for row in rows})
    postings = _postings({official.pk for found in officials.values() for official in found})
    stood = _standing_of([one for held in postings.values() for one in held])
    return [
        NameCard(
            unit=units.get(row["unit_id"]),
            name=row["name"],
            steps=row["steps"],
            first_date=local(row["first_at"]).date(),
            last_date=local(row["last_at"]).date(),
            version=versions.get((row["unit_id"], row["name_key"]), 0),
            candidates=_candidates(row, officials[row["name"]], postings, stood),
        )
        for row in rows
    ]


def name_decisions(*, viewer: Viewer, on: dt.date) -> QuerySet[NameDecision]:
    """Return every decision on names in what the viewer's unit answers for."""
    rows = NameDecision.objects.select_related("unit", "official")
    if viewer.boundary is not None:
        rows = rows.filter(unit__in=heritage(unit_id=viewer.boundary, on=on))
    return rows


def decided_under_then(rows: QuerySet[NameDecision], *, unit_id: int) -> QuerySet[NameDecision]:
    """Narrow decisions to units that stood under another on one of the days for which was decided.

    Note [As then, as now] (units.queries.views).
    """
    there = [
        Q(unit__in=place.units, valid__overlap=DateRange(place.first, place.after))
        for place in places_under(unit_id=unit_id)
    ]
    return rows.filter(reduce(or_, there, Q(pk__in=[])))


def require_above(*, viewer: Viewer, unit: Unit | None, on: dt.date) -> None:
    """Let only those decide whose boundary is the province, or a unit above all that do this unit's work today.

    Raises UnitUnknown outside the boundary, as which no unit at all counts; NameNotYoursToDecide for a unit's own
    people.
    """
    if viewer.boundary is None:
        return
    if unit is None:
        raise UnitUnknown("", on)
    if unit.pk not in heritage(unit_id=viewer.boundary, on=on):
        raise UnitUnknown(unit.code, on)
    present = set(present_units(unit_ids=[unit.pk], on=on)[unit.pk])
    if not present or not present <= subtree(unit_id=viewer.boundary, on=on) - {viewer.boundary}:
        raise NameNotYoursToDecide


def require_apart(
    *, viewer: Viewer, unit: Unit | None, name: str, officials: Iterable[int | None], on: dt.date
) -> None:
    """Let nobody decide who gains by it; raises NameNotYoursToDecide.

    He is none of these officials (whom this or an earlier decision names), bears no name that may be meant, and was
    never posted to the unit, to those that do its work today, or under one of them.
    """
    if viewer.official is None:
        return
    near = {unit.pk, *present_units(unit_ids=[unit.pk], on=on)[unit.pk]} if unit else set()
    held = list(Posting.objects.filter(official=viewer.official))
    is_near = any(posted_under(held, top=one) for one in near)
    is_meant = any(official.pk == viewer.official for official in _alike({name})[name])
    if viewer.official in set(officials) or is_meant or is_near:
        raise NameNotYoursToDecide


def postings_within(*, official: Official, first: dt.date | None, until: dt.date | None) -> list[Posting]:
    """Return the postings of an official on the days `[first, until)`, None open, cut to them."""
    days = DateRange(first, until, "[)" if first else "()")
    held = list(Posting.objects.filter(official=official, valid__overlap=days))
    for one in held:
        lower = max((day for day in (one.valid.lower, first) if day), default=None)
        one.valid = DateRange(lower, min((day for day in (one.valid.upper, until) if day), default=None))
    return held


def posted_under(postings: Sequence[Posting], *, top: int) -> list[Posting]:
    """Return the postings to a unit, or to one that stood under it on a day of the posting."""
    stood = _standing_of(postings)
    return [one for one in postings if _was_under(one, top, stood)]


def _was_under(posting: Posting, top: int, stood: Standing) -> bool:
    last = posting.valid.upper and posting.valid.upper - A_DAY
    posts = (posting.home_unit_id, posting.serving_unit_id)
    return any(stood.was_under(post, top, first=posting.valid.lower, last=last) for post in posts)


def _standing_of(postings: Sequence[Posting]) -> Standing:
    units = {unit for one in postings for unit in (one.home_unit_id, one.serving_unit_id)}
    return standing(unit_ids=units, stamp=reference_stamp())


def require_distant(*, viewer: Viewer, official: Official) -> None:
    """Let nobody change to whom past work is charged who may gain by it; raises OfficialNotYours.

    He is not this official, and was never posted to a unit to which this official was.
    """
    if viewer.official is None:
        return
    own = Posting.objects.filter(official=viewer.official).values_list("home_unit_id", "serving_unit_id")
    units = {unit for row in own for unit in row}
    shared = Posting.objects.filter(Q(home_unit__in=units) | Q(serving_unit__in=units), official=official)
    if viewer.official == official.pk or shared.exists():
        raise OfficialNotYours


def _alike(names: Iterable[str]) -> dict[str, list[Official]]:
    """Return by name the officials whose names differ from it by marks only, or begin with what was left of it."""
    wanted = {name: (folded(whole_part(name)), whole_part(name) != name) for name in names}
    asked = Q(name_folded__in={told for told, is_cut in wanted.values() if not is_cut})
    for told, is_cut in wanted.values():
        if is_cut and told:
            asked |= Q(name_folded__startswith=told)
    officials = list(Official.objects.filter(asked).order_by("sort_key", "id"))
    return {
        name: [one for one in officials if one.name_folded == told or (is_cut and one.name_folded.startswith(told))]
        for name, (told, is_cut) in wanted.items()
    }


def _postings(officials: Iterable[int]) -> Mapping[int, list[Posting]]:
    found: dict[int, list[Posting]] = defaultdict(list)
    for posting in Posting.objects.filter(official__in=set(officials)):
        found[posting.official_id].append(posting)
    return found


def _candidates(
    row: Mapping[str, Any], officials: Sequence[Official], postings: Mapping[int, list[Posting]], stood: Standing
) -> list[Candidate]:
    first, last = local(row["first_at"]).date(), local(row["last_at"]).date()
    told = [
        Candidate(
            official, any(_is_here(one, row["unit_id"], first, last, stood) for one in postings.get(official.pk, ()))
        )
        for official in officials
    ]
    return sorted(told, key=lambda one: not one.is_posted_here)[:MOST_CANDIDATES]


def _is_here(posting: Posting, unit: int | None, first: dt.date, last: dt.date, stood: Standing) -> bool:
    lower, upper = posting.valid.lower, posting.valid.upper
    first, last = max(first, lower or first), min(last, upper - A_DAY if upper else last)
    posts = (posting.home_unit_id, posting.serving_unit_id)
    return first <= last and (
        unit is None or any(stood.was_under(post, unit, first=first, last=last) for post in posts)
    )
