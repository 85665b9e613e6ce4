"""The list of transactions: every column of a one-stop report narrows it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.filtering import DayFilter, MonthFilter, WordsFilter
from api.organisation import Organised, OrganisedFilters, OrganisedList
from api.pagination import ordering_of
from api.printing import printed_all
from api.references import unit_meant
from api.transactions.conduct import ConductFilters
from api.transactions.serializers import Transaction
from procedures.calendar.rules import ZONE
from procedures.transactions import queries
from procedures.transactions.models import Transaction as TransactionRow
from procedures.vocabulary import ApplicantKind, Channel, Outcome, Status, Timeliness, TransactionWarning

Rows = QuerySet[TransactionRow]
ONE_DAY = dt.timedelta(days=1)
LONGEST_DELAY = 3650
MOST_TIMES = 1000
LARGEST = 2**63 - 1
SHORTEST_SEARCH = 3
TO = "Tính cả ngày này."
REPORT_MONTH = "Kỳ báo cáo từ ngày 15 tháng trước đến ngày 14 tháng này (NĐ 09/2019), dạng 2026-10. "
COLUMNS = {
    "submitted": "submitted_at", "received": "received_at", "promised": "due_at", "due": "due_at_legal",
    "ended": "ended_at", "returned": "returned_at",
}  # fmt: skip
AT_LEAST = "Từ ngần này lần trở lên."


class WholeNumberFilter(filters.NumberFilter):
    """A whole number."""

    field_class = forms.IntegerField


class TransactionFilters(OrganisedFilters, ConductFilters):
    """Which transactions."""

    under = filters.CharFilter(method="inside", max_length=100, help_text="Mã đơn vị: cả cây (xem organisation).")
    receiving_unit = filters.CharFilter(method="at_unit", max_length=100, help_text="Mã đơn vị tiếp nhận, riêng nó.")
    settling_unit = filters.CharFilter(method="at_unit", max_length=100, help_text="Mã đơn vị giải quyết, riêng nó.")
    procedure = filters.CharFilter(method="of_procedure", max_length=40)
    field = filters.CharFilter(method="of_field", max_length=100)
    channel = filters.ChoiceFilter(choices=Channel.choices)
    applicant_kind = filters.ChoiceFilter(choices=ApplicantKind.choices)
    status = WordsFilter(choices=Status.choices, help_text="Một hay nhiều trạng thái, cách nhau bằng dấu phẩy.")
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    timeliness = filters.ChoiceFilter(method="standing", choices=Timeliness.choices)
    national_timeliness = filters.ChoiceFilter(choices=Timeliness.choices)
    overdue_by = WholeNumberFilter(
        method="overdue", min_value=1, max_value=LONGEST_DELAY,
        help_text="Quá hạn từ ngần này ngày trở lên: đã xong, hoặc đang xử lý tính đến lúc hỏi.",
    )  # fmt: skip
    submitted_from = DayFilter(method="from_day")
    submitted_to = DayFilter(method="to_day", help_text=TO)
    received_from = DayFilter(method="from_day")
    received_to = DayFilter(method="to_day", help_text=TO)
    ended_from = DayFilter(method="from_day")
    ended_to = DayFilter(method="to_day", help_text=TO)
    returned_from = DayFilter(method="from_day")
    returned_to = DayFilter(method="to_day", help_text=TO)
    promised_from = DayFilter(method="from_day", help_text="Theo ngày hẹn trả gần nhất (due_at).")
    promised_to = DayFilter(method="to_day", help_text=TO)
    due_from = DayFilter(method="from_day", help_text="Theo hạn theo luật (due_at_legal).")
    due_to = DayFilter(method="to_day", help_text=TO)
    report_month = MonthFilter(method="in_month", help_text=REPORT_MONTH + "Theo ngày tiếp nhận.")
    ended_report_month = MonthFilter(method="in_month", help_text=REPORT_MONTH + "Theo ngày kết thúc.")
    due_report_month = MonthFilter(method="in_month", help_text=REPORT_MONTH + "Theo hạn theo luật.")
    supplement_requests_from = WholeNumberFilter(
        field_name="supplement_requests", lookup_expr="gte", min_value=0, max_value=MOST_TIMES, help_text=AT_LEAST
    )
    extensions_from = WholeNumberFilter(
        field_name="extensions", lookup_expr="gte", min_value=0, max_value=MOST_TIMES, help_text=AT_LEAST
    )
    official = filters.CharFilter(method="by_official", max_length=50, help_text="Mã cán bộ đã làm một bước.")
    source = filters.CharFilter(max_length=60, help_text="Hệ thống gửi.")
    warning = filters.ChoiceFilter(method="warned", choices=TransactionWarning.choices)
    excluded = filters.BooleanFilter(method="with_exclusions", help_text="Có phần thời gian được loại trừ.")
    exclusion = WholeNumberFilter(
        method="named", min_value=1, max_value=LARGEST, help_text="Được đề nghị loại trừ này nêu tên."
    )
    paid_online = filters.BooleanFilter()
    digitised = filters.BooleanFilter()
    electronic_result = filters.BooleanFilter()
    q = filters.CharFilter(
        method="searched", min_length=SHORTEST_SEARCH, max_length=200,
        help_text="Một phần của mã hồ sơ, mã thủ tục, hoặc các từ trong tên thủ tục; không cần dấu.",
    )  # fmt: skip

    def inside(self, rows: Rows, name: str, code: str) -> Rows:
        """Narrow to a unit's subtree: of then, or as now with what it inherited."""
        on = localdate()
        unit = unit_meant(code=code, on=on, name=name, place="parameter").pk
        if self.is_now:
            return queries.under_unit(rows, unit_id=unit, on=on)
        return queries.under_unit_then(rows, unit_id=unit)

    def at_unit(self, rows: Rows, name: str, code: str) -> Rows:
        """Narrow to one unit by itself."""
        unit = unit_meant(code=code, on=localdate(), name=name, place="parameter").pk
        return rows.filter(**{f"{name}__in": self.units_shown_as(unit)})

    def of_procedure(self, rows: Rows, _name: str, code: str) -> Rows:
        """Narrow to a procedure."""
        return queries.of_procedure(rows, code=code)

    def of_field(self, rows: Rows, _name: str, code: str) -> Rows:
        """Narrow to a field."""
        return queries.of_field(rows, code=code)

    def standing(self, rows: Rows, _name: str, timeliness: str) -> Rows:
        """Keep those whose label is this one now."""
        return queries.standing(rows, timeliness=timeliness, now=now())

    def overdue(self, rows: Rows, _name: str, days: int) -> Rows:
        """Keep those that are late by so many days."""
        return queries.overdue_by(rows, days=days, now=now())

    def from_day(self, rows: Rows, name: str, day: dt.date) -> Rows:
        """Keep what happened on the day or later."""
        column = COLUMNS[name.removesuffix("_from")]
        return rows.filter(**{f"{column}__gte": dt.datetime.combine(day, dt.time.min, ZONE)})

    def to_day(self, rows: Rows, name: str, day: dt.date) -> Rows:
        """Keep what happened on the day or before."""
        column = COLUMNS[name.removesuffix("_to")]
        return rows.filter(**{f"{column}__lt": dt.datetime.combine(day + ONE_DAY, dt.time.min, ZONE)})

    def in_month(self, rows: Rows, name: str, month: dt.date) -> Rows:
        """Keep what happened in a report month."""
        column = COLUMNS[name.removesuffix("report_month").removesuffix("_") or "received"]
        return queries.in_report_month(rows, column=column, month=month)

    def by_official(self, rows: Rows, _name: str, code: str) -> Rows:
        """Keep those in which an official did a step."""
        return queries.with_step_of(rows, official_code=code)

    def warned(self, rows: Rows, _name: str, warning: str) -> Rows:
        """Keep those with a warning."""
        return queries.warned_of(rows, warning=warning)

    def with_exclusions(self, rows: Rows, _name: str, excluded: bool) -> Rows:  # noqa: FBT001 - django-filter's signature
        """Keep those that an exclusion holds for, or those without."""
        return rows.filter(exclusions__gt=0) if excluded else rows.filter(exclusions=0)

    def named(self, rows: Rows, _name: str, exclusion: int) -> Rows:
        """Keep those that an exclusion names."""
        return queries.named_in(rows, reference=exclusion)

    def searched(self, rows: Rows, _name: str, text: str) -> Rows:
        """Keep those found by a part of the code, the procedure's code, or words of its name."""
        return queries.searched(rows, text=text)


class TransactionsNarrowed(Organised):
    """What lists and exports of transactions share: the same rows, the same filters, the same orderings."""

    scopes = {"GET": "transactions:read"}
    filterset_class = TransactionFilters
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    orderings: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "newest": ("-id",),
        "received": ("-received_at", "-id"),
        "ended": ("-ended_at", "-id"),
        "due": ("due_at_legal", "id"),
        "dossier_code": ("dossier_code",),
    }
    nullable = frozenset({"received_at", "ended_at", "due_at_legal"})

    def get_queryset(self) -> Rows:
        """Return what the caller may see."""
        return queries.transactions_visible_to(viewer=self.principal.viewer, on=localdate())


class Transactions(TransactionsNarrowed, OrganisedList):
    """The transactions, the newest known first."""

    ordering = ("-id",)
    serializer_class = Transaction
    unit_fields = ("receiving_unit", "settling_unit")

    @extend_schema(
        operation_id="listTransactions",
        tags=["transactions"],
        summary="Danh sách giao dịch thủ tục hành chính",
        responses=Transaction(many=True),
    )
    def get(self, request: Request) -> Any:
        """List transactions."""
        keys = {"id", *(name.lstrip("-") for name in ordering_of(request, self))}
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()).values(*keys)) or ()
        return self.get_paginated_response(
            printed_all(Transaction, queries.cards(ids=[row["id"] for row in rows], now=now()))
        )
