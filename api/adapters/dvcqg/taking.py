"""From the rows of a letter to the transactions room, and back to what each row is told."""

import datetime as dt
from dataclasses import replace

from api.adapters.dvcqg.answers import Verdict
from api.adapters.dvcqg.dossiers import CODE_LIMIT, applicant_of, snapshot_of
from api.adapters.dvcqg.letters import Letter, Service, Sheet, letter_of, sheet_of
from api.adapters.dvcqg.parsing import Body
from api.adapters.dvcqg.progress import step_of
from api.adapters.dvcqg.rows import Row
from api.errors import Invalid
from api.parsing import document_of
from api.principals import Principal
from api.sending import as_sender
from procedures.errors import RowFault, TransactionUnknown
from procedures.transactions.queries import dossier_meant, transaction_with_code
from procedures.transactions.services import IncomingMessage, RowResult, receive
from procedures.vocabulary import MessageKind

VIA = "dvcqg"
MALFORMED, TOO_LARGE = "malformed_json", "too_large"
TOLERANCE = dt.timedelta(days=1)
"""How far ahead a sender's clock may be."""
_POINTERS = {"procedure_code": "/MaTTHC", "settling_unit_code": "/DonViXuLy", "receiving_unit_code": "/MaHoSo"}
"""The senders' names for what the transactions room may not know."""
_KINDS = {Service.DOSSIERS: MessageKind.SNAPSHOT, Service.PROGRESS: MessageKind.STEPS}


def taken(letter: Letter, *, by: Principal, now: dt.datetime) -> list[Verdict]:
    """Hand every row over, the refused ones as well: all are kept as received. One verdict a row, in their order."""
    if letter.unreadable:
        if letter.service is not Service.LOOKUP:
            _keep(_unread(letter.document, letter.unreadable), by=by, now=now)
        return []
    messages = [_message(sheet, letter.service, latest=now + TOLERANCE) for sheet in letter.sheets]
    results = receive(messages, via=VIA, now=now, **as_sender(by))
    return [_verdict(result) for result in results]


def keep_malformed(raw: bytes, *, by: Principal, now: dt.datetime) -> None:
    """Keep a body that is no JSON, so that its sender finds it in his journal."""
    _keep(_unread(raw, MALFORMED), by=by, now=now)


def keep_too_large(*, by: Principal, now: dt.datetime) -> None:
    """Keep that a body came which is too large to be taken in."""
    _keep(_unread(b"", TOO_LARGE), by=by, now=now)


def read_again(raw: bytes, dossier_code: str, now: dt.datetime) -> IncomingMessage:
    """Read a kept row again, for a replay; what it tells shows by whether it has a moment of work."""
    try:
        document = document_of(raw)
    except Invalid:
        return _unread(raw, MALFORMED)
    is_row = isinstance(document, dict) and "MaHoSo" in document
    if not is_row and (why := letter_of(Body(document, raw.decode()), address=Service.DOSSIERS).unreadable):
        return _unread(raw, why)
    is_progress = isinstance(document, dict) and "ThoiDiemXuLy" in document
    service = Service.PROGRESS if is_progress else Service.DOSSIERS
    return _message(sheet_of(document, raw.decode()), service, latest=now + TOLERANCE)


def is_known(dossier_code: str, *, by: Principal, now: dt.datetime) -> bool:
    """Tell whether there is a transaction with this number, or of which it is an alias, that the caller may see."""
    try:
        code = dossier_meant(source=as_sender(by)["source"], code=dossier_code)
        transaction_with_code(dossier_code=code, viewer=by.viewer, now=now)
    except TransactionUnknown:
        return False
    return True


def _keep(message: IncomingMessage, *, by: Principal, now: dt.datetime) -> None:
    receive([message], via=VIA, now=now, **as_sender(by))


def _unread(raw: bytes, why: str) -> IncomingMessage:
    """Return a message that is no row of either service."""
    return IncomingMessage(raw=raw, faults=(RowFault("", why),))


def _message(sheet: Sheet, service: Service, *, latest: dt.datetime) -> IncomingMessage:
    row = replace(sheet.row, latest=latest)
    if _is_bare_status(row):
        service = Service.PROGRESS
        row.fault("ThoiDiemXuLy", "status_without_instant")
    told = None if row.faults else (snapshot_of(row) if service is Service.DOSSIERS else step_of(row))
    return IncomingMessage(
        raw=sheet.raw,
        told=(told,) if told else (),
        faults=tuple(row.faults),
        warnings=tuple(row.warnings),
        dossier_code=row.text("MaHoSo", limit=CODE_LIMIT),
        pointers=_POINTERS,
        kind=_KINDS[service],
        applicant=applicant_of(row) if told and service is Service.DOSSIERS else None,
    )


def _is_bare_status(row: Row) -> bool:
    """Tell whether a row says a status and nothing of when (CapNhatTrangThai of the newer portal).

    The time of arrival cannot stand for it: sent again, or late, the row would mean another order of things.
    """
    return row.has("TrangThai") and not any(row.has(name) for name in ("ThoiDiemXuLy", "NgayTiepNhan", "TrangThaiHoSo"))


def _verdict(result: RowResult) -> Verdict:
    return Verdict(result.dossier_code, str(result.outcome), result.faults, result.warnings)
