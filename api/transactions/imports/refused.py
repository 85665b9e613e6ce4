"""Files that were refused as a whole: nothing of them is kept, but their sender finds in the journal that they were."""

import datetime as dt

from api.errors import Invalid
from api.principals import Principal
from api.sending import as_sender
from api.transactions.imports.reading import VIA
from procedures.errors import FileDiffers, FileEmpty, FileTooLarge, FileUnpacksTooFar, FileUnreadable, RowFault
from procedures.transactions.services import IncomingMessage, receive
from procedures.vocabulary import MessageKind

_CODES: dict[type[Exception], str] = {
    FileDiffers: "file_differs",
    FileEmpty: "file_empty",
    FileTooLarge: "file_too_large",
    FileUnpacksTooFar: "file_unpacks_too_far",
    FileUnreadable: "file_unreadable",
}


def keep_refused_file(error: Exception, *, by: Principal, now: dt.datetime) -> None:
    """Keep that a file came and why it was refused; what passes by itself (no room, cut off) is no fault of a file.

    Where in the file something is wrong is not kept: a head that is none may be anybody's data.
    """
    codes = {fault.code for fault in error.faults} if isinstance(error, Invalid) else {_CODES.get(type(error))}
    faults = tuple(RowFault("", code) for code in sorted(filter(None, codes)))
    if faults:
        message = IncomingMessage(b"", faults=faults, kind=MessageKind.BATCH)
        receive([message], via=VIA, now=now, **as_sender(by))
