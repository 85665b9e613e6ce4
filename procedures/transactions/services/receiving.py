"""Take messages in: keep them once, and write anew the transactions they are about."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.db.transaction import atomic

from procedures.calendar.rules import local
from procedures.errors import BatchRefused
from procedures.transactions.queries.directory import Wanted, look_up
from procedures.transactions.queries.kept import (
    KeptMessage,
    KnownTransaction,
    messages_by_dossier,
    procedures_by_code,
    transactions_by_dossier,
)
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.messages import Snapshot, Told
from procedures.transactions.rules.steps import key_of_person
from procedures.transactions.services.boundaries import Boundaries
from procedures.transactions.services.incoming import STRICT, IncomingMessage, Row, RowResult, row_of
from procedures.transactions.services.messages import Sender, keep, settle_waiting
from procedures.transactions.services.naming import naming_faults
from procedures.transactions.services.storing import lock_dossiers
from procedures.transactions.services.writing import Folded, write
from procedures.vocabulary import MessageKind, MessageOutcome

Before = tuple[KeptMessage, list[Told]]
"""A message kept before, and what it says."""


@atomic
def receive(
    messages: Sequence[IncomingMessage],
    *,
    source: str,
    client_id: str,
    via: str,
    now: dt.datetime,
    boundary: int | None = None,
) -> list[RowResult]:
    """Take messages in and tell, in their order, what became of each.

    A row that cannot be taken is kept with its faults and never stops the others. What one caller sends of one dossier
    in one call counts at once; order and repetition change nothing (Note [The fold]). Senders of the same dossier wait
    for each other. `boundary` is the unit (primary key) outside whose subtree the caller may tell nothing: a state from
    there is refused, steps wait (Note [Steps that wait]).
    The number of queries does not depend on the number of messages.
    """
    rows = [row_of(message) for message in messages]
    sender = Sender(source, client_id, via, now, boundary)
    codes = sorted({row.dossier_code for row in rows if not row.faults})
    lock_dossiers(codes)
    kept = messages_by_dossier(dossier_codes=codes) if codes else {}
    _mark_repeats(rows, kept, sender)
    new = [row for row in rows if not row.is_repeat and not row.faults]
    if new:
        _take(new, kept, sender)
    return keep(rows, kept, sender)


def receive_together(
    messages: Sequence[IncomingMessage],
    *,
    source: str,
    client_id: str,
    via: str,
    now: dt.datetime,
    boundary: int | None = None,
) -> list[RowResult]:
    """Take all messages in or none; raises BatchRefused when one cannot be taken, and then only the journal knows."""
    try:
        with atomic():
            results = receive(messages, source=source, client_id=client_id, via=via, now=now, boundary=boundary)
            _undo(results, when=any(result.is_rejected for result in results))
    except _Undone as undone:
        refused = [
            replace(message, faults=result.faults)
            for message, result in zip(messages, undone.results, strict=True) if result.is_rejected
        ]  # fmt: skip
        receive(refused, source=source, client_id=client_id, via=via, now=now, boundary=boundary)
        faults = [(index, fault) for index, result in enumerate(undone.results) for fault in result.faults]
        raise BatchRefused(faults) from undone
    return results


def rehearse(
    messages: Sequence[IncomingMessage],
    *,
    source: str,
    client_id: str,
    via: str,
    now: dt.datetime,
    boundary: int | None = None,
) -> list[RowResult]:
    """Tell what would become of messages; nothing is written, not even the journal."""
    try:
        with atomic():
            results = receive(messages, source=source, client_id=client_id, via=via, now=now, boundary=boundary)
            _undo(results, when=True)
    except _Undone as undone:
        results = undone.results
    return [RowResult(result.dossier_code, result.outcome, result.faults, result.warnings) for result in results]


def fold_again(codes: Sequence[str], *, now: dt.datetime) -> None:
    """Write these dossiers anew from the messages that are kept; nothing changes where they come to the same."""
    if not codes:
        return
    lock_dossiers(codes)
    before = {code: _told_before(kept) for code, kept in messages_by_dossier(dossier_codes=codes).items()}
    everything = [one for messages in before.values() for _, told in messages for one in told]
    procedures = procedures_by_code(codes=_procedure_codes(everything))
    directory = look_up(_wanted(everything))
    boundaries = Boundaries(directory, now=now)
    free = _told_freely((), before)
    told: dict[str, list[Told]] = defaultdict(list)
    found = [one for code in before for one in _count_before(code, told[code], before[code], free, boundaries)]
    transactions = transactions_by_dossier(dossier_codes=codes)
    written = write(told, procedures, directory, transactions, now=now)
    settle_waiting([pk for code, pk in found if written[code].outcome is not MessageOutcome.WAITING])


class _Undone(Exception):
    """Carries the results out of a database transaction that is rolled back."""

    def __init__(self, results: list[RowResult]) -> None:
        super().__init__()
        self.results = results


def _undo(results: list[RowResult], *, when: bool) -> None:
    if when:
        raise _Undone(results)


def _mark_repeats(rows: Sequence[Row], kept: Mapping[str, Sequence[KeptMessage]], sender: Sender) -> None:
    """Find what is known already: kept before and not refused, or earlier in this batch."""
    known = {
        (one.kind, one.digest)
        for messages in kept.values() for one in messages
        if one.source == sender.source and not one.is_rejected and not (one.is_held and one.boundary != sender.boundary)
    }  # fmt: skip
    for row in rows:
        if not row.faults:
            row.is_repeat = row.key in known
            known.add(row.key)


def _take(new: Sequence[Row], kept: Mapping[str, Sequence[KeptMessage]], sender: Sender) -> None:
    """Refuse what names unknown things, fold the rest, and note what became of each."""
    codes = {row.dossier_code for row in new}
    transactions = transactions_by_dossier(dossier_codes=codes)
    before = {code: _told_before(kept.get(code, ())) for code in codes}
    everything = [one for messages in before.values() for _, told in messages for one in told]
    everything += [one for row in new for one in row.told]
    procedures = procedures_by_code(codes=_procedure_codes(everything))
    directory = look_up(_wanted(everything))
    boundaries = Boundaries(directory, now=sender.now)
    for row in new:
        row.faults += naming_faults(row, set(procedures), directory, is_strict=sender.via in STRICT)
        if row.kind is MessageKind.SNAPSHOT and not row.faults:
            row.faults += boundaries.faults(row, sender.boundary, transactions.get(row.dossier_code))
    told, found = _counting(new, before, boundaries, sender)
    written = write(told, procedures, directory, transactions, now=sender.now)
    settle_waiting([pk for code, pk in found if written[code].outcome is not MessageOutcome.WAITING])
    _note_outcomes(new, written, transactions)


def _counting(
    new: Sequence[Row], before: Mapping[str, Sequence[Before]], boundaries: Boundaries, sender: Sender
) -> tuple[dict[str, list[Told]], list[tuple[str, int]]]:
    """Return what counts of each dossier of which something new counts, and the kept messages that waited for that.

    Steps of a sender with a boundary count by what was told without one (Note [Steps that wait]).
    """
    good = [row for row in new if not row.faults]
    for row in good:
        row.is_held = row.kind is MessageKind.STEPS and sender.boundary is not None
    free = _told_freely(good, before)
    told: dict[str, list[Told]] = defaultdict(list)
    for row in good:
        row.is_held = row.is_held and not boundaries.reach(sender.boundary, free[row.dossier_code])
        if not row.is_held:
            told[row.dossier_code] += _stamped(row, sender.source)
    found = [
        one for code, counted in told.items() for one in _count_before(code, counted, before[code], free, boundaries)
    ]
    return told, found


def _count_before(
    code: str,
    counted: list[Told],
    before: Sequence[Before],
    free: Mapping[str, Sequence[Told]],
    boundaries: Boundaries,
) -> list[tuple[str, int]]:
    """Add what was told before and counts; return the messages that waited for that."""
    found = []
    for kept, said in before:
        if not kept.is_held or boundaries.reach(kept.boundary, free[code]):
            counted.extend(said)
            found += [(code, kept.id)] if kept.outcome == MessageOutcome.WAITING else []
    return found


def _told_freely(good: Sequence[Row], before: Mapping[str, Sequence[Before]]) -> Mapping[str, list[Told]]:
    free = {code: [one for kept, told in rows if not kept.is_held for one in told] for code, rows in before.items()}
    for row in good:
        if not row.is_held:
            free[row.dossier_code] += row.told
    return free


def _note_outcomes(
    new: Sequence[Row], written: Mapping[str, Folded], transactions: Mapping[str, KnownTransaction]
) -> None:
    created: set[str] = set()
    for row in new:
        if row.faults:
            row.outcome = MessageOutcome.REJECTED
            continue
        if row.is_held:
            row.outcome = MessageOutcome.WAITING
            continue
        folded = written[row.dossier_code]
        row.outcome = folded.outcome
        row.warnings = tuple(sorted({*row.warnings, *folded.warnings}))
        if row.outcome is MessageOutcome.CREATED and row.dossier_code in created:
            row.outcome = MessageOutcome.UPDATED
        created.add(row.dossier_code)
        known = transactions.get(row.dossier_code)
        if row.outcome is MessageOutcome.UNCHANGED and known and _is_older(row, known):
            row.outcome = MessageOutcome.STALE


def _is_older(row: Row, known: KnownTransaction) -> bool:
    instants = [one.source_updated_at for one in row.told if isinstance(one, Snapshot)]
    return bool(instants) and max(instants) < known.source_updated_at


def _told_before(kept: Sequence[KeptMessage]) -> list[Before]:
    return [(one, told_in(one.content, source=one.source)) for one in kept if not one.is_rejected]


def _stamped(row: Row, source: str) -> list[Told]:
    return told_in(row.content, source=source)


def _procedure_codes(told: Sequence[Told]) -> set[str]:
    return {one.procedure_code for one in told if isinstance(one, Snapshot) and one.procedure_code}


def _instants(one: Told) -> Iterator[dt.datetime]:
    told = (one.source_updated_at, one.received_at, one.submitted_at) if isinstance(one, Snapshot) else (one.at,)
    return (instant for instant in told if instant is not None)


def _wanted(told: Sequence[Told]) -> Wanted:
    snapshots = [one for one in told if isinstance(one, Snapshot)]
    steps = [one for one in told if not isinstance(one, Snapshot)]
    codes = {code for one in snapshots for code in (one.receiving_unit_code, one.settling_unit_code) if code}
    codes |= {one.unit_code for one in steps if one.unit_code}
    return Wanted(
        unit_codes=frozenset(codes),
        unit_names=frozenset(one.settling_unit_name for one in snapshots if one.settling_unit_name),
        official_codes=frozenset(one.official_code for one in steps if one.official_code),
        official_names=frozenset(key for one in steps if (key := key_of_person(one.official_name))),
        latest=max(local(day).date() for one in told for day in _instants(one)),
    )
