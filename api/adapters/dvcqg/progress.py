"""A row of CapNhatTienDoHoSoMC, whoever sent it, as a step."""

from api.adapters.dvcqg import codes
from api.adapters.dvcqg.dossiers import CODE_LIMIT, NAME_LIMIT
from api.adapters.dvcqg.rows import Row
from api.adapters.dvcqg.texts import status_told
from procedures.transactions.rules.applicants import discreet
from procedures.transactions.rules.messages import StepTold
from procedures.vocabulary import MessageWarning

PERSON_LIMIT, CONTENT_LIMIT, ACCOUNT_LIMIT = 200, 10_000, 50


def step_of(row: Row) -> StepTold | None:
    """Return what a progress row says, or None with the reasons in `row.faults`.

    The officer's account and the unit of the step (one sender has them) go as his code and its name; whether anybody
    carries them is the rooms' question.
    """
    dossier_code = row.required("MaHoSo", limit=CODE_LIMIT)
    at = row.instant("ThoiDiemXuLy")
    if at is None:
        row.missing("ThoiDiemXuLy")
    status = row.code(codes.STATUSES, "TrangThai", "StatusId")
    if status is None:
        row.missing("StatusId" if row.has("StatusId") else "TrangThai")
    started_at = row.instant("NgayBatDau")
    due_at = row.due("NgayKetThucTheoQuyDinh")
    content = row.text("NoiDungXuLy", limit=CONTENT_LIMIT)
    if row.faults or at is None or status is None:
        return None
    meant = status_told(status, content)
    if meant is not status:
        row.warn(MessageWarning.STATUS_READ_FROM_TEXT)
    return StepTold(
        dossier_code=dossier_code,
        at=at,
        status=meant.value,
        content=discreet(content),
        official_code=row.text("TaiKhoanXuLy", limit=ACCOUNT_LIMIT) or None,
        official_name=row.text("NguoiXuLy", limit=PERSON_LIMIT),
        post=row.text("ChucDanh", limit=PERSON_LIMIT),
        department=row.text("PhongBanXuLy", "DonViXuLy", limit=NAME_LIMIT),
        unit_name=row.text("DonViXuLy", limit=NAME_LIMIT),
        started_at=started_at,
        due_at=due_at,
    )
