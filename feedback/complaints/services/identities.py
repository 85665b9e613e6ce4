"""Read who complained, where that is allowed."""

import datetime as dt

from feedback.complaints import vault
from feedback.complaints.models import Complaint
from feedback.errors import IdentitySealed
from feedback.vocabulary import IdentityMode

OPEN_MODE = "open mode: the complainant agreed that handlers know him"


def read_identity(*, complaint: Complaint, by: str, official_id: int | None, now: dt.datetime) -> dict[str, str]:
    """Return who complained openly, after writing down who read it; raises IdentitySealed for every other mode."""
    if complaint.mode != IdentityMode.OPEN:
        raise IdentitySealed
    return vault.read_open(complaint_id=complaint.pk, by=by, official_id=official_id, reason=OPEN_MODE, now=now)
