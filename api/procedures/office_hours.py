"""Office hours over HTTP: when units work, from day to day."""

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate, now
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.errors import Forbidden, PreconditionMissing, PreconditionStale
from api.language import said
from api.preconditions import etag, require_match
from api.schema import problems
from api.shapes import Dated, Day, Shape, Text
from procedures.calendar.models import OfficeHours as Row
from procedures.calendar.queries import hours_in, hours_kept_by, hours_version, newest_edition
from procedures.calendar.rules import OfficeHours, Sessions
from procedures.errors import NoCalendar
from procedures.transactions.services import publish_office_hours
from procedures.vocabulary import Weekday
from units.errors import UnitUnknown
from units.queries import unit_named

MOST_SESSIONS, MOST_PERIODS = 6, 7
DEFAULT_REASON = said(
    "Giờ làm việc phổ biến của các cơ quan ở Tây Nguyên; không văn bản nào ấn định chung, tỉnh tự đặt.",
    "What offices of the Central Highlands commonly keep; no text of law fixes it, a province sets its own.",
)
EVERYBODY = None
"""Stands for every unit for which nothing of its own is said."""


_WALL_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


@extend_schema_field({"type": "string", "pattern": _WALL_CLOCK, "example": "07:30"})
class WallClock(serializers.TimeField):
    """A time of day by the office's wall clock, `HH:MM`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **options)

    def to_internal_value(self, value: Any) -> dt.time:
        """Return the time; two digits each, as it is printed."""
        if not isinstance(value, str) or not re.match(_WALL_CLOCK, value, re.ASCII):
            self.fail("invalid", format="HH:MM")
        return super().to_internal_value(value)


class SessionTold(serializers.Serializer[Any]):
    """A stretch of a day in which the office works."""

    opens = WallClock()
    closes = WallClock()


class HalfDayTold(serializers.Serializer[Any]):
    """A weekday whose hours differ."""

    weekday = serializers.ChoiceField(Weekday.choices)
    sessions = SessionTold(many=True)


class UsualHours(serializers.Serializer[Any]):
    """The hours of a day for which nobody said anything."""

    sessions = SessionTold(many=True)
    reason = serializers.CharField()


class HoursTold(Dated):
    """Office hours in force for a period."""

    sessions = SessionTold(many=True)
    half_days = HalfDayTold(many=True)
    reason = serializers.CharField()


class OfficeHoursTold(serializers.Serializer[Any]):
    """When a unit works: its own hours, else those of all units, else the usual ones."""

    calendar_version = serializers.CharField()
    hours = HoursTold(many=True, help_text="Của riêng đơn vị (hoặc chung cả tỉnh), theo thời gian.")
    for_all_units = HoursTold(many=True, help_text="Chung cả tỉnh: áp dụng cho ngày mà đơn vị không có giờ riêng.")
    usual = UsualHours(help_text="Áp dụng khi không ai đặt giờ.")


class SessionGiven(Shape):
    """A stretch of a day in which the office works."""

    opens = WallClock()
    closes = WallClock()


class HalfDayGiven(Shape):
    """A weekday whose hours differ."""

    weekday = serializers.ChoiceField(Weekday.choices)
    sessions = serializers.ListField(child=SessionGiven(), min_length=1, max_length=MOST_SESSIONS)


class OfficeHoursGiven(Shape):
    """Office hours in force from a day on."""

    valid_from = Day()
    valid_to = Day(required=False, allow_null=True, default=None, help_text="Ngày đầu hết hiệu lực.")
    sessions = serializers.ListField(child=SessionGiven(), min_length=1, max_length=MOST_SESSIONS)
    half_days = serializers.ListField(
        child=HalfDayGiven(), required=False, default=list, max_length=MOST_PERIODS,
        help_text="Ngày trong tuần có giờ khác, ví dụ chỉ làm buổi sáng. Ngày nghỉ vẫn là ngày nghỉ.",
    )  # fmt: skip
    reason = Text(max_length=2000, help_text="Quyết định hoặc lý do.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it begins, hours that overlap, and a weekday told twice."""
        if attrs["valid_to"] and attrs["valid_to"] <= attrs["valid_from"]:
            raise _fault("valid_to", "bad_range", "valid_to phải sau valid_from.", "valid_to must be after valid_from.")
        weekdays = [half_day["weekday"] for half_day in attrs["half_days"]]
        if len(set(weekdays)) < len(weekdays):
            raise _fault("half_days", "repeated", "Mỗi ngày trong tuần chỉ nêu một lần.", "Tell each weekday once.")
        try:
            attrs["hours"] = _hours(attrs)
        except ValueError as error:
            vi, en = "Các buổi phải theo thứ tự, không chồng nhau.", "Sessions are in order and do not overlap."
            raise _fault("sessions", "bad_sessions", vi, en) from error
        return attrs


class AllOfficeHours(Endpoint):
    """The office hours of all units."""

    scopes = {"GET": "procedures:read", "PUT": "procedures:write"}

    @extend_schema(
        operation_id="getOfficeHours",
        tags=["calendar"],
        summary="Giờ làm việc chung của các đơn vị",
        responses={200: OfficeHoursTold, **problems(NoCalendar)},
    )
    def get(self, request: Request) -> Response:
        """Tell when units work that have no hours of their own."""
        return _told(EVERYBODY)

    @extend_schema(
        operation_id="putOfficeHours",
        tags=["calendar"],
        summary="Ghi giờ làm việc chung từ một ngày (tạo phiên bản lịch mới)",
        request=OfficeHoursGiven,
        responses={200: OfficeHoursTold, **problems(PreconditionMissing, PreconditionStale)},
    )
    def put(self, request: Request) -> Response:
        """Say when they work; what was counted with an older edition stays."""
        return _set(self, request, EVERYBODY)


class OfficeHoursOfUnit(Endpoint):
    """The office hours of one unit."""

    scopes = {"GET": "procedures:read", "PUT": "procedures:write"}

    @extend_schema(
        operation_id="getUnitOfficeHours",
        tags=["calendar"],
        summary="Giờ làm việc của một đơn vị",
        responses={200: OfficeHoursTold, **problems(NoCalendar, UnitUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Tell when a unit works."""
        return _told(unit_named(code=code, on=localdate()).pk)

    @extend_schema(
        operation_id="putUnitOfficeHours",
        tags=["calendar"],
        summary="Ghi giờ làm việc, ngày làm nửa buổi của một đơn vị từ một ngày (tạo phiên bản lịch mới)",
        request=OfficeHoursGiven,
        responses={200: OfficeHoursTold, **problems(UnitUnknown, PreconditionMissing, PreconditionStale)},
    )
    def put(self, request: Request, code: str) -> Response:
        """Say when a unit works; limits in hours are counted by the unit that took the dossier in."""
        return _set(self, request, unit_named(code=code, on=localdate()).pk)


def _set(view: Endpoint, request: Request, unit_id: int | None) -> Response:
    if view.principal.boundary is not None:
        raise Forbidden("procedures:write")
    draft = OfficeHoursGiven(data=request.data)
    draft.is_valid(raise_exception=True)
    told = draft.validated_data
    publish_office_hours(
        unit_id=unit_id,
        hours=told["hours"],
        valid=DateRange(told["valid_from"], told["valid_to"]),
        reason=told["reason"],
        by=view.principal.id,
        now=now(),
        confirm=lambda version: require_match(request, version=version) if version else None,
    )
    return _told(unit_id)


def _told(unit_id: int | None) -> Response:
    number = newest_edition().number
    answer = {
        "calendar_version": str(number),
        "hours": [_printed(row) for row in hours_kept_by(unit_id=unit_id, number=number)],
        "for_all_units": [_printed(row) for row in hours_kept_by(unit_id=EVERYBODY, number=number)],
        "usual": {**_hours_printed(OfficeHours()), "reason": str(DEFAULT_REASON)},
    }
    return Response(OfficeHoursTold(answer).data, headers=etag(hours_version(unit_id=unit_id)))


def _printed(row: Row) -> SimpleNamespace:
    return SimpleNamespace(valid=row.valid, reason=row.reason, **_hours_printed(hours_in(row)))


def _hours_printed(hours: OfficeHours) -> dict[str, Any]:
    half_days = [
        {"weekday": Weekday.values[day], "sessions": _sessions_printed(sessions)} for day, sessions in hours.half_days
    ]
    return {"sessions": _sessions_printed(hours.sessions), "half_days": half_days}


def _sessions_printed(sessions: Sessions) -> list[dict[str, dt.time]]:
    return [{"opens": opens, "closes": closes} for opens, closes in sessions]


def _hours(told: dict[str, Any]) -> OfficeHours:
    half_days = {Weekday.values.index(one["weekday"]): _sessions(one["sessions"]) for one in told["half_days"]}
    return OfficeHours(_sessions(told["sessions"]), tuple(sorted(half_days.items())))


def _sessions(given: list[dict[str, Any]]) -> Sessions:
    return tuple((one["opens"], one["closes"]) for one in given)


def _fault(name: str, code: str, vi: str, en: str) -> serializers.ValidationError:
    return serializers.ValidationError({name: [serializers.ErrorDetail(str(said(vi, en)), code)]})
