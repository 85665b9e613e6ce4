"""Which messages of a dossier count: not those that wait or come from elsewhere, nor those of another source."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Func, Value

from procedures.errors import RowFault
from procedures.transactions.models import Message
from procedures.transactions.queries.kept import KeptMessage
from procedures.transactions.queries.sources import Ranks
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.doubts import Doubts, doubts_about, doubts_in
from procedures.transactions.rules.messages import Told
from procedures.transactions.rules.sources import Telling, keeper_of
from procedures.transactions.services.boundaries import Boundaries, Heard
from procedures.transactions.services.incoming import Row
from procedures.transactions.services.messages import Sender
from procedures.vocabulary import MessageOutcome

OTHER_SOURCE, OUTSIDE_BOUNDARY = "other_source", "outside_boundary"
Before = tuple[KeptMessage, list[Told]]
"""A message kept before, and what it says."""


@dataclass
class Counted:
    """What counts of each dossier of which something new was told, and which kept messages changed their standing.

    `found` did not count before; `lost` do not any more and `waiting`, `outside` are those among them that are not
    another source's. `contested` are the dossiers of which a source told something that does not count, `doubtful` are
    by warning the kept messages beside which another tells something else of the same now.
    """

    told: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    found: list[tuple[str, int]] = field(default_factory=list)
    lost: list[tuple[str, int]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    lost_sources: list[tuple[str, str]] = field(default_factory=list)
    contested: set[str] = field(default_factory=set)
    doubtful: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def told_before(dossier_code: str, kept: Sequence[KeptMessage]) -> list[Before]:
    """Return what the kept messages of a dossier say.

    Those refused for anything but whose the dossier is say nothing, nor those that were read as another message since.
    """
    counting = [one for one in kept if one.content and (one.is_foreign or one.is_outside or not one.is_rejected)]
    return [(one, told_in(one.content, source=one.source, dossier_code=dossier_code)) for one in counting]


def counting(
    good: Sequence[Row], before: Mapping[str, Sequence[Before]], boundaries: Boundaries, sender: Sender
) -> Counted:
    """Sort what counts from what does not, and note on each row whether it waits or is refused.

    First asked is whose subtree the dossier belongs to (Note [Words that wait]); of what is left, what the keeper told
    counts (Note [One source a dossier]).
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in good:
        rows[row.dossier_code].append(row)
    counted, ranks = Counted(), Ranks()
    for code, new in rows.items():
        again = {row.key for row in new}
        kept = [
            (one, said) for one, said in before[code]
            if not (one.source == sender.source and (one.kind, one.digest) in again)
        ]  # fmt: skip
        _settle(code, new, kept, sender, boundaries, ranks, counted)
    doubtful = {code: doubts for code, said in counted.told.items() if (doubts := doubts_in(said))}
    if doubtful:
        _note_doubts(good, doubtful)
        _note_doubts_before(before, doubtful, counted)
    return counted


def counting_again(before: Mapping[str, Sequence[Before]], boundaries: Boundaries, *, now: dt.datetime) -> Counted:
    """Sort what counts of dossiers of which nothing new was told, by what is known now."""
    counted, ranks = Counted(), Ranks()
    nobody = Sender("", "", "", now)
    for code, kept in before.items():
        _settle(code, (), kept, nobody, boundaries, ranks, counted)
    return counted


def settle_kept(counted: Counted, waiting: Collection[str]) -> None:
    """Note in the journal that kept messages count now or no more; `waiting` dossiers are no transaction yet."""
    count = [pk for code, pk in counted.found if code not in waiting]
    _note(count, MessageOutcome.UPDATED)
    _note([pk for code, pk in counted.found if code in waiting] + counted.waiting, MessageOutcome.WAITING)
    _note(counted.outside, MessageOutcome.REJECTED, OUTSIDE_BOUNDARY)
    elsewhere = {*counted.waiting, *counted.outside}
    foreign = [pk for _, pk in counted.lost if pk not in elsewhere]
    _note(foreign, MessageOutcome.REJECTED, OTHER_SOURCE)
    for warning, messages in counted.doubtful.items():
        unwarned = Message.objects.filter(pk__in=messages).exclude(warnings__contains=[warning])
        unwarned.update(warnings=Func(F("warnings"), Value(warning), function="array_append"))


def _note(messages: Sequence[int], outcome: MessageOutcome, fault: str = "") -> None:
    if messages:
        faults = [{"pointer": "", "code": fault, "value": ""}] if fault else []
        is_foreign = fault == OTHER_SOURCE
        Message.objects.filter(pk__in=messages).update(outcome=outcome, is_foreign=is_foreign, faults=faults)


def _settle(
    code: str,
    new: Sequence[Row],
    kept: Sequence[Before],
    sender: Sender,
    boundaries: Boundaries,
    ranks: Ranks,
    counted: Counted,
) -> None:
    """Sort what was told of one dossier: by whose subtree it belongs to, then by who keeps it."""
    kept, new = _of_the_subtree(code, new, kept, sender, boundaries, counted)
    tellings = [Telling(one.source, one.may_overwrite, tuple(said)) for one, said in kept]
    ours = [Telling(sender.source, row.may_overwrite, tuple(row.told_by(sender.source))) for row in new]
    keeper = keeper_of((*tellings, *ours), ranks.rank_of)
    for (one, _), telling in zip(kept, tellings, strict=True):
        if telling.counts_for(keeper):
            counted.told[code] += telling.told
            counted.found += [] if one.is_counting else [(code, one.id)]
        else:
            counted.contested.add(code)
            _lose(code, one, counted, when=not one.is_foreign)
    for row, telling in zip(new, ours, strict=True):
        if telling.counts_for(keeper):
            counted.told[code] += telling.told
        else:
            counted.contested.add(code)
            row.is_foreign = True
            row.faults.append(RowFault("", OTHER_SOURCE, keeper if keeper and sender.may_read else ""))


def _of_the_subtree(
    code: str,
    new: Sequence[Row],
    kept: Sequence[Before],
    sender: Sender,
    boundaries: Boundaries,
    counted: Counted,
) -> tuple[list[Before], list[Row]]:
    """Return what counts as far as boundaries go; note of the rest that it waits or is refused."""
    told = [Heard(said, one.boundary, one.source, one.digest, one.came_at) for one, said in kept]
    told += [Heard(row.told, row.boundary, sender.source, row.digest, sender.now) for row in new]
    found = boundaries.sort(told)
    for number, (one, _) in enumerate(kept):
        if number in found.refused:
            counted.outside += [] if one.is_outside else [one.id]
            _lose(code, one, counted, when=not one.is_outside)
        elif number not in found.counting:
            counted.waiting += [one.id] if one.is_rejected or one.is_counting else []
            _lose(code, one, counted, when=one.is_counting)
    for number, row in enumerate(new, start=len(kept)):
        if number in found.refused:
            row.faults.append(RowFault(row.pointer("receiving_unit_code"), OUTSIDE_BOUNDARY))
        else:
            row.is_held = number not in found.counting
    return (
        [one for number, one in enumerate(kept) if number in found.counting],
        [row for number, row in enumerate(new, start=len(kept)) if number in found.counting],
    )


def _lose(code: str, one: KeptMessage, counted: Counted, *, when: bool) -> None:
    if when:
        counted.lost.append((code, one.id))
        counted.lost_sources.append((code, one.source))


def _note_doubts(good: Sequence[Row], doubtful: Mapping[str, Doubts]) -> None:
    """Warn of each message beside which another one tells something else of the same; the fold settles them."""
    for row in good:
        if row.dossier_code in doubtful and not row.faults and not row.is_held:
            row.warnings = (*row.warnings, *doubts_about(row.told, doubtful[row.dossier_code]))


def _note_doubts_before(
    before: Mapping[str, Sequence[Before]], doubtful: Mapping[str, Doubts], counted: Counted
) -> None:
    """Note the same of those kept before, whose senders read of it in the journal."""
    for code, doubts in doubtful.items():
        for one, said in before[code]:
            for warning in doubts_about(said, doubts) if one.is_counting else ():
                counted.doubtful[warning].append(one.id)
