"""What was refused before anything in it could be looked at: its sender finds it in the journal all the same."""

import datetime as dt

from rest_framework.request import Request

from api.errors import Invalid, TooLarge
from api.parsing import USUAL_LIMIT
from api.principals import Principal
from api.sending import as_sender
from api.transactions.reading import VIA, unreadable
from procedures.errors import RowFault
from procedures.transactions.services import IncomingMessage, receive
from procedures.vocabulary import MessageKind

TOO_LARGE = "too_large"


def keep_refused(
    request: Request,
    error: Invalid | TooLarge,
    *,
    kind: MessageKind,
    by: Principal,
    now: dt.datetime,
    dossier_code: str = "",
) -> None:
    """Keep a body that could not be read as it came; of one that is too large, or no small batch, only that it came.

    What was cut off on its way is not kept: its sender is gone, and nobody knows what it was to say.
    """
    if isinstance(error, TooLarge):
        faults = (RowFault("", TOO_LARGE),)
        message = IncomingMessage(b"", faults=faults, dossier_code=dossier_code, kind=kind)
    else:
        raw = getattr(request, "raw_body", None)
        if raw is None:
            return
        message = unreadable(raw if len(raw) <= USUAL_LIMIT else b"", error, dossier_code=dossier_code, kind=kind)
    receive([message], via=VIA, now=now, **as_sender(by))
