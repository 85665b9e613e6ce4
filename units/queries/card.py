"""All that is known of one unit or official, as its card is printed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from units.models import Official, Posting, Unit, UnitAlias, UnitCode, UnitSuccession, UnitVersion
from units.queries.finding import unit_told_of
from units.queries.listing import codes_of
from units.queries.officials import official_with_code, postings_of
from units.queries.successions import predecessions_of, successions_of, ways_to_heirs
from units.queries.versions import newest_version, version_told_on


@dataclass(frozen=True)
class Named:
    """A unit by our code and the name it had."""

    code: str
    name: str


@dataclass(frozen=True)
class Handover:
    """A succession as one of its two sides sees it: `unit` is the other side, None when nobody followed."""

    unit: Named | None
    row: UnitSuccession


@dataclass(frozen=True)
class Heir:
    """A unit that does the work of one that is gone, and the successions that led to it, the oldest first."""

    unit: Named
    way: list[Handover]

    @property
    def row(self) -> UnitSuccession:
        """The last succession on the way."""
        return self.way[-1].row


@dataclass(frozen=True)
class OfficeHolder:
    """Who holds an office on a day."""

    official: Official
    posting: Posting


@dataclass(frozen=True)
class Bearer:
    """A unit that carried a code for a period, and, when it is gone by the day asked for, who does its work."""

    unit: Named
    code: UnitCode
    is_in_force: bool
    went_to: list[Heir]


@dataclass(frozen=True)
class UnitCard:
    """A unit on a day. `version` is the day's, else the last one before it, and then `is_in_force` is False.

    `went_to` are the units that do its work on that day, when it does not any more; `head` is who headed it that day,
    or on its last; `edition` is the number of the newest version, past or still to come, by which a change is guarded.
    """

    unit: Unit
    as_of: dt.date
    version: UnitVersion
    is_in_force: bool
    edition: int
    parent: Named | None
    codes: list[UnitCode]
    aliases: list[str]
    successions: list[Handover]
    predecessions: list[Handover]
    went_to: list[Heir]
    head: OfficeHolder | None


@dataclass(frozen=True)
class PostingLine:
    """A posting with the names of its two units."""

    row: Posting
    home_unit: Named
    serving_unit: Named


@dataclass(frozen=True)
class OfficialCard:
    """An official with all postings, the newest first."""

    official: Official
    postings: list[PostingLine]


def unit_card(*, code: str, on: dt.date) -> UnitCard:
    """Tell everything of a unit as of a day; `code` is ours or `SCHEME:value`, dead or alive. Raises UnitUnknown."""
    unit = unit_told_of(code=code, on=on)
    version, newest = version_told_on(unit_id=unit.pk, on=on), newest_version(unit_id=unit.pk)
    if version is None or newest is None:
        raise AssertionError("a unit is recorded together with its first version")
    is_in_force = on in version.valid
    after, before = list(successions_of(unit_id=unit.pk)), list(predecessions_of(unit_id=unit.pk))
    ways = {} if is_in_force else ways_to_heirs(unit_id=unit.pk, on=on)
    names = named(ids={version.parent_id, *_sides(after, before), *_stations(ways)}, on=on)
    return UnitCard(
        unit=unit,
        as_of=on,
        version=version,
        is_in_force=is_in_force,
        edition=newest.version,
        parent=names.get(version.parent_id or 0),
        codes=list(codes_of(unit_id=unit.pk)),
        aliases=list(UnitAlias.objects.filter(unit=unit).order_by("name").values_list("name", flat=True)),
        successions=[Handover(names.get(row.successor_id or 0), row) for row in after],
        predecessions=[Handover(names.get(row.predecessor_id), row) for row in before],
        went_to=_heirs(ways, names),
        head=_head(unit, version, on),
    )


def bearers_of(*, scheme: str, value: str, on: dt.date) -> list[Bearer]:
    """Tell every unit that ever carried a code, the oldest first, and where the work of the gone is on a day."""
    codes = list(UnitCode.objects.filter(scheme=scheme, value=value).order_by("valid", "id"))
    living = set(UnitVersion.objects.filter(unit__in=[code.unit_id for code in codes], valid__contains=on)
                 .values_list("unit_id", flat=True))  # fmt: skip
    ways = {
        code.unit_id: ways_to_heirs(unit_id=code.unit_id, on=on) for code in codes if code.unit_id not in living
    }  # fmt: skip
    stations = {unit for way in ways.values() for unit in _stations(way)}
    names = named(ids={*stations, *(code.unit_id for code in codes)}, on=on)
    return [
        Bearer(names[code.unit_id], code, code.unit_id in living, _heirs(ways.get(code.unit_id, {}), names))
        for code in codes
    ]


def official_card(*, code: str, on: dt.date) -> OfficialCard:
    """Tell everything of an official, units by the names they have or last had on a day. Raises OfficialUnknown."""
    official = official_with_code(code=code)
    rows = list(postings_of(official_id=official.pk))
    names = named(ids={unit for row in rows for unit in (row.home_unit_id, row.serving_unit_id)}, on=on)
    lines = [PostingLine(row, names[row.home_unit_id], names[row.serving_unit_id]) for row in rows]
    return OfficialCard(official=official, postings=lines)


def named(*, ids: Iterable[int | None], on: dt.date) -> dict[int, Named]:
    """Name units as of a day, in one query; one that is not in force by its last name before, else its first after."""
    versions = UnitVersion.objects.filter(unit__in={unit for unit in ids if unit}).select_related("unit")
    told: dict[int, UnitVersion] = {}
    for version in sorted(versions, key=lambda row: row.valid.lower or dt.date.min):
        if version.unit_id not in told or version.valid.lower is None or version.valid.lower <= on:
            told[version.unit_id] = version
    return {unit: Named(version.unit.code, version.name) for unit, version in told.items()}


def _stations(ways: Mapping[int, list[UnitSuccession]]) -> set[int]:
    return {row.successor_id for way in ways.values() for row in way if row.successor_id is not None}


def _heirs(ways: Mapping[int, list[UnitSuccession]], names: Mapping[int, Named]) -> list[Heir]:
    return [
        Heir(names[heir], [Handover(names.get(row.successor_id or 0), row) for row in way])
        for heir, way in ways.items()
    ]  # fmt: skip


def _head(unit: Unit, version: UnitVersion, on: dt.date) -> OfficeHolder | None:
    """Find who headed a unit on a day, on its last day when it was gone by then."""
    gone = version.valid.upper
    day = gone - dt.timedelta(days=1) if gone is not None and gone <= on else on
    held = Posting.objects.filter(serving_unit=unit, is_head=True, valid__contains=day).select_related("official")
    posting = held.first()
    return OfficeHolder(posting.official, posting) if posting else None


def _sides(after: list[UnitSuccession], before: list[UnitSuccession]) -> set[int | None]:
    return {row.successor_id for row in after} | {row.predecessor_id for row in before}
