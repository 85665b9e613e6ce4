"""Pages by position, not by number: a row is never skipped or repeated, and page 2,000 costs what the first costs."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import BooleanField, F, Func, Q, Value
from django.utils.dateparse import parse_datetime
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Fault, Invalid
from api.language import said

USUAL_SIZE, LARGEST_SIZE = 50, 500
LONGEST = len(str(LARGEST_SIZE))
OWN_PARAMETERS = {"cursor", "page_size", "count"}
ORDERING = "ordering"


class KeysetPagination(BasePagination):
    """Cursor pages over a view's `ordering`: names of columns, `-` for descending, the last one unique.

    A view may offer more in `orderings`, by the name of the parameter's value. The first column of an ordering may be
    null where it is named in the view's `nullable`: rows without it come last. No other column is ever null.
    Answers `{"next_cursor", "results"}`, `count` when asked for by `count=exact`, and a `Link` header (RFC 8288).
    A cursor is signed and belongs to one list with one set of filters; any other is refused.
    """

    ordering: Sequence[str]
    next_cursor: str | None = None
    total: int | None = None
    OWN: ClassVar[set[str]] = OWN_PARAMETERS

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return one page; raises Invalid for a cursor, size, count or ordering that is not ours."""
        self.request = request
        self.ordering = ordering_of(request, view)
        self.purpose = f"cursor:{type(view).__name__}:{_digest(request)}"
        size = _size(request)
        if _wants_count(request):
            self.total = queryset.order_by().count()
        position = self._read(cursor) if (cursor := request.query_params.get("cursor")) else None
        is_dated = self.ordering[0].lstrip("-") not in getattr(view, "nullable", ())
        walk = _rows if is_dated else _rows_with_null
        rows = walk(queryset, self.ordering, position, size + 1)
        if len(rows) > size:
            self.next_cursor = self._write(rows[size - 1])
        return rows[:size]

    def paginate_rows(self, rows: Sequence[Any], request: Request, view: Any) -> list[Any]:
        """Return one page of rows that a query has worked out, in the order of the view's one column."""
        self.request = request
        self.ordering = view.ordering
        self.purpose = f"cursor:{type(view).__name__}:{_digest(request)}"
        size = _size(request)
        if _wants_count(request):
            self.total = len(rows)
        if position := request.query_params.get("cursor"):
            (last,) = self._read(position)
            rows = [row for row in rows if _value(row, self.ordering[0]) > last]
        if len(rows) > size:
            self.next_cursor = self._write(rows[size - 1])
        return list(rows[:size])

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap the printed rows."""
        body: dict[str, Any] = {"next_cursor": self.next_cursor, "results": data}
        if self.total is not None:
            body["count"] = self.total
        headers = {}
        if self.next_cursor:
            query = {**self.request.query_params.dict(), "cursor": self.next_cursor}
            address = self.request.build_absolute_uri(self.request.path)
            headers["Link"] = f'<{address}?{urlencode(query)}>; rel="next"'
        return Response(body, headers=headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page for the contract."""
        return {
            "type": "object",
            "required": ["next_cursor", "results"],
            "properties": {
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "Gửi lại trong tham số cursor; null là hết.",
                },
                "count": {"type": "integer", "description": "Chỉ có khi hỏi count=exact."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the three parameters for the contract."""
        return [
            {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "Vị trí trang kế tiếp."},
            {
                "name": "page_size",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": USUAL_SIZE},
                "description": "Số dòng mỗi trang.",
            },
            {
                "name": "count",
                "in": "query",
                "schema": {"type": "string", "enum": ["exact"]},
                "description": "Xin tổng số.",
            },
            *(
                [
                    {
                        "name": ORDERING,
                        "in": "query",
                        "schema": {"type": "string", "enum": list(offered)},
                        "description": "Thứ tự; dòng không có ngày ấy đứng cuối.",
                    }
                ]
                if (offered := getattr(view, "orderings", {}))
                else []
            ),
        ]

    def _write(self, row: Any) -> str:
        values = [_value(row, name.lstrip("-")) for name in self.ordering]
        return signing.dumps(values, salt=self.purpose, serializer=_Plain)

    def _read(self, cursor: str) -> list[Any]:
        try:
            return list(signing.loads(cursor, salt=self.purpose, serializer=_Plain))
        except signing.BadSignature as error:
            detail = said(
                "Con trỏ trang không thuộc danh sách này hoặc bộ lọc này; hãy bắt đầu lại từ trang đầu.",
                "The cursor does not belong to this list with these filters; begin at the first page.",
            )
            raise Invalid([Fault("parameter", "cursor", "foreign_cursor", str(detail))]) from error


class _Plain:
    """Cursor values: numbers, texts and instants."""

    def dumps(self, values: Any) -> bytes:
        return json.dumps(
            [{"t": v.isoformat()} if hasattr(v, "isoformat") else v for v in values], default=str
        ).encode()

    def loads(self, raw: bytes) -> Any:
        return [parse_datetime(v["t"]) or v["t"] if isinstance(v, dict) else v for v in json.loads(raw)]


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def ordering_of(request: Request, view: Any) -> Sequence[str]:
    """Return the columns of the ordering that is asked for; raises Invalid."""
    offered = getattr(view, "orderings", {})
    wanted = request.query_params.get(ORDERING) if offered else ""
    if not wanted:
        return view.ordering  # type: ignore[no-any-return]
    if wanted not in offered:
        names = ", ".join(offered)
        detail = said(f"ordering chỉ nhận: {names}.", f"ordering takes only: {names}.")
        raise Invalid([Fault("parameter", ORDERING, "unknown_value", str(detail))])
    return offered[wanted]  # type: ignore[no-any-return]


def _rows(queryset: Any, ordering: Sequence[str], position: Sequence[Any] | None, most: int) -> list[Any]:
    rows = queryset if position is None else queryset.filter(_after(ordering, position))
    if stretches := getattr(rows, "stretches", ()):
        first, *others = [one.order_by(*ordering)[:most] for one in stretches]
        rows = first.union(*others)
    return list(rows.order_by(*ordering)[:most])


def _rows_with_null(queryset: Any, ordering: Sequence[str], position: Sequence[Any] | None, most: int) -> list[Any]:
    """Walk what has a value in the first column, then what has none: each is one stretch of the same index."""
    first, rest, rows = ordering[0].lstrip("-"), ordering[1:], []
    if position is None or position[0] is not None:
        rows = _rows(queryset.filter(**{f"{first}__isnull": False}), ordering, position, most)
        position = None
    if len(rows) < most:
        behind = None if position is None else position[1:]
        rows += _rows(queryset.filter(**{f"{first}__isnull": True}), rest, behind, most - len(rows))
    return rows


class _Behind(Func):
    """`(a, b) < (x, y)`: one range of an index over (a, b), however many rows share an `a`."""

    output_field = BooleanField()

    def __init__(self, ordering: Sequence[str], position: Sequence[Any]) -> None:
        columns = [F(name.lstrip("-")) for name in ordering]
        super().__init__(*columns, *(Value(value) for value in position))
        self.sign = "<" if ordering[0].startswith("-") else ">"

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Write both rows."""
        told = [compiler.compile(one) for one in self.source_expressions]
        texts, half = [text for text, _values in told], len(told) // 2
        sql = f"({', '.join(texts[:half])}) {self.sign} ({', '.join(texts[half:])})"
        return sql, [value for _text, values in told for value in values]


def _after(ordering: Sequence[str], position: Sequence[Any]) -> Q:
    """Return the rows behind a position: greater in the first column, or equal there and greater in the next, ..."""
    if len({name.startswith("-") for name in ordering}) == 1:
        return Q(_Behind(ordering, position))
    condition, equal = Q(pk__in=[]), Q()
    for name, value in zip(ordering, position, strict=True):
        column, way = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{column}__{way}": value})
        equal &= Q(**{column: value})
    first, way = ordering[0].lstrip("-"), "lte" if ordering[0].startswith("-") else "gte"
    return Q(**{f"{first}__{way}": position[0]}) & condition


def _digest(request: Request) -> str:
    """Return a fingerprint of the filters, without the page's own parameters."""
    filters = sorted((k, v) for k, v in request.query_params.items() if k not in OWN_PARAMETERS and v)
    path = request.path
    return hashlib.sha256(json.dumps([path, filters]).encode()).hexdigest()[:16]


def _size(request: Request) -> int:
    raw = request.query_params.get("page_size") or str(USUAL_SIZE)
    if not (raw.isascii() and raw.isdigit() and len(raw) <= LONGEST and 1 <= int(raw) <= LARGEST_SIZE):
        detail = said(f"page_size là số từ 1 đến {LARGEST_SIZE}.", f"page_size is a number from 1 to {LARGEST_SIZE}.")
        raise Invalid([Fault("parameter", "page_size", "out_of_range", str(detail))])
    return int(raw)


def _wants_count(request: Request) -> bool:
    wanted = request.query_params.get("count", "")
    if wanted not in {"", "exact"}:
        detail = said("count chỉ nhận giá trị exact.", "count takes only the value exact.")
        raise Invalid([Fault("parameter", "count", "unknown_value", str(detail))])
    return wanted == "exact"
