"""The one table from what can be refused to what the client is told (RFC 9457), and the handlers that tell it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from rest_framework import exceptions as drf
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from api.errors import (
    Absent,
    BeyondOwnRights,
    ClientKnown,
    Fault,
    Forbidden,
    IdentityProviderAway,
    Invalid,
    KeyInFlight,
    KeyReused,
    PreconditionMissing,
    PreconditionStale,
    SignInFailed,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
)
from api.language import said
from api.tracing import request_id
from feedback.errors import (
    AlreadyPublished,
    AlreadyRated,
    AmendmentTooLate,
    AnswersRefused,
    AssessmentUnknown,
    ComplaintUnknown,
    CriteriaSetUnknown,
    FindingsIncomplete,
    FormRefused,
    HelperServed,
    IdentitySealed,
    NarrowedTwice,
    NewerPublished,
    NoScoringRules,
    PeriodsMissing,
    PeriodTaken,
    PeriodUnknown,
    RatingFormUnknown,
    RatingIdTaken,
    RatingStateRefused,
    RatingUnknown,
    ReceiptUnknown,
    RightNotUsable,
    RightUnknown,
    RunIsProvisional,
    RunNeedsReason,
    RunNeedsWholeProvince,
    RunNotFinished,
    StaffMayNotRate,
    SubmissionRejected,
    TargetUnknown,
    TransitionRefused,
    VerificationMissing,
)
from procedures.errors import (
    DayDoesNotFit,
    FieldUnknown,
    LimitUnknown,
    MessageUnknown,
    NoCalendar,
    PeriodOverlap,
    ProcedureUnknown,
    TransactionUnknown,
)
from units.errors import (
    CodeReused,
    HeadTaken,
    OfficialUnknown,
    PeriodsOverlap,
    SuccessionKnown,
    SuccessorsUnfit,
    UnitHasSubordinates,
    UnitNotInForce,
    UnitUnderItself,
    UnitUnknown,
)

MEDIA_TYPE = "application/problem+json"
RETRY_SOON = 5
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What the client is told: the name at the end of `type`, the status, and a title and detail in two languages."""

    slug: str
    status: HTTPStatus
    vi: str
    en: str
    detail_vi: str = ""
    detail_en: str = ""

    @property
    def type(self) -> str:
        """The address of the page that explains this problem."""
        return f"{settings.PUBLIC_BASE_URL}/problems/{self.slug}"


INVALID = Problem(
    "invalid", HTTPStatus.BAD_REQUEST, "Dữ liệu gửi lên không hợp lệ", "The request is not valid",
    "Mục “errors” nêu từng chỗ sai; sửa rồi gửi lại.", "“errors” names each fault; correct them and send again.",
)  # fmt: skip
MALFORMED = Problem(
    "bad-request", HTTPStatus.BAD_REQUEST, "Yêu cầu không đọc được", "The request cannot be read",
    "Địa chỉ máy chủ, tiêu đề hoặc nội dung gửi lên bị sai hay bị cắt ngang. Chưa có gì được ghi.",
    "The host, a header or the body is wrong or was cut off. Nothing was written.",
)  # fmt: skip
UNAUTHENTICATED = Problem(
    "unauthenticated", HTTPStatus.UNAUTHORIZED, "Chưa xác thực", "Not authenticated",
    "Gửi kèm tiêu đề Authorization: Bearer với mã truy cập còn hiệu lực.",
    "Send an Authorization: Bearer header with a live access token.",
)  # fmt: skip
FORBIDDEN = Problem(
    "forbidden", HTTPStatus.FORBIDDEN, "Không đủ quyền", "Not allowed",
    "Tài khoản này không được cấp quyền cho thao tác này.", "This caller was not granted this operation.",
)  # fmt: skip
ABSENT = Problem(
    "not-found", HTTPStatus.NOT_FOUND, "Không tìm thấy", "Not found",
    "Không có gì ở địa chỉ này, hoặc bạn không được biết.", "Nothing is here, or nothing you may know of.",
)  # fmt: skip
SERVER_ERROR = Problem(
    "server-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Lỗi của hệ thống", "The service failed",
    "Chưa có gì được ghi. Gửi lại được; nếu vẫn lỗi, báo mã ở “instance”.",
    "Nothing was written. It is safe to send again; if it fails again, report “instance”.",
)  # fmt: skip
UNAVAILABLE = Problem(
    "unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Hệ thống tạm ngừng", "Temporarily unavailable",
    "Cơ sở dữ liệu chưa sẵn sàng. Gửi lại sau ít giây.", "The database is not ready. Send again in a few seconds.",
)  # fmt: skip
TOO_LARGE = Problem(
    "too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Nội dung quá lớn", "The body is too large",
    "Thao tác này nhận tối đa {limit} byte.", "This operation takes at most {limit} bytes.",
)  # fmt: skip

PROBLEMS: dict[type[Exception], Problem] = {
    Invalid: INVALID,
    drf.ValidationError: INVALID,
    drf.ParseError: INVALID,
    Unauthenticated: UNAUTHENTICATED,
    drf.NotAuthenticated: UNAUTHENTICATED,
    drf.AuthenticationFailed: UNAUTHENTICATED,
    Forbidden: FORBIDDEN,
    drf.PermissionDenied: FORBIDDEN,
    PermissionDenied: FORBIDDEN,
    SuspiciousOperation: MALFORMED,
    BadRequest: MALFORMED,
    UnreadablePostError: MALFORMED,
    Absent: ABSENT,
    Http404: ABSENT,
    drf.NotFound: ABSENT,
    drf.MethodNotAllowed: Problem(
        "method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "Phương thức không được dùng ở đây", "Method not allowed",
        "Tiêu đề Allow liệt kê các phương thức dùng được.", "The Allow header lists what may be used.",
    ),
    drf.NotAcceptable: Problem(
        "not-acceptable", HTTPStatus.NOT_ACCEPTABLE, "Không có định dạng được yêu cầu", "Not acceptable",
        "Thao tác này không trả lời bằng định dạng nêu ở Accept.", "This operation cannot answer in the Accept format.",
    ),
    drf.UnsupportedMediaType: Problem(
        "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Định dạng gửi lên không được hỗ trợ",
        "Unsupported media type", "Gửi application/json.", "Send application/json.",
    ),
    PreconditionMissing: Problem(
        "precondition-required", HTTPStatus.PRECONDITION_REQUIRED, "Thiếu If-Match", "If-Match is required",
        "Đọc lại bản hiện hành rồi gửi ETag của nó trong If-Match.",
        "Read the current version and send its ETag in If-Match.",
    ),
    PreconditionStale: Problem(
        "precondition-failed", HTTPStatus.PRECONDITION_FAILED, "Bản đang sửa đã cũ", "The version is stale",
        "Người khác đã sửa trước. Đọc lại rồi sửa trên bản mới.",
        "Somebody changed it first. Read it again and edit the new version.",
    ),
    KeyInFlight: Problem(
        "key-in-flight", HTTPStatus.CONFLICT, "Yêu cầu cùng khóa đang được xử lý", "The same request is in flight",
        "Yêu cầu trước với Idempotency-Key này chưa xong. Gửi lại y nguyên sau giây lát.",
        "The first request with this Idempotency-Key is not done. Send it again, unchanged, in a moment.",
    ),
    KeyReused: Problem(
        "key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "Idempotency-Key đã dùng cho nội dung khác",
        "The Idempotency-Key was used for another body", "Dùng khóa mới cho nội dung mới.",
        "Use a new key for a new body.",
    ),
    SignInFailed: Problem(
        "sign-in-failed", HTTPStatus.UNAUTHORIZED, "Đăng nhập không thành công", "Signing in failed",
        "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng, hoặc mã đã dùng rồi.",
        "The user name, the password or the code is wrong, or the code was used before.",
    ),
    IdentityProviderAway: Problem(
        "identity-provider-away", HTTPStatus.SERVICE_UNAVAILABLE, "Chưa kiểm tra được danh tính",
        "The identity provider is away", "Hệ thống đăng nhập của tỉnh chưa trả lời. Gửi lại sau ít giây.",
        "The identity provider does not answer. Send again in a few seconds.",
    ),
    BeyondOwnRights: Problem(
        "beyond-own-rights", HTTPStatus.FORBIDDEN, "Vượt quá quyền của người cấp", "Beyond the grantor's own rights",
        "Không ai cấp được quyền hoặc phạm vi mình không có: {scopes}.",
        "Nobody can grant rights or a boundary he does not hold: {scopes}.",
    ),
    ClientKnown: Problem(
        "client-known", HTTPStatus.CONFLICT, "Mã phần mềm đã có", "The client_id is taken",
        "Chọn client_id khác.", "Choose another client_id.",
    ),
    TooLarge: TOO_LARGE,
    RequestDataTooBig: TOO_LARGE,
    TooManyRequests: Problem(
        "too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "Quá nhiều yêu cầu", "Too many requests",
        "Gửi lại sau {retry_after} giây.", "Send again in {retry_after} seconds.",
    ),
    RatingFormUnknown: Problem(
        "rating-form-unknown", HTTPStatus.NOT_FOUND, "Không có mẫu đánh giá này", "No such rating form",
        "GET /rating-forms liệt kê các mẫu đang dùng; không có {code}, hoặc không có phiên bản đó.",
        "GET /rating-forms lists the forms in use; {code}, or this version of it, is not among them.",
    ),
    AnswersRefused: INVALID,
    FormRefused: INVALID,
    RightNotUsable: Problem(
        "right-not-usable", HTTPStatus.GONE, "Quyền đánh giá không dùng được", "The right to rate cannot be used",
        "Mã không đúng, đã dùng, đã hết hạn, đã bị thay hoặc thuộc mẫu khác. Xin mã mới ở nơi tiếp nhận hồ sơ.",
        "The code is wrong, used, expired, replaced or of another form. Ask the receiving office for a new one.",
    ),
    AlreadyRated: Problem(
        "already-rated", HTTPStatus.CONFLICT, "Bước này đã được đánh giá", "This step was rated before",
        "Mỗi bước của một hồ sơ chỉ được đánh giá một lần.", "Each step of a dossier is rated once.",
    ),
    RatingIdTaken: Problem(
        "rating-id-taken", HTTPStatus.CONFLICT, "id này đã dùng cho đánh giá khác", "The id names another rating",
        "Tạo UUID mới cho mỗi đánh giá mới.", "Make a new UUID for each new rating.",
    ),
    HelperServed: Problem(
        "helper-served", HTTPStatus.CONFLICT, "Người giúp đánh giá đã tham gia phục vụ", "The helper served",
        "Cán bộ đã tham gia phục vụ hồ sơ không được nhập đánh giá thay người dân; nhờ người khác giúp.",
        "An official who served this dossier may not enter its rating; ask somebody else to help.",
    ),
    StaffMayNotRate: Problem(
        "staff-may-not-rate", HTTPStatus.FORBIDDEN, "Cán bộ không tự đánh giá", "Staff may not rate",
        "Tài khoản cán bộ chỉ nhập hộ người dân: gửi assisted_by với role là official và mã của chính mình.",
        "An official's account only types in for citizens: send assisted_by with role official and your own code.",
    ),
    RatingStateRefused: Problem(
        "rating-state-refused", HTTPStatus.CONFLICT, "Đánh giá đang ở trạng thái khác", "The state does not allow it",
        "Đánh giá đang “{state}” nên chưa thể chuyển thành “{wanted}”.",
        "The rating is “{state}”, from which “{wanted}” does not follow.",
    ),
    AmendmentTooLate: Problem(
        "amendment-too-late", HTTPStatus.CONFLICT, "Đã quá hạn sửa đánh giá", "Too late to amend the rating",
        "Đánh giá chỉ sửa được trong 24 giờ sau khi gửi; bản đã gửi được giữ nguyên.",
        "A rating can be amended for 24 hours after it was given; it stays as it is.",
    ),
    RatingUnknown: ABSENT,
    RightUnknown: ABSENT,
    SubmissionRejected: INVALID,
    ComplaintUnknown: ABSENT,
    ReceiptUnknown: Problem(
        "receipt-unknown", HTTPStatus.NOT_FOUND, "Không có biên nhận này", "There is no such receipt",
        "Số biên nhận hoặc mã bí mật không đúng. Xem lại từng ký tự trên biên nhận rồi nhập lại cả hai.",
        "The receipt number or the secret is wrong. Check both against the receipt and enter them again.",
    ),
    TransitionRefused: Problem(
        "transition-refused", HTTPStatus.CONFLICT, "Không chuyển được trạng thái", "The state does not allow it",
        "Vụ việc đang ở trạng thái “{state}” nên không chuyển sang “{wanted}” được; xem allowed_transitions.",
        "The case is “{state}” and cannot become “{wanted}”; see allowed_transitions.",
    ),
    VerificationMissing: Problem(
        "verification-missing", HTTPStatus.CONFLICT, "Phản ánh chưa được xác minh", "Not verified yet",
        "Phải thụ lý và ghi kết quả xác minh trước khi kết luận.", "Accept and verify before you conclude.",
    ),
    FindingsIncomplete: Problem(
        "findings-incomplete", HTTPStatus.CONFLICT, "Còn nội dung chưa kết luận", "Findings are missing",
        "Mỗi nội dung của từng người bị phản ánh cần một kết luận; còn thiếu: {missing}.",
        "Each allegation against each accused needs a finding; missing: {missing}.",
    ),
    IdentitySealed: Problem(
        "identity-sealed", HTTPStatus.CONFLICT, "Danh tính được niêm phong", "The identity is sealed",
        "Người phản ánh ẩn danh hoặc yêu cầu giữ kín danh tính.", "The complainant is anonymous or asked to be sealed.",
    ),
    UnitUnknown: Problem(
        "unit-unknown", HTTPStatus.NOT_FOUND, "Không có đơn vị này", "No such unit",
        "Không đơn vị nào mang mã “{code}” vào ngày được hỏi, hoặc bạn không được biết.",
        "No unit carries the code “{code}” on the day asked for, or none you may know of.",
    ),
    OfficialUnknown: Problem(
        "official-unknown", HTTPStatus.NOT_FOUND, "Không có cán bộ này", "No such official",
        "Không cán bộ nào mang mã “{code}”, hoặc bạn không được biết.",
        "No official carries the code “{code}”, or none you may know of.",
    ),
    PeriodsOverlap: Problem(
        "periods-overlap", HTTPStatus.CONFLICT, "Khoảng thời gian bị chồng lấn", "Periods overlap",
        "Đã có dữ liệu khác có hiệu lực trong khoảng này. Chọn ngày bắt đầu sau bản mới nhất, hoặc sửa chính bản đó.",
        "Something else is already in force in this period. Begin after the newest version, or correct that one.",
    ),
    UnitUnderItself: Problem(
        "unit-under-itself", HTTPStatus.CONFLICT, "Đơn vị không thể thuộc chính mình",
        "A unit cannot stand under itself",
        "Đơn vị cấp trên được chọn chính là đơn vị này hoặc đang thuộc đơn vị này.",
        "The parent is this unit itself or stands under it.",
    ),
    UnitNotInForce: Problem(
        "unit-not-in-force", HTTPStatus.CONFLICT, "Đơn vị không có hiệu lực vào ngày đó",
        "The unit is not in force on that day",
        "Đơn vị “{code}” không có vào ngày {on}: đã kết thúc hoặc chưa được lập.",
        "The unit “{code}” is not there on {on}: it has ended or has not begun.",
    ),
    UnitHasSubordinates: Problem(
        "unit-has-subordinates", HTTPStatus.CONFLICT, "Còn đơn vị trực thuộc", "Units still stand under it",
        "Trước khi “{code}” kết thúc, hãy chuyển hoặc kết thúc các đơn vị trực thuộc: {subordinates}.",
        "Before “{code}” ends, move or end the units under it: {subordinates}.",
    ),
    SuccessorsUnfit: Problem(
        "successors-unfit", HTTPStatus.CONFLICT, "Số đơn vị kế thừa không hợp với loại sắp xếp",
        "The successors do not fit the kind of handing over",
        "Đổi tên và giải thể: không có; hợp nhất và chuyển giao: một; chia: từ hai, tách: từ một; không có “{code}”.",
        "Rename and dissolve: none; merge, transfer: one; division: two or more, part: one or more; never “{code}”.",
    ),
    CodeReused: Problem(
        "code-reused", HTTPStatus.CONFLICT, "Mã đã thuộc về đơn vị khác", "The code was another unit's",
        "Mã của một đơn vị chỉ chuyển cho đơn vị kế thừa nó; ghi việc kế thừa trước, hoặc dùng mã khác.",
        "A unit's code passes only to who follows it; record the succession first, or use another code.",
    ),
    HeadTaken: Problem(
        "head-taken", HTTPStatus.CONFLICT, "Đơn vị đã có người đứng đầu", "The unit has a head already",
        "Đơn vị “{code}” đã có người đứng đầu trong khoảng này; kết thúc vị trí đó trước.",
        "The unit “{code}” has a head in this period; end that posting first.",
    ),
    SuccessionKnown: Problem(
        "succession-known", HTTPStatus.CONFLICT, "Việc kế thừa này đã được ghi", "This succession is already recorded",
        "Cùng đơn vị cũ, đơn vị mới và ngày hiệu lực đã có trong sổ.",
        "The same predecessor, successor and day are already in the register.",
    ),
    TransactionUnknown: Problem(
        "transaction-unknown", HTTPStatus.NOT_FOUND, "Không có giao dịch mang mã hồ sơ này",
        "No transaction carries this dossier code", "Kiểm tra mã hồ sơ trên giấy tiếp nhận và hẹn trả kết quả.",
        "Check the dossier code on the receipt.",
    ),
    MessageUnknown: Problem(
        "message-unknown", HTTPStatus.NOT_FOUND, "Không có thông điệp mang số này trong nhật ký của bạn",
        "No message of yours carries this number", "Xem GET /journal.", "See GET /journal.",
    ),
    FieldUnknown: Problem(
        "field-unknown", HTTPStatus.NOT_FOUND, "Không có lĩnh vực này", "No such field",
        "GET /fields liệt kê các lĩnh vực; không có lĩnh vực mang mã “{code}”.",
        "GET /fields lists the fields; none has the code “{code}”.",
    ),
    ProcedureUnknown: Problem(
        "procedure-unknown", HTTPStatus.NOT_FOUND, "Không có thủ tục này", "No such procedure",
        "Danh mục không có thủ tục mang mã “{code}” vào ngày được hỏi.",
        "The catalogue has no procedure with the code “{code}” on the day asked for.",
    ),
    PeriodOverlap: Problem(
        "procedure-periods-overlap", HTTPStatus.CONFLICT, "Khoảng hiệu lực của thủ tục bị chồng lấn",
        "Versions of the procedure overlap",
        "Thủ tục {code} đã có bản có hiệu lực sau ngày {from_date}.",
        "Procedure {code} already has a version in force after {from_date}.",
    ),
    NoCalendar: Problem(
        "no-calendar", HTTPStatus.CONFLICT, "Chưa có lịch làm việc", "There is no calendar",
        "Chưa nạp lịch làm việc nên chưa tính được thời hạn.",
        "No calendar is loaded, so no time limit can be counted.",
    ),
    DayDoesNotFit: Problem(
        "day-does-not-fit", HTTPStatus.CONFLICT, "Loại ngày không hợp với thứ trong tuần",
        "The kind of day does not fit its weekday",
        "{date}: ngày làm bù phải là thứ bảy hoặc chủ nhật; ngày nghỉ bù, nghỉ hoán đổi phải là ngày trong tuần.",
        "{date}: a day worked in exchange is a Saturday or Sunday; a day in lieu or swapped off is a weekday.",
    ),
    LimitUnknown: Problem(
        "limit-unknown", HTTPStatus.CONFLICT, "Danh mục không ghi thời hạn", "The catalogue states no limit",
        "Thủ tục {code} không có thời hạn trong danh mục; hãy gửi amount và unit.",
        "Procedure {code} has no limit in the catalogue; send amount and unit.",
    ),
    PeriodUnknown: Problem(
        "period-unknown", HTTPStatus.NOT_FOUND, "Không có kỳ này", "No such period",
        "GET /periods liệt kê các kỳ; không có kỳ mang mã “{code}”.",
        "GET /periods lists the periods; none has the code “{code}”.",
    ),
    PeriodTaken: Problem(
        "period-taken", HTTPStatus.CONFLICT, "Kỳ bị trùng", "The period is taken",
        "Mã “{code}” đã dùng, hoặc cùng loại kỳ đã có kỳ khác chứa một trong các ngày này.",
        "The code “{code}” is used, or another period of this scheme and kind has one of these days.",
    ),
    PeriodsMissing: Problem(
        "periods-missing", HTTPStatus.CONFLICT, "Thiếu kỳ tháng", "Months are missing",
        "Các tháng theo cách chia “{scheme}” chưa phủ hết khoảng ngày; thêm bằng POST /periods.",
        "The months of the scheme “{scheme}” do not cover these days; add them with POST /periods.",
    ),
    TargetUnknown: Problem(
        "target-unknown", HTTPStatus.NOT_FOUND, "Không có chỉ tiêu này", "No such target",
        "GET /metrics/targets liệt kê các chỉ tiêu; không có chỉ tiêu mang mã “{code}”.",
        "GET /metrics/targets lists the targets; none has the code “{code}”.",
    ),
    NarrowedTwice: Problem(
        "narrowed-twice", HTTPStatus.FORBIDDEN, "Chỉ được chia hoặc lọc theo một tiêu chí", "Narrowed more than once",
        "Ngoài thanh tra, số liệu đánh giá chỉ chia hoặc lọc theo một trong: cán bộ, thủ tục, lĩnh vực, cách đánh giá, "
        "bước (cùng với đơn vị và tháng), để không lộ nhóm dưới 5 người.",
        "Below the inspectorate the figures of ratings are broken down or filtered by one of official, procedure, "
        "field, channel and step (beside unit and month), so that no group of fewer than five is told.",
    ),
    CriteriaSetUnknown: Problem(
        "criteria-set-unknown", HTTPStatus.NOT_FOUND, "Không có bộ tiêu chí này", "No such criteria set",
        "Không có bộ tiêu chí mang mã “{code}”.", "No criteria set has the code “{code}”.",
    ),
    NoScoringRules: Problem(
        "no-scoring-rules", HTTPStatus.CONFLICT, "Không có thang điểm có hiệu lực", "No scoring rules in force",
        "Bộ tiêu chí này không cho điểm 0, 1, 2 cho kỳ bắt đầu ngày {on}. Thang của TT 01/2018 dùng từ 06/01/2019 đến "
        "14/9/2025; sau đó chỉ có các tỷ lệ của QĐ 766 (GET /metrics/values).",
        "This criteria set gives no 0/1/2 points for a period beginning {on}. Those of TT 01/2018 are in force from "
        "2019-01-06 to 2025-09-14; after that there are only the ratios of QĐ 766 (GET /metrics/values).",
    ),
    RunNeedsReason: Problem(
        "run-needs-reason", HTTPStatus.CONFLICT, "Kỳ này đã được đánh giá", "This period was assessed before",
        "Lần thứ {version} phải nêu lý do tính lại (reason).", "Version {version} needs a reason.",
    ),
    RunNeedsWholeProvince: Problem(
        "run-needs-whole-province", HTTPStatus.FORBIDDEN, "Chỉ dành cho cấp tỉnh", "For the whole province only",
        "Đợt đánh giá tính mọi đơn vị nên tài khoản giới hạn trong một đơn vị không chạy, không công bố được.",
        "A run counts every unit, so a caller bounded to one unit can neither start nor publish it.",
    ),
    RunNotFinished: Problem(
        "run-not-finished", HTTPStatus.CONFLICT, "Đợt đánh giá chưa tính xong", "The run is not finished",
        "Chờ trạng thái finished rồi công bố.", "Wait until its state is finished.",
    ),
    RunIsProvisional: Problem(
        "run-is-provisional", HTTPStatus.CONFLICT, "Còn phản ánh chưa kết luận", "Complaints are still pending",
        "{assessments} kết quả còn tạm thời. Chờ kết luận rồi tính lại, hoặc gửi accept_provisional kèm reason.",
        "{assessments} assessments are provisional. Wait and run again, or send accept_provisional with a reason.",
    ),
    AlreadyPublished: Problem(
        "already-published", HTTPStatus.CONFLICT, "Đã công bố", "Already published",
        "Kết quả đã công bố không thay đổi; có việc mới thì chạy đợt mới kèm lý do.",
        "What is published never changes; a later fact needs a new run with a reason.",
    ),
    NewerPublished: Problem(
        "newer-published", HTTPStatus.CONFLICT, "Đã công bố bản mới hơn", "A newer version is published",
        "Kỳ này đã có bản mới hơn được công bố.", "A later version of this period is published already.",
    ),
    AssessmentUnknown: ABSENT,
    OperationalError: UNAVAILABLE,
    InterfaceError: UNAVAILABLE,
}  # fmt: skip


def all_problems() -> list[Problem]:
    """Return every problem once, by status and name."""
    known = {problem.slug: problem for problem in (*PROBLEMS.values(), SERVER_ERROR)}
    return sorted(known.values(), key=lambda problem: (problem.status, problem.slug))


def problem_of(error: Exception) -> Problem:
    """Return the row of the table for an error or its nearest ancestor; what is not listed is our own failure."""
    return next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), SERVER_ERROR)


def body_of(
    problem: Problem, *, attributes: Mapping[str, Any] | None = None, faults: list[Fault] | None = None
) -> dict[str, Any]:
    """Return the `application/problem+json` document."""
    words = {name: str(value) for name, value in (attributes or {}).items()}
    body: dict[str, Any] = {
        "type": problem.type,
        "title": str(said(problem.vi, problem.en)),
        "status": int(problem.status),
        "detail": str(said(problem.detail_vi, problem.detail_en)).format_map(_Known(words)),
        "instance": f"urn:uuid:{request_id.get() or '00000000-0000-0000-0000-000000000000'}",
    }
    if faults:
        body["errors"] = [
            {fault.place: fault.name, "code": fault.code, "detail": fault.detail}
            | ({"successors": list(fault.successors)} if fault.successors else {})
            for fault in faults
        ]
    return body


class _Known(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """Tell any exception of a view as a problem (DRF's EXCEPTION_HANDLER)."""
    problem = problem_of(error)
    if problem is SERVER_ERROR or problem is UNAVAILABLE:
        log.error("an operation failed", exc_info=error)
    body = body_of(problem, attributes=vars(error), faults=faults_of(error))
    response = Response(body, status=problem.status, content_type=MEDIA_TYPE, headers=_headers(error, problem))
    request = context.get("request")
    if request is not None:  # a problem is JSON whatever the caller accepts (RFC 9110, 12.5.1 allows it)
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = JSONRenderer.media_type
    return response


def _headers(error: Exception, problem: Problem) -> dict[str, str]:
    headers: dict[str, str] = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE or problem.slug == "key-in-flight":
        headers["Retry-After"] = str(RETRY_SOON)
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    return headers


def faults_of(error: Exception) -> list[Fault]:
    """Return everything that is wrong with the request, each with its place."""
    match error:
        case Invalid():
            return error.faults
        case SubmissionRejected():
            return [Fault("pointer", one.pointer, one.code, str(said(one.vi, one.en))) for one in error.faults]
        case drf.ValidationError():
            return list(_faults_in(error.detail, ""))
        case drf.ParseError():
            return [Fault("pointer", "", "malformed", str(error.detail))]
        case _:
            return []


_NOT_LISTED = said("Giá trị không có trong danh sách cho phép.", "The value is not among those allowed.")
"""In place of the framework's sentence, which repeats what was sent, however long and whatever it tells of whom."""


def _faults_in(detail: Any, pointer: str) -> Iterator[Fault]:
    match detail:
        case dict():
            for name, inner in detail.items():
                step = "" if name == "non_field_errors" else f"/{str(name).replace('~', '~0').replace('/', '~1')}"
                yield from _faults_in(inner, pointer + step)
        case list():
            for inner in detail:
                yield from _faults_in(inner, pointer)
        case _:
            code = getattr(detail, "code", "invalid")
            yield Fault("pointer", pointer, code, str(_NOT_LISTED if code == "invalid_choice" else detail))


def _plain(problem: Problem, **attributes: Any) -> HttpResponse:
    body = body_of(problem, attributes=attributes)
    response = JsonResponse(
        body, status=problem.status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    response["Content-Length"] = len(response.content)  # CommonMiddleware is not reached by what is refused before it
    return response


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what Django refuses before any view (handler400)."""
    if isinstance(exception, RequestDataTooBig):
        return _plain(TOO_LARGE, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return _plain(MALFORMED)


def forbidden(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer PermissionDenied outside the API (handler403)."""
    return _plain(FORBIDDEN)


def not_found(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that no operation has (handler404)."""
    return _plain(ABSENT)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer an exception outside the API's own views (handler500); touches no database."""
    return _plain(SERVER_ERROR)


def not_allowed(*allowed: str) -> HttpResponse:
    """Answer a method that a page does not know; Django's own refusal would call itself HTML."""
    response = _plain(PROBLEMS[drf.MethodNotAllowed])
    response["Allow"] = ", ".join(allowed)
    return response
