"""The figures of ratings, broken down."""

from typing import Any

from django.utils.timezone import localdate, now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoint import ListEndpoint
from api.filtering import refuse_unknown
from api.monitoring import rating_serializers as serializers
from api.monitoring.views import is_inspectorate, question_of
from api.pagination import OWN_PARAMETERS, KeysetPagination
from api.printing import printed_all
from api.schema import problems
from feedback.errors import DaysDestroyed, PeriodUnknown
from feedback.monitoring.queries import Asked, rating_figures
from feedback.vocabulary import RatingBreakdown
from procedures.errors import FieldUnknown, ProcedureUnknown
from units.errors import OfficialUnknown, UnitUnknown
from units.vocabulary import OrganisationView

NARROWINGS = ("period", "unit", "official", "procedure", "field", "channel", "step")


class RatingFigures(ListEndpoint):
    """Who could rate, who did, what they said."""

    scopes = {"GET": "monitoring:read"}
    serializer_class = serializers.RatingFigure
    filter_backends = ()  # type: ignore[assignment]  # no rows to filter: the query has worked them out
    ordering = ("key",)

    @extend_schema(
        operation_id="listRatingFigures",
        tags=["monitoring"],
        summary="Số liệu đánh giá: được mời, trả lời, hợp lệ, tạm giữ; tỷ lệ, trung bình, khoảng tin cậy",
        parameters=[serializers.RatingQuestion],
        responses={
            200: serializers.RatingFigure(many=True),
            **problems(PeriodUnknown, UnitUnknown, OfficialUnknown, ProcedureUnknown, FieldUnknown, DaysDestroyed),
        },
    )
    def get(self, request: Request) -> Any:
        """Answer a page of rows, one for each value of the breakdown."""
        refuse_unknown(request, {*serializers.RatingQuestion().get_fields(), *OWN_PARAMETERS})
        asked = question_of(request, serializers.RatingQuestion, but=OWN_PARAMETERS)
        rows = rating_figures(
            asked=Asked(
                from_date=asked.get("from"), to_date=asked.get("to"), view=OrganisationView(asked["organisation"]),
                by=RatingBreakdown(asked["by"]), **{name: asked[name] for name in NARROWINGS if name in asked},
            ),
            viewer=self.principal.viewer, sees_small_groups=is_inspectorate(self.principal), now=now(),
            today=localdate(),
        )  # fmt: skip
        pages = KeysetPagination()
        page = pages.paginate_rows(rows, request, self)
        return pages.get_paginated_response(printed_all(serializers.RatingFigure, page))
