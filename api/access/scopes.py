"""Every scope there is (docs/tich-hop.md lists what the usual ones open)."""

from collections.abc import Iterable

from django.db.models import TextChoices


class Scope(TextChoices):
    """One right of a machine or a person; no right contains another."""

    UNITS_READ = "units:read", "Xem đơn vị, công chức"
    UNITS_WRITE = "units:write", "Sửa đơn vị, công chức"
    PROCEDURES_READ = "procedures:read", "Xem danh mục thủ tục"
    PROCEDURES_WRITE = "procedures:write", "Sửa danh mục thủ tục và lịch làm việc"
    TRANSACTIONS_READ = "transactions:read", "Xem giao dịch"
    TRANSACTIONS_WRITE = "transactions:write", "Gửi giao dịch"
    EXCLUSIONS_PROPOSE = "exclusions:propose", "Đề nghị loại trừ thời gian, rút đề nghị"
    EXCLUSIONS_DECIDE = "exclusions:decide", "Duyệt hoặc không duyệt loại trừ thời gian"
    TRANSACTIONS_OVERWRITE = "transactions:overwrite", "Ghi đè giao dịch của hệ thống nguồn khác"
    CONTACTS_READ = "contacts:read", "Đọc liên hệ của người nộp để gửi liên kết đánh giá"
    RATINGS_WRITE = "ratings:write", "Gửi đánh giá từ quầy tin cậy"
    RATINGS_READ = "ratings:read", "Xem đánh giá"
    RATINGS_MANAGE = "ratings:manage", "Xem từng đánh giá, tạm giữ đánh giá"
    COMPLAINTS_SUBMIT = "complaints:submit", "Chuyển phản ánh nhận qua kênh khác"
    COMPLAINTS_READ = "complaints:read", "Xem phản ánh"
    COMPLAINTS_HANDLE = "complaints:handle", "Xử lý phản ánh"
    COMPLAINTS_IDENTITY = "complaints:identity", "Mở danh tính người phản ánh"
    MONITORING_READ = "monitoring:read", "Xem số liệu theo dõi"
    MONITORING_MANAGE = "monitoring:manage", "Sửa ngưỡng cảnh báo, nhắc việc"
    DISCIPLINE_WRITE = "discipline:write", "Ghi hình thức kỷ luật"
    ASSESSMENTS_READ = "assessments:read", "Xem xếp loại"
    ASSESSMENTS_MANAGE = "assessments:manage", "Lập đợt xếp loại"
    ASSESSMENTS_PUBLISH = "assessments:publish", "Công bố xếp loại"
    EVENTS_READ = "events:read", "Đọc dòng sự kiện"
    WEBHOOKS_MANAGE = "webhooks:manage", "Quản lý webhook"
    EXPORTS_CREATE = "exports:create", "Xuất dữ liệu"
    AUDIT_READ = "audit:read", "Xem nhật ký"
    CLIENTS_MANAGE = "clients:manage", "Quản lý phần mềm kết nối"


class ClientWarning(TextChoices):
    """What whoever grants rights to a machine should think about; it is granted all the same."""

    RATINGS_MEET_TRANSACTIONS = (
        "ratings_meet_transactions",
        "Vừa xem từng đánh giá vừa xem giao dịch: ghép lại là biết ai đánh giá mà không qua việc mở liên kết có ghi sổ",
    )


ALL_SCOPES = frozenset(Scope.values)


def warnings_of(*, scopes: Iterable[str], has_boundary: bool) -> list[ClientWarning]:
    """Return what a machine with these rights could do that no single one of them allows.

    Single ratings are told only to who has no boundary.
    """
    meets = {Scope.RATINGS_MANAGE, Scope.TRANSACTIONS_READ} <= set(scopes) and not has_boundary
    return [ClientWarning.RATINGS_MEET_TRANSACTIONS] if meets else []
