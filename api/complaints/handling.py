"""One case under the hands of its handler. Every address answers a case that may not be known as one that is not."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.transaction import atomic
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.complaints.cases import (
    Acceptance,
    ComplaintDetail,
    ComplaintEventTold,
    ComplaintStanding,
    ConclusionDraft,
    IdentityTold,
    Refusal,
    VerificationDraft,
)
from api.endpoint import Endpoint
from api.errors import PreconditionMissing, PreconditionStale
from api.idempotency.once import Answer, once
from api.preconditions import etag, require_match
from api.schema import KEYED, problems
from api.shapes import Shape
from feedback.complaints import queries, services
from feedback.errors import (
    ComplaintUnknown,
    FindingsIncomplete,
    IdentitySealed,
    TransitionRefused,
    VerificationMissing,
)
from procedures.calendar.rules import local

HEADERS = [
    OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True),
    OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="ETag của bản vừa đọc."),
]
REFUSALS: tuple[type[Exception], ...] = (
    ComplaintUnknown, TransitionRefused, PreconditionMissing, PreconditionStale, *KEYED,
)  # fmt: skip


class ComplaintCase(Endpoint):
    """One complaint."""

    scopes = {"GET": "complaints:read"}

    @extend_schema(
        operation_id="readComplaint", tags=["complaints"], summary="Một phản ánh",
        responses={200: ComplaintDetail, **problems(ComplaintUnknown)},
    )  # fmt: skip
    def get(self, request: Request, complaint_id: uuid.UUID) -> Response:
        """Read a complaint with its accused, verifications and conclusions; its version is the ETag."""
        complaint = queries.complaint_known_to(
            complaint_id=complaint_id, viewer=self.principal.viewer, today=local(now()).date()
        )
        unsure = {"unsure_days": queries.unsure_days_of(complaint)}
        return Response(ComplaintDetail(complaint, context=unsure).data, headers=etag(complaint.version))


class ComplaintTimeline(Endpoint):
    """What happened to a complaint."""

    scopes = {"GET": "complaints:read"}

    @extend_schema(
        operation_id="readComplaintTimeline", tags=["complaints"], summary="Diễn biến của một phản ánh",
        responses={200: ComplaintEventTold(many=True), **problems(ComplaintUnknown)},
    )  # fmt: skip
    def get(self, request: Request, complaint_id: uuid.UUID) -> Response:
        """List the changes of state, the first first."""
        events = queries.timeline(complaint_id=complaint_id, viewer=self.principal.viewer, today=local(now()).date())
        return Response(ComplaintEventTold(events, many=True).data)


class ComplaintIdentity(Endpoint):
    """Who complained, where he agreed that handlers know him."""

    scopes = {"GET": "complaints:handle"}

    @extend_schema(
        operation_id="readComplaintIdentity", tags=["complaints"],
        summary="Danh tính người phản ánh công khai (mỗi lần đọc đều được ghi sổ)",
        responses={200: IdentityTold, **problems(ComplaintUnknown, IdentitySealed)},
    )  # fmt: skip
    @atomic
    def get(self, request: Request, complaint_id: uuid.UUID) -> Response:
        """Read the identity of an open complaint; the reading is written down before anything is released."""
        moment = now()
        complaint = queries.complaint_known_to(
            complaint_id=complaint_id, viewer=self.principal.viewer, today=local(moment).date()
        )
        identity = services.read_identity(
            complaint=complaint, by=self.principal.id, official_id=self.principal.official, now=moment
        )
        return Response(identity)


class CaseAction(Endpoint):
    """A noun under a case: locked, matched with the version read, done once."""

    scopes = {"POST": "complaints:handle"}
    draft_class: type[Shape]
    act: Callable[..., Any]

    def once(self, request: Request, complaint_id: uuid.UUID, *, operation: str) -> HttpResponse:
        """Do the action; answers where the case then stands."""
        draft = self.draft_class(data=request.data)
        draft.is_valid(raise_exception=True)
        moment, caller = now(), self.principal

        def work(_secret: str) -> Answer:
            complaint = queries.complaint_to_handle(
                complaint_id=complaint_id, viewer=caller.viewer, today=local(moment).date()
            )
            require_match(request, version=complaint.version)
            done = type(self).act(
                complaint=complaint, **draft.validated_data, by=caller.id, official_id=caller.official, now=moment
            )
            return Answer(200, ComplaintStanding(done).data, etag(done.version))

        return once(request=request, operation=f"{operation}:{complaint_id}", now=moment, work=work)


class ComplaintAcceptance(CaseAction):
    """Taking a case on."""

    draft_class = Acceptance
    act = staticmethod(services.accept)

    @extend_schema(
        operation_id="acceptComplaint", tags=["complaints"], summary="Thụ lý", parameters=HEADERS,
        request=Acceptance, responses={200: ComplaintStanding, **problems(*REFUSALS)},
    )  # fmt: skip
    def post(self, request: Request, complaint_id: uuid.UUID) -> HttpResponse:
        """Take the case on; the deadline to settle it begins."""
        return self.once(request, complaint_id, operation="acceptComplaint")


class ComplaintRefusal(CaseAction):
    """Declining a case."""

    draft_class = Refusal
    act = staticmethod(services.refuse)

    @extend_schema(
        operation_id="refuseComplaint", tags=["complaints"], summary="Không thụ lý", parameters=HEADERS,
        request=Refusal, responses={200: ComplaintStanding, **problems(*REFUSALS)},
    )  # fmt: skip
    def post(self, request: Request, complaint_id: uuid.UUID) -> HttpResponse:
        """Decline the case and tell the citizen why."""
        return self.once(request, complaint_id, operation="refuseComplaint")


class ComplaintVerification(CaseAction):
    """Checking the allegations."""

    draft_class = VerificationDraft
    act = staticmethod(services.verify)

    @extend_schema(
        operation_id="verifyComplaint", tags=["complaints"], summary="Xác minh", parameters=HEADERS,
        request=VerificationDraft, responses={200: ComplaintStanding, **problems(*REFUSALS)},
    )  # fmt: skip
    def post(self, request: Request, complaint_id: uuid.UUID) -> HttpResponse:
        """Record how the allegations were checked."""
        return self.once(request, complaint_id, operation="verifyComplaint")


class ComplaintConclusion(CaseAction):
    """Closing a verified case."""

    draft_class = ConclusionDraft
    act = staticmethod(services.conclude)

    @extend_schema(
        operation_id="concludeComplaint", tags=["complaints"], summary="Kết luận", parameters=HEADERS,
        request=ConclusionDraft,
        responses={200: ComplaintStanding, **problems(*REFUSALS, VerificationMissing, FindingsIncomplete)},
    )  # fmt: skip
    def post(self, request: Request, complaint_id: uuid.UUID) -> HttpResponse:
        """Conclude with one finding for each accused and allegation."""
        return self.once(request, complaint_id, operation="concludeComplaint")
