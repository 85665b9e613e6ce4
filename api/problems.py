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
    ChallengeRequired,
    ClientKnown,
    Fault,
    FeedBegunAnew,
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
    AmendedTooOften,
    AmendmentTooLate,
    AnswersRefused,
    AssessmentUnknown,
    ChannelNotOfCounter,
    ComplaintUnknown,
    CriteriaSetUnknown,
    DaysDestroyed,
    DeclarationOfOwnUnit,
    DeclarationUnknown,
    DocumentOfEveryUnit,
    FindingsIncomplete,
    FormRefused,
    HelperServed,
    HelperUnknown,
    IdentitySealed,
    LevelNotOfUnit,
    NewerPublished,
    NoScoringRules,
    PeriodsMissing,
    PeriodTaken,
    PeriodUnknown,
    RatingFormUnknown,
    RatingIdTaken,
    RatingLinkDestroyed,
    RatingStateRefused,
    RatingUnknown,
    ReceiptUnknown,
    RightNotUsable,
    RightUnknown,
    RowsOfInspectorate,
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
    AliasIsDossier,
    AliasOfAlias,
    ContactUnknown,
    DayDoesNotFit,
    DeciderNotOutside,
    ExclusionNamesNothing,
    ExclusionNotOver,
    ExclusionReasonUnknown,
    ExclusionSettled,
    ExclusionUnknown,
    FieldUnknown,
    FileCutOff,
    FileDiffers,
    FileEmpty,
    FileTooLarge,
    FileUnpacksTooFar,
    FileUnreadable,
    ImportEnded,
    ImportUnknown,
    LimitUnknown,
    MessageUnknown,
    NameNotYoursToDecide,
    NameUnknown,
    NoCalendar,
    OfficialNotPosted,
    OfficialNotYours,
    OtherSource,
    PeriodOverlap,
    ProcedureUnknown,
    RankNotAhead,
    RecountUnknown,
    StorageFull,
    TooManyImports,
    TransactionUnknown,
)
from units.errors import (
    CodeReused,
    HeadTaken,
    OfficialUnknown,
    PeriodsOverlap,
    SuccessionBuiltUpon,
    SuccessionKnown,
    SuccessionRevoked,
    SuccessionUnknown,
    SuccessorsUnfit,
    UnitHasSubordinates,
    UnitNotInForce,
    UnitUnderItself,
    UnitUnknown,
)

MEDIA_TYPE = "application/problem+json"
RETRY_SOON = 5
RETRY_UNSOLVED = 60
"""Seconds after which somebody who cannot solve a challenge may find the rush over."""
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
        "Unsupported media type", "Gửi application/json, hoặc dạng mà đặc tả của thao tác này nêu.",
        "Send application/json, or what the contract names for this operation.",
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
    FeedBegunAnew: Problem(
        "feed-begun-anew", HTTPStatus.GONE, "Dòng sự kiện đã bắt đầu lại", "The feed began anew",
        "Cơ sở dữ liệu đã được khôi phục, vị trí này không còn. Đọc lại từ đầu, bỏ trống “after”; sự kiện đã biết "
        "nhận ra theo type, subject và time.",
        "The database was restored, this position is no more. Read from the beginning, without “after”; what you know "
        "already you recognise by type, subject and time.",
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
        "Không ai cấp hay tiếp quản được điều mình không có. {beyond}",
        "Nobody can grant, or take over, what he does not hold. {beyond}",
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
    ChallengeRequired: Problem(
        "challenge-required", HTTPStatus.TOO_MANY_REQUESTS, "Cần giải một phép tính nhỏ", "A little work is asked for",
        "Đang có rất nhiều đánh giá gửi đến. Giải “challenge” (ALTCHA) rồi gửi lại y nguyên kèm tiêu đề X-Altcha, hoặc "
        "gửi lại sau.",
        "Very many ratings are coming in. Solve “challenge” (ALTCHA) and send the same again with the X-Altcha header, "
        "or send it later.",
    ),
    RatingFormUnknown: Problem(
        "rating-form-unknown", HTTPStatus.NOT_FOUND, "Không có mẫu đánh giá này", "No such rating form",
        "GET /rating-forms liệt kê các mẫu đang dùng; không có mẫu đã nêu, hoặc không có phiên bản đó của mẫu.",
        "GET /rating-forms lists the forms in use; the one named, or this version of it, is not among them.",
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
        "Mỗi bước của một hồ sơ chỉ được đánh giá một lần. Người dân chưa đánh giá bước này thì gửi phản ánh.",
        "Each step of a dossier is rated once. A citizen who did not rate it should send a complaint.",
    ),
    RatingIdTaken: Problem(
        "rating-id-taken", HTTPStatus.CONFLICT, "id này đã dùng cho đánh giá khác", "The id names another rating",
        "Tạo UUID mới cho mỗi đánh giá mới.", "Make a new UUID for each new rating.",
    ),
    HelperUnknown: INVALID,
    HelperServed: Problem(
        "helper-served", HTTPStatus.CONFLICT, "Người giúp đánh giá đã tham gia phục vụ", "The helper served",
        "Cán bộ đã tham gia phục vụ hồ sơ không được nhập đánh giá thay người dân; nhờ người khác giúp.",
        "An official who served this dossier may not enter its rating; ask somebody else to help.",
    ),
    ChannelNotOfCounter: Problem(
        "channel-not-of-counter", HTTPStatus.CONFLICT, "Quầy không gửi đánh giá qua kênh này",
        "A counter does not rate by this channel",
        "Thiết bị tại quầy gửi kiosk, paper hoặc phone; đánh giá qua app và web cần quyền đánh giá (right).",
        "A counter sends kiosk, paper or phone; ratings by app and web need a right.",
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
    AmendedTooOften: Problem(
        "amended-too-often", HTTPStatus.CONFLICT, "Đã sửa đánh giá quá nhiều lần", "Amended too often",
        "Mỗi đánh giá sửa được tối đa {most} lần; bản gửi sau cùng được giữ nguyên.",
        "A rating can be amended {most} times; what was sent last stands.",
    ),
    RatingUnknown: ABSENT,
    DocumentOfEveryUnit: Problem(
        "document-of-every-unit", HTTPStatus.FORBIDDEN, "Bản công bố nói cả về đơn vị của người đọc",
        "The document speaks of the reader's own unit too",
        "Kết quả của từng đơn vị, cán bộ xem ở /assessments; bản có mã băm dành cho hệ thống và tài khoản toàn tỉnh.",
        "Read the results of units and officials at /assessments; the document under its digest is for machines and "
        "accounts of the whole province.",
    ),
    RowsOfInspectorate: Problem(
        "rows-of-inspectorate", HTTPStatus.FORBIDDEN, "Chỉ thanh tra xem từng đánh giá",
        "Single ratings are the inspectorate's",
        "Trong phạm vi một đơn vị, xem số tổng hợp ở /rating-summaries và góp ý ở /rating-comments.",
        "Within one unit's part, read the totals at /rating-summaries and the comments at /rating-comments.",
    ),
    RatingLinkDestroyed: Problem(
        "rating-link-destroyed", HTTPStatus.GONE, "Liên kết với hồ sơ đã hủy", "The link to the dossier was destroyed",
        "Năm của đánh giá này đã công bố và hết hạn khiếu nại: không ai còn biết nó của hồ sơ nào; số liệu giữ nguyên.",
        "The year of this rating is published and its objections are over: nobody knows any more which dossier it is "
        "about. The figures stay as they were.",
    ),
    DaysDestroyed: Problem(
        "days-destroyed", HTTPStatus.UNPROCESSABLE_ENTITY, "Kỳ này không còn theo từng ngày",
        "Days are not kept any more",
        "Năm này chỉ còn số liệu theo nửa tháng: chọn từ ngày 1 hoặc 15, đến ngày 14 hoặc ngày cuối tháng.",
        "Of this year only half months are left: begin on the 1st or the 15th, end on the 14th or the last of a month.",
    ),
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
        "Không đơn vị nào, hoặc không chỉ một, mang mã “{code}” vào ngày được hỏi, hoặc bạn không được biết; "
        "mã của một lược đồ ghi là SCHEME:mã, ví dụ GSO:51.",
        "No unit, or not only one, carries the code “{code}” on the day asked for, or none you may know of; "
        "write a scheme's code as SCHEME:value, such as GSO:51.",
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
        "Mã trong SCHEME chỉ chuyển cho đơn vị kế thừa (ghi việc đó trước); mã riêng không trùng mã của đơn vị khác.",
        "A scheme's code passes only to who follows its unit (record that first); ours is never one of another unit.",
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
    SuccessionUnknown: Problem(
        "succession-unknown", HTTPStatus.NOT_FOUND, "Không có việc kế thừa này", "There is no such succession",
        "Kiểm tra số ở GET /unit-successions.", "Check the number with GET /unit-successions.",
    ),
    SuccessionRevoked: Problem(
        "succession-revoked", HTTPStatus.CONFLICT, "Việc kế thừa này đã bị hủy", "This succession is revoked already",
        "Xem lý do và quyết định hủy ở GET /unit-successions; nếu cần, ghi lại việc kế thừa đúng.",
        "See why and by which decision with GET /unit-successions; record the right one if there is one.",
    ),
    SuccessionBuiltUpon: Problem(
        "succession-built-upon", HTTPStatus.CONFLICT, "Đã có điều ghi sau dựa trên quyết định này",
        "Something said later rests on this decision",
        "Đơn vị “{code}”, mã hoặc cán bộ của nó đã thay đổi tiếp sau quyết định này; hãy hủy những thay đổi đó trước.",
        "The unit “{code}”, its codes or its officials changed again after it; take those changes back first.",
    ),
    TransactionUnknown: Problem(
        "transaction-unknown", HTTPStatus.NOT_FOUND, "Không có giao dịch mang mã hồ sơ này",
        "No transaction carries this dossier code", "Kiểm tra mã hồ sơ trên giấy tiếp nhận và hẹn trả kết quả.",
        "Check the dossier code on the receipt.",
    ),
    OtherSource: Problem(
        "other-source", HTTPStatus.CONFLICT, "Hồ sơ thuộc hệ thống nguồn khác", "Another source keeps this dossier",
        "Hồ sơ này do hệ thống nguồn {source} gửi; muốn ghi đè cần quyền transactions:overwrite. Xem GET /journal.",
        "The source {source} keeps this dossier; to write over it takes transactions:overwrite. See GET /journal.",
    ),
    AliasOfAlias: Problem(
        "alias-of-alias", HTTPStatus.CONFLICT, "Mã khác phải chỉ thẳng tới một hồ sơ", "An alias stands for a dossier",
        "Một trong hai mã đã là mã khác của một hồ sơ, hoặc hai mã trùng nhau. Xem “aliases” của hồ sơ.",
        "One of both codes is an alias already, or they are the same. See “aliases” of the dossier.",
    ),
    AliasIsDossier: Problem(
        "alias-is-dossier", HTTPStatus.CONFLICT, "Mã này là một hồ sơ riêng", "This code is a dossier of its own",
        "Bạn đã gửi trạng thái hồ sơ dưới mã này, nên không gộp được vào hồ sơ khác. Kiểm tra lại hai mã.",
        "You told the state of a dossier under this code, so it cannot be joined to another. Check both codes.",
    ),
    ContactUnknown: Problem(
        "contact-unknown", HTTPStatus.NOT_FOUND, "Không có liên hệ để gửi liên kết", "No contact to send a link to",
        "Người nộp không để lại liên hệ, hoặc liên hệ đã hết hạn giữ và đã hủy.",
        "The applicant left none, or its time is over and it was destroyed.",
    ),
    RankNotAhead: Problem(
        "rank-not-ahead", HTTPStatus.CONFLICT, "Ngày hiệu lực phải ở tương lai", "The day must lie ahead",
        "Những gì đang có được xét theo thứ hạng của ngày đó; chọn ngày sau hôm nay.",
        "What stands was judged by the ranks of its day; choose a day after today.",
    ),
    MessageUnknown: Problem(
        "message-unknown", HTTPStatus.NOT_FOUND, "Không có thông điệp mang số này trong nhật ký của bạn",
        "No message of yours carries this number", "Xem GET /journal.", "See GET /journal.",
    ),
    NameUnknown: Problem(
        "official-name-unknown", HTTPStatus.NOT_FOUND, "Không có bước nào mang tên này ở đơn vị này",
        "No step of this unit bears this name",
        "Chỉ quyết định được về tên đã có trong bản tin mà không kèm mã cán bộ; xem GET /official-names.",
        "Only a name that came without a known code can be decided on; see GET /official-names.",
    ),
    NameNotYoursToDecide: Problem(
        "official-name-not-yours", HTTPStatus.FORBIDDEN, "Bạn không được quyết định về tên này",
        "This name is not yours to decide",
        "Cần người của đơn vị cấp trên hoặc của tỉnh, không phải người mang tên đó, được nêu, hay thuộc đơn vị đó.",
        "It takes somebody of the province or of a unit above who is not of that name, nor named, nor of that unit.",
    ),
    OfficialNotYours: Problem(
        "official-not-yours", HTTPStatus.FORBIDDEN, "Bạn không được ghi điều này về cán bộ này",
        "This is not yours to say of this official",
        "Việc này có thể đổi người được tính cho các bước đã làm; cần người không phải cán bộ đó và không cùng đơn vị.",
        "It may change to whom past steps are charged; it takes somebody who is neither he nor of his units.",
    ),
    OfficialNotPosted: Problem(
        "official-not-posted", HTTPStatus.CONFLICT, "Cán bộ không công tác ở đơn vị này trong khoảng đó",
        "The official was not posted to this unit then",
        "Cán bộ {code} không có vị trí công tác ở đơn vị này trong khoảng đã chọn; ghi vị trí công tác trước.",
        "Official {code} has no posting to this unit in that period; record the posting first.",
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
    RecountUnknown: ABSENT,
    ExclusionUnknown: ABSENT,
    ExclusionReasonUnknown: Problem(
        "exclusion-reason-unknown", HTTPStatus.CONFLICT, "Không có lý do loại trừ này", "No such reason to exclude",
        "Lý do “{code}” không có hoặc không còn dùng; xem GET /exclusion-reasons.",
        "The reason “{code}” does not exist or is not used any more; see GET /exclusion-reasons.",
    ),
    ExclusionNamesNothing: Problem(
        "exclusion-names-nothing", HTTPStatus.CONFLICT, "Không có hồ sơ để loại trừ", "There is no dossier to exclude",
        "Đơn vị không phụ trách các hồ sơ này, hoặc không có hồ sơ nào trong thời gian đó: {dossiers}.",
        "The unit does not answer for these dossiers, or had none in hand then: {dossiers}.",
    ),
    ExclusionNotOver: Problem(
        "exclusion-not-over", HTTPStatus.CONFLICT, "Khoảng thời gian chưa kết thúc", "The period is not over",
        "Loại trừ cho mọi hồ sơ của đơn vị chỉ duyệt được sau {ends_at}, khi đã biết các hồ sơ bị ảnh hưởng.",
        "For all dossiers of a unit it can be approved after {ends_at} only, when it is known which were affected.",
    ),
    ExclusionSettled: Problem(
        "exclusion-settled", HTTPStatus.CONFLICT, "Trạng thái của đề nghị không cho làm việc này",
        "The proposal's state does not allow this",
        "Đề nghị đang ở trạng thái “{state}”; xem lịch sử của nó, hoặc lập đề nghị mới.",
        "It is “{state}”; see its history, or make a new proposal.",
    ),
    DeciderNotOutside: Problem(
        "decider-not-outside", HTTPStatus.FORBIDDEN, "Phải do người ngoài đơn vị quyết định",
        "Somebody outside the unit decides",
        "Người đề nghị, người thuộc đơn vị đề nghị hoặc đơn vị cấp dưới của nó không được quyết định.",
        "Who proposed it, or belongs to the unit or to one under it, does not decide.",
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
    DeclarationUnknown: Problem(
        "declaration-unknown", HTTPStatus.NOT_FOUND, "Chưa kê khai", "Nothing was declared",
        "GET /unit-declarations liệt kê các bản kê khai; đơn vị này chưa có bản nào cho kỳ này.",
        "GET /unit-declarations lists the declarations; there is none of this unit for this period.",
    ),
    LevelNotOfUnit: Problem(
        "level-not-of-unit", HTTPStatus.CONFLICT, "Cấp của Bộ phận Một cửa không khớp với đơn vị",
        "The level is not that of the unit",
        "Ngày cuối kỳ, đơn vị này là {kind}; sửa one_stop.level theo cấp của đơn vị.",
        "On the last day of the period the unit is {kind}; send its level as one_stop.level.",
    ),
    DeclarationOfOwnUnit: Problem(
        "declaration-of-own-unit", HTTPStatus.FORBIDDEN, "Không kê khai cho đơn vị của chính mình",
        "Not of one's own unit",
        "Kê khai này cho điểm đơn vị, nên người ngoài đơn vị, ngoài cấp trên và cấp dưới của đơn vị ghi.",
        "What is declared gives the unit points, so somebody who is not of its line records it.",
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
    ImportUnknown: Problem(
        "import-unknown", HTTPStatus.NOT_FOUND, "Không có lần nhập tệp này", "No such import",
        "Bạn không gửi tệp nào mang số này; xem GET /imports.", "You sent no file of this number; see GET /imports.",
    ),
    ImportEnded: Problem(
        "import-ended", HTTPStatus.CONFLICT, "Lần nhập tệp đã kết thúc", "The import is over",
        "Trạng thái là “{state}”, không còn gì để hủy. Xem báo cáo từng dòng.",
        "It is “{state}”; nothing is left to cancel. See its report.",
    ),
    TooManyImports: Problem(
        "too-many-imports", HTTPStatus.CONFLICT, "Còn nhiều tệp chưa nhập xong", "Too many files are not read yet",
        "Mỗi bên gửi có tối đa {most} tệp đang chờ. Đợi một tệp xong, hoặc hủy bớt.",
        "A caller may have {most} files waiting. Wait until one is done, or cancel one.",
    ),
    FileEmpty: Problem(
        "file-empty", HTTPStatus.BAD_REQUEST, "Tệp trống", "The file is empty",
        "Không có dòng nào trong tệp. Với curl, dùng --data-binary @tệp hoặc -T tệp.",
        "There is no row in the file. With curl, use --data-binary @file or -T file.",
    ),
    FileCutOff: Problem(
        "file-cut-off", HTTPStatus.BAD_REQUEST, "Tệp bị cắt ngang", "The file was cut off",
        "Nhận được ít byte hơn Content-Length, hoặc một khúc (chunk) sai; chưa có gì được ghi. Gửi lại cả tệp.",
        "Fewer bytes came than Content-Length said, or a chunk is broken; nothing was written. Send it all again.",
    ),
    FileTooLarge: Problem(
        "file-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Tệp quá lớn", "The file is too large",
        "Mỗi tệp tối đa {limit} MiB, cả khi nén và khi giải nén. Chia nhỏ rồi gửi.",
        "A file has at most {limit} MiB, packed and unpacked. Send it in parts.",
    ),
    FileUnreadable: Problem(
        "file-unreadable", HTTPStatus.BAD_REQUEST, "Tệp không đọc được", "The file cannot be read",
        "Tệp gzip bị hỏng hoặc bị cắt, hoặc dòng đầu của CSV không phải là UTF-8 hay không kết thúc bằng LF hoặc CRLF. "
        "Lưu lại dạng “CSV UTF-8” rồi gửi lại.",
        "The gzip file is damaged or cut off, or the first line of the CSV is no UTF-8 or does not end with LF or "
        "CRLF. Save it as “CSV UTF-8” and send it again.",
    ),
    FileUnpacksTooFar: Problem(
        "file-unpacks-too-far", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Tệp nén bung ra quá lớn",
        "The file unpacks too far",
        "Nội dung lớn hơn {times} lần tệp nén, không giống danh sách hồ sơ. Gửi tệp không nén nếu đúng là như vậy.",
        "It unpacks to more than {times} times its size, unlike any list of dossiers. Send it unpacked if it is one.",
    ),
    FileDiffers: Problem(
        "file-differs", HTTPStatus.BAD_REQUEST, "Tệp nhận được khác tệp đã gửi", "What came is not what was sent",
        "SHA-256 của nội dung khác với Content-Digest; chưa có gì được ghi. Gửi lại.",
        "The SHA-256 of the content is not that of Content-Digest; nothing was written. Send it again.",
    ),
    StorageFull: Problem(
        "storage-full", HTTPStatus.INSUFFICIENT_STORAGE, "Hệ thống hết chỗ lưu", "There is no room left",
        "Đĩa của cơ sở dữ liệu đã đầy; chưa có gì được ghi. Báo người vận hành, rồi gửi lại.",
        "The disk of the database is full; nothing was written. Tell the operator, then send it again.",
    ),
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
    if "challenge" in (attributes or {}):
        body["challenge"] = (attributes or {})["challenge"]
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
    if isinstance(error, ChallengeRequired):
        headers["Retry-After"] = str(RETRY_UNSOLVED)
    return headers


def faults_of(error: Exception) -> list[Fault]:
    """Return everything that is wrong with the request, each with its place."""
    match error:
        case Invalid() | BeyondOwnRights():
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


def refusal(error: Exception) -> HttpResponse:
    """Answer a refusal before any view was asked."""
    response = _plain(problem_of(error), **vars(error))
    for name, value in _headers(error, problem_of(error)).items():
        response[name] = value
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
