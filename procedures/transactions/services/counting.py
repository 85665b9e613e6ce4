"""Which messages of a dossier count: not those that wait, nor those of a source that does not keep it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from procedures.errors import RowFault
from procedures.transactions.models import Message
from procedures.transactions.queries.kept import KeptMessage
from procedures.transactions.queries.sources import Ranks
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.messages import Snapshot, Told
from procedures.transactions.rules.sources import Telling, keeper_of
from procedures.transactions.services.boundaries import Boundaries
from procedures.transactions.services.incoming import Row
from procedures.transactions.services.messages import Sender
from procedures.vocabulary import MessageKind, MessageOutcome, MessageWarning

OTHER_SOURCE = "other_source"
Before = tuple[KeptMessage, list[Told]]
"""A message kept before, and what it says."""


@dataclass
class Counted:
    """What counts of each dossier of which something new was told, and which kept messages changed their standing.

    `found` did not count before, `lost` does not any more; `contested` are the dossiers of which a source told
    something that does not count.
    """

    told: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    found: list[tuple[str, int]] = field(default_factory=list)
    lost: list[tuple[str, int]] = field(default_factory=list)
    lost_sources: list[tuple[str, str]] = field(default_factory=list)
    contested: set[str] = field(default_factory=set)


def told_before(dossier_code: str, kept: Sequence[KeptMessage]) -> list[Before]:
    """Return what the kept messages of a dossier say.

    Those refused for anything but their source say nothing, nor those that were read as another message since.
    """
    counting = [one for one in kept if one.content and (one.is_foreign or not one.is_rejected)]
    return [(one, told_in(one.content, source=one.source, dossier_code=dossier_code)) for one in counting]


def counting(
    good: Sequence[Row], before: Mapping[str, Sequence[Before]], boundaries: Boundaries, sender: Sender
) -> Counted:
    """Sort what counts from what does not, and note on each row whether it waits or belongs to another source.

    Steps of a sender with a boundary count by what was told without one (Note [Steps that wait]); of what is left, what
    the keeper told counts (Note [One source a dossier]).
    """
    for row in good:
        row.is_held = row.kind is MessageKind.STEPS and sender.boundary is not None
    free = _told_freely(good, before)
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in good:
        row.is_held = row.is_held and not boundaries.reach(sender.boundary, free[row.dossier_code])
        if not row.is_held:
            rows[row.dossier_code].append(row)
    counted, ranks = Counted(), Ranks()
    for code, new in rows.items():
        again = {row.key for row in new}
        kept = [
            (one, said) for one, said in before[code]
            if (not one.is_held or boundaries.reach(one.boundary, free[code]))
            and not (one.source == sender.source and (one.kind, one.digest) in again)
        ]  # fmt: skip
        _settle(code, new, kept, sender, ranks, counted)
    _note_same_instants(good, counted.told)
    return counted


def counting_again(before: Mapping[str, Sequence[Before]], boundaries: Boundaries) -> Counted:
    """Sort what counts of dossiers of which nothing new was told, by what is known now."""
    free = _told_freely((), before)
    counted, ranks = Counted(), Ranks()
    for code, rows in before.items():
        kept = [(one, said) for one, said in rows if not one.is_held or boundaries.reach(one.boundary, free[code])]
        _settle(code, (), kept, None, ranks, counted)
    return counted


def settle_kept(counted: Counted, waiting: Collection[str]) -> None:
    """Note in the journal that kept messages count now or no more; `waiting` dossiers are no transaction yet."""
    if counted.found:
        now_count = [pk for code, pk in counted.found if code not in waiting]
        Message.objects.filter(pk__in=now_count).update(outcome=MessageOutcome.UPDATED, is_foreign=False, faults=[])
        still_wait = [pk for code, pk in counted.found if code in waiting]
        Message.objects.filter(pk__in=still_wait).update(outcome=MessageOutcome.WAITING, is_foreign=False, faults=[])
    if counted.lost:
        refused = [{"pointer": "", "code": OTHER_SOURCE, "value": ""}]
        lost = [pk for _, pk in counted.lost]
        Message.objects.filter(pk__in=lost).update(outcome=MessageOutcome.REJECTED, is_foreign=True, faults=refused)


def _settle(
    code: str, new: Sequence[Row], kept: Sequence[Before], sender: Sender | None, ranks: Ranks, counted: Counted
) -> None:
    """Find the keeper of one dossier, and let count what he and those told who may write over him."""
    tellings = [Telling(one.source, one.may_overwrite, tuple(said)) for one, said in kept]
    ours = [
        Telling(sender.source, row.may_overwrite, tuple(row.told_by(sender.source)))
        for row in new if sender
    ]  # fmt: skip
    keeper = keeper_of((*tellings, *ours), ranks.rank_of)
    for (one, _), telling in zip(kept, tellings, strict=True):
        if telling.counts_for(keeper):
            counted.told[code] += telling.told
            counted.found += [(code, one.id)] if one.is_foreign or one.outcome == MessageOutcome.WAITING else []
        else:
            counted.contested.add(code)
            counted.lost += [] if one.is_foreign else [(code, one.id)]
            counted.lost_sources += [] if one.is_foreign else [(code, one.source)]
    for row, telling in zip(new, ours, strict=True):
        if telling.counts_for(keeper):
            counted.told[code] += telling.told
        else:
            counted.contested.add(code)
            row.is_foreign = True
            row.faults.append(RowFault("", OTHER_SOURCE, keeper if keeper and sender and sender.may_read else ""))


def _told_freely(good: Sequence[Row], before: Mapping[str, Sequence[Before]]) -> Mapping[str, list[Told]]:
    free = {code: [one for kept, told in rows if not kept.is_held for one in told] for code, rows in before.items()}
    for row in good:
        if not row.is_held:
            free[row.dossier_code] += row.told
    return free


def _note_same_instants(good: Sequence[Row], told: Mapping[str, Sequence[Told]]) -> None:
    """Warn of each state beside which another one tells of the same instant; `merging.in_order` settles them."""
    doubtful = {code: _instants_told_twice(said) for code, said in told.items()}
    for row in good:
        instants = {one.source_updated_at for one in row.told if isinstance(one, Snapshot)}
        if not row.faults and not instants.isdisjoint(doubtful.get(row.dossier_code, ())):
            row.warnings = (*row.warnings, MessageWarning.SAME_INSTANT.value)


def _instants_told_twice(told: Iterable[Told]) -> Collection[dt.datetime]:
    first: dict[dt.datetime, Snapshot] = {}
    twice = set()
    for one in told:
        if isinstance(one, Snapshot):
            other = first.setdefault(one.source_updated_at, one)
            if other is not one and replace(other, source="") != replace(one, source=""):
                twice.add(one.source_updated_at)
    return twice
