"""The value lists of the national portal, and the progress texts that contradict them."""

import re

from procedures.vocabulary import ApplicantKind, Channel, Status
from units.rules import folded

STATUSES = {str(status.code): status for status in Status}
CHANNELS = {"1": Channel.COUNTER, "2": Channel.ONLINE, "3": Channel.POST}
APPLICANTS = {
    "1": ApplicantKind.CITIZEN,
    "2": ApplicantKind.BUSINESS,
    "3": ApplicantKind.AGENCY,
    "4": ApplicantKind.ORGANISATION,
}
FLAGS = {"0": False, "1": True, "false": False, "true": True}
PAID_ONLINE = {**FLAGS, "2": True, "3": False}
"""DuocThanhToanTrucTuyen: 1 on the national portal, 2 on the province's gateway; 3 asked for but not seen paid."""

_SUPPLEMENT_CAME = re.compile(r"\b(da|tiep nhan|nhan|nop)( \w+){0,3} bo sung\b")
_SUPPLEMENT = re.compile(r"\bbo sung\b")
_DUTY_DONE = re.compile(r"\b(da|hoan thanh)( \w+){0,3} (nvtc|nghia vu tai chinh)\b")
_DUTY = re.compile(r"\b(nvtc|nghia vu tai chinh|nop (le )?phi|nop thue)\b")
_STOP = re.compile(r"(?<!ap )(?<!su )\bdung (xu ly|giai quyet|thuc hien)\b|\btam dung\b")
_TELLS = (
    (_SUPPLEMENT_CAME, Status.PROCESSING),
    (_SUPPLEMENT, Status.SUPPLEMENT_REQUESTED),
    (_DUTY_DONE, Status.PROCESSING),
    (_DUTY, Status.PAYMENT_REQUESTED),
    (_STOP, Status.STOPPED),
)


def status_told(status: Status, progress: str) -> Status:
    """Return the status a progress row means: a "finished" that asks for papers or money, or stops, is not one.

    One sender writes 9 for 5, 6 and 8, and only the text tells them apart.
    """
    if status is not Status.FINISHED:
        return status
    words = folded(progress)
    return next((meant for pattern, meant in _TELLS if pattern.search(words)), status)
