"""Filters by how a transaction was handled: the due date, the apology, the signals."""

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django_filters import rest_framework as filters

from api.filtering import WordsFilter
from procedures.transactions.models import Transaction
from procedures.transactions.queries import apology_due_on, showing_any_on
from procedures.vocabulary import ConductSignal


class ConductFilters(filters.FilterSet):
    """Which transactions, by how they were handled; what hangs on today is as of today."""

    due_date_differs = filters.BooleanFilter(help_text="Hạn của bên gửi khác hạn tính được.")
    apology_due = filters.BooleanFilter(method="owing_apology", help_text="Đã hoặc sắp quá hạn mà chưa xin lỗi.")
    apology_on_time = filters.BooleanFilter(help_text="Xin lỗi ít nhất một ngày trước hạn.")
    supplement_notice_on_time = filters.BooleanFilter(
        help_text="Báo bổ sung trong 03 ngày làm việc, hoặc trong hạn riêng của thủ tục."
    )
    signals = WordsFilter(
        choices=ConductSignal.choices, method="showing", help_text="Có một trong các dấu hiệu, cách nhau bằng dấu phẩy."
    )

    def owing_apology(self, rows: QuerySet[Transaction], _name: str, is_due: bool) -> QuerySet[Transaction]:  # noqa: FBT001 - django-filter's signature
        """Keep those for which an apology is due today, or the others."""
        condition = apology_due_on(localdate())
        return rows.filter(condition) if is_due else rows.exclude(condition)

    def showing(self, rows: QuerySet[Transaction], _name: str, signals: list[str]) -> QuerySet[Transaction]:
        """Keep those that show one of the signals today."""
        return rows.filter(showing_any_on(signals, localdate())) if signals else rows
