"""Snapshots in their order, and the one state they make: per field the newest that says it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from procedures.transactions.rules.at_work import UnitTold
from procedures.transactions.rules.content import canonical, content_of
from procedures.transactions.rules.endings import EndTold
from procedures.transactions.rules.messages import Snapshot, SupplementTold
from procedures.vocabulary import Status

_SEPARATE = frozenset({"dossier_code", "source_updated_at", "status", "supplements", "cleared", "source"})
_TOGETHER = ("settling_unit_code", "settling_unit_name")
_FIELDS = tuple(name for name in Snapshot._fields if name not in _SEPARATE | set(_TOGETHER))
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Merged:
    """What the snapshots say together. `newest` is the last of them; `values` its fields, gaps filled by older ones.

    `receiving` and `settling` are the units that were told to be at work, oldest first; `end` the end as told last.
    """

    newest: Snapshot
    values: dict[str, Any]
    supplements: tuple[SupplementTold, ...]
    receiving: tuple[UnitTold, ...]
    settling: tuple[UnitTold, ...]
    end: EndTold


def in_order(snapshots: Iterable[Snapshot]) -> tuple[Snapshot, ...]:
    """Return each snapshot once, oldest first: by the sender's instant, then status, due date and content.

    Source: our choice, because messages arrive late and repeated, and many senders give no instant of the change.
    """
    snapshots = sorted(snapshots, key=_place)
    if all(_place(one) < _place(next_one) for one, next_one in pairwise(snapshots)):
        return tuple(snapshots)  # none stands beside another, so none is another again
    unique = {(canonical(content_of([one])), one.source): one for one in snapshots}
    ordered = sorted(unique.items(), key=lambda item: (_place(item[1]), item[0]))
    return tuple(one for _, one in ordered)


def merged(ordered: tuple[Snapshot, ...]) -> Merged:
    """Merge snapshots given oldest first: an older one fills gaps only, and what is cleared stays cleared.

    Code and name of the settling unit are one thing: a new name is never paired with an old code.

    Source: our choice, because senders leave out what they do not know.
    """
    values: dict[str, Any] = dict.fromkeys((*_FIELDS, *_TOGETHER))
    for one in ordered:
        for name in _FIELDS:
            value = getattr(one, name)
            if value is not None:
                values[name] = value
            elif name in one.cleared:
                values[name] = None
    receiving = tuple(
        UnitTold(one.source_updated_at, one.receiving_unit_code)
        for one in ordered if one.receiving_unit_code or "receiving_unit_code" in one.cleared
    )  # fmt: skip
    settling = tuple(
        UnitTold(one.source_updated_at, one.settling_unit_code, one.settling_unit_name)
        for one in ordered
        if one.settling_unit_code or one.settling_unit_name or one.cleared.intersection(_TOGETHER)
    )
    if settling:
        values |= {"settling_unit_code": settling[-1].code, "settling_unit_name": settling[-1].name}
    end_told_at = next((one.source_updated_at for one in reversed(ordered) if one.ended_at is not None), None)
    end = EndTold(values["ended_at"], end_told_at)
    return Merged(ordered[-1], values, _supplements(ordered), receiving, settling, end)


def _place(one: Snapshot) -> tuple[dt.datetime, int, dt.datetime]:
    return one.source_updated_at, Status(one.status).code, one.due_at or _NEVER


def _supplements(ordered: tuple[Snapshot, ...]) -> tuple[SupplementTold, ...]:
    """Return each request once: two of one key, or of one moment under two keys, are one."""
    of_key: dict[str, SupplementTold] = {}
    for one in ordered:
        for item in one.supplements:
            of_key[item.key] = _filled(item, of_key.get(item.key, item))
    at_once: dict[dt.datetime, SupplementTold] = {}
    for item in sorted(of_key.values(), key=lambda item: (item.requested_at, item.key)):
        at_once[item.requested_at] = _filled(at_once.get(item.requested_at, item), item)
    return tuple(at_once.values())


def _filled(told: SupplementTold, other: SupplementTold) -> SupplementTold:
    """Return a request with what only another telling of it says."""
    return told._replace(
        answered_at=told.answered_at or other.answered_at,
        due_at_before=told.due_at_before or other.due_at_before,
        due_at_after=told.due_at_after or other.due_at_after,
    )
