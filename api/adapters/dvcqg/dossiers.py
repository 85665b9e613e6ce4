"""A row of DongBoHoSoMC, whoever sent it, as a snapshot.

`isUpdating` is not read: senders say "True" of dossiers nobody knows and "False" of old ones. Nor is the time of
arrival: a snapshot is as new as the newest moment in it, so that order and repetition do not matter.
"""

import datetime as dt
from collections.abc import Iterator

from procedures.transactions.rules.dossier_codes import national_procedure_code

from api.adapters.dvcqg import codes
from api.adapters.dvcqg.identity import applicant_ref
from api.adapters.dvcqg.instants import CLOSING_TIME
from api.adapters.dvcqg.rows import Row
from procedures.transactions.rules.messages import Snapshot, SupplementTold
from procedures.vocabulary import Status

CODE_LIMIT, NAME_LIMIT, KEY_LIMIT = 100, 300, 60
ENDS = {Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.FINISHED, Status.RETURNED}


def snapshot_of(row: Row) -> Snapshot | None:
    """Return what a dossier row says, or None with the reasons in `row.faults`."""
    dossier_code = row.required("MaHoSo", limit=CODE_LIMIT)
    supplements = tuple(_supplements(row))
    received_at, submitted_at = row.instant("NgayTiepNhan"), _first(row, "NgayNopHoSo", "SubmittedDate")
    ended_at, returned_at = _first(row, "NgayKetThucXuLy", "NgayTuChoi"), row.instant("NgayTra")
    told_at = [received_at, submitted_at, ended_at, returned_at, row.instant("NgayTuChoi"), row.instant("NgayBanHanh")]
    told_at += [moment for one in supplements for moment in (one.requested_at, one.answered_at)]
    status = _status(row, supplements, ended_at)
    if received_at is None and (submitted_at is None or status is not Status.REGISTERED):
        row.fault("NgayTiepNhan", "required")
    snapshot = {
        "procedure_code": national_procedure_code(row.text("MaTTHC", limit=CODE_LIMIT)) or None,
        "receiving_unit_code": row.text("MaDonViTiepNhan", limit=CODE_LIMIT) or None,
        "settling_unit_name": row.text("DonViXuLy", limit=NAME_LIMIT) or None,
        "channel": row.code(codes.CHANNELS, "KenhThucHien"),
        "paid_online": row.code(codes.PAID_ONLINE, "DuocThanhToanTrucTuyen"),
        "digitised": _digitised(row),
        "electronic_result": _electronic_result(row, status),
        "due_at": row.instant("NgayHenTra", day_means=CLOSING_TIME),
        **_applicant(row),
    }
    if row.faults or status is None:
        return None
    return Snapshot(
        dossier_code=dossier_code,
        source_updated_at=max(moment for moment in told_at if moment),
        status=status.value,
        submitted_at=submitted_at,
        received_at=received_at,
        ended_at=ended_at if status in ENDS else None,
        returned_at=returned_at,
        supplements=supplements,
        **snapshot,
    )


def _status(row: Row, supplements: tuple[SupplementTold, ...], ended_at: dt.datetime | None) -> Status | None:
    """Read TrangThaiHoSo or StatusId; a "finished" whose end is a field left empty says only that work goes on.

    One sender writes 9 for 5, 6 and 8: then a list of supplements may tell, or the progress rows will.
    """
    status = row.code(codes.STATUSES, "TrangThaiHoSo", "StatusId")
    if status is None and not row.faults_at("TrangThaiHoSo", "StatusId"):
        row.fault("StatusId" if row.has("StatusId") else "TrangThaiHoSo", "required")
    if status is not Status.FINISHED or ended_at or not row.has("NgayKetThucXuLy"):
        return status
    row.warn("finished_without_date")
    is_open = any(one.answered_at is None for one in supplements)
    return Status.SUPPLEMENT_REQUESTED if is_open else Status.PROCESSING


def _supplements(row: Row) -> Iterator[SupplementTold]:
    for item in row.items("DanhSachHoSoBoSung"):
        asked_at, answered_at = item.instant("NgayBoSung"), item.instant("NgayTiepNhanBoSung")
        before = item.instant("NgayHenTraTruoc", day_means=CLOSING_TIME)
        after = item.instant("NgayHenTraMoi", day_means=CLOSING_TIME)
        if asked_at is None:
            item.fault("NgayBoSung", "required")
            continue
        key = item.text("HoSoBoSungId", limit=KEY_LIMIT)
        yield SupplementTold(
            key=key if key not in {"", "0"} else asked_at.isoformat(),
            requested_at=asked_at,
            answered_at=answered_at,
            due_at_before=before,
            due_at_after=after if answered_at else None,
        )


def _applicant(row: Row) -> dict[str, str | None]:
    kind = row.code(codes.APPLICANTS, "LoaiDoiTuong")
    listed = [item.text("SoDinhDanh") for item in row.items("DinhDanhCHS")]
    own = [row.text(name) for name in ("SoDinhDanh", "CMND", "SoGiayToChuHoSo", "MaDoiTuong")]
    ref = applicant_ref(kind, [*listed, *own])
    if ref is None:
        row.warn("applicant_unknown")
    return {"applicant_kind": kind.value if kind else None, "applicant_ref": ref}


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


def _first(row: Row, *names: str) -> dt.datetime | None:
    return next((moment for moment in [row.instant(name) for name in names] if moment), None)
