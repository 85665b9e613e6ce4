"""The feed for systems that must never miss anything."""

import json
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.errors import Fault, FeedBegunAnew, Invalid
from api.events import cursors, queries
from api.events.releasing import release_held
from api.events.serializers import EventPage
from api.language import said
from api.principals import KEPT_FROM_OFFICIALS, Principal
from api.schema import problems
from api.shapes import Instant
from units.queries import heritage

USUAL_LIMIT, LARGEST_LIMIT = 100, 1000


class Events(Endpoint):
    """What happened, in the order in which it can be relied on."""

    scopes = {"GET": "events:read"}
    query = frozenset({"after", "limit"})

    @extend_schema(
        operation_id="listEvents",
        tags=["platform"],
        summary="Dòng sự kiện: đọc tiếp từ vị trí đã đọc, không bao giờ sót",
        description="Mỗi loại sự kiện cần thêm quyền của chính nó (ví dụ transactions:read) và nằm trong phạm vi "
        "đơn vị. Sự kiện về phản ánh và đánh giá chỉ có mã, đến sau khi hết ngày (phản ánh) hoặc hết tuần (đánh giá), "
        "thứ tự xáo trộn. Giữ lại `after` và gửi trong lần đọc sau.",
        parameters=[
            OpenApiParameter("after", str, description="Giá trị `after` của lần đọc trước; bỏ trống là từ đầu."),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": USUAL_LIMIT},
                description="Số sự kiện nhiều nhất.",
            ),
        ],
        responses={200: EventPage, **problems(FeedBegunAnew)},
    )
    def get(self, request: Request) -> Response:
        """Answer the settled events behind a position."""
        caller, at = self.principal, now()
        units = None if caller.boundary is None else heritage(unit_id=caller.boundary, on=at.date())
        release_held(now=at)
        page = queries.events_after(
            position=cursors.read(request.query_params.get("after", "")),
            scopes=caller.scopes - _kept_from(caller),
            units=units,
            limit=_limit_of(request),
        )
        events = [as_cloud_event(event) for event in page.events]
        return Response({"events": events, "after": cursors.written(page.position), "has_more": page.has_more})


def _kept_from(caller: Principal) -> frozenset[str]:
    """Return the scopes whose events this caller is not told: what is said of officials is not for officials.

    An opaque id and a day are still a sign; only systems and people of the whole province who serve in no unit get it.
    """
    serves_somewhere = caller.official is not None or caller.boundary is not None
    return KEPT_FROM_OFFICIALS if serves_somewhere else frozenset()


def as_cloud_event(event: queries.Told) -> dict[str, Any]:
    """Print an event as CloudEvents 1.0 wants it."""
    return {
        "specversion": "1.0",
        "id": str(event.id),
        "source": settings.PUBLIC_BASE_URL,
        "type": f"{settings.EVENT_TYPE_PREFIX}.{event.type}.v1",
        "subject": event.subject,
        "time": Instant().to_representation(event.occurred_at),
        "datacontenttype": "application/json",
        "data": json.loads(event.data),
    }


def _limit_of(request: Request) -> int:
    raw = request.query_params.get("limit") or str(USUAL_LIMIT)
    if not (raw.isascii() and raw.isdigit() and len(raw) <= len(str(LARGEST_LIMIT)) and 1 <= int(raw) <= LARGEST_LIMIT):
        detail = said(f"limit là số từ 1 đến {LARGEST_LIMIT}.", f"limit is a number from 1 to {LARGEST_LIMIT}.")
        raise Invalid([Fault("parameter", "limit", "out_of_range", str(detail))])
    return int(raw)
