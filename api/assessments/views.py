"""Criteria sets, runs, assessments with their explanation, publications."""

import uuid
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.assessments import serializers
from api.endpoint import Endpoint, ListEndpoint
from api.idempotency.once import Answer, once
from api.organisation import OrganisedFilters, OrganisedList
from api.principals import Principal
from api.schema import KEYED, problems
from feedback.assessments import models, queries, services
from feedback.errors import (
    AlreadyPublished,
    AssessmentUnknown,
    CriteriaSetUnknown,
    DocumentOfEveryUnit,
    NewerPublished,
    NoScoringRules,
    PeriodUnknown,
    RunIsProvisional,
    RunNeedsReason,
    RunNeedsWholeProvince,
    RunNotFinished,
)
from feedback.vocabulary import AssessmentClass, SubjectKind

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="16–200 ký tự; gửi lại thì giữ nguyên."
)
MANAGE = "assessments:manage"
INSPECT = "complaints:read"


class OneCriteriaSet(Endpoint):
    """A text by which service is assessed."""

    scopes = {"GET": "assessments:read"}

    @extend_schema(
        operation_id="readCriteriaSet",
        tags=["assessments"],
        summary="Một bộ tiêu chí và thời gian hiệu lực",
        responses={200: serializers.CriteriaSet, **problems(CriteriaSetUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Answer the set."""
        return Response(serializers.CriteriaSet(queries.criteria_set_with_code(code=code)).data)


class AssessmentRuns(Endpoint):
    """Runs are asked for here."""

    scopes = {"POST": MANAGE}

    @extend_schema(
        operation_id="requestAssessmentRun",
        tags=["assessments"],
        summary="Chạy đánh giá một kỳ cho mọi đơn vị và cán bộ",
        parameters=[KEY],
        request=serializers.RunRequest,
        responses={
            202: serializers.AssessmentRun,
            **problems(
                CriteriaSetUnknown, PeriodUnknown, NoScoringRules, RunNeedsReason, RunNeedsWholeProvince, *KEYED
            ),
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Take the request; the Location tells how far the run is."""
        draft = serializers.RunRequest(data=request.data)
        draft.is_valid(raise_exception=True)

        def work(_secret: str) -> Answer:
            run = services.request_run(
                **draft.validated_data, by=self.principal.id, viewer=self.principal.viewer, now=now()
            )
            address = f"/api/v1/assessment-runs/{run.pk}"
            return Answer(HTTPStatus.ACCEPTED, serializers.AssessmentRun(run).data, {"Location": address})

        return once(request=request, operation="requestAssessmentRun", now=now(), work=work)


class OneRun(Endpoint):
    """How far a run is."""

    scopes = {"GET": MANAGE}

    @extend_schema(
        operation_id="readAssessmentRun",
        tags=["assessments"],
        summary="Tiến độ một đợt đánh giá",
        responses={200: serializers.AssessmentRun, **problems(AssessmentUnknown)},
    )
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        """Answer the run."""
        run = queries.run_visible_to(viewer=self.principal.viewer, run_id=run_id)
        return Response(serializers.AssessmentRun(run).data)


class RunPublication(Endpoint):
    """The publication of a run."""

    scopes = {"POST": "assessments:publish"}

    @extend_schema(
        operation_id="publishAssessmentRun",
        tags=["assessments"],
        summary="Công bố kết quả; từ đó không thay đổi",
        parameters=[KEY],
        request=serializers.PublicationRequest,
        responses={
            201: serializers.PublicationSummary,
            **problems(
                AssessmentUnknown, RunNotFinished, AlreadyPublished, NewerPublished, RunIsProvisional,
                RunNeedsWholeProvince, *KEYED,
            ),
        },
    )  # fmt: skip
    def post(self, request: Request, run_id: uuid.UUID) -> HttpResponse:
        """Publish the run."""
        decision = serializers.PublicationRequest(data=request.data)
        decision.is_valid(raise_exception=True)

        def work(_secret: str) -> Answer:
            publication = services.publish(
                run_id=run_id, **decision.validated_data, by=self.principal.id, viewer=self.principal.viewer, now=now()
            )
            return Answer(HTTPStatus.CREATED, serializers.PublicationSummary(publication).data)

        return once(request=request, operation=f"publishAssessmentRun:{run_id}", now=now(), work=work)


class AssessmentFilter(OrganisedFilters):
    """By period, subject and class."""

    year = filters.NumberFilter(field_name="run__period__code", method="of_year")
    period = filters.CharFilter(field_name="run__period__code")
    run = filters.UUIDFilter(field_name="run_id")
    kind = filters.ChoiceFilter(choices=SubjectKind.choices)
    unit = filters.CharFilter(method="of_unit", max_length=100)
    official = filters.CharFilter(field_name="official__code")

    def of_year(self, rows: QuerySet[models.Assessment], _name: str, year: Any) -> QuerySet[models.Assessment]:
        """Keep the assessments of the calendar year as a whole."""
        return rows.filter(run__period__code=str(int(year)))


# `class` is a word that Python keeps for itself, so it cannot stand in the body above.
# It narrows by what is told, or it would tell.
AssessmentFilter.base_filters["class"] = filters.ChoiceFilter(field_name="told_class", choices=AssessmentClass.choices)


def _reader(principal: Principal) -> queries.Reader:
    return queries.Reader(viewer=principal.viewer, manages=principal.may(MANAGE), inspects=principal.may(INSPECT))


class Assessments(OrganisedList):
    """What was found of whom."""

    scopes = {"GET": "assessments:read"}
    serializer_class = serializers.Assessment
    filterset_class = AssessmentFilter
    ordering = ("id",)
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[models.Assessment]:
        """Return what the caller may see."""
        return queries.assessments_visible_to(reader=_reader(self.principal), today=localdate())

    @extend_schema(
        operation_id="listAssessments",
        tags=["assessments"],
        summary="Kết quả đánh giá, xếp loại",
        responses={200: serializers.Assessment(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of assessments: the published ones, and drafts for those who manage them."""
        return self.page()


class OneAssessment(Endpoint):
    """One assessment."""

    scopes = {"GET": "assessments:read"}

    @extend_schema(
        operation_id="readAssessment",
        tags=["assessments"],
        summary="Một kết quả đánh giá",
        responses={200: serializers.Assessment, **problems(AssessmentUnknown)},
    )
    def get(self, request: Request, assessment_id: uuid.UUID) -> Response:
        """Answer the assessment."""
        found = queries.assessment_visible_to(
            reader=_reader(self.principal), today=localdate(), assessment_id=assessment_id
        )
        return Response(serializers.Assessment(found).data)


class AssessmentExplanation(Endpoint):
    """How an assessment came about."""

    scopes = {"GET": "assessments:read"}
    query = frozenset({"after"})

    @extend_schema(
        operation_id="explainAssessment",
        tags=["assessments"],
        summary="Giải thích: từng chỉ số, số đếm, từng giao dịch được tính",
        parameters=[OpenApiParameter("after", str, description="Mã hồ sơ cuối của trang trước (500 giao dịch).")],
        responses={200: serializers.Explanation, **problems(AssessmentUnknown)},
    )
    def get(self, request: Request, assessment_id: uuid.UUID) -> Response:
        """Answer each indicator with its counts and the counted transactions, without any rater or complainant."""
        reader = _reader(self.principal)
        found = queries.assessment_visible_to(reader=reader, today=localdate(), assessment_id=assessment_id)
        told = queries.explanation(assessment=found, reader=reader, after=request.query_params.get("after", ""))
        return Response(serializers.Explanation(told).data)


class Publications(ListEndpoint):
    """What was published."""

    scopes = {"GET": "assessments:read"}
    serializer_class = serializers.PublicationSummary
    ordering = ("-published_at", "-id")

    def get_queryset(self) -> QuerySet[models.Publication]:
        """Return what the caller may see."""
        return queries.publications_visible_to(viewer=self.principal.viewer)

    @extend_schema(
        operation_id="listPublications",
        tags=["assessments"],
        summary="Các bản đã công bố, mới nhất trước",
        responses={200: serializers.PublicationSummary(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of publications."""
        return self.page()


class OnePublication(Endpoint):
    """One published document."""

    scopes = {"GET": "assessments:read"}

    @extend_schema(
        operation_id="readPublication",
        tags=["assessments"],
        summary="Một bản đã công bố, kèm mã băm SHA-256",
        responses={200: serializers.Publication, **problems(AssessmentUnknown, DocumentOfEveryUnit)},
    )
    def get(self, request: Request, publication_id: uuid.UUID) -> Response:
        """Answer the document and its digest."""
        found = queries.document_visible_to(viewer=self.principal.viewer, publication_id=publication_id)
        return Response(serializers.Publication(found).data)


class PublicationVerification(Endpoint):
    """Whether a publication is unaltered."""

    scopes = {"GET": "assessments:read"}

    @extend_schema(
        operation_id="verifyPublication",
        tags=["assessments"],
        summary="Kiểm tra bản công bố: dựng lại từ các bản ghi và so mã băm",
        responses={200: serializers.Verification, **problems(AssessmentUnknown)},
    )
    def get(self, request: Request, publication_id: uuid.UUID) -> Response:
        """Rebuild the document from the rows and compare the digests."""
        found = queries.publication_visible_to(viewer=self.principal.viewer, publication_id=publication_id)
        return Response(serializers.Verification({"unaltered": queries.is_unaltered(publication=found)}).data)
