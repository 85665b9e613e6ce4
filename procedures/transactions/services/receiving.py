"""Take messages in: keep them once, and write anew the transactions they are about."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.db.transaction import atomic

from procedures.calendar.rules import local
from procedures.errors import BatchRefused, RowFault
from procedures.transactions.queries.directory import Wanted, look_up
from procedures.transactions.queries.kept import KeptMessage, Known, KnownTransaction, known_of, procedures_by_code
from procedures.transactions.rules.messages import Snapshot, Told
from procedures.transactions.rules.steps import key_of_person
from procedures.transactions.services.applicants import ask_references, with_references
from procedures.transactions.services.boundaries import Boundaries
from procedures.transactions.services.contacts import forget_contacts_of_others, keep_contacts
from procedures.transactions.services.counting import counting, settle_kept, told_before
from procedures.transactions.services.incoming import (
    REFUSED_TOGETHER,
    STRICT,
    IncomingMessage,
    Row,
    RowResult,
    is_fileable,
    row_of,
)
from procedures.transactions.services.messages import Sender, keep
from procedures.transactions.services.naming import naming_faults
from procedures.transactions.services.storing import lock_dossiers
from procedures.transactions.services.writing import Folded, write
from procedures.vocabulary import MessageOutcome


def receive(
    messages: Sequence[IncomingMessage],
    *,
    source: str,
    client_id: str,
    via: str,
    now: dt.datetime,
    boundary: int | None = None,
    may_overwrite: bool = False,
    may_read: bool = False,
) -> list[RowResult]:
    """Take messages in and tell, in their order, what became of each.

    A row that cannot be taken is kept with its faults and never stops the others. What one caller sends of one dossier
    in one call counts at once; order and repetition change nothing (Note [The fold]). Senders of the same dossier wait
    for each other. `boundary` is the unit (primary key) outside whose subtree the caller may tell nothing: what names
    other units only is refused, the rest waits until it is known whose the dossier is (Note [Words that wait]).
    `may_overwrite` lets him write over what other sources told (Note [One source a dossier]); only who may read
    transactions is told whose a dossier is.
    The number of queries does not depend on the number of messages.
    """
    sender = Sender(source, client_id, via, now, boundary, may_overwrite=may_overwrite, may_read=may_read)
    return _receive(messages, sender)


def receive_together(
    messages: Sequence[IncomingMessage],
    *,
    source: str,
    client_id: str,
    via: str,
    now: dt.datetime,
    boundary: int | None = None,
    may_overwrite: bool = False,
    may_read: bool = False,
) -> list[RowResult]:
    """Take all messages in or none; raises BatchRefused when one cannot be taken, and then only the journal knows.

    It knows all of them, as refused together: none is taken in again by itself (services.replaying).
    """
    sender = Sender(source, client_id, via, now, boundary, may_overwrite=may_overwrite, may_read=may_read)
    try:
        with atomic():
            results = _receive(messages, sender)
            _undo(results, when=any(result.is_rejected for result in results))
    except _Undone as undone:
        refused = [
            replace(message, faults=(*result.faults, RowFault("", REFUSED_TOGETHER)), contact=None)
            for message, result in zip(messages, undone.results, strict=True)
        ]  # fmt: skip
        _receive(refused, sender)
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
    may_overwrite: bool = False,
    may_read: bool = False,
) -> list[RowResult]:
    """Tell what would become of messages; nothing is written, not even the journal."""
    sender = Sender(source, client_id, via, now, boundary, may_overwrite=may_overwrite, may_read=may_read)
    try:
        with atomic():
            results = _receive(messages, sender)
            _undo(results, when=True)
    except _Undone as undone:
        results = undone.results
    return [RowResult(result.dossier_code, result.outcome, result.faults, result.warnings) for result in results]


def _receive(messages: Sequence[IncomingMessage], sender: Sender) -> list[RowResult]:
    """Take messages in; those sent under an alias once it is known of which dossier (Note [Aliases]).

    Which codes are aliases is only certain once their rows are held, and then the dossiers' must be held as well, in
    their order: so whoever finds one lets go and begins again. Senders without aliases ask nothing more for it.
    """
    aliases: dict[str, str] = {}
    while True:
        try:
            return _receive_as(messages, aliases, sender)
        except _CalledOtherwise as found:
            aliases = found.aliases


@atomic
def _receive_as(messages: Sequence[IncomingMessage], aliases: Mapping[str, str], sender: Sender) -> list[RowResult]:
    sent_as = {message.told[0].dossier_code for message in messages if is_fileable(message)}
    codes = sorted(sent_as | {aliases[code] for code in sent_as & aliases.keys()})
    asked = ask_references(messages)
    lock_dossiers(codes)
    known = known_of(dossier_codes=codes, digests=asked.digests, coming=len(messages)) if codes else Known()
    rows = [row_of(message, aliases) for message in with_references(messages, asked, known.numbers)]
    sent = {row.sent_as or row.dossier_code for row in rows}
    meant = {code: dossier for code, dossier in known.aliases_of(sender.source).items() if code in sent}
    if meant != aliases:
        raise _CalledOtherwise(meant)
    _mark_repeats(rows, known.messages, sender)
    new = [row for row in rows if not row.is_repeat and not row.faults]
    if new:
        _take(new, known, sender)
    results = keep(rows, known, sender)
    keep_contacts(rows, sender)
    return results


class _CalledOtherwise(Exception):
    """Codes of the messages stand for other dossiers than was thought; everything is rolled back."""

    def __init__(self, aliases: dict[str, str]) -> None:
        super().__init__()
        self.aliases = aliases


class _Undone(Exception):
    """Carries the results out of a database transaction that is rolled back."""

    def __init__(self, results: list[RowResult]) -> None:
        super().__init__()
        self.results = results


def _undo(results: list[RowResult], *, when: bool) -> None:
    if when:
        raise _Undone(results)


def _mark_repeats(rows: Sequence[Row], kept: Mapping[str, Sequence[KeptMessage]], sender: Sender) -> None:
    """Find what is known already: kept before and not refused, or earlier in this batch.

    A right to write over others, once a message came with it, stays with the message, and so does having no boundary.
    """
    ours = {
        (one.kind, one.digest): one for messages in kept.values() for one in messages if one.source == sender.source
    }
    known = {key for key, one in ours.items() if _is_settled(one, sender)}
    for row in rows:
        row.boundary = sender.boundary
        if not row.faults:
            first = ours.get(row.key)
            row.is_repeat = row.key in known
            row.is_held = row.is_repeat and first is not None and first.is_held
            row.may_overwrite = sender.may_overwrite or (first is not None and first.may_overwrite)
            row.boundary = None if first is not None and first.boundary is None else sender.boundary
            known.add(row.key)


def _is_settled(kept: KeptMessage, sender: Sender) -> bool:
    """Tell whether the same message again would change nothing, because this sender may do no more than the first."""
    is_held_for_another = kept.is_held and kept.boundary != sender.boundary
    is_freed = kept.boundary is not None and sender.boundary is None
    is_promoted = sender.may_overwrite and not kept.may_overwrite
    return not (kept.is_rejected or is_held_for_another or is_freed or is_promoted)


def _take(new: Sequence[Row], known: Known, sender: Sender) -> None:
    """Refuse what names unknown things, fold the rest, and note what became of each."""
    codes = {row.dossier_code for row in new}
    transactions = known.transactions
    before = {code: told_before(code, known.messages.get(code, ())) for code in codes}
    everything = [one for messages in before.values() for _, told in messages for one in told]
    everything += [one for row in new for one in row.told]
    procedures = procedures_by_code(codes=procedure_codes_in(everything), stamp=known.stamp)
    directory = look_up(wanted_in(everything), stamp=known.stamp)
    boundaries = Boundaries(directory, now=sender.now)
    for row in new:
        row.faults += naming_faults(row, set(procedures), directory, is_strict=sender.via in STRICT)
    counted = counting([row for row in new if not row.faults], before, boundaries, sender)
    lost = {code for code, _ in counted.lost}
    written = write(
        counted.told, procedures, directory, known, now=sender.now, contested=counted.contested, shrunk=lost
    )
    settle_kept(counted, {code for code in written if written[code].outcome is MessageOutcome.WAITING})
    forget_contacts_of_others(counted.lost_sources)
    _note_outcomes(new, written, transactions)


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


def procedure_codes_in(told: Sequence[Told]) -> set[str]:
    """Return the codes of the procedures that are named."""
    return {one.procedure_code for one in told if isinstance(one, Snapshot) and one.procedure_code}


def _instants(one: Told) -> Iterator[dt.datetime]:
    told = (one.source_updated_at, one.received_at, one.submitted_at) if isinstance(one, Snapshot) else (one.at,)
    return (instant for instant in told if instant is not None)


def wanted_in(told: Sequence[Told]) -> Wanted:
    """Return the units and officials that are named, to be looked up."""
    snapshots = [one for one in told if isinstance(one, Snapshot)]
    steps = [one for one in told if not isinstance(one, Snapshot)]
    codes = {code for one in snapshots for code in (one.receiving_unit_code, one.settling_unit_code) if code}
    codes |= {one.unit_code for one in steps if one.unit_code}
    names = {one.settling_unit_name for one in snapshots} | {one.unit_name for one in steps}
    return Wanted(
        unit_codes=frozenset(codes),
        unit_names=frozenset(name for name in names if name),
        official_codes=frozenset(one.official_code for one in steps if one.official_code),
        official_names=frozenset(key for one in steps if (key := key_of_person(one.official_name))),
        latest=max(local(day).date() for one in told for day in _instants(one)),
    )
