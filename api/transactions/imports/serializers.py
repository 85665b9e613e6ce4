"""Imports of files as they are told."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import Shape
from api.transactions.serializers import BatchCounts
from procedures.imports.models import Import as ImportRow
from procedures.vocabulary import ImportFault, ImportFormat, ImportState, MessageOutcome


class Import(serializers.ModelSerializer[ImportRow]):
    """A file and how far reading it is."""

    state = serializers.ChoiceField(ImportState.choices)
    format = serializers.ChoiceField(ImportFormat.choices)
    fault = serializers.ChoiceField(ImportFault.choices, required=False, help_text="Vì sao dừng giữa chừng.")
    sha256 = serializers.CharField(help_text="SHA-256 của tệp như đã gửi.")
    bytes_sent = serializers.IntegerField(help_text="Tệp như đã gửi, byte.")
    bytes_total = serializers.IntegerField(help_text="Tệp sau khi giải nén, byte.")
    bytes_done = serializers.IntegerField(help_text="Đã nhận được bao nhiêu, byte.")
    lines_done = serializers.IntegerField(help_text="Đã nhận được bao nhiêu dòng của tệp.")
    rows_done = serializers.IntegerField(help_text="Số hồ sơ đã nhận xử lý, kể cả bị từ chối.")
    rows_total = serializers.SerializerMethodField(help_text="Tổng số hồ sơ; null khi chưa đọc hết.")
    rows_per_second = serializers.SerializerMethodField(
        help_text="Tốc độ của mọi tiến trình cộng lại; null khi chưa có dòng nào."
    )
    seconds_left = serializers.SerializerMethodField(help_text="Ước tính còn bao lâu; null khi chưa biết.")
    counts = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField(help_text="Địa chỉ báo cáo từng dòng; giữ 90 ngày.")

    class Meta:
        model = ImportRow
        fields = [
            "id", "state", "fault", "format", "is_compressed", "sha256", "bytes_sent", "bytes_total", "bytes_done",
            "lines_done", "rows_done", "rows_total", "rows_per_second", "seconds_left", "counts", "requested_at",
            "started_at", "ended_at", "report",
        ]  # fmt: skip

    def to_representation(self, instance: ImportRow) -> dict[str, Any]:
        """Print the import; without a fault none is told."""
        printed = super().to_representation(instance)
        return {name: value for name, value in printed.items() if name != "fault" or value}

    @extend_schema_field({"type": ["integer", "null"]})
    def get_rows_total(self, row: ImportRow) -> int | None:
        """Print the number of rows once it is known."""
        return row.rows_done if row.state == ImportState.FINISHED else None

    @extend_schema_field({"type": ["number", "null"]})
    def get_rows_per_second(self, row: ImportRow) -> float | None:
        """Print the speed."""
        return round(row.rows_done / row.worked_seconds, 1) if row.worked_seconds else None

    @extend_schema_field({"type": ["integer", "null"]})
    def get_seconds_left(self, row: ImportRow) -> int | None:
        """Print how long it will take at this speed."""
        if row.is_over or not row.worked_seconds:
            return 0 if row.is_over else None
        return round((row.bytes_total - row.bytes_done) * row.worked_seconds / max(row.bytes_done, 1))

    @extend_schema_field(BatchCounts)
    def get_counts(self, row: ImportRow) -> dict[str, int]:
        """Print how many rows came to what."""
        return {str(outcome): row.counts.get(outcome, 0) for outcome in MessageOutcome.values}

    @extend_schema_field({"type": "string"})
    def get_report(self, row: ImportRow) -> str:
        """Print the address of the report."""
        return f"/api/v1/imports/{row.pk}/report"


class ReportAsked(Shape):
    """Which report."""

    type = serializers.ChoiceField(
        [("csv", "Bảng tính"), ("json_lines", "JSON Lines")], required=False, default="csv", help_text="Dạng của tệp."
    )
    outcome = serializers.ChoiceField(
        MessageOutcome.choices, required=False, help_text="Chỉ những dòng có kết quả này, ví dụ rejected."
    )


class ImportColumn(serializers.Serializer[Any]):
    """A column of a CSV file."""

    name = serializers.CharField(help_text="Tên cột trong tệp.")
    label = serializers.CharField(help_text="Tên tiếng Việt, dùng được thay cho name.")  # type: ignore[assignment]
    is_required = serializers.BooleanField()
    pointer = serializers.CharField(help_text="Trường tương ứng của JSON (TransactionRow).")
    meaning_vi = serializers.CharField()
    meaning_en = serializers.CharField()
    written_vi = serializers.CharField(help_text="Cách viết, đơn vị.")
    written_en = serializers.CharField()
    example = serializers.CharField()


class ImportColumns(serializers.Serializer[Any]):
    """Every column, and how a file is written."""

    notes_vi = serializers.ListField(child=serializers.CharField())
    notes_en = serializers.ListField(child=serializers.CharField())
    columns = ImportColumn(many=True)
