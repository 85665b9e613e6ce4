"""Files of transactions over HTTP: sent, followed, stopped, and reported row by row."""

import uuid
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.timezone import now
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import TooLarge
from api.filtering import asked
from api.schema import problems
from api.transactions.imports import serializers
from api.transactions.imports.columns import check_head
from api.transactions.imports.explaining import explanation, template
from api.transactions.imports.refused import keep_refused_file
from api.transactions.imports.reporting import as_csv, as_json_lines, in_blocks
from api.transactions.imports.uploading import CsvParser, GzipParser, LinesParser, let_pass, sent_by
from procedures.errors import (
    FileCutOff,
    FileDiffers,
    FileEmpty,
    FileTooLarge,
    FileUnpacksTooFar,
    FileUnreadable,
    ImportEnded,
    ImportUnknown,
    StorageFull,
    TooManyImports,
)
from procedures.imports import queries, services
from procedures.imports.models import Import
from procedures.vocabulary import ImportState

WRITE = "transactions:write"
CONTENT_DIGEST = OpenApiParameter(
    "Content-Digest", str, OpenApiParameter.HEADER,
    description="sha-256=:base64: của tệp (RFC 9530); khác thì tệp bị từ chối.",
)  # fmt: skip
LOCATION = OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[202], description="Xem tiến độ ở đây.")


class AnyAnswer(BaseContentNegotiation):
    """A file is of its own type, whatever the caller accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return none: nothing is sent."""
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer of problems."""
        return JSONRenderer(), JSONRenderer.media_type


class ImportFilters(filters.FilterSet):
    """Which imports."""

    state = filters.ChoiceFilter(choices=ImportState.choices)


class Imports(ListEndpoint):
    """The caller's files, the newest first."""

    scopes = {"GET": WRITE, "POST": WRITE}
    serializer_class = serializers.Import
    filterset_class = ImportFilters
    parser_classes = (CsvParser, LinesParser, GzipParser)
    may_go_ahead = False
    ordering = ("-requested_at", "-id")

    def get_queryset(self) -> QuerySet[Import]:
        """Return the caller's own."""
        return queries.imports_of(client_id=self.principal.id)

    @extend_schema(
        operation_id="listImports",
        tags=["transactions"],
        summary="Các tệp tôi đã gửi",
        responses=serializers.Import(many=True),
    )
    def get(self, request: Request) -> Any:
        """List what the caller sent."""
        return self.page()

    @extend_schema(
        operation_id="importTransactions",
        tags=["transactions"],
        summary="Gửi một tệp giao dịch lớn tùy ý: CSV hoặc JSON Lines, nén gzip được",
        description="Tệp được nhận ngay, đọc sau; Location cho biết tiến độ. Cột của CSV: GET /imports/columns. "
        "Gửi lại cùng một tệp chưa đọc xong thì vẫn là lần nhập cũ; gửi lại sau khi xong không làm thay đổi gì.",
        parameters=[CONTENT_DIGEST, LOCATION],
        request={parser.media_type: OpenApiTypes.BINARY for parser in parser_classes},
        responses={
            202: serializers.Import,
            **problems(
                FileEmpty, FileCutOff, FileUnreadable, FileDiffers, TooManyImports, TooLarge, FileTooLarge,
                FileUnpacksTooFar, StorageFull,
            ),
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Store the file and queue it."""
        by, sent = self.principal, sent_by(request)
        try:
            job = services.accept(
                sent=sent, client_id=by.id, source=by.source or by.id, boundary=by.boundary, check_head=check_head,
                clock=now, may_overwrite=by.may("transactions:overwrite"),
            )  # fmt: skip
        except Exception as error:
            let_pass(sent)
            keep_refused_file(error, by=by, now=now())
            raise
        address = f"/api/v1/imports/{job.pk}"
        return Response(serializers.Import(job).data, status=HTTPStatus.ACCEPTED, headers={"Location": address})


class OneImport(Endpoint):
    """How far an import is."""

    scopes = {"GET": WRITE}

    @extend_schema(
        operation_id="readImport",
        tags=["transactions"],
        summary="Tiến độ nhập một tệp",
        responses={200: serializers.Import, **problems(ImportUnknown)},
    )
    def get(self, request: Request, import_id: uuid.UUID) -> Response:
        """Tell the progress."""
        return Response(serializers.Import(queries.import_of(client_id=self.principal.id, import_id=import_id)).data)


class ImportCancellation(Endpoint):
    """The end of an import before its last row."""

    scopes = {"POST": WRITE}

    @extend_schema(
        operation_id="cancelImport",
        tags=["transactions"],
        summary="Hủy: không đọc tiếp; các dòng đã nhận vẫn còn",
        request=None,
        responses={200: serializers.Import, **problems(ImportUnknown, ImportEnded)},
    )
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        """Stop reading."""
        job = services.cancel(import_id=import_id, client_id=self.principal.id, now=now())
        return Response(serializers.Import(job).data)


class ImportReport(Endpoint):
    """What became of each row."""

    scopes = {"GET": WRITE}
    query = frozenset({"type", "outcome"})
    content_negotiation_class = AnyAnswer

    @extend_schema(
        operation_id="readImportReport",
        tags=["transactions"],
        summary="Báo cáo từng dòng, đến dòng mới nhất đã đọc",
        parameters=[serializers.ReportAsked],
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="Bảng tính: dấu chấm phẩy, UTF-8 BOM."),
            (200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, description="Mỗi dòng một kết quả."),
            **problems(ImportUnknown),
        },
    )
    def get(self, request: Request, import_id: uuid.UUID) -> StreamingHttpResponse:
        """Stream the report."""
        how = asked(request, serializers.ReportAsked)
        job = queries.import_of(client_id=self.principal.id, import_id=import_id)
        rows = (row for row in queries.report_of(import_id=job.pk) if how.get("outcome") in {None, row["outcome"]})
        is_csv = how["type"] == "csv"
        media, ending = ("text/csv", "csv") if is_csv else ("application/x-ndjson", "jsonl")
        blocks = in_blocks(as_csv(rows) if is_csv else as_json_lines(rows))
        name = f'attachment; filename="import-{job.pk}.{ending}"'
        return StreamingHttpResponse(blocks, content_type=f"{media}; charset=utf-8", headers={
            "Content-Disposition": name})  # fmt: skip


class Columns(Endpoint):
    """The columns of a CSV file."""

    scopes = {"GET": WRITE}

    @extend_schema(
        operation_id="readImportColumns",
        tags=["transactions"],
        summary="Các cột của tệp CSV: ý nghĩa, cách viết, ví dụ",
        responses=serializers.ImportColumns,
    )
    def get(self, request: Request) -> Response:
        """Explain every column."""
        return Response(explanation())


class Template(Endpoint):
    """An empty file to begin with."""

    scopes = {"GET": WRITE}
    content_negotiation_class = AnyAnswer

    @extend_schema(
        operation_id="readImportTemplate",
        tags=["transactions"],
        summary="Tệp CSV mẫu: mọi cột, một dòng ví dụ",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="Mở được bằng bảng tính.")},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer the template."""
        name = 'attachment; filename="mau-nhap-ho-so.csv"'
        return HttpResponse(template(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
