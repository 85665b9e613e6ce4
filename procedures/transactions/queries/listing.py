"""Transactions as readers see them: inside their boundary, their timeliness as of now."""

import datetime as dt
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import or_
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.fields import CharField, DateField
from django.db.models.functions import Coalesce

from procedures.calendar.queries import edition_of
from procedures.calendar.rules import ZONE, local
from procedures.errors import TransactionUnknown
from procedures.prepared import Prepared
from procedures.transactions.models import ClockInterval, Message, Pause, Transaction, TransactionRows
from procedures.transactions.queries.kept import procedures_by_code, terms_of, transactions_by_dossier
from procedures.transactions.queries.statements import place_of_step
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.fold import State, fold
from procedures.transactions.rules.messages import Snapshot
from procedures.vocabulary import MessageOutcome, Timeliness
from units.queries import Among, Place, heritage, places_under, reference_stamp
from units.vocabulary import Viewer

Days = dict[str, dt.datetime]
MOST_STRETCHES = 8
"""With more, a page is found sooner by walking the order itself."""
_STEPS_OF = """
SELECT s.key, s.at, s.status, s.kind, s.official_name, s.post, s.department, s.content, s.started_at, s.due_at,
       u.code AS unit_code, o.code AS official_code FROM procedures_step s
LEFT JOIN units_unit u ON u.id = s.unit_id LEFT JOIN units_official o ON o.id = s.official_id
WHERE s.transaction_id = {transaction} ORDER BY {place}
""".replace("{place}", ", ".join(place_of_step("s")))
_STEPS = Prepared("steps_of_transaction", _STEPS_OF.format(transaction="%(transaction)s"), transaction="bigint")
_STEP_COLUMNS = (
    "key", "at", "status", "kind", "official_name", "post", "department", "content", "started_at", "due_at",
    "unit_code", "official_code",
)  # fmt: skip
STEPS_AT_ONCE = f"""
SELECT {", ".join(f"array_agg({column}) AS steps_{column}" for column in _STEP_COLUMNS)} FROM ({_STEPS_OF}) told
"""  # noqa: S608 - the names are written above
"""For another statement to ask beside its own: one row, a list of each column of the steps, `steps_key` and so on."""


def transactions_visible_to(*, viewer: Viewer, on: dt.date) -> QuerySet[Transaction]:
    """Return the transactions that a viewer may see: received or settled in his subtree, or in one it inherited."""
    rows = Transaction.objects.all()
    if viewer.boundary is None:
        return rows
    units = heritage(unit_id=viewer.boundary, on=on)
    seen = _at(rows, [(units, {}, {})])
    seen.part = rows, units
    return seen


def under_unit(rows: QuerySet[Transaction], *, unit_id: int, on: dt.date) -> QuerySet[Transaction]:
    """Narrow to those received or settled in what a unit answers for on a day."""
    units = heritage(unit_id=unit_id, on=on)
    return _at(_whole(rows, [units]), [(units, {}, {})])


def answered_for(rows: QuerySet[Transaction], *, unit_id: int, on: dt.date) -> QuerySet[Transaction]:
    """Narrow to those that a unit answers for on a day: what it settles, or took in while nobody is known to settle."""
    units = heritage(unit_id=unit_id, on=on)
    taken_in = Q(_in_one_of("receiving_unit_id", units), settling_unit_id__isnull=True)
    return rows.filter(Q(_in_one_of("settling_unit_id", units)) | taken_in)


def named_in(rows: QuerySet[Transaction], *, reference: int) -> QuerySet[Transaction]:
    """Narrow to those that an exclusion names."""
    return rows.filter(dossier_code__in=Pause.objects.filter(reference=reference).values("dossier_code"))


def under_unit_then(rows: QuerySet[Transaction], *, unit_id: int) -> QuerySet[Transaction]:
    """Narrow to those received or settled in what stood under a unit on the day of it: Note [As then, as now].

    What has no such instant yet is taken by the day of its newest state, as its names are.
    """
    told_at, places = F("source_updated_at"), places_under(unit_id=unit_id)
    all_of_them = _whole(rows, [place.units for place in places])
    dated = all_of_them.alias(taken_at=Coalesce("received_at", told_at), done_at=Coalesce("ended_at", told_at))
    return _at(dated, [(place.units, on_days("taken_at", place), on_days("done_at", place)) for place in places])


def _whole(rows: QuerySet[Transaction], wanted: Sequence[AbstractSet[int]]) -> QuerySet[Transaction]:
    """Return the rows of which these are a part, where what is wanted of them lies in that part as well."""
    part = cast("TransactionRows", rows).part
    return part[0] if part is not None and all(units <= part[1] for units in wanted) else rows


def _at(rows: QuerySet[Transaction], places: Sequence[tuple[AbstractSet[int], Days, Days]]) -> "TransactionRows":
    """Narrow to those received in one of the units on some days, or settled in one on others."""
    condition = reduce(or_, [half for place in places for half in _halves(*place)], Q(pk__in=[]))
    found = cast("TransactionRows", rows.filter(condition))
    known = cast("TransactionRows", rows).stretches or (cast("TransactionRows", rows),)
    found.stretches = ()
    if 2 * len(known) * sum(len(units) for units, *_days in places) <= MOST_STRETCHES:
        halves = [half for units, *days in places for unit in units for half in _halves({unit}, *days)]
        found.stretches = tuple(one.filter(half) for one in known for half in halves)
    return found


def _halves(units: AbstractSet[int], received: Days, settled: Days) -> list[Q]:
    return [Q(_in_one_of("receiving_unit_id", units), **received), Q(_in_one_of("settling_unit_id", units), **settled)]


def _in_one_of(column: str, ids: AbstractSet[int]) -> Q:
    return Q(**{column: next(iter(ids))}) if len(ids) == 1 else Q(Among(column, ids))


def on_days(instant: str, place: Place) -> Days:
    """Return the conditions by which a column's instant lies on the days of a place."""
    bounds = {f"{instant}__gte": place.first, f"{instant}__lt": place.after}
    return {name: dt.datetime.combine(day, dt.time.min, ZONE) for name, day in bounds.items() if day is not None}


def with_timeliness_now(rows: QuerySet[Transaction], *, now: dt.datetime) -> QuerySet[Transaction]:
    """Annotate `timeliness_now`: what runs is late from the day after its due day (rules.timeliness, in SQL).

    `on_day` is the day of that, for what follows from it of each row (rules.conduct).
    """
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    is_late = When(timeliness=Timeliness.RUNNING, due_at_legal__lt=midnight, then=Value(Timeliness.RUNNING_LATE.value))
    return rows.annotate(
        timeliness_now=Case(is_late, default=F("timeliness"), output_field=CharField()),
        on_day=Value(midnight.date(), output_field=DateField()),
    )


def transaction_with_code(*, dossier_code: str, viewer: Viewer, now: dt.datetime) -> Transaction:
    """Return one transaction; raises TransactionUnknown when there is none that the viewer may see."""
    rows = with_timeliness_now(transactions_visible_to(viewer=viewer, on=local(now).date()), now=now)
    found = rows.filter(dossier_code=dossier_code).first()
    if found is None:
        raise TransactionUnknown
    return found


def steps_of(*, transaction_id: int) -> list[SimpleNamespace]:
    """Return the steps of a transaction in the order of time, each with `unit_code` and `official_code`."""
    names, rows = _STEPS.named_rows({"transaction": transaction_id})
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]


def steps_among(row: Any) -> list[SimpleNamespace]:
    """Return the same from a row with the columns of STEPS_AT_ONCE."""
    lists = (getattr(row, f"steps_{column}") or () for column in _STEP_COLUMNS)
    return [SimpleNamespace(**dict(zip(_STEP_COLUMNS, told, strict=True))) for told in zip(*lists, strict=True)]


def intervals_of(*, transaction_id: int) -> QuerySet[ClockInterval]:
    """Return the intervals of a transaction in the order of time."""
    return ClockInterval.objects.filter(transaction=transaction_id).order_by("begins_at", "id")


def state_of(*, transaction: Transaction, now: dt.datetime) -> State | None:
    """Fold a transaction again from what counts of it: for what its rows do not hold, the clock and due dates moved.

    What it counts are the calendar's rules over the edition with which the transaction was written. Words that
    wait until the dossier is known to be their sender's count here no more than there.
    """
    kept = Message.objects.filter(dossier_code=transaction.dossier_code).exclude(outcome=MessageOutcome.REJECTED)
    kept = kept.exclude(outcome=MessageOutcome.WAITING, boundary__isnull=False)
    code = transaction.dossier_code
    rows = kept.values_list("source", "content")
    told = [one for source, content in rows for one in told_in(content, source=source, dossier_code=code)]
    codes = {one.procedure_code for one in told if isinstance(one, Snapshot) and one.procedure_code}
    terms = terms_of(procedures_by_code(codes=codes, stamp=reference_stamp()))
    calendar = edition_of(transaction.calendar_id).kept_by(transaction.receiving_unit_id)
    known = transactions_by_dossier(dossier_codes=[transaction.dossier_code])[transaction.dossier_code]
    return fold(told, terms, calendar, pauses=known.pauses, as_of=now)
