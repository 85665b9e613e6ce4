"""Load the units that the project carries; loading the same rows again changes nothing.

What people recorded is left alone: the files are a beginning, not a second way to write.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.transaction import atomic

from units.models import Unit, UnitAlias, UnitCode, UnitSuccession, UnitVersion
from units.rules import code_of_2020, decision_named, folded, sort_key
from units.vocabulary import REFERENCE, CodeScheme

Row = Mapping[str, str]
_SCHEMES = {"code_gso": CodeScheme.GSO, "code_local": CodeScheme.QCVN102}
QD_20_IN_FORCE = dt.date(2020, 9, 15)
_TOLD = ("valid", "name", "name_folded", "sort_key", "kind", "parent_id", "source")


@atomic
def load_units(*, rows: Sequence[Row], now: dt.datetime) -> int:
    """Record units from rows of units_*.csv; return how many things changed. Codes: `load_codes`.

    Columns: key, code_gso, code_local, name, kind, parent (a key), valid_from, valid_to (half-open, empty: without
    bound), source.
    """
    known = set(Unit.objects.values_list("code", flat=True))
    new = [Unit(code=row["key"]) for row in rows if row["key"] not in known]
    Unit.objects.bulk_create(new)
    ids = _ids()
    return len(new) + _load_versions(rows=rows, ids=ids, now=now)


@atomic
def load_codes(*, rows: Sequence[Row], now: dt.datetime) -> int:
    """Record the codes in rows of units_*.csv; return how many were new.

    Comes after the successions: a code passes only to who follows its bearer.
    """
    ids = _ids()
    known = set(UnitCode.objects.values_list("unit_id", "scheme"))
    told = [(row, scheme, row[column], _period(row)) for row in rows for column, scheme in _SCHEMES.items()]
    told += [(row, CodeScheme.QD20, code_of_2020(row["code_local"]), _since(QD_20_IN_FORCE, row)) for row in rows]
    new = [
        UnitCode(unit_id=ids[row["key"]], scheme=scheme, value=value, valid=valid)
        for row, scheme, value, valid in told
        if value and (ids[row["key"]], scheme) not in known
    ]
    UnitCode.objects.bulk_create(new)
    return len(new)


@atomic
def load_aliases(*, rows: Sequence[Row], now: dt.datetime) -> int:
    """Record other spellings from rows of unit_aliases.csv (key, alias); return how many were new."""
    ids = _ids()
    known = set(UnitAlias.objects.values_list("unit_id", "name"))
    wanted = {(ids[row["key"]], row["alias"]) for row in rows} - known
    UnitAlias.objects.bulk_create(
        UnitAlias(unit_id=unit, name=name, name_folded=folded(name)) for unit, name in sorted(wanted)
    )
    return len(wanted)


@atomic
def load_successions(*, rows: Sequence[Row], now: dt.datetime) -> int:
    """Record who followed whom from rows of succession.csv; return how many were new.

    Columns: predecessor, successor (keys), kind, effective_on, source, note.
    """
    ids = _ids()
    known = set(UnitSuccession.objects.values_list("predecessor_id", "successor_id", "effective_date"))
    told = {
        (ids[row["predecessor"]], ids[row["successor"]], dt.date.fromisoformat(row["effective_on"])): row
        for row in rows
    }
    new = [
        UnitSuccession(
            predecessor_id=predecessor,
            successor_id=successor,
            effective_date=day,
            kind=row["kind"],
            decision=row["source"],
            decision_number=number,
            decision_date=signed,
            note=row["note"],
            recorded_by=REFERENCE,
            recorded_at=now,
        )
        for (predecessor, successor, day), row in told.items()
        if (predecessor, successor, day) not in known
        for number, signed in [decision_named(row["source"])]
    ]
    UnitSuccession.objects.bulk_create(new)
    return len(new)


def _ids() -> dict[str, int]:
    return dict(Unit.objects.values_list("code", "id"))


def _period(row: Row) -> DateRange:
    first = dt.date.fromisoformat(row["valid_from"]) if row["valid_from"] else None
    gone = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    return DateRange(first, gone, "[)" if first else "()")  # as PostgreSQL writes it, so that equal periods are equal


def _since(day: dt.date, row: Row) -> DateRange:
    period = _period(row)
    return DateRange(max(day, period.lower or day), period.upper)


def _load_versions(*, rows: Sequence[Row], ids: Mapping[str, int], now: dt.datetime) -> int:
    said_by_people = set(UnitVersion.objects.exclude(recorded_by=REFERENCE).values_list("unit_id", flat=True))
    known = {version.unit_id: version for version in UnitVersion.objects.filter(recorded_by=REFERENCE)}
    new, changed = [], []
    for row in rows:
        told = _version(row, ids, now)
        before = known.get(told.unit_id)
        if told.unit_id in said_by_people:
            continue
        if before is None:
            new.append(told)
        elif any(getattr(before, name) != getattr(told, name) for name in _TOLD):
            told.pk, told.version = before.pk, before.version + 1
            changed.append(told)
    UnitVersion.objects.bulk_create(new)
    UnitVersion.objects.bulk_update(changed, [*_TOLD, "version", "recorded_at"])
    return len(new) + len(changed)


def _version(row: Row, ids: Mapping[str, int], now: dt.datetime) -> UnitVersion:
    return UnitVersion(
        unit_id=ids[row["key"]],
        valid=_period(row),
        name=row["name"],
        name_folded=folded(row["name"]),
        sort_key=sort_key(row["name"]),
        kind=row["kind"],
        parent_id=ids[row["parent"]] if row["parent"] else None,
        source=row["source"],
        recorded_by=REFERENCE,
        recorded_at=now,
    )
