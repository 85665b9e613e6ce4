"""The calendar over HTTP: days off and worked, and due dates that explain themselves."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.errors import Absent, Forbidden, PreconditionMissing, PreconditionStale
from api.filtering import asked
from api.language import said
from api.preconditions import etag, require_match
from api.procedures.serializers import LONGEST_LIMIT, refuse_nothing
from api.references import unit_meant
from api.schema import problems
from api.shapes import Day, Instant, Shape, Text
from procedures.calendar.queries import day_now, day_version, days_between, newest_edition
from procedures.calendar.rules import DayReason
from procedures.catalogue.queries import DueDateAccount, due_date_account
from procedures.errors import DayDoesNotFit, LimitUnknown, NoCalendar, ProcedureUnknown
from procedures.transactions.services import publish_day
from procedures.vocabulary import Certainty, DayKind, LimitUnit

LONGEST_RANGE = dt.timedelta(days=3700)
ORDINARY = "ordinary"
REASONS = [
    (DayReason.COUNTED.value, "tính vào thời hạn"),
    (DayReason.SWAPPED_WORK.value, "ngày làm bù, tính vào thời hạn"),
    (DayReason.RECEIVED.value, "ngày tiếp nhận, không tính"),
    (DayReason.COUNTS_AS_RECEIVED.value, "được coi là ngày tiếp nhận"),
    (DayReason.WEEKEND.value, "nghỉ cuối tuần"),
    (DayReason.DAY_OFF.value, "nghỉ lễ, nghỉ bù, nghỉ hoán đổi"),
    (DayReason.OUTSIDE_OFFICE_HOURS.value, "ngoài giờ làm việc"),
    (DayReason.PAUSED.value, "thời hạn tạm dừng"),
    (DayReason.AWAITING_SUPPLEMENT.value, "chờ bổ sung hồ sơ"),
    (DayReason.STARTED_AGAIN.value, "tính lại từ đầu"),
    (DayReason.ROLLED.value, "ngày cuối trùng ngày nghỉ, chuyển sang ngày làm việc này"),
]
KINDS = [*DayKind.choices, (ORDINARY, "ngày thường")]
_DAY = {"type": ["string", "null"], "format": "date"}


class DayTold(serializers.Serializer[Any]):
    """A day that differs from the week's rule."""

    date = serializers.DateField()
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    for_date = serializers.SerializerMethodField(help_text="Ngày được bù hoặc hoán đổi.")
    certainty = serializers.ChoiceField(Certainty.choices, help_text="Mức chắc chắn.")
    source = serializers.CharField()  # type: ignore[assignment]

    @extend_schema_field(_DAY)
    def get_for_date(self, day: Any) -> dt.date | None:
        """Print the day it stands for."""
        return day["for_date"] if isinstance(day, dict) else day.for_date  # type: ignore[no-any-return]


class DaysAsked(Shape):
    """From which day to which."""

    to = Day(help_text="Ngày cuối.")

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which Python keeps for itself."""
        return {"from": Day(help_text="Ngày đầu."), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a range that runs backwards or over more than ten years."""
        if not dt.timedelta() <= attrs["to"] - attrs["from"] <= LONGEST_RANGE:
            text = said("to phải từ ngày from, tối đa 10 năm.", "to is from the day of from on, ten years at most.")
            raise serializers.ValidationError({"to": [serializers.ErrorDetail(str(text), "bad_range")]})
        return attrs


class DaysTold(serializers.Serializer[Any]):
    """An edition's special days."""

    calendar_version = serializers.CharField()
    days = DayTold(many=True)


class Days(Endpoint):
    """The special days."""

    scopes = {"GET": "procedures:read"}
    query = frozenset({"from", "to"})

    @extend_schema(
        operation_id="listCalendarDays",
        tags=["calendar"],
        summary="Ngày nghỉ lễ, nghỉ bù, hoán đổi trong một khoảng",
        parameters=[DaysAsked],
        responses={200: DaysTold, **problems(NoCalendar)},
    )
    def get(self, request: Request) -> Response:
        """List the days that differ from the week's rule, in the edition in use."""
        told = asked(request, DaysAsked)
        number = newest_edition().number
        days = days_between(first=told["from"], last=told["to"], number=number)
        return Response(DaysTold({"calendar_version": str(number), "days": days}).data)


class DayDescription(Shape):
    """What a day is."""

    kind = serializers.ChoiceField(KINDS, help_text="ordinary: trở lại ngày thường.")
    name = Text(required=False, allow_blank=True, default="", max_length=200)
    for_date = Day(required=False, allow_null=True)
    certainty = serializers.ChoiceField(Certainty.choices, required=False, default=Certainty.OFFICIAL.value)
    source = Text(required=False, allow_blank=True, default="", max_length=2000, help_text="Văn bản căn cứ.")  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a special day without a name."""
        if attrs["kind"] != ORDINARY and not attrs["name"]:
            text = said("Ngày nghỉ hoặc làm bù phải có tên.", "A special day needs a name.")
            raise serializers.ValidationError({"name": [serializers.ErrorDetail(str(text), "required")]})
        return attrs


class OneDay(Endpoint):
    """One day of the calendar."""

    scopes = {"GET": "procedures:read", "PUT": "procedures:write"}

    @extend_schema(
        operation_id="getCalendarDay",
        tags=["calendar"],
        summary="Một ngày trong lịch làm việc",
        responses={200: DayTold},
    )
    def get(self, request: Request, date: str) -> Response:
        """Tell what a day is."""
        return _told(_day_of(date))

    @extend_schema(
        operation_id="putCalendarDay",
        tags=["calendar"],
        summary="Ghi một ngày nghỉ hoặc làm bù (tạo phiên bản lịch mới)",
        request=DayDescription,
        responses={200: DayTold, **problems(DayDoesNotFit, PreconditionMissing, PreconditionStale)},
    )
    def put(self, request: Request, date: str) -> Response:
        """Say what a day is, in a new edition; what has ended stays, what runs is recounted (GET /recounts)."""
        if self.principal.boundary is not None:
            raise Forbidden("procedures:write")
        draft = DayDescription(data=request.data)
        draft.is_valid(raise_exception=True)
        told = dict(draft.validated_data)
        kind = told.pop("kind")
        publish_day(
            date=_day_of(date),
            kind=None if kind == ORDINARY else DayKind(kind),
            by=self.principal.id,
            now=now(),
            confirm=lambda version: require_match(request, version=version) if version else None,
            **told,
        )
        return _told(_day_of(date))


class DueDateAsked(Shape):
    """A receipt and a limit, or a procedure whose limit is taken from the catalogue."""

    received_at = Instant(help_text="Thời điểm nhận đủ hồ sơ, có múi giờ (dấu + viết là %2B).")
    amount = serializers.IntegerField(required=False, min_value=0, max_value=LONGEST_LIMIT, help_text="Thời hạn.")
    unit = serializers.ChoiceField(LimitUnit.choices, required=False, help_text="Đơn vị của thời hạn.")
    procedure = Text(required=False, max_length=40, help_text="Mã thủ tục: lấy thời hạn và quy tắc trong danh mục.")
    office = Text(required=False, max_length=100, help_text="Mã đơn vị tiếp nhận: tính theo giờ làm việc của đơn vị.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a limit, and neither limit nor procedure."""
        if ("amount" in attrs) != ("unit" in attrs) or not ("amount" in attrs or "procedure" in attrs):
            missing = "unit" if "amount" in attrs else "amount"
            text = said("Cần amount cùng unit, hoặc procedure.", "Both amount and unit are needed, or procedure.")
            raise serializers.ValidationError({missing: [serializers.ErrorDetail(str(text), "required")]})
        return refuse_nothing(attrs)


class CountedDayTold(serializers.Serializer[Any]):
    """One day on the way to the due date."""

    date = serializers.DateField(source="day")
    counts = serializers.BooleanField()
    reason = serializers.ChoiceField(REASONS)
    name = serializers.CharField(help_text="Tên ngày nghỉ hoặc ngày làm bù.")
    minutes = serializers.IntegerField(help_text="Số phút làm việc được tính, với thời hạn theo giờ.")


class LimitTold(serializers.Serializer[Any]):
    """The limit that was counted."""

    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(LimitUnit.choices)


class DueDate(serializers.Serializer[DueDateAccount]):
    """A due date with its account."""

    received_at = serializers.DateTimeField(source="clock.received_at")
    counts_as_received_at = serializers.DateTimeField(source="clock.counts_as_received_at")
    limit = LimitTold(source="clock.limit")
    due_at = serializers.DateTimeField(source="clock.due_at")
    calendar_version = serializers.CharField(source="clock.calendar_version")
    days = CountedDayTold(source="clock.counted", many=True)
    doubtful_days = DayTold(many=True, help_text="Ngày nghỉ trong khoảng này chưa chính thức: hạn có thể thay đổi.")
    unknown_years = serializers.ListField(
        child=serializers.IntegerField(), help_text="Năm mà lịch chưa có ngày nghỉ nào: hạn chỉ tính theo tuần."
    )
    explanation = serializers.SerializerMethodField(help_text="Từng bước tính, bằng lời.")

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_explanation(self, account: DueDateAccount) -> list[str]:
        """Print the account in the reader's language."""
        return account.in_words(language="en" if (get_language() or "vi").startswith("en") else "vi")


class DueDates(Endpoint):
    """Due dates."""

    scopes = {"GET": "procedures:read"}
    query = frozenset({"received_at", "amount", "unit", "procedure", "office"})

    @extend_schema(
        operation_id="getDueDate",
        tags=["calendar"],
        summary="Tính hạn trả kết quả và giải thích từng ngày",
        parameters=[DueDateAsked],
        responses={200: DueDate, **problems(NoCalendar, ProcedureUnknown, LimitUnknown)},
    )
    def get(self, request: Request) -> Response:
        """Count a limit from a receipt and tell every day that was looked at."""
        told = asked(request, DueDateAsked)
        if "office" in told:
            told["office"] = unit_meant(code=told["office"], on=localdate(), name="office", place="parameter").pk
        return Response(DueDate(due_date_account(**told)).data)


def _day_of(text: str) -> dt.date:
    try:
        return Day().run_validation(text)  # type: ignore[no-any-return]
    except serializers.ValidationError as error:
        raise Absent from error


def _told(date: dt.date) -> Response:
    day = day_now(date=date) or {
        "date": date, "kind": ORDINARY, "name": "", "for_date": None, "certainty": Certainty.OFFICIAL, "source": "",
    }  # fmt: skip
    return Response(DayTold(day).data, headers=etag(day_version(date=date)))
