"""To whom a transaction and its steps are charged: units and officials, each as of the day of the work."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from procedures.calendar.rules import local
from procedures.transactions.queries.directory import Charge, Directory, add_lives
from procedures.transactions.rules.at_work import UnitTold, unit_at
from procedures.transactions.rules.days import settlement_day
from procedures.transactions.rules.fold import State
from procedures.transactions.rules.messages import StepTold
from procedures.transactions.rules.steps import StepState, is_cut, key_of_person
from procedures.transactions.rules.terms import Reception
from procedures.vocabulary import StepKind

LONGEST_NAME = 200


@dataclass(frozen=True)
class Units:
    """The units of a transaction, and what is odd about them."""

    receiving: int | None
    settling: int | None
    is_unresolved: bool
    is_succeeded: bool


def units_of(state: State, directory: Directory) -> Units:
    """Look the units up, each as of its day.

    Where the dossier code names no unit we know, the unit first told to be at work took the dossier in, if it was there
    that day; the code stays flagged. Where nobody is told to settle it, that is the unit that took it in, or, when that
    one was gone by the end, the heir of its work.
    """
    reception, procedure = state.reception, state.procedure_code
    settled_on = settlement_day(state.settling_unit_told_at or state.source_updated_at, state.ended_at)
    receiving = _unit(directory, (reception.unit_code, None), reception.on, procedure)
    settling_told = (state.settling_unit_code, state.settling_unit_name)
    settling = _unit(directory, settling_told, settled_on, procedure)
    is_settler_missing = any(settling_told) and settling.unit is None
    if receiving.unit is not None and state.ended_at is not None and not any(settling_told):
        heir = _unit(directory, (reception.unit_code, None), settled_on, procedure)
        is_settler_missing = heir.unit is None
        settling = settling if heir.unit == receiving.unit else heir
    is_unresolved = receiving.unit is None or is_settler_missing
    is_succeeded = receiving.is_succeeded or settling.is_succeeded
    return Units(receiving.unit or receiving_unit(directory, reception), settling.unit, is_unresolved, is_succeeded)


def receiving_unit(directory: Directory, reception: Reception) -> int | None:
    """Find the unit that took the dossier in, by what it was told to be or as the first one at work."""
    on, procedure = reception.on, reception.procedure_code
    named = _unit(directory, (reception.unit_code, None), on, procedure).unit
    return named or _unit(directory, reception.first_unit, on, procedure).unit


def _unit(directory: Directory, told: tuple[str | None, str | None], on: dt.date, procedure: str) -> Charge:
    code, name = told
    found = directory.charge(code, on, procedure) if code else Charge(None)
    return found if found.unit is not None or not name else directory.charge_called(name, on, procedure)


def learn_lives(directory: Directory, states: Iterable[State]) -> None:
    """Learn when the units were in force that steps may be charged to which name none themselves."""
    told = ((one, state) for state in states if state.steps for one in (*state.receiving, *state.settling))
    units = {unit for one, state in told if (unit := _as_told(one, state, directory)) is not None}
    if units:
        add_lives(directory, units)


@dataclass(frozen=True)
class Charged:
    """To whom a step is charged, and what is odd about it; `name_key` is the name where no code says who it was."""

    unit: int | None
    official: int | None
    name_key: str
    is_unresolved: bool
    is_succeeded: bool


def charged(step: StepState, state: State, directory: Directory) -> Charged:
    """Charge a step to the unit that it names, else to where its official served, else to who was at work then."""
    told, on = step.told, local(step.told.at).date()
    official = directory.officials.get(told.official_code) if told.official_code else None
    named = _unit(directory, (told.unit_code, told.unit_name), on, state.procedure_code)
    found = _Found(named.unit, named.is_succeeded, named.unit is None and bool(told.unit_code or told.unit_name))
    if found.unit is None and official is not None:
        found = replace(found, unit=directory.serving_unit(official, on))
    if found.unit is None:
        at_work = _at_work(step, state, directory)
        found = replace(at_work, is_unresolved=found.is_unresolved or at_work.is_unresolved)
    name = "" if official is not None else key_of_person(told.official_name)[:LONGEST_NAME]
    if name:
        official = _official_named(told, name, found.unit, directory)
    if found.unit is None and official is not None:
        found = replace(found, unit=directory.serving_unit(official, on))
    return Charged(found.unit, official, name, found.is_unresolved, found.is_succeeded)


def _official_named(told: StepTold, name: str, unit: int | None, directory: Directory) -> int | None:
    """Find whose name it is. One who came with a code that nobody carries is never guessed, only decided by people."""
    on = local(told.at).date()
    is_whole = not told.official_code and not is_cut(told.official_name)
    exact = directory.official_called(name, unit, on) if is_whole and unit is not None else None
    return exact or directory.official_meant(name, unit, on)


@dataclass(frozen=True)
class _Found:
    unit: int | None = None
    is_succeeded: bool = False
    is_unresolved: bool = False
    is_known: bool = False


def _at_work(step: StepState, state: State, directory: Directory) -> _Found:
    """Find who settled it then or, at the counter and where nobody did, who took it in (Note [Who was at work]).

    As for the dossier itself: where the code of who took it in names no unit we know, it is the first one at work.
    """
    at = step.told.at
    settled = (
        _look_up(unit_at(state.settling, at), at, state, directory) if step.kind is StepKind.SETTLEMENT else _Found()
    )
    if settled.unit is not None:
        return settled
    found = _look_up(unit_at(state.receiving, at), at, state, directory)
    if not found.is_known:
        first = _look_up(next((one for one in state.settling if one.is_named), None), at, state, directory)
        found = replace(first, is_unresolved=found.is_unresolved)
    return replace(found, is_unresolved=settled.is_unresolved or found.is_unresolved)


def _look_up(one: UnitTold | None, at: dt.datetime, state: State, directory: Directory) -> _Found:
    """Look a unit up as of the day of the work; else it is who was meant when it was told, if he was there that day."""
    if one is None or not one.is_named:
        return _Found()
    on = local(at).date()
    found = _unit(directory, (one.code, one.name), on, state.procedure_code)
    if found.unit is not None:
        return _Found(found.unit, found.is_succeeded, is_known=True)
    meant = _as_told(one, state, directory)
    is_there = meant is not None and directory.exists(meant, on)
    return _Found(meant if is_there else None, False, not is_there and one.told_at <= at, meant is not None)


def _as_told(one: UnitTold, state: State, directory: Directory) -> int | None:
    on = settlement_day(one.told_at, state.ended_at)
    return _unit(directory, (one.code, one.name), on, state.procedure_code).unit
