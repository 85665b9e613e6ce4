"""From a row's JSON to a message: what the shape accepts is said, what it refuses is kept with its faults."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from rest_framework.exceptions import ValidationError

from api.errors import Invalid
from api.parsing import json_of
from api.shapes import Shape, shape_of
from api.transactions.applicants import contact_of, person_of
from api.transactions.faults import row_faults
from api.transactions.serializers import StepsReport, TransactionReport, TransactionRow
from procedures.errors import RowFault
from procedures.transactions.rules.applicants import discreet
from procedures.transactions.rules.messages import Snapshot, StepTold, SupplementTold, Told
from procedures.transactions.services import IncomingMessage
from procedures.vocabulary import MessageKind, MessageWarning

VIA = "api"
TOLERANCE = dt.timedelta(days=1)
"""How far ahead a sender's clock may be: a state dated 2099 would shut out every later one."""
_POINTERS = {
    "dossier_code": "/dossier_code",
    "procedure_code": "/procedure",
    "receiving_unit_code": "/receiving_unit",
    "settling_unit_code": "/settling_unit",
}
_PLAIN = {
    "procedure": "procedure_code",
    "receiving_unit": "receiving_unit_code",
    "settling_unit": "settling_unit_code",
    "settling_unit_name": "settling_unit_name",
    "channel": "channel",
    "submitted_at": "submitted_at",
    "received_at": "received_at",
    "due_at": "due_at",
    "ended_at": "ended_at",
    "returned_at": "returned_at",
    "contacts": "contacts",
    "agencies_contacted": "agencies_contacted",
    "paid_online": "paid_online",
    "digitised": "digitised",
    "electronic_result": "electronic_result",
}
_MUST_BE_PAST = ("source_updated_at", "submitted_at", "received_at", "ended_at", "returned_at")


def read_again(raw: bytes, dossier_code: str, now: dt.datetime) -> IncomingMessage:
    """Read a kept body of this API again: a state, a row of a batch, or steps."""
    try:
        document = json_of(raw)
    except Invalid as error:
        return unreadable(raw, error, dossier_code=dossier_code)
    if isinstance(document, dict) and set(document) == {"steps"}:
        return read_steps(document, raw, dossier_code=dossier_code, now=now)
    if isinstance(document, dict) and "dossier_code" in document:
        return read_row(document, raw, now=now)
    return read_state(document, raw, dossier_code=dossier_code, now=now)


def unreadable(
    raw: bytes, error: Invalid, *, dossier_code: str = "", kind: MessageKind = MessageKind.SNAPSHOT
) -> IncomingMessage:
    """Return a message whose body is no document."""
    faults = tuple(RowFault(fault.name, fault.code) for fault in error.faults)
    return IncomingMessage(raw, faults=faults, dossier_code=dossier_code, kind=kind)


def read_row(document: Any, raw: bytes, *, now: dt.datetime) -> IncomingMessage:
    """Read a row of a batch."""
    code = document.get("dossier_code") if isinstance(document, dict) else None
    return _read(TransactionRow, document, raw, dossier_code=code if isinstance(code, str) else "", now=now)


def read_state(document: Any, raw: bytes, *, dossier_code: str, now: dt.datetime) -> IncomingMessage:
    """Read the state of the transaction with this number."""
    return _read(TransactionReport, document, raw, dossier_code=dossier_code, now=now)


def read_steps(document: Any, raw: bytes, *, dossier_code: str, now: dt.datetime) -> IncomingMessage:
    """Read steps of the transaction with this number."""
    return _read(StepsReport, document, raw, dossier_code=dossier_code, now=now)


def _read(shape: type[Shape], document: Any, raw: bytes, *, dossier_code: str, now: dt.datetime) -> IncomingMessage:
    kind = MessageKind.STEPS if shape is StepsReport else MessageKind.SNAPSHOT
    refused = partial(IncomingMessage, raw, dossier_code=dossier_code, kind=kind)
    if not isinstance(document, dict):
        return refused(faults=(RowFault("", "not_an_object"),))
    try:
        said = shape_of(shape).run_validation(document)
    except ValidationError as error:
        return refused(faults=row_faults(error))
    if faults := tuple(_too_early(said, now + TOLERANCE)):
        return refused(faults=faults)
    code = said.get("dossier_code", dossier_code)
    steps = tuple(_step(code, step) for step in said.get("steps", ()))
    told: tuple[Told, ...] = (_snapshot(code, said), *steps) if "source_updated_at" in said else steps
    pointers = _POINTERS | {f"steps/{n}/unit_code": f"/steps/{n}/unit" for n in range(len(steps))}
    applicant = said.get("applicant") or {}
    contact = contact_of(applicant)
    is_unusable = contact is None and applicant.get("send_rating_link")
    return IncomingMessage(
        raw,
        told,
        warnings=(MessageWarning.CONTACT_UNUSABLE.value,) if is_unusable else (),
        dossier_code=code,
        pointers=pointers,
        applicant=person_of(applicant),
        contact=contact,
    )


def _too_early(said: Mapping[str, Any], latest: dt.datetime) -> Iterator[RowFault]:
    for name in _MUST_BE_PAST:
        if said.get(name) and said[name] > latest:
            yield RowFault(f"/{name}", "in_future")
    for index, step in enumerate(said.get("steps", ())):
        if step["at"] > latest:
            yield RowFault(f"/steps/{index}/at", "in_future")
    for index, item in enumerate(said.get("supplements", ())):
        for name in ("requested_at", "answered_at"):
            if item.get(name) and item[name] > latest:
                yield RowFault(f"/supplements/{index}/{name}", "in_future")


def _snapshot(code: str, said: Mapping[str, Any]) -> Snapshot:
    applicant = said.get("applicant") or {}
    values = {ours: said[theirs] for theirs, ours in _PLAIN.items() if said.get(theirs) is not None}
    return Snapshot(
        dossier_code=code,
        source_updated_at=said["source_updated_at"],
        status=said["status"],
        applicant_kind=applicant.get("kind"),
        supplements=tuple(_supplement(item) for item in said.get("supplements", ())),
        cleared=frozenset(ours for theirs, ours in _PLAIN.items() if theirs in said and said[theirs] is None),
        **values,
    )


def _supplement(item: Mapping[str, Any]) -> SupplementTold:
    return SupplementTold(
        key=item.get("key") or item["requested_at"].isoformat(),
        requested_at=item["requested_at"],
        answered_at=item.get("answered_at"),
        due_at_before=item.get("due_at_before"),
        due_at_after=item.get("due_at_after"),
    )


def _step(code: str, step: Mapping[str, Any]) -> StepTold:
    return StepTold(
        dossier_code=code,
        at=step["at"],
        status=step["status"],
        content=discreet(step.get("content", "")),
        official_code=step.get("official"),
        official_name=step.get("official_name", ""),
        post=step.get("post", ""),
        department=step.get("department", ""),
        unit_code=step.get("unit"),
        started_at=step.get("started_at"),
        due_at=step.get("due_at"),
    )
