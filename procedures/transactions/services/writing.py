"""From the messages of dossiers to their rows: fold, look up, compare, store what differs."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

from procedures.calendar.queries import Edition, Editions
from procedures.calendar.rules import Calendar, local
from procedures.transactions.queries.directory import Directory
from procedures.transactions.queries.kept import Known, KnownProcedure, KnownTransaction, Version, terms_of
from procedures.transactions.rules.conduct import Conduct, weight_of
from procedures.transactions.rules.content import digest_of
from procedures.transactions.rules.fold import State, fold
from procedures.transactions.rules.messages import Told
from procedures.transactions.rules.steps import StepState
from procedures.transactions.rules.terms import CalendarAt, TermsOf
from procedures.transactions.services.charging import (
    LONGEST_NAME,
    Charged,
    charged,
    learn_lives,
    receiving_unit,
    units_of,
)
from procedures.transactions.services.storing import Written, store
from procedures.vocabulary import MessageOutcome, TransactionWarning

_PLAIN = (
    "dossier_code", "source", "channel", "applicant_kind", "applicant_ref", "outcome", "exclusions",
    "timeliness_before_exclusions", "delay_minutes", "due_date_differs", "supplement_requests", "extensions",
    "contacts", "agencies_contacted", "paid_online", "digitised", "electronic_result",
)  # fmt: skip
_INSTANTS = (
    "source_updated_at", "submitted_at", "received_at", "due_at_original", "due_at", "due_at_legal", "due_at_computed",
    "due_at_before_exclusions", "ended_at", "finished_at", "returned_at", "apology_at",
)  # fmt: skip
_plain, _instants = attrgetter(*_PLAIN), attrgetter(*_INSTANTS)


@dataclass(frozen=True)
class Folded:
    """What folding a dossier anew came to."""

    outcome: MessageOutcome
    warnings: tuple[str, ...] = ()


def write(
    told: Mapping[str, list[Told]],
    procedures: Mapping[str, KnownProcedure],
    directory: Directory,
    known: Known,
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
    editions, terms, transactions = Editions(directory.stamp), terms_of(procedures), known.transactions
    states: dict[str, tuple[State, int]] = {}
    outcomes = dict.fromkeys(told, Folded(MessageOutcome.WAITING))
    for code, messages in told.items():
        judged_by = partial(_edition, editions=editions, heard_of_at=known.heard_of_at(code) or now)
        if found := _state(messages, terms, editions, directory, transactions.get(code), judged_by):
            states[code] = found
    learn_lives(directory, (state for state, _ in states.values()))
    written = []
    for code, (state, number) in states.items():
        row = _row(state, number, procedures, directory, is_contested=code in contested)
        outcome = _outcome(transactions.get(code), row)
        outcomes[code] = Folded(outcome, tuple(row.transaction["warnings"]))
        if outcome is not MessageOutcome.UNCHANGED:
            written.append(row)
    store(written, now=now, known=transactions, shrunk=shrunk)
    return outcomes


def _outcome(known: KnownTransaction | None, row: Written) -> MessageOutcome:
    if known is None:
        return MessageOutcome.CREATED
    return MessageOutcome.UNCHANGED if known.digest == row.transaction["digest"] else MessageOutcome.UPDATED


def _state(
    messages: list[Told],
    terms: TermsOf,
    editions: Editions,
    directory: Directory,
    known: KnownTransaction | None,
    judged_by: Callable[[State], int],
) -> tuple[State, int] | None:
    """Fold by the edition that is likely, and again where the end that came out asks for another."""
    pauses = known.pauses if known else ()
    likely = known.calendar_id if known and known.is_closed else editions.newest
    state = fold(messages, terms, _calendar_at(editions.edition(likely), directory), pauses=pauses)
    if state is None:
        return None
    right = judged_by(state)
    if right != likely:
        state = fold(messages, terms, _calendar_at(editions.edition(right), directory), pauses=pauses) or state
    return state, right


def _edition(state: State, editions: Editions, heard_of_at: dt.datetime) -> int:
    if not state.outcome:
        return editions.newest
    return editions.in_use_at(state.ended_at or state.source_updated_at, heard_of_at=heard_of_at)


def _calendar_at(edition: Edition, directory: Directory) -> Calendar | CalendarAt:
    if not edition.own:
        return edition.usual
    return lambda reception: edition.kept_by(receiving_unit(directory, reception))


def _row(
    state: State,
    edition: int,
    procedures: Mapping[str, KnownProcedure],
    directory: Directory,
    *,
    is_contested: bool,
) -> Written:
    units = units_of(state, directory)
    procedure = procedures[state.procedure_code]
    version: Version | None = procedure.version_on(state.received_at and local(state.received_at).date())
    charges = [charged(step, state, directory) for step in state.steps]
    steps = [_step(step, charge) for step, charge in zip(state.steps, charges, strict=True)]
    warnings = set(state.warnings)
    if units.is_unresolved or any(charge.is_unresolved for charge in charges):
        warnings.add(TransactionWarning.UNIT_UNRESOLVED.value)
    if units.is_succeeded or any(charge.is_succeeded for charge in charges):
        warnings.add(TransactionWarning.UNIT_SUCCEEDED.value)
    if any(step.told.official_code and step.told.official_code not in directory.officials for step in state.steps):
        warnings.add(TransactionWarning.OFFICIAL_UNRESOLVED.value)
    if is_contested:
        warnings.add(TransactionWarning.SOURCE_CONTESTED.value)
    row: dict[str, Any] = dict(zip(_PLAIN, _plain(state), strict=True))
    row |= {name: _iso(instant) for name, instant in zip(_INSTANTS, _instants(state), strict=True)}
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


def _step(step: StepState, charge: Charged) -> dict[str, Any]:
    told = step.told
    return {
        "key": step.key,
        "at": _iso(told.at),
        "status": str(told.status),
        "kind": step.kind.value,
        "unit_id": charge.unit,
        "official_id": charge.official,
        "official_name": told.official_name[:LONGEST_NAME],
        "name_key": charge.name_key,
        "post": told.post[:200],
        "department": told.department[:300],
        "content": told.content,
        "started_at": _iso(told.started_at),
        "due_at": _iso(told.due_at),
    }


def _iso(instant: dt.datetime | None) -> str | None:
    return None if instant is None else _written(instant)


@lru_cache(maxsize=4096)
def _written(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).isoformat()
