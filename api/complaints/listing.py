"""The door where complaints come in, and the list that staff work through."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.complaints.cases import ComplaintRow
from api.complaints.submissions import ComplaintReceipt, ComplaintSubmission
from api.endpoint import PUBLIC
from api.errors import Fault, Invalid
from api.filtering import DayFilter, WordsFilter
from api.idempotency.once import Answer, once
from api.language import said
from api.organisation import OrganisedFilters, OrganisedList
from api.schema import KEYED, problems
from api.shapes import parsed
from feedback.complaints import queries, services
from feedback.vocabulary import ComplaintState, LegalClass
from procedures.calendar.rules import local
from units.errors import UnitUnknown

KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)


class ComplaintFilters(OrganisedFilters):
    """Ways to narrow the list; each narrows what the caller may know of, so none tells what he may not."""

    state = WordsFilter(choices=ComplaintState.choices, help_text="Một hay nhiều trạng thái, cách nhau bằng dấu phẩy.")
    category = filters.CharFilter(method="alleging", help_text="Mã phân loại.")
    under = filters.CharFilter(method="accused_under", help_text="Mã đơn vị: cả cây (xem organisation).")
    official = filters.CharFilter(method="accusing", help_text="Mã cán bộ bị phản ánh.")
    dossier_code = filters.CharFilter(field_name="dossier_code")
    filed_from = DayFilter(field_name="filed_on", lookup_expr="gte")
    filed_to = DayFilter(field_name="filed_on", lookup_expr="lte")
    due_before = DayFilter(field_name="due_on", lookup_expr="lt")

    def alleging(self, complaints: Any, _name: str, code: str) -> Any:
        """Narrow to a category."""
        return queries.alleging(complaints=complaints, category_code=code)

    def accusing(self, complaints: Any, _name: str, code: str) -> Any:
        """Narrow to one accused."""
        return queries.accusing(complaints=complaints, official_code=code)

    def accused_under(self, complaints: Any, _name: str, code: str) -> Any:
        """Narrow to a unit's subtree."""
        narrow = queries.accused_under if self.is_now else queries.accused_under_then
        try:
            return narrow(complaints=complaints, code=code, today=_today())
        except UnitUnknown as error:
            text = said("Không có đơn vị mang mã này.", "No unit has this code.")
            raise Invalid([Fault("parameter", "under", "unknown_unit", str(text))]) from error


ComplaintFilters.base_filters["class"] = filters.ChoiceFilter(field_name="legal_class", choices=LegalClass.choices)


class Complaints(OrganisedList):
    """Complaints: anybody files one, staff list those they may know of."""

    scopes = {"GET": "complaints:read", "POST": PUBLIC}
    serializer_class = ComplaintRow
    filterset_class = ComplaintFilters
    ordering = ("-filed_on", "id")
    unit_fields = ("subjects.unit",)

    def get_queryset(self) -> Any:
        """Return the complaints the caller may know of."""
        return queries.complaints_listed(viewer=self.principal.viewer, today=_today())

    @extend_schema(
        operation_id="listComplaints",
        tags=["complaints"],
        summary="Danh sách phản ánh",
        responses=ComplaintRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """List complaints, the newest first."""
        return self.page()  # type: ignore[no-any-return]

    @extend_schema(
        operation_id="submitComplaint", tags=["complaints"], summary="Gửi phản ánh", parameters=[KEY],
        request=ComplaintSubmission, responses={201: ComplaintReceipt, **problems(*KEYED)},
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """File a complaint; the receipt's secret is told this once, and again to a retry with the same key."""
        draft = parsed(ComplaintSubmission, request.data)
        moment = now()

        def work(secret: str) -> Answer:
            complaint = services.submit(**draft, secret=secret, now=moment)
            return Answer(201, {"state": complaint.state, "due_on": complaint.due_on})

        day = _end_of_day(moment)
        return once(request=request, operation="submitComplaint", now=day, work=work, complete=_with_receipt)


def _with_receipt(body: dict[str, Any], secret: str) -> dict[str, Any]:
    """Put the receipt into the stored answer, which holds neither its number nor its secret."""
    return {"receipt_number": services.receipt_number(secret=secret), "receipt_secret": secret, **body}


def _end_of_day(moment: dt.datetime) -> dt.datetime:
    """Return the midnight that ends a day: from then an answer is kept, so that no row tells the hour of a complaint.

    The end and not the beginning, because a retry is promised the same answer for so many whole hours.
    """
    return local(moment).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)


def _today() -> dt.date:
    return local(now()).date()
