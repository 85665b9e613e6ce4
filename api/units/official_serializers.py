"""Shapes of officials and their postings."""

from typing import Any

from rest_framework import serializers

from api.shapes import Shape, Text
from api.units.serializers import Period, UnitReference
from units.queries import OfficialCard


class OfficialReference(serializers.Serializer[Any]):
    """An official inside another answer or in a list."""

    code = serializers.CharField()
    name = serializers.CharField()


class PostingTold(serializers.Serializer[Any]):
    """Where an official belongs and serves, for a half-open period."""

    home_unit = UnitReference()
    serving_unit = UnitReference()
    post = serializers.CharField(source="row.post")
    is_head = serializers.BooleanField(source="row.is_head")
    valid_from = serializers.DateField(source="row.valid.lower", allow_null=True)
    valid_to = serializers.DateField(source="row.valid.upper", allow_null=True)


class Official(serializers.Serializer[OfficialCard]):
    """An official with all postings, the newest first."""

    code = serializers.CharField(source="official.code")
    name = serializers.CharField(source="official.name")
    postings = PostingTold(many=True)


class OfficialDescription(Shape):
    """What an official is called."""

    name = Text(max_length=200)


class PostingReport(Period):
    """A posting from a day on; the one that is running ends on that day."""

    home_unit = Text(max_length=100, help_text="Đơn vị quản lý cán bộ (mã hoặc SCHEME:mã).")
    serving_unit = Text(required=False, max_length=100, help_text="Nơi làm việc; bỏ trống là đơn vị quản lý.")
    post = Text(max_length=200)
    is_head = serializers.BooleanField(required=False, default=False)
