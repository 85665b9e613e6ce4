"""To whom a transaction and its steps are charged: units and officials, each as of the day of the work."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from procedures.calendar.rules import local
from procedures.transactions.queries.directory import Charge, Directory, add_lives
from procedures.transactions.rules.days import settlement_day
from procedures.transactions.rules.fold import State
from procedures.transactions.rules.messages import StepTold
from procedures.transactions.rules.steps import StepState, is_cut
from procedures.transactions.rules.terms import Reception
from procedures.vocabulary import StepKind


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
    that day; the code stays flagged.
    """
    reception, procedure = state.reception, state.procedure_code
    settled_on = settlement_day(state.settling_unit_told_at or state.source_updated_at, state.ended_at)
    receiving = _unit(directory, (reception.unit_code, None), reception.on, procedure)
    settling_told = (state.settling_unit_code, state.settling_unit_name)
    settling = _unit(directory, settling_told, settled_on, procedure)
    is_unresolved = receiving.unit is None or (any(settling_told) and settling.unit is None)
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


def learn_lives(directory: Directory, states: Mapping[str, tuple[State, int]]) -> None:
    """Learn when the units were in force that steps without a unit of their own may be charged to."""
    units = {unit for state, _ in states.values() if state.steps for unit in _fallbacks(units_of(state, directory))}
    if units:
        add_lives(directory, units)


def _fallbacks(units: Units) -> list[int]:
    return [unit for unit in (units.receiving, units.settling) if unit is not None]


def step_unit(told: StepTold, directory: Directory, procedure: str) -> Charge:
    """Find the unit that a step names itself."""
    return directory.charge(told.unit_code, local(told.at).date(), procedure) if told.unit_code else Charge(None)


def official_named(told: StepTold, name: str, unit: int, directory: Directory) -> int | None:
    """Find whose name it is. One who came with a code that nobody carries is never guessed, only decided by people."""
    on = local(told.at).date()
    is_whole = not told.official_code and not is_cut(told.official_name)
    exact = directory.official_called(name, unit, on) if is_whole else None
    return exact or directory.official_meant(name, unit, on)


def unit_by_kind(step: StepState, units: Units, directory: Directory, on: dt.date) -> int | None:
    """Take the settling unit for settlement and the receiving one for the counter, if it was there on that day."""
    order = (units.settling, units.receiving) if step.kind is StepKind.SETTLEMENT else (units.receiving,)
    return next((unit for unit in order if unit is not None and directory.exists(unit, on)), None)
