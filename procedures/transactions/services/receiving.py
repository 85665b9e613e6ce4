"""Take messages in: keep them once, and write anew the transactions they are about."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.transaction import atomic

from procedures.calendar.rules import local
from procedures.errors import BatchRefused, RowFault
from procedures.transactions.queries.directory import Directory, Wanted, look_up
from procedures.transactions.queries.kept import (
    KeptMessage,
    KnownTransaction,
    messages_by_dossier,
    procedures_by_code,
    transactions_by_dossier,
)
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.messages import Snapshot, Told
from procedures.transactions.services.incoming import STRICT, IncomingMessage, Row, RowResult, row_of
from procedures.transactions.services.messages import Sender, keep, settle_waiting
from procedures.transactions.services.storing import lock_dossiers
from procedures.transactions.services.writing import Folded, write
from procedures.vocabulary import MessageOutcome
from units.queries import heritage


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
    for each other. `boundary` is the unit (primary key) outside whose subtree the caller may tell nothing.
    The number of queries does not depend on the number of messages.
    """
    rows = [row_of(message) for message in messages]
    sender = Sender(source, client_id, via, now, boundary)
    codes = sorted({row.dossier_code for row in rows if not row.faults})
    lock_dossiers(codes)
    kept = messages_by_dossier(dossier_codes=codes) if codes else {}
    _mark_repeats(rows, kept, source)
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
            IncomingMessage(message.raw, message.told, result.faults, message.warnings, message.dossier_code)
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


class _Undone(Exception):
    """Carries the results out of a database transaction that is rolled back."""

    def __init__(self, results: list[RowResult]) -> None:
        super().__init__()
        self.results = results


def _undo(results: list[RowResult], *, when: bool) -> None:
    if when:
        raise _Undone(results)


def _mark_repeats(rows: Sequence[Row], kept: Mapping[str, Sequence[KeptMessage]], source: str) -> None:
    """Find what is known already: kept before and not refused, or earlier in this batch."""
    known = {
        (one.kind, one.digest)
        for messages in kept.values() for one in messages if one.source == source and not one.is_rejected
    }  # fmt: skip
    for row in rows:
        if not row.faults:
            row.is_repeat = row.key in known
            known.add(row.key)


def _take(new: Sequence[Row], kept: Mapping[str, Sequence[KeptMessage]], sender: Sender) -> None:
    """Refuse what names unknown things, fold the rest, and note what became of each."""
    codes = {row.dossier_code for row in new}
    transactions = transactions_by_dossier(dossier_codes=codes)
    told_before = {code: _told_before(kept.get(code, ())) for code in codes}
    everything = [one for told in told_before.values() for one in told] + [one for row in new for one in row.told]
    procedures = procedures_by_code(codes=_procedure_codes(everything))
    directory = look_up(_wanted(everything))
    allowed = _allowed(sender)
    for row in new:
        row.faults += _faults(row, set(procedures), directory, is_strict=sender.via in STRICT)
        if allowed is not None and not row.faults:
            row.faults += _outside(row, allowed, directory, transactions.get(row.dossier_code))
    told: dict[str, list[Told]] = defaultdict(list)
    for row in new:
        if not row.faults:
            told[row.dossier_code] += _stamped(row, sender.source)
    for code in told:
        told[code] += told_before[code]
    written = write(told, procedures, directory, transactions, now=sender.now)
    settle_waiting({code for code, folded in written.items() if folded.outcome is MessageOutcome.CREATED}, kept)
    _note_outcomes(new, written, transactions)


def _note_outcomes(
    new: Sequence[Row], written: Mapping[str, Folded], transactions: Mapping[str, KnownTransaction]
) -> None:
    created: set[str] = set()
    for row in new:
        if row.faults:
            row.outcome = MessageOutcome.REJECTED
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


def _told_before(kept: Sequence[KeptMessage]) -> list[Told]:
    return [
        one for message in kept if not message.is_rejected for one in told_in(message.content, source=message.source)
    ]


def _stamped(row: Row, source: str) -> list[Told]:
    return told_in(row.content, source=source)


def _procedure_codes(told: Sequence[Told]) -> set[str]:
    return {one.procedure_code for one in told if isinstance(one, Snapshot) and one.procedure_code}


def _wanted(told: Sequence[Told]) -> Wanted:
    snapshots = [one for one in told if isinstance(one, Snapshot)]
    steps = [one for one in told if not isinstance(one, Snapshot)]
    codes = {code for one in snapshots for code in (one.receiving_unit_code, one.settling_unit_code) if code}
    codes |= {one.unit_code for one in steps if one.unit_code}
    return Wanted(
        unit_codes=frozenset(codes),
        unit_names=frozenset(one.settling_unit_name for one in snapshots if one.settling_unit_name),
        official_codes=frozenset(one.official_code for one in steps if one.official_code),
        official_names=frozenset(one.official_name for one in steps if one.official_name and not one.official_code),
    )


def _faults(row: Row, procedures: set[str], directory: Directory, *, is_strict: bool) -> list[RowFault]:
    faults = []
    steps = 0
    for one in row.told:
        if isinstance(one, Snapshot):
            if one.procedure_code and one.procedure_code not in procedures:
                faults.append(RowFault(_pointer(row, "procedure_code"), "unknown_procedure", one.procedure_code[:100]))
            day = local(one.received_at or one.source_updated_at).date()
            named = {"receiving_unit_code": one.receiving_unit_code, "settling_unit_code": one.settling_unit_code}
        else:
            day, named = local(one.at).date(), {f"steps/{steps}/unit_code": one.unit_code}
            steps += 1
        for name, code in named.items():
            if is_strict and code and directory.unit(code, day) is None:
                faults.append(RowFault(_pointer(row, name), "unknown_unit", code[:100]))
    return faults


def _pointer(row: Row, name: str) -> str:
    return row.message.pointers.get(name, f"/{name}")


def _allowed(sender: Sender) -> set[int] | None:
    return None if sender.boundary is None else heritage(unit_id=sender.boundary, on=local(sender.now).date())


def _outside(row: Row, allowed: set[int], directory: Directory, known: KnownTransaction | None) -> list[RowFault]:
    """Refuse what lies outside the caller's subtree: the transaction as it is, or the unit that a new one names."""
    units = set(known.units) if known else set()
    if not known:
        for one in row.told:
            if isinstance(one, Snapshot):
                day = local(one.received_at or one.source_updated_at).date()
                receiving = directory.unit(one.receiving_unit_code, day) if one.receiving_unit_code else None
                units.add(receiving or directory.unit_called(one.settling_unit_name or "", day) or 0)
    return [] if units & allowed else [RowFault(_pointer(row, "receiving_unit_code"), "outside_boundary")]
