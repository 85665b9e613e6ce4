"""Propose to exclude time, decide on it outside the unit, take it back; each leaves its line in the ledger."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.transaction import atomic

from procedures.calendar.rules import local
from procedures.errors import (
    DeciderNotOutside,
    ExclusionNamesNothing,
    ExclusionNotOver,
    ExclusionSettled,
    ExclusionUnknown,
)
from procedures.exclusions.models import Exclusion, ExclusionEvent, ExclusionReason
from procedures.exclusions.queries import (
    codes_answered_for,
    exclusions_visible_to,
    posts_of,
    reason_with_code,
)
from procedures.exclusions.rules import is_outside, may_become
from procedures.transactions.services import let_hold, name_dossiers, name_those_running, request_recount
from procedures.vocabulary import ExclusionScope, ExclusionState
from units.models import Unit
from units.queries import ancestors, heritage, require_inside
from units.vocabulary import Viewer


@dataclass(frozen=True)
class Proposal:
    """What is proposed: for which period, why, on what evidence, and for which dossiers (none: all of the unit's)."""

    reason: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    evidence: str
    document: str
    dossier_codes: Sequence[str] = ()


Confirm = Callable[[int], None]
"""Called under lock with the version of the row; raises when the caller has not read that one."""


def load_reasons(*, rows: Sequence[Mapping[str, str]]) -> int:
    """Take the catalogue of reasons over and return how many changed; one that is gone is closed, never deleted."""
    known = {reason.code: reason for reason in ExclusionReason.objects.all()}
    changed = 0
    for row in rows:
        told = {"name": row["name_vi"], "name_en": row["name_en"], "basis": row["basis"], "source": row["source"]}
        before = known.pop(row["code"], None)
        if before is None or {name: getattr(before, name) for name in told} != told or not before.is_open:
            ExclusionReason.objects.update_or_create(code=row["code"], defaults={**told, "is_open": True})
            changed += 1
    return changed + ExclusionReason.objects.filter(code__in=known, is_open=True).update(is_open=False)


@atomic
def propose(*, proposal: Proposal, unit: Unit, by: str, viewer: Viewer, now: dt.datetime) -> Exclusion:
    """Propose an exclusion for a unit and the dossiers it answers for; nothing is excluded yet.

    Raises UnitUnknown outside the caller's boundary, ExclusionReasonUnknown, ExclusionNamesNothing for dossiers that
    the unit does not answer for.
    """
    today = local(now).date()
    require_inside(boundary=viewer.boundary, unit=unit, on=today)
    codes = sorted(set(proposal.dossier_codes))
    if codes:
        _refuse_foreign(codes, unit, today)
    exclusion = Exclusion.objects.create(
        reason=reason_with_code(code=proposal.reason),
        unit=unit,
        scope=ExclusionScope.DOSSIERS if codes else ExclusionScope.UNIT,
        begins_at=proposal.begins_at,
        ends_at=proposal.ends_at,
        evidence=proposal.evidence,
        document=proposal.document,
        state=ExclusionState.PROPOSED,
        proposed_by=by,
        proposed_official_id=viewer.official,
        proposed_at=now,
        named=len(codes),
    )
    name_dossiers(reference=exclusion.pk, dossier_codes=codes, begins_at=proposal.begins_at, ends_at=proposal.ends_at)
    _record(exclusion, by=by, viewer=viewer, note="", now=now)
    return exclusion


@atomic
def approve(*, exclusion_id: int, note: str, by: str, viewer: Viewer, now: dt.datetime, confirm: Confirm) -> Exclusion:
    """Agree: from now on the period does not count for the dossiers named, which are fixed by this.

    Many of them are written anew by `run_jobs`. Raises ExclusionUnknown, ExclusionSettled, DeciderNotOutside,
    ExclusionNotOver for all of a unit's dossiers before the period is over, ExclusionNamesNothing when none ran then.
    """
    exclusion = _to_decide(exclusion_id, ExclusionState.APPROVED, by=by, viewer=viewer, now=now, confirm=confirm)
    if exclusion.scope == ExclusionScope.UNIT:
        if exclusion.ends_at > now:
            raise ExclusionNotOver(local(exclusion.ends_at))
        exclusion.named = name_those_running(
            reference=exclusion.pk, unit_id=exclusion.unit_id, begins_at=exclusion.begins_at,
            ends_at=exclusion.ends_at, on=local(now).date(),
        )  # fmt: skip
        if not exclusion.named:
            raise ExclusionNamesNothing([])
    _settle(exclusion, ExclusionState.APPROVED, note=note, by=by, viewer=viewer, now=now)
    let_hold(reference=exclusion.pk, holds=True)
    request_recount(reference=exclusion.pk, by=by, now=now)
    return exclusion


@atomic
def refuse(*, exclusion_id: int, note: str, by: str, viewer: Viewer, now: dt.datetime, confirm: Confirm) -> Exclusion:
    """Refuse; nothing is excluded. Raises ExclusionUnknown, ExclusionSettled, DeciderNotOutside."""
    exclusion = _to_decide(exclusion_id, ExclusionState.REFUSED, by=by, viewer=viewer, now=now, confirm=confirm)
    _settle(exclusion, ExclusionState.REFUSED, note=note, by=by, viewer=viewer, now=now)
    return exclusion


@atomic
def withdraw(*, exclusion_id: int, note: str, by: str, viewer: Viewer, now: dt.datetime, confirm: Confirm) -> Exclusion:
    """Take a proposal or an approved exclusion back: the time counts again.

    Raises ExclusionUnknown, ExclusionSettled.
    """
    exclusion = _locked(exclusion_id, ExclusionState.WITHDRAWN, viewer=viewer, now=now, confirm=confirm)
    return _end(exclusion, ExclusionState.WITHDRAWN, note=note, by=by, viewer=viewer, now=now)


@atomic
def revoke(*, exclusion_id: int, note: str, by: str, viewer: Viewer, now: dt.datetime, confirm: Confirm) -> Exclusion:
    """Take an approval back that proved wrong, outside the unit, whoever approved: the time counts again.

    Raises ExclusionUnknown, ExclusionSettled for what is not approved, DeciderNotOutside.
    """
    exclusion = _to_decide(exclusion_id, ExclusionState.REVOKED, by=by, viewer=viewer, now=now, confirm=confirm)
    return _end(exclusion, ExclusionState.REVOKED, note=note, by=by, viewer=viewer, now=now)


def _end(
    exclusion: Exclusion, state: ExclusionState, *, note: str, by: str, viewer: Viewer, now: dt.datetime
) -> Exclusion:
    """Let it hold no more, and count what it named anew; who had decided stays on record."""
    was_approved = exclusion.state == ExclusionState.APPROVED
    exclusion.state = state
    exclusion.version += 1
    exclusion.save(update_fields=["state", "version"])
    _record(exclusion, by=by, viewer=viewer, note=note, now=now)
    if was_approved:
        let_hold(reference=exclusion.pk, holds=False)
        request_recount(reference=exclusion.pk, by=by, now=now)
    return exclusion


def _refuse_foreign(codes: list[str], unit: Unit, on: dt.date) -> None:
    foreign = sorted(set(codes) - codes_answered_for(dossier_codes=codes, unit_id=unit.pk, on=on))
    if foreign:
        raise ExclusionNamesNothing(foreign)


def _locked(exclusion_id: int, new: ExclusionState, *, viewer: Viewer, now: dt.datetime, confirm: Confirm) -> Exclusion:
    visible = exclusions_visible_to(viewer=viewer, on=local(now).date())
    exclusion = visible.select_for_update(of=("self",)).filter(pk=exclusion_id).first()
    if exclusion is None:
        raise ExclusionUnknown
    confirm(exclusion.version)
    if not may_become(exclusion.state, new):
        raise ExclusionSettled(exclusion.state)
    return exclusion


def _to_decide(
    exclusion_id: int, new: ExclusionState, *, by: str, viewer: Viewer, now: dt.datetime, confirm: Confirm
) -> Exclusion:
    exclusion = _locked(exclusion_id, new, viewer=viewer, now=now, confirm=confirm)
    today = local(now).date()
    first = min(local(exclusion.begins_at).date(), today)
    posts = posts_of(official_id=viewer.official, first=first, last=today) if viewer.official else set()
    outside = is_outside(
        boundary=viewer.boundary,
        above=ancestors(unit_id=exclusion.unit_id, on=today),
        posts=posts,
        inside=heritage(unit_id=exclusion.unit_id, on=today),
    )
    is_own = by == exclusion.proposed_by or (viewer.official and viewer.official == exclusion.proposed_official_id)
    if is_own or not outside:
        raise DeciderNotOutside
    return exclusion


def _settle(
    exclusion: Exclusion, state: ExclusionState, *, note: str, by: str, viewer: Viewer, now: dt.datetime
) -> None:
    exclusion.state, exclusion.decided_by, exclusion.decided_at = state, by, now
    exclusion.decided_official_id, exclusion.decided_for_id = viewer.official, viewer.boundary
    exclusion.version += 1
    exclusion.save()
    _record(exclusion, by=by, viewer=viewer, note=note, now=now)


def _record(exclusion: Exclusion, *, by: str, viewer: Viewer, note: str, now: dt.datetime) -> None:
    ExclusionEvent.objects.create(
        exclusion=exclusion, number=exclusion.version, state=exclusion.state, at=now, by=by,
        official_id=viewer.official, note=note, named=exclusion.named,
    )  # fmt: skip
