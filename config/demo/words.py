"""Coded words, days and numbers as a head of department reads them."""

import datetime as dt
from zoneinfo import ZoneInfo

TIMELINESS = {
    "early": "trước hạn",
    "on_time": "đúng hạn",
    "late": "quá hạn",
    "running": "đang xử lý",
    "running_late": "đang xử lý, quá hạn",
    "not_judged": "không xét",
}
OUTCOMES = {
    "withdrawn": "không xét (rút)",
    "refused_at_intake": "không xét (từ chối nhận)",
    "refused": "không xét (từ chối)",
    "finished": "không xét (không hẹn)",
    "stopped": "không xét (dừng)",
    "": "không xét",
}
MESSAGES = {
    "created": "tạo mới",
    "updated": "đã cập nhật",
    "unchanged": "đã có, không ghi thêm",
    "stale": "cũ hơn, chỉ lấp chỗ trống",
    "waiting": "chờ hồ sơ",
    "rejected": "bị từ chối",
}
REASONS = {
    "EARLY": "sớm hơn thời hạn luật định",
    "ON_TIME": "bằng thời hạn luật định",
    "LATE": "dài hơn thời hạn luật định",
    "STEP_EARLY": "khâu này sớm hơn hạn",
    "STEP_ON_TIME": "khâu này đúng hạn",
    "STEP_LATE": "khâu này trễ hạn",
    "NO_CONTACT": "không phải liên hệ thêm",
    "ONE_CONTACT": "liên hệ thêm một lần",
    "MORE_CONTACTS": "liên hệ thêm từ hai lần",
    "NO_AGENCY": "không phải đến cơ quan khác",
    "ONE_AGENCY": "phải đến một cơ quan khác",
    "MORE_AGENCIES": "phải đến nhiều cơ quan khác",
    "EARLY_NO_COMPLAINT": "sớm hạn, không có phản ánh",
    "ON_TIME_NO_COMPLAINT": "đúng hạn, không có phản ánh",
    "LATE_NO_COMPLAINT": "trễ hạn, không có phản ánh",
    "EARLY_COMPLAINT_FALSE": "sớm hạn, phản ánh không có cơ sở",
    "ON_TIME_COMPLAINT_FALSE": "đúng hạn, phản ánh không có cơ sở",
    "LATE_COMPLAINT_FALSE": "trễ hạn, phản ánh không có cơ sở",
    "COMPLAINT_PENDING": "phản ánh chưa kết luận",
    "COMPLAINT_UPHELD": "phản ánh có cơ sở",
}
CLASSES = {
    "excellent": "xuất sắc",
    "good": "tốt",
    "fair": "khá",
    "average": "trung bình",
    "weak": "yếu",
    "full": "hoàn thành 100 %",
    "from_70": "hoàn thành từ 70 %",
    "below_70": "hoàn thành dưới 70 %",
}
HISTORIES = {
    "H01": "Mỗi thay đổi được gửi hai lần",
    "H02": "Nộp và trả phí trực tuyến, xong sớm",
    "H03": "Trễ hẹn đầu; có phiếu xin lỗi, hẹn lại và kịp hẹn lại",
    "H04": "Yêu cầu bổ sung hai lần, mỗi lần tính lại hạn từ đầu",
    "H05": "Công dân rút hồ sơ",
    "H06": "Bị từ chối ngay khi tiếp nhận",
    "H07": "Bị từ chối sau khi thẩm tra, còn trong hạn",
    "H08": "Hết giờ chờ nên gửi lại, rồi gửi lần nữa sang địa chỉ khác",
    "H09": "Bản tin kết thúc đến trước, bản tin tạo hồ sơ đến cuối",
    "H11": "Có kết quả đúng hẹn, 26 ngày sau công dân mới nhận",
    "H12": "Chờ nghĩa vụ tài chính, đồng hồ tạm dừng",
    "H14": "Huyện nhận, xã mới trả: vắt qua ngày sáp nhập 01/7/2025",
    "H17": "Hệ thống bảo trợ xã hội: ngày viết kiểu khác, không có hẹn",
    "H19": "Mã do máy gửi tự sinh, số giấy tờ không phải của ai",
    "H20": "Mười một bản tin hỏng hoặc lạ, cùng gửi một lúc",
}


ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def day(text: str) -> str:
    """Write a date as it is written here."""
    return dt.date.fromisoformat(text).strftime("%d/%m/%Y")


def moment(text: str) -> str:
    """Write an instant as it is written here."""
    return dt.datetime.fromisoformat(text).astimezone(ZONE).strftime("%d/%m/%Y %H:%M")


def number(text: object) -> str:
    """Write a number with a decimal comma."""
    return str(text).replace(".", ",")


def label(timeliness: str, outcome: str) -> str:
    """Tell a transaction's timeliness; of one that is not judged, why."""
    return OUTCOMES[outcome] if timeliness == "not_judged" else TIMELINESS[timeliness]
