"""The building blocks of request and answer shapes: strict objects, instants, texts."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, NamedTuple, TypeVar

from django.core.validators import ProhibitNullCharactersValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import empty
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from api.errors import Fault
from api.instants import EARLIEST_YEAR, LATEST_YEAR, WIDEST_OFFSET, is_believed
from api.language import said
from api.printing import printed as printed  # noqa: PLC0414 - those who parse by a shape print by one

_RFC3339 = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,18})?([Zz]|[+-]\d{2}:\d{2})$")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
_COVERED = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)
"""What these refuse letter by letter, `_CONTROL` refuses at once."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


NON_FIELD = "non_field_errors"
_AnyField = serializers.Field[Any, Any, Any, Any]
S = TypeVar("S", bound=serializers.Serializer[Any])


class Shape(serializers.Serializer[Any]):
    """An object that refuses fields it does not know: a typing error must not be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated object; raises ValidationError naming each unknown field as well.

        What is absent and may be is passed over at once: most rows of a batch say a third of what they could.
        """
        if not isinstance(data, dict):
            return super().to_internal_value(data)
        value: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for name, places, reads, may_be_absent, check in self._reading:
            said_of_it = data.get(name, empty)
            if said_of_it is empty and may_be_absent:
                continue
            try:
                read = reads(said_of_it)
                read = check(read) if check else read
                if len(places) == 1:
                    value[places[0]] = read
                else:
                    self.set_value(value, places, read)
            except serializers.ValidationError as error:
                faults[name] = error.detail
            except serializers.SkipField:
                continue
        faults |= {name: [_unknown()] for name in sorted(data.keys() - self._known, key=str)}
        if faults:
            raise serializers.ValidationError(faults)
        return value

    def run_validation(self, data: Any = empty) -> Any:
        """Return the validated object; the framework would tell a body `null` in English only."""
        if data is None and self.root is self:
            said_of_it = said("Nội dung gửi lên là null, cần một đối tượng JSON.", "The body is null, not an object.")
            raise serializers.ValidationError({NON_FIELD: [ErrorDetail(str(said_of_it), code="null")]})
        return super().run_validation(data)

    def run_validators(self, value: Any) -> None:
        """Ask the validators of the whole object, if there are any."""
        if self.validators:
            super().run_validators(value)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.fields)

    @cached_property
    def _reading(self) -> "tuple[_Reading, ...]":
        return tuple(
            _Reading(name, field.source_attrs, reader_of(field), not field.required and field.default is empty,
                     getattr(self, f"validate_{name}", None))
            for name, field in self.fields.items() if not field.read_only
        )  # fmt: skip


class _Reading(NamedTuple):
    """How a field of a shape is read, worked out once for a shape.

    Where its value is put, by what it is read, whether it may be passed over where nothing is said, its further check.
    """

    name: str
    places: list[str]
    reads: Callable[[Any], Any]
    may_be_absent: bool
    check: Callable[[Any], Any] | None


def reader_of(field: _AnyField) -> Callable[[Any], Any]:
    """Return what reads a value: of a field that only turns it into ours, that step alone, else all of the field's."""
    if type(field).run_validation is not serializers.Field.run_validation or field.validators:
        return field.run_validation
    whole, turned = field.run_validation, field.to_internal_value
    return lambda said_of_it: whole(said_of_it) if said_of_it is None or said_of_it is empty else turned(said_of_it)


@cache
def shape_of(shape: type[S]) -> S:
    """Return the one instance of a shape: copying its fields each time would cost more than reading what comes in.

    It may be asked to `run_validation` and `to_representation`, which keep nothing.
    """
    return shape()


def parsed(shape: type[Shape], data: Any) -> Any:
    """Return what was validated; raises ValidationError by field."""
    try:
        return shape_of(shape).run_validation(data)
    except serializers.ValidationError as error:
        detail = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        raise serializers.ValidationError(detail) from error


def _unknown() -> ErrorDetail:
    text = said("Trường này không có trong đặc tả.", "This field is not in the contract.")
    return ErrorDetail(str(text), "unknown_field")


@extend_schema_field({"type": "string", "format": "date-time", "example": "2024-03-04T08:15:00+07:00"})
class Instant(serializers.DateTimeField):
    """An instant of RFC 3339 with its offset, between 1990 and 2100 in Vietnamese time, in which it is told."""

    default_error_messages = {
        "offset": said(
            "Thời điểm phải theo RFC 3339, kèm múi giờ không quá ±15:59, ví dụ 2024-03-04T08:15:00+07:00.",
            "An instant must follow RFC 3339, with an offset up to ±15:59, for example 2024-03-04T08:15:00+07:00.",
        ),
        "no_such_instant": said(
            "Không có ngày giờ này (ví dụ ngày 30 tháng 2).", "There is no such instant (like 30 February)."
        ),
        "range": said("Năm phải từ 1990 đến 2100.", "The year must be from 1990 to 2100."),
    }

    def to_internal_value(self, value: Any) -> dt.datetime:
        """Return an aware datetime in UTC."""
        if not isinstance(value, str) or not _RFC3339.match(value):
            self.fail("offset")
        try:
            instant = dt.datetime.fromisoformat(value.upper().replace(" ", "T"))
            if abs(instant.utcoffset() or dt.timedelta()) > WIDEST_OFFSET:
                self.fail("offset")
            if not is_believed(instant):
                self.fail("range")
            return instant.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.fail("no_such_instant")


class Day(serializers.DateField):
    """A calendar day, ISO 8601, between 1990 and 2100."""

    default_error_messages = {"range": Instant.default_error_messages["range"]}

    def to_internal_value(self, value: Any) -> dt.date:
        """Return the date."""
        day = super().to_internal_value(value)
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            self.fail("range")
        return day


class Uuid(serializers.UUIDField):
    """A UUID as RFC 9562 writes it; the framework takes a number, `true`, and braces around one, for one as well."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        """Return the UUID."""
        if not isinstance(data, str) or not _UUID.match(data):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """Yes or no; null says neither, and an empty text is nothing that can be said."""

    NULL_VALUES = {None}


class Text(serializers.CharField):
    """A text without control characters; emoji and any script are welcome."""

    default_error_messages = {
        "control": said("Văn bản chứa ký tự điều khiển.", "The text holds control characters."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [one for one in self.validators if not isinstance(one, _COVERED)]

    def run_validation(self, data: Any = empty) -> Any:
        """Return at once what is plainly good; of anything else the framework says what is wrong with it."""
        if type(data) is str and self._has_bounds_only:
            text = data.strip() if self.trim_whitespace else data
            shortest, longest = max(self.min_length or 0, 1), self.max_length or len(text)
            if shortest <= len(text) <= longest and not _CONTROL.search(text):
                return text
        return super().run_validation(data)

    @cached_property
    def _has_bounds_only(self) -> bool:
        bounds = [bound for bound in (self.max_length, self.min_length) if bound is not None]
        return len(self.validators) == len(bounds) and not self.read_only

    def to_internal_value(self, data: Any) -> str:
        """Return the text, trimmed."""
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        if _CONTROL.search(text):
            self.fail("control")
        return text


_DAY = {"type": ["string", "null"], "format": "date"}


class Dated(serializers.Serializer[Any]):
    """Something in force for a half-open period: `valid_to` is the first day on which it is no more."""

    valid_from = serializers.SerializerMethodField(help_text="Ngày đầu có hiệu lực; null là không rõ, đã có từ trước.")
    valid_to = serializers.SerializerMethodField(help_text="Ngày đầu hết hiệu lực; null là chưa có.")

    @extend_schema_field(_DAY)
    def get_valid_from(self, row: Any) -> dt.date | None:
        """Print the first day."""
        return row.valid.lower  # type: ignore[no-any-return]

    @extend_schema_field(_DAY)
    def get_valid_to(self, row: Any) -> dt.date | None:
        """Print the first day after the last."""
        return row.valid.upper  # type: ignore[no-any-return]


class FaultShape(serializers.Serializer[Any]):
    """One thing wrong with a request."""

    pointer = serializers.CharField(required=False, help_text="Con trỏ JSON (RFC 6901) tới trường sai.")
    parameter = serializers.CharField(required=False, help_text="Tham số truy vấn sai.")
    header = serializers.CharField(required=False, help_text="Tiêu đề sai.")
    code = serializers.CharField(help_text="Mã lỗi cho máy.")
    detail = serializers.CharField(help_text="Lời giải thích cho người.")
    successors = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Mã các đơn vị kế thừa, khi đơn vị đã gửi không còn."
    )


@extend_schema_field({"type": "object", "additionalProperties": True})
class ChallengeShape(serializers.DictField):
    """A challenge in the words of ALTCHA 2: `parameters`, which also name how to solve it, and their `signature`."""


class ProblemShape(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = FaultShape(many=True, required=False)  # type: ignore[assignment]  # the name RFC 9457 extensions use
    challenge = ChallengeShape(
        required=False, help_text="Chỉ có ở challenge-required: phép tính ALTCHA 2; lời giải gửi ở tiêu đề X-Altcha."
    )


def fault(pointer: str, code: str, vi: str, en: str) -> Fault:
    """Return a fault of the body."""
    return Fault("pointer", pointer, code, str(said(vi, en)))
