"""The shapes of the feed (CloudEvents 1.0)."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import Instant


class CloudEvent(serializers.Serializer[Any]):
    """Something that happened; ignore types you do not know."""

    specversion = serializers.CharField(help_text="Luôn là 1.0.")
    id = serializers.CharField(help_text="Không bao giờ dùng lại.")
    source = serializers.URLField()  # type: ignore[assignment]  # CloudEvents' own word
    type = serializers.CharField(help_text="Ví dụ vn.gov.province.transaction.updated.v1.")
    subject = serializers.CharField(help_text="Mã của đối tượng, ví dụ mã hồ sơ.")
    time = Instant()
    datacontenttype = serializers.CharField()
    data = extend_schema_field({"type": "object", "additionalProperties": True})(serializers.DictField)()  # type: ignore[assignment]


class EventPage(serializers.Serializer[Any]):
    """A page of the feed."""

    events = CloudEvent(many=True)
    after = serializers.CharField(help_text="Gửi lại trong tham số after, kể cả khi chưa có gì mới.")
    has_more = serializers.BooleanField(help_text="Còn nữa ngay bây giờ.")
