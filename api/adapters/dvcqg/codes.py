"""The value lists of the national portal."""

from procedures.vocabulary import ApplicantKind, Channel, Status

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
