"""From the messages of dossiers to their rows: fold, look up, compare, store what differs."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.calendar.queries import Edition, Editions
from procedures.calendar.rules import Calendar, local
from procedures.transactions.queries.directory import Charge, Directory, add_lives
from procedures.transactions.queries.kept import KnownProcedure, KnownTransaction, Version, terms_of
from procedures.transactions.rules.conduct import Conduct, weight_of
from procedures.transactions.rules.content import digest_of
from procedures.transactions.rules.days import settlement_day
from procedures.transactions.rules.fold import State, fold
from procedures.transactions.rules.messages import StepTold, Told
from procedures.transactions.rules.steps import StepState, is_cut, key_of_person
from procedures.transactions.rules.terms import CalendarAt, Reception, TermsOf
from procedures.transactions.services.storing import Written, store
from procedures.vocabulary import MessageOutcome, StepKind, TransactionWarning

_PLAIN = (
    "dossier_code", "source", "channel", "applicant_kind", "applicant_ref", "outcome", "exclusions",
    "timeliness_before_exclusions", "delay_minutes", "due_date_differs", "supplement_requests", "extensions",
    "contacts", "agencies_contacted", "paid_online", "digitised", "electronic_result",
)  # fmt: skip
LONGEST_NAME = 200
_INSTANTS = (
    "source_updated_at", "submitted_at", "received_at", "due_at_original", "due_at", "due_at_legal", "due_at_computed",
    "due_at_before_exclusions", "ended_at", "finished_at", "returned_at", "apology_at",
)  # fmt: skip


@dataclass(frozen=True)
class Folded:
    """What folding a dossier anew came to."""

    outcome: MessageOutcome
    warnings: tuple[str, ...] = ()


def write(
    told: Mapping[str, list[Told]],
    procedures: Mapping[str, KnownProcedure],
    directory: Directory,
    transactions: Mapping[str, KnownTransaction],
    *,
    now: dt.datetime,
    contested: Collection[str] = (),
    shrunk: Collection[str] = (),
) -> dict[str, Folded]:
    """Write each dossier's transaction anew and tell what that changed: created, updated, unchanged, or still waiting.

    Each is counted with the edition of the calendar that counts for it (Note [Which edition counts]). `contested` are
    flagged as told by a source that does not count; of the `shrunk` ones steps may count no more.
    """
    if not told:
        return {}
    editions, terms = Editions(directory.stamp), terms_of(procedures)
    states: dict[str, tuple[State, int]] = {}
    outcomes = dict.fromkeys(told, Folded(MessageOutcome.WAITING))
    for code, messages in told.items():
        if found := _state(messages, terms, editions, directory, transactions.get(code)):
            states[code] = found
    _learn_lives(directory, states)
    written = []
    for code, (state, number) in states.items():
        row = _row(state, number, procedures, directory, is_contested=code in contested)
        outcome = _outcome(transactions.get(code), row)
        outcomes[code] = Folded(outcome, tuple(row.transaction["warnings"]))
        if outcome is not MessageOutcome.UNCHANGED:
            written.append(row)
    store(written, now=now, shrunk=shrunk)
    return outcomes


def _outcome(known: KnownTransaction | None, row: Written) -> MessageOutcome:
    if known is None:
        return MessageOutcome.CREATED
    return MessageOutcome.UNCHANGED if known.digest == row.transaction["digest"] else MessageOutcome.UPDATED


def _state(
    messages: list[Told], terms: TermsOf, editions: Editions, directory: Directory, known: KnownTransaction | None
) -> tuple[State, int] | None:
    """Fold by the edition that is likely, and again where the end that came out asks for another."""
    pauses = known.pauses if known else ()
    likely = known.calendar_id if known and known.is_closed else editions.newest
    state = fold(messages, terms, _calendar_at(editions.edition(likely), directory), pauses=pauses)
    if state is None:
        return None
    right = _edition(state, editions)
    if right != likely:
        state = fold(messages, terms, _calendar_at(editions.edition(right), directory), pauses=pauses) or state
    return state, right


def _edition(state: State, editions: Editions) -> int:
    if not state.outcome:
        return editions.newest
    return editions.in_use_at(state.ended_at or state.source_updated_at)


def _calendar_at(edition: Edition, directory: Directory) -> Calendar | CalendarAt:
    if not edition.own:
        return edition.usual
    return lambda reception: edition.kept_by(_receiving(directory, reception))


@dataclass(frozen=True)
class _Units:
    receiving: int | None
    settling: int | None
    is_unresolved: bool
    is_succeeded: bool


def _units(state: State, directory: Directory) -> _Units:
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
    return _Units(receiving.unit or _receiving(directory, reception), settling.unit, is_unresolved, is_succeeded)


def _receiving(directory: Directory, reception: Reception) -> int | None:
    on, procedure = reception.on, reception.procedure_code
    named = _unit(directory, (reception.unit_code, None), on, procedure).unit
    return named or _unit(directory, reception.first_unit, on, procedure).unit


def _unit(directory: Directory, told: tuple[str | None, str | None], on: dt.date, procedure: str) -> Charge:
    code, name = told
    found = directory.charge(code, on, procedure) if code else Charge(None)
    return found if found.unit is not None or not name else directory.charge_called(name, on, procedure)


def _learn_lives(directory: Directory, states: Mapping[str, tuple[State, int]]) -> None:
    units = {unit for state, _ in states.values() if state.steps for unit in _fallbacks(_units(state, directory))}
    if units:
        add_lives(directory, units)


def _fallbacks(units: _Units) -> list[int]:
    return [unit for unit in (units.receiving, units.settling) if unit is not None]


def _row(
    state: State,
    edition: int,
    procedures: Mapping[str, KnownProcedure],
    directory: Directory,
    *,
    is_contested: bool,
) -> Written:
    units = _units(state, directory)
    procedure = procedures[state.procedure_code]
    version: Version | None = procedure.version_on(state.received_at and local(state.received_at).date())
    told_units = [_step_unit(step.told, directory, state.procedure_code) for step in state.steps]
    steps = [_step(step, named.unit, units, directory) for step, named in zip(state.steps, told_units, strict=True)]
    warnings = set(state.warnings)
    if units.is_unresolved:
        warnings.add(TransactionWarning.UNIT_UNRESOLVED.value)
    if units.is_succeeded or any(named.is_succeeded for named in told_units):
        warnings.add(TransactionWarning.UNIT_SUCCEEDED.value)
    if any(step.told.official_code and step.told.official_code not in directory.officials for step in state.steps):
        warnings.add(TransactionWarning.OFFICIAL_UNRESOLVED.value)
    if is_contested:
        warnings.add(TransactionWarning.SOURCE_CONTESTED.value)
    row: dict[str, Any] = {name: getattr(state, name) for name in _PLAIN}
    row |= {name: _iso(getattr(state, name)) for name in _INSTANTS}
    row |= {
        "settling_unit_name": state.settling_unit_name[:300],
        "procedure_id": procedure.id,
        "procedure_version_id": version.id if version else None,
        "receiving_unit_id": units.receiving,
        "settling_unit_id": units.settling,
        "status": state.status.value,
        "timeliness": state.timeliness.value,
        "national_timeliness": state.national_timeliness.value,
        "calendar_id": edition,
        **_conduct(state.conduct),
        "warnings": sorted(warnings),
    }
    intervals = [
        {
            "begins_at": _iso(one.begins_at),
            "ends_at": _iso(one.ends_at),
            "cause": one.cause.value,
            "effect": one.effect.value if one.effect else "",
            "counts": one.counts,
        }
        for one in state.intervals
    ]
    row["digest"] = digest_of([row, steps, intervals])
    return Written(row, steps, intervals)


def _conduct(conduct: Conduct) -> dict[str, Any]:
    by = conduct.apologise_by_date
    return {
        "supplement_notice_on_time": conduct.supplement_notice_on_time,
        "apology_on_time": conduct.apology_on_time,
        "apologise_by_date": by and by.isoformat(),
        "signals": [signal.value for signal in conduct.signals],
        "signal_strength": max((weight_of(signal) for signal in conduct.signals), default=0),
    }


def _step_unit(told: StepTold, directory: Directory, procedure: str) -> Charge:
    return directory.charge(told.unit_code, local(told.at).date(), procedure) if told.unit_code else Charge(None)


def _step(step: StepState, unit: int | None, units: _Units, directory: Directory) -> dict[str, Any]:
    told, on = step.told, local(step.told.at).date()
    official = directory.officials.get(told.official_code) if told.official_code else None
    if unit is None and official is not None:
        unit = directory.serving_unit(official, on)
    unit = unit or _unit_by_kind(step, units, directory, on)
    name = "" if official is not None else key_of_person(told.official_name)[:LONGEST_NAME]
    if name and unit is not None:
        official = _official_named(told, name, unit, directory)
    return {
        "key": step.key,
        "at": _iso(told.at),
        "status": str(told.status),
        "kind": step.kind.value,
        "unit_id": unit,
        "official_id": official,
        "official_name": told.official_name[:LONGEST_NAME],
        "name_key": name,
        "post": told.post[:200],
        "department": told.department[:300],
        "content": told.content,
        "started_at": _iso(told.started_at),
        "due_at": _iso(told.due_at),
    }


def _official_named(told: StepTold, name: str, unit: int, directory: Directory) -> int | None:
    """Find whose name it is. One who came with a code that nobody carries is never guessed, only decided by people."""
    on = local(told.at).date()
    is_whole = not told.official_code and not is_cut(told.official_name)
    exact = directory.official_called(name, unit, on) if is_whole else None
    return exact or directory.official_meant(name, unit, on)


def _unit_by_kind(step: StepState, units: _Units, directory: Directory, on: dt.date) -> int | None:
    """Take the settling unit for settlement and the receiving one for the counter, if it was there on that day."""
    order = (units.settling, units.receiving) if step.kind is StepKind.SETTLEMENT else (units.receiving,)
    return next((unit for unit in order if unit is not None and directory.exists(unit, on)), None)


def _iso(instant: dt.datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(dt.UTC).isoformat()
