"""The list of transactions as a file: the same rows and filters, as CSV or as a workbook, sent while it is read."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from api.errors import Fault, Invalid
from api.language import said
from api.pagination import ORDERING, ordering_of
from api.throttling.ahead import let_in
from api.transactions.listing import TransactionsNarrowed
from api.transactions.workbooks import workbook
from procedures.calendar.rules import local
from procedures.transactions.queries.exporting import (
    Rows,
    columns,
    columns_of_then,
    csv_rows,
    sheet_rows,
    units_in,
)
from units.queries import Carried, units_carried
from units.vocabulary import OrganisationView

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": CSV, "xlsx": XLSX}
BOM = "\ufeff"
"""Without it Excel reads UTF-8 as an old Windows alphabet, and every Vietnamese letter is lost."""
log = logging.getLogger(__name__)


class Whatever(BaseContentNegotiation):
    """The file's format is the parameter's to choose; a problem is always JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Take the first."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """Take the first."""
        return renderers[0], renderers[0].media_type


class TransactionExport(TransactionsNarrowed):
    """A list as a file."""

    content_negotiation_class = Whatever
    own_parameters = frozenset({"format", ORDERING})

    @extend_schema(
        operation_id="exportTransactions",
        tags=["transactions"],
        summary="Xuất danh sách giao dịch ra CSV hoặc Excel, cùng bộ lọc với danh sách",
        description="CSV: UTF-8 có BOM, dấu chấm phẩy, CRLF; dòng đầu nói về tệp, dòng hai là tên cột. XLSX: trang đầu "
        "nói về tệp; ngày giờ là kiểu ngày giờ của Excel, theo giờ Việt Nam. Đơn vị theo organisation, như danh sách; "
        "now có thêm hai cột mã đơn vị lúc đó.",
        filters=True,
        parameters=[
            OpenApiParameter("format", str, enum=list(FORMATS), description="Bỏ trống: theo Accept, không thì csv."),
            OpenApiParameter(ORDERING, str, enum=list(TransactionsNarrowed.orderings)),
        ],
        responses={(200, CSV): OpenApiTypes.BINARY, (200, XLSX): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Send the whole list."""
        kind, at, ordering = _format_of(request), now(), ordering_of(request, self)
        rows = self.filter_queryset(self.get_queryset())
        in_english = (get_language() or "vi").startswith("en")
        told, carried = columns(now=at, in_english=in_english), self._carried(rows)
        shown = {unit: one.unit for unit, one in carried.items()}
        if self.organisation == OrganisationView.NOW:
            told += columns_of_then()
        headings = [column.en if in_english else column.vi for column in told]
        about = [*_about(request, local(at).strftime("%d/%m/%Y %H:%M")), self._names(carried)]
        let_in(request)  # nobody is named in the log who was not let in
        log.info("transactions exported as %s by %s", kind, self.principal.id)
        if kind == "csv":
            file = _csv(about, headings, csv_rows(rows, ordering=ordering, told=told, shown=shown))
        else:
            titles = str(said("Về tệp này", "About")), str(said("Giao dịch", "Transactions"))
            file = workbook(
                about=about, titles=titles, headings=headings, told=told, count=rows.order_by().count(),
                rows=lambda style: sheet_rows(rows, ordering=ordering, told=told, instant_style=style, shown=shown),
            )  # fmt: skip
        name = f"giao-dich-{local(at):%Y%m%d-%H%M}.{kind}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        media_type = f"{CSV}; charset=utf-8" if kind == "csv" else XLSX
        return StreamingHttpResponse(file, content_type=media_type, headers=disposition)

    def _carried(self, rows: Rows) -> dict[int, Carried]:
        """Tell how the units of the rows are shown; as then each by itself, of which nothing need be told."""
        is_now = self.organisation == OrganisationView.NOW
        return units_carried(unit_ids=units_in(rows), on=localdate()) if is_now else {}

    def _names(self, carried: Mapping[int, Carried]) -> tuple[str, str]:
        """Return which organisation the file shows, and of which units nobody can say who they are now."""
        title = str(said("Tên đơn vị", "Names of units"))
        if self.organisation == OrganisationView.THEN:
            then = said("như vào ngày tiếp nhận, ngày kết thúc", "as they were on the day of receipt and of the end")
            return title, str(then)
        day = f"{localdate():%d/%m/%Y}"
        now_names = str(said(f"theo đơn vị hiện nay ({day})", f"as they are now ({day})"))
        left = sorted(one.was.name for one in carried.values() if not one.is_carried)
        kept = said("giữ tên cũ, không quy về một đơn vị được", "kept by their old names, followed by no single unit")
        return title, f"{now_names}; {kept}: {', '.join(left)}" if left else now_names


def _format_of(request: Request) -> str:
    asked = request.query_params.get("format")
    if asked and asked not in FORMATS:
        detail = said("format là csv hoặc xlsx.", "format is csv or xlsx.")
        raise Invalid([Fault("parameter", "format", "unknown_value", str(detail))])
    return asked or ("xlsx" if XLSX in request.headers.get("Accept", "") else "csv")


def _about(request: Request, at: str) -> list[tuple[str, str]]:
    """Return what the file tells of itself: how it was narrowed, and as of when."""
    narrowed = "; ".join(
        f"{name}={value}" for name, value in request.query_params.items() if value and name != "format"
    )
    return [
        (str(said("Danh sách", "List")), str(said("Giao dịch thủ tục hành chính", "Administrative transactions"))),
        (str(said("Bộ lọc", "Filters")), narrowed or str(said("không có", "none"))),
        (str(said("Lập lúc", "Made at")), f"{at} (+07:00)"),
    ]


def _csv(about: list[tuple[str, str]], headings: list[str], rows: Iterator[str]) -> Iterator[bytes]:
    first = " | ".join(f"{name}: {value}" for name, value in about)
    yield (BOM + _line([first]) + _line(headings)).encode()
    for part in rows:
        yield part.encode()


def _line(texts: list[str]) -> str:
    return ";".join('"{}"'.format(text.replace('"', '""')) for text in texts) + "\r\n"
