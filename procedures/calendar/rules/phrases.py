"""The phrases of `words`, Vietnamese and English."""

from procedures.calendar.rules.interruptions import Cause, Effect
from procedures.calendar.rules.units import LimitUnit

MINUTES = {"vi": "phút làm việc", "en": "office minutes"}

UNITS = {
    "vi": {
        LimitUnit.WORKING_DAY: "ngày làm việc",
        LimitUnit.CALENDAR_DAY: "ngày",
        LimitUnit.HOUR: "giờ làm việc",
        LimitUnit.MONTH: "tháng",
    },
    "en": {
        LimitUnit.WORKING_DAY: "working days",
        LimitUnit.CALENDAR_DAY: "calendar days",
        LimitUnit.HOUR: "office hours",
        LimitUnit.MONTH: "months",
    },
}

CAUSES = {
    "vi": {
        Cause.PROCESSING: "cơ quan giải quyết hồ sơ",
        Cause.SUPPLEMENT: "chờ bổ sung hồ sơ",
        Cause.FINANCIAL_DUTY: "chờ thực hiện nghĩa vụ tài chính",
        Cause.SECTOR_LAW: "tạm dừng theo pháp luật chuyên ngành",
        Cause.EXCLUSION: "thời gian được cấp trên duyệt loại trừ",
    },
    "en": {
        Cause.PROCESSING: "the office works on the dossier",
        Cause.SUPPLEMENT: "waiting for missing papers",
        Cause.FINANCIAL_DUTY: "waiting for a payment that is due",
        Cause.SECTOR_LAW: "stopped by the law of the sector",
        Cause.EXCLUSION: "time that a superior has agreed to exclude",
    },
}

EFFECTS: dict[str, dict[Effect | None, str]] = {
    "vi": {
        Effect.PAUSE: "thời gian này không tính vào thời hạn và hạn trả được lùi tương ứng",
        Effect.RESTART: "thời hạn được tính lại từ đầu kể từ khi nhận đủ hồ sơ",
        None: "việc này xảy ra sau khi đã quá hạn nên không làm thay đổi hạn trả",
    },
    "en": {
        Effect.PAUSE: "this time does not count, and the due date moves accordingly",
        Effect.RESTART: "the limit is counted again from the start once the dossier is complete",
        None: "this came after the due day had passed, so the due date stays",
    },
}

WHOLE_DAYS = {
    "vi": "ngày làm việc nằm trọn trong thời gian này không tính vào thời hạn và hạn trả được lùi tương ứng",
    "en": "working days wholly inside this time do not count, and the due date moves accordingly",
}

WHOLE_CALENDAR_DAYS = {
    "vi": (
        "ngày làm việc nằm trọn trong thời gian này và các ngày nghỉ xen giữa không tính vào thời hạn, "
        "hạn trả được lùi tương ứng"
    ),
    "en": (
        "working days wholly inside this time and the days off between them do not count, "
        "and the due date moves accordingly"
    ),
}

TEXTS = {
    "vi": {
        "received": "Hồ sơ được tiếp nhận lúc {at}; ngày tiếp nhận không tính vào thời hạn.",
        "received_hours": "Hồ sơ được tiếp nhận lúc {at}; thời hạn tính bằng giờ làm việc kể từ thời điểm đó.",
        "counts_as_received": "Hồ sơ được tính như tiếp nhận ngày {day}.",
        "counts_as_received_late": "Hồ sơ nhận sau 15 giờ nên được tính như tiếp nhận ngày {day}.",
        "promised": "Ngày hẹn trả kết quả ban đầu: {at}.",
        "limit": "Thời hạn giải quyết là {amount} {unit}; hạn trả ban đầu: {at}.",
        "unpromised": "Không có ngày hẹn trả kết quả nào của cơ quan để căn cứ.",
        "catalogue": "Thời hạn của thủ tục trong danh mục: {amount} {unit}.",
        "from_to": "Từ {begin} đến {end}: {cause}; {effect}.",
        "from": "Từ {begin} đến nay: {cause}; {effect}.",
        "weekend": "Không tính {count} ngày nghỉ hằng tuần.",
        "day_off": "Không tính ngày {day} ({name}).",
        "swapped": "Tính ngày {day} là ngày làm việc ({name}).",
        "rolled": "Ngày cuối của thời hạn rơi vào ngày nghỉ, nên hạn chuyển sang ngày làm việc tiếp theo.",
        "due": "Hạn trả kết quả: {at}.",
        "stands": "Thời hạn đang tạm dừng; hạn trả mới được xác định khi việc chờ kết thúc.",
        "unknown": "Chưa có căn cứ để xác định hạn trả kết quả.",
        "used_days": "Đã dùng {count} {unit} của thời hạn.",
        "used_minutes": "Đã dùng {hours} giờ {minutes} phút làm việc của thời hạn.",
        "ended": "Hồ sơ được giải quyết xong lúc {at}.",
        "doubtful": "Ngày {day} ({name}) chưa chính thức: lịch đổi trước khi hồ sơ xong thì hạn trả đổi theo.",
        "ended_refused": "Hồ sơ bị từ chối giải quyết lúc {at}; thời hạn dừng tính từ đó.",
        "ended_withdrawn": "Người nộp rút hồ sơ lúc {at}; thời hạn dừng tính từ đó.",
        "ended_stopped": "Việc giải quyết hồ sơ dừng lúc {at}; thời hạn dừng tính từ đó.",
        "stretch": "Từ {begin} đến {end}: {cause}; {what}.",
        "stretch_open": "Từ {begin} đến nay: {cause}; {what}.",
        "days_counted": "{count} {unit} tính vào thời hạn",
        "days_waited": "{count} {unit} không tính vào thời hạn",
        "days_discarded": "{count} {unit} đã dùng, không còn tính vì thời hạn được tính lại từ đầu",
        "unmeasured": "chưa biết kéo dài đến khi nào",
    },
    "en": {
        "received": "The dossier was received at {at}; the day of receipt does not count.",
        "received_hours": "The dossier was received at {at}; office hours count from that moment.",
        "counts_as_received": "The dossier counts as received on {day}.",
        "counts_as_received_late": "The dossier came after 15:00, so it counts as received on {day}.",
        "promised": "First due date promised: {at}.",
        "limit": "The limit is {amount} {unit}; first due date: {at}.",
        "unpromised": "The office told no due date to go by.",
        "catalogue": "Limit in the catalogue of procedures, in {unit}: {amount}.",
        "from_to": "From {begin} to {end}: {cause}; {effect}.",
        "from": "Since {begin}: {cause}; {effect}.",
        "weekend": "Weekly days of rest that do not count: {count}.",
        "day_off": "{day} does not count ({name}).",
        "swapped": "{day} counts as a working day ({name}).",
        "rolled": "The last day of the limit is a day off, so the limit ends on the next working day.",
        "due": "Due: {at}.",
        "stands": "The limit stands still; the new due date is known when the wait is over.",
        "unknown": "Nothing is known from which a due date could be counted.",
        "used_days": "Used of the limit so far, in {unit}: {count}.",
        "used_minutes": "Used of the limit so far: {hours} office hours and {minutes} minutes.",
        "ended": "The dossier was finished at {at}.",
        "doubtful": "{day} ({name}) is not official yet: if it changes before the end, so does the due date.",
        "ended_refused": "The dossier was refused at {at}; the limit ends there.",
        "ended_withdrawn": "The applicant withdrew the dossier at {at}; the limit ends there.",
        "ended_stopped": "Work on the dossier was stopped at {at}; the limit ends there.",
        "stretch": "From {begin} to {end}: {cause}; {what}.",
        "stretch_open": "Since {begin}: {cause}; {what}.",
        "days_counted": "counted against the limit, in {unit}: {count}",
        "days_waited": "not counted, in {unit}: {count}",
        "days_discarded": "used and counted no more, as the limit started again, in {unit}: {count}",
        "unmeasured": "nobody knows yet until when",
    },
}
