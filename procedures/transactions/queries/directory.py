"""Whom codes and names mean on their day, for a whole batch at once: a constant number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from procedures.transactions.queries.statements import (
    CARRIERS,
    LIVES,
    OFFICIALS,
    POSTINGS,
    UNITS,
    answer,
    remembered,
    rows_of,
)
from procedures.transactions.rules.names import Decision, decision_on
from procedures.vocabulary import NameMeaning
from units.models import UnitAlias, UnitSuccession, UnitVersion
from units.queries import Lineage, Remembered, Standing, bearer_on, lineage, standing
from units.rules import folded, name_key
from units.vocabulary import BARE_SCHEMES, CodeScheme

A_DAY = dt.timedelta(days=1)
_PREFIXES = ("uy ban nhan dan ", "ubnd ")
_UNITS, _LIVES, _OFFICIALS = remembered(UNITS), remembered(LIVES), remembered(OFFICIALS)
_Names = tuple[frozenset[str], frozenset[int]]
_POSTINGS: Remembered[_Names, list[tuple[Any, ...]]] = Remembered(
    lambda asked: {one: _postings(*one) for one in asked}, most=500
)
"""By the names and the officials of a whole batch: a counter sends the same few people all day."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch needs to look up; `latest` is the last day of which it tells.

    `official_names` are written as people are compared (units.rules.name_key).
    """

    unit_codes: frozenset[str] = frozenset()
    unit_names: frozenset[str] = frozenset()
    official_codes: frozenset[str] = frozenset()
    official_names: frozenset[str] = frozenset()
    latest: dt.date = dt.date.max


class Charge(NamedTuple):
    """To which unit a message is charged (None: to none we know).

    `is_succeeded` tells that it is the only heir of the unit that was named, which by that day is gone or has given
    this procedure away. `is_gone` tells that the work went to several `heirs` (our codes), or to nobody: it is never
    guessed.
    `is_early` tells that the unit named was not there yet.
    """

    unit: int | None
    is_succeeded: bool = False
    is_gone: bool = False
    heirs: tuple[str, ...] = ()
    is_early: bool = False


@dataclass(slots=True)
class Directory:
    """The answers. A name that means several things means none. `stamp`: of which state (Note [Stamps])."""

    stamp: str = ""
    own: dict[str, int] = field(default_factory=dict)
    begins: dict[int, dt.date] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=Lineage)
    coded: dict[str, list[tuple[str, Any, int]]] = field(default_factory=dict)
    named: dict[str, list[tuple[int, Any, int | None]]] = field(default_factory=dict)
    parents: dict[int, list[tuple[Any, str]]] = field(default_factory=dict)
    lives: dict[int, list[Any]] = field(default_factory=dict)
    officials: dict[str, int] = field(default_factory=dict)
    called: dict[str, set[int]] = field(default_factory=dict)
    posted: dict[int, list[tuple[Any, int, int]]] = field(default_factory=dict)
    decided: dict[tuple[int | None, str], list[Decision]] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    charges: dict[tuple[str, dt.date, str], Charge] = field(default_factory=dict)

    def unit(self, code: str, on: dt.date, procedure: str = "") -> int | None:
        """Find the unit to charge by our code, by `SCHEME:value`, or by a code without its scheme, as of a day."""
        return self.charge(code, on, procedure).unit

    def charge(self, code: str, on: dt.date, procedure: str = "") -> Charge:
        """Tell to which unit a message of a day is charged that names a unit by a code, dead or alive.

        `procedure` is the national code of what is done, by which a decision may have divided the work.
        """
        asked = (code, on, procedure)
        if asked not in self.charges:
            self.charges[asked] = self._charge(*asked)
        return self.charges[asked]

    def _charge(self, code: str, on: dt.date, procedure: str) -> Charge:
        unit = self._named_by(code, on)
        if unit is not None and on < self.begins.get(unit, dt.date.min):
            return Charge(None, is_early=True)
        if unit is None or unit not in self.lineage.codes:
            return Charge(unit)
        heirs = self.lineage.heirs(unit, on, procedure)
        if heirs.sole is None:
            return Charge(None, is_gone=True, heirs=heirs.codes)
        return Charge(heirs.sole, is_succeeded=heirs.sole != unit)

    def _named_by(self, code: str, on: dt.date) -> int | None:
        """Find who carried a code on a day, else who carried it last before."""
        if code in self.own:
            return self.own[code]
        schemes, value = _schemes(code)
        coded = self.coded.get(value, ())
        return bearer_on(codes=[(valid, unit) for scheme, valid, unit in coded if scheme in schemes], on=on)

    def unit_called(self, name: str, on: dt.date, procedure: str = "") -> int | None:
        """Find the unit to charge that has, or last had, this name on a day."""
        return self.charge_called(name, on, procedure).unit

    def charge_called(self, name: str, on: dt.date, procedure: str = "") -> Charge:
        """Tell to which unit a message of a day is charged that names a unit by its name.

        Behind a comma may stand the name of the unit above it. A name that nobody has on the day is followed as a dead
        code is, but never refused: it may be any text.
        """
        for wanted, above in _readings(name):
            found = self._called_so(wanted, above, on)
            if found:
                return self._charged(found.pop(), on, procedure) if len(found) == 1 else Charge(None)
        for wanted, above in _readings(name):
            ends = [valid.upper for _, valid, _ in self.named.get(wanted, ()) if valid.upper and valid.upper <= on]
            if ends:
                last = self._called_so(wanted, above, max(ends) - A_DAY)
                return self._followed(last.pop(), on, procedure) if len(last) == 1 else Charge(None)
        return Charge(None)

    def _called_so(self, name: str, above: str | None, on: dt.date) -> set[int]:
        rows = [(unit, parent) for unit, valid, parent in self.named.get(name, ()) if on in valid]
        return {unit for unit, parent in rows if above is None or self._is_called(parent, above, on)}

    def _charged(self, unit: int, on: dt.date, procedure: str) -> Charge:
        """Charge who bears this name, or the one to whom it gave this procedure away."""
        sole = self.lineage.heirs(unit, on, procedure).sole if unit in self.lineage.codes else unit
        return Charge(sole, is_succeeded=sole not in {None, unit})

    def _followed(self, unit: int, on: dt.date, procedure: str) -> Charge:
        """Charge who bears another name by now, or the only heir of who is gone."""
        sole = self.lineage.heirs(unit, on, procedure).sole
        return Charge(sole, is_succeeded=sole is not None)

    def exists(self, unit: int, on: dt.date) -> bool:
        """Tell whether a unit was in force on a day."""
        return any(on in valid for valid in self.lives.get(unit, ()))

    def official_called(self, key: str, unit: int, on: dt.date) -> int | None:
        """Find the one official with exactly this name who belonged to a unit, or served there, on a day.

        Where the unit had nobody of this name, the one in the units under it: a message names the commune, and the
        official is posted to its one-stop counter.
        """
        called = self.called.get(key, ())
        found = {official for official in called if self._is_posted(official, unit, on)}
        found = found or {official for official in called if self._is_posted_under(official, unit, on)}
        return found.pop() if len(found) == 1 else None

    def official_meant(self, key: str, unit: int | None, on: dt.date) -> int | None:
        """Find whom somebody decided that a name means in a unit on a day (Note [Names that people resolve]).

        Without a unit: in steps of which nobody knows the unit.
        """
        decision = decision_on(self.decided.get((unit, key), ()), on)
        official = decision.official if decision else None
        return official if official is not None and self._is_posted_under(official, unit, on) else None

    def serving_unit(self, official: int, on: dt.date) -> int | None:
        """Find where an official served on a day."""
        return next((unit for valid, _home, unit in self.posted.get(official, ()) if on in valid), None)

    def _is_posted(self, official: int, unit: int, on: dt.date) -> bool:
        return any(unit in {home, serves} and on in valid for valid, home, serves in self.posted.get(official, ()))

    def _is_posted_under(self, official: int, unit: int | None, on: dt.date) -> bool:
        posted = {one for valid, *posts in self.posted.get(official, ()) if on in valid for one in posts}
        return bool(posted) if unit is None else any(self.standing.is_under(one, unit, on) for one in posted)

    def _is_called(self, unit: int | None, name: str, on: dt.date) -> bool:
        return any(called == name and on in valid for valid, called in self.parents.get(unit or 0, ()))


def look_up(wanted: Wanted, *, stamp: str) -> Directory:
    """Ask for everything at once."""
    directory = Directory(stamp)
    ended: set[int] = set()
    if wanted.unit_codes:
        ended |= _codes(directory, wanted.unit_codes, wanted.latest)
    if wanted.unit_names:
        ended |= _names(directory, wanted.unit_names, wanted.latest)
    directory.lineage = lineage(unit_ids=ended) if ended else Lineage()
    if wanted.official_codes or wanted.official_names:
        _officials(directory, wanted)
    return directory


def add_lives(directory: Directory, units: Iterable[int]) -> None:
    """Learn when these units were in force."""
    lives: dict[int, list[Any]] = defaultdict(list)
    for unit, valid in rows_of(_LIVES, directory.stamp, set(units)):
        lives[unit].append(valid)
    directory.lives |= lives


def _codes(directory: Directory, codes: frozenset[str], latest: dt.date) -> set[int]:
    """Learn whom codes name; return those whose work had moved, or who had lost their code, by the latest day."""
    found = rows_of(_UNITS, directory.stamp, codes)
    directory.own = {code: unit for code, unit, _end, _begin in found}
    directory.begins = {unit: begin for _code, unit, _end, begin in found if begin}
    ended = {unit for _code, unit, end, _begin in found if end and end <= latest}
    values = {_schemes(code)[1] for code in codes if code not in directory.own}
    if values:
        coded: dict[str, list[tuple[str, Any, int]]] = defaultdict(list)
        for value, scheme, valid, unit, end in answer(CARRIERS, values):
            coded[value].append((scheme, valid, unit))
            if end and end <= latest:
                ended.add(unit)
        directory.coded = dict(coded)
    return ended


def _names(directory: Directory, names: frozenset[str], latest: dt.date) -> set[int]:
    """Learn who is called so; return those whose work had moved, or who had changed their name, by the latest day."""
    wanted = {reading for name in names for reading, _above in _readings(name)}
    named: dict[str, list[tuple[int, Any, int | None]]] = defaultdict(list)
    moved: set[int] = set()
    given = UnitSuccession.objects.valid().filter(predecessor=OuterRef("unit"), effective_date__lte=latest)
    gives = Exists(given.exclude(procedures=[]))
    versions = UnitVersion.objects.filter(name_folded__in=wanted).annotate(gives=gives)
    aliases = UnitAlias.objects.filter(name_folded__in=wanted, unit__versions__isnull=False).annotate(gives=gives)
    for name, unit, valid, parent, has_given in [
        *versions.values_list("name_folded", "unit_id", "valid", "parent_id", "gives"),
        *aliases.values_list("name_folded", "unit_id", "unit__versions__valid", "unit__versions__parent", "gives"),
    ]:
        named[name].append((unit, valid, parent))
        if has_given or (valid.upper and valid.upper <= latest):
            moved.add(unit)
    parents: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    above = {parent for rows in named.values() for _unit, _valid, parent in rows if parent is not None}
    for unit, valid, name in UnitVersion.objects.filter(unit__in=above).values_list("unit_id", "valid", "name_folded"):
        parents[unit].append((valid, name))
    directory.named, directory.parents = dict(named), dict(parents)
    return moved


def _officials(directory: Directory, wanted: Wanted) -> None:
    directory.officials = dict(rows_of(_OFFICIALS, directory.stamp, wanted.official_codes))
    called: dict[str, set[int]] = defaultdict(set)
    posted: dict[int, list[tuple[Any, int, int]]] = defaultdict(list)
    decided: dict[tuple[int | None, str], list[Decision]] = defaultdict(list)
    asked = (frozenset(wanted.official_names), frozenset(directory.officials.values()))
    rows = _POSTINGS.of(directory.stamp, [asked])[asked]
    for name, official, valid, unit, serves, number, meaning in rows:
        if meaning is not None:
            decided[unit, name].append(Decision(number, valid, NameMeaning(meaning), official))
            continue
        called[name_key(name)].add(official)
        posted[official].append((valid, unit, serves))
    directory.called, directory.posted, directory.decided = dict(called), dict(posted), dict(decided)
    units = {unit for postings in posted.values() for _valid, *posts in postings for unit in posts}
    directory.standing = standing(unit_ids=units, stamp=directory.stamp)


def _postings(names: frozenset[str], officials: frozenset[int]) -> list[tuple[Any, ...]]:
    return answer(POSTINGS, names, {folded(name) for name in names}, officials)


def _schemes(code: str) -> tuple[tuple[str, ...], str]:
    scheme, colon, value = code.partition(":")
    return ((scheme,), value) if colon and scheme in CodeScheme.values else (BARE_SCHEMES, code)


def _readings(name: str) -> Iterator[tuple[str, str | None]]:
    """Read a name: as it is, without "UBND", and with what stands behind the comma as the unit above."""
    whole = folded(name)
    first, comma, above = whole.partition(", ")
    for told, parent in ((whole, None), *(((first, above),) if comma else ())):
        yield told, parent
        for prefix in _PREFIXES:
            if told.startswith(prefix):
                yield told.removeprefix(prefix), parent
