"""A row of DongBoHoSoMC, whoever sent it, as a snapshot.

`isUpdating` is not read: senders say "True" of dossiers nobody knows and "False" of old ones. Nor is the time of
arrival: a snapshot is as new as the newest moment in it, so that order and repetition do not matter.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from api.adapters.dvcqg import codes
from api.adapters.dvcqg.rows import Row
from procedures.catalogue.rules import national_code_of
from procedures.transactions.rules.applicants import Person, applicant_number
from procedures.transactions.rules.dossier_codes import parsed
from procedures.transactions.rules.messages import Snapshot, SupplementTold
from procedures.vocabulary import ENDS, MessageWarning, Status

CODE_LIMIT, NAME_LIMIT, KEY_LIMIT = 100, 300, 60


def snapshot_of(row: Row) -> Snapshot | None:
    """Return what a dossier row says, or None with the reasons in `row.faults`."""
    supplements = tuple(_supplements(row))
    dates = _dates(row)
    status = _status(row, supplements, dates.ended_at)
    if dates.received_at is None and (dates.submitted_at is None or status is not Status.REGISTERED):
        row.missing("NgayTiepNhan")
    dossier_code = row.required("MaHoSo", limit=CODE_LIMIT)
    code, kind = parsed(dossier_code), row.code(codes.APPLICANTS, "LoaiDoiTuong")
    snapshot = Snapshot(
        dossier_code=dossier_code,
        source_updated_at=dates.newest(supplements),
        status=status.value if status else "",
        procedure_code=national_code_of(row.text("MaTTHC", limit=CODE_LIMIT)) or None,
        receiving_unit_code=row.text("MaDonViTiepNhan", limit=CODE_LIMIT) or (code.unit_code if code else None),
        settling_unit_name=row.text("DonViXuLy", limit=NAME_LIMIT) or None,
        channel=row.code(codes.CHANNELS, "KenhThucHien"),
        applicant_kind=kind.value if kind else None,
        submitted_at=dates.submitted_at,
        received_at=dates.received_at,
        due_at=row.due("NgayHenTra"),
        ended_at=dates.ended_at if status in ENDS else None,
        returned_at=dates.returned_at,
        supplements=supplements,
        paid_online=row.code(codes.PAID_ONLINE, "DuocThanhToanTrucTuyen"),
        digitised=_digitised(row),
        electronic_result=_electronic_result(row, status),
    )
    if applicant_of(row) is None:
        row.warn(MessageWarning.APPLICANT_UNKNOWN)
    return None if row.faults else snapshot


def applicant_of(row: Row) -> Person | None:
    """Return the kind and number of the person a dossier row is about, or None: unknown."""
    return applicant_number(row.code(codes.APPLICANTS, "LoaiDoiTuong"), _numbers(row))


@dataclass(frozen=True)
class _Dates:
    """The moments of a row itself; its supplements have their own."""

    received_at: dt.datetime | None
    submitted_at: dt.datetime | None
    ended_at: dt.datetime | None
    refused_at: dt.datetime | None
    returned_at: dt.datetime | None
    decided_at: dt.datetime | None

    def newest(self, supplements: tuple[SupplementTold, ...]) -> dt.datetime:
        """Return the newest moment of all, and the dawn of time when there is none (then the row is refused)."""
        told = [moment for one in supplements for moment in (one.requested_at, one.answered_at)]
        own = (self.received_at, self.submitted_at, self.ended_at, self.refused_at, self.returned_at, self.decided_at)
        return max((moment for moment in (*own, *told) if moment), default=dt.datetime.min.replace(tzinfo=dt.UTC))


def _dates(row: Row) -> _Dates:
    refused_at = row.instant("NgayTuChoi")
    return _Dates(
        received_at=row.instant("NgayTiepNhan"),
        submitted_at=row.instant("NgayNopHoSo") or row.instant("SubmitedDate") or row.instant("SubmittedDate"),
        ended_at=row.instant("NgayKetThucXuLy") or refused_at,
        refused_at=refused_at,
        returned_at=row.instant("NgayTra"),
        decided_at=row.instant("NgayBanHanh"),
    )


def _status(row: Row, supplements: tuple[SupplementTold, ...], ended_at: dt.datetime | None) -> Status | None:
    """Read TrangThaiHoSo or StatusId; a "finished" whose end is a field left empty says only that work goes on.

    One sender writes 9 for 5, 6 and 8: then a list of supplements may tell, or the progress rows will.
    """
    status = row.code(codes.STATUSES, "TrangThaiHoSo", "StatusId")
    if status is None:
        row.missing("StatusId" if row.has("StatusId") else "TrangThaiHoSo")
    if status is not Status.FINISHED or ended_at or not row.has("NgayKetThucXuLy"):
        return status
    row.warn(MessageWarning.FINISHED_WITHOUT_DATE)
    is_open = any(one.answered_at is None for one in supplements)
    return Status.SUPPLEMENT_REQUESTED if is_open else Status.PROCESSING


def _supplements(row: Row) -> Iterator[SupplementTold]:
    for item in row.items("DanhSachHoSoBoSung"):
        asked_at, answered_at = item.instant("NgayBoSung"), item.instant("NgayTiepNhanBoSung")
        before = item.due("NgayHenTraTruoc")
        after = item.due("NgayHenTraMoi")
        if asked_at is None:
            item.missing("NgayBoSung")
            continue
        key = item.text("HoSoBoSungId", limit=KEY_LIMIT)
        yield SupplementTold(
            key=key if key not in {"", "0"} else asked_at.astimezone(dt.UTC).isoformat(),
            requested_at=asked_at,
            answered_at=answered_at,
            due_at_before=before,
            due_at_after=after if answered_at else None,
        )


def _numbers(row: Row) -> list[str]:
    """Return the numbers that may be the applicant's, the surest first."""
    listed = [item.text("SoDinhDanh") for item in row.items("DinhDanhCHS")]
    return [*listed, *(row.text(name) for name in ("SoDinhDanh", "CMND", "SoGiayToChuHoSo", "MaDoiTuong"))]


def _digitised(row: Row) -> bool | None:
    told = row.code(codes.FLAGS, "HoSoCoThanhPhanSoHoa")
    if told is not None:
        return told
    papers = [item.code(codes.FLAGS, "DuocSoHoa") for item in row.items("TaiLieuNop")]
    return True if True in papers else None


def _electronic_result(row: Row, status: Status | None) -> bool | None:
    """Tell whether a result can be fetched; before the end an empty list says nothing."""
    if any(item.text("DuongDanTepTinKetQua") for item in row.items("DanhSachGiayToKetQua")):
        return True
    return False if status in {Status.FINISHED, Status.RETURNED} and row.has("DanhSachGiayToKetQua") else None
