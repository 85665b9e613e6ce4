"""From the rows of a letter to the transactions room, and back to what each row is told."""

import datetime as dt
from dataclasses import replace

from api.adapters.dvcqg.answers import Verdict
from api.adapters.dvcqg.dossiers import CODE_LIMIT, applicant_of, snapshot_of
from api.adapters.dvcqg.letters import Letter, Service, Sheet, sheet_of
from api.adapters.dvcqg.progress import step_of
from api.parsing import document_of
from api.principals import Principal
from api.sending import as_sender
from procedures.errors import TransactionUnknown
from procedures.transactions.queries import transaction_with_code
from procedures.transactions.services import IncomingMessage, RowResult, receive
from procedures.vocabulary import MessageKind

VIA = "dvcqg"
TOLERANCE = dt.timedelta(days=1)
"""How far ahead a sender's clock may be."""
_POINTERS = {"procedure_code": "/MaTTHC", "settling_unit_code": "/DonViXuLy", "receiving_unit_code": "/MaHoSo"}
"""The senders' names for what the transactions room may not know."""


def taken(letter: Letter, *, by: Principal, now: dt.datetime) -> list[Verdict]:
    """Hand every row over, the refused ones as well: all are kept as received. One verdict a row, in their order."""
    messages = [_message(sheet, letter.service, latest=now + TOLERANCE) for sheet in letter.sheets]
    if not messages:
        return []
    results = receive(messages, via=VIA, now=now, **as_sender(by))
    return [_verdict(result) for result in results]


def read_again(raw: bytes, dossier_code: str, now: dt.datetime) -> IncomingMessage:
    """Read a kept row again, for a replay; what it tells shows by whether it has a moment of work."""
    document = document_of(raw)
    is_progress = isinstance(document, dict) and "ThoiDiemXuLy" in document
    service = Service.PROGRESS if is_progress else Service.DOSSIERS
    return _message(sheet_of(document, raw.decode()), service, latest=now + TOLERANCE)


def is_known(dossier_code: str, *, by: Principal, now: dt.datetime) -> bool:
    """Tell whether there is a transaction with this number that the caller may see."""
    try:
        transaction_with_code(dossier_code=dossier_code, viewer=by.viewer, now=now)
    except TransactionUnknown:
        return False
    return True


def _message(sheet: Sheet, service: Service, *, latest: dt.datetime) -> IncomingMessage:
    row = replace(sheet.row, latest=latest)
    told = None if row.faults else (snapshot_of(row) if service is Service.DOSSIERS else step_of(row))
    return IncomingMessage(
        raw=sheet.raw,
        told=(told,) if told else (),
        faults=tuple(row.faults),
        warnings=tuple(row.warnings),
        dossier_code=row.text("MaHoSo", limit=CODE_LIMIT),
        pointers=_POINTERS,
        kind=MessageKind.SNAPSHOT if service is Service.DOSSIERS else MessageKind.STEPS,
        applicant=applicant_of(row) if told and service is Service.DOSSIERS else None,
    )


def _verdict(result: RowResult) -> Verdict:
    return Verdict(result.dossier_code, str(result.outcome), result.faults, result.warnings)
