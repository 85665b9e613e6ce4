"""The figures of ratings, broken down."""

from typing import Any

from django.utils.timezone import localdate, now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoint import ListEndpoint
from api.filtering import refuse_unknown
from api.monitoring import rating_serializers as serializers
from api.monitoring.views import is_inspectorate, question_of
from api.organisation import OrganisationTold, OrganisedPages, organisation_shown
from api.pagination import OWN_PARAMETERS
from api.printing import printed_all
from api.schema import problems
from feedback.errors import DaysDestroyed, PeriodUnknown
from feedback.monitoring.queries import Asked, rating_figures, units_not_carried
from feedback.vocabulary import RatingBreakdown
from procedures.errors import FieldUnknown, ProcedureUnknown
from units.errors import OfficialUnknown, UnitUnknown
from units.vocabulary import OrganisationView

NARROWINGS = ("period", "unit", "official", "procedure", "field", "channel", "step")


class RatingFigures(ListEndpoint):
    """Who could rate, who did, what they said."""

    scopes = {"GET": "monitoring:read"}
    serializer_class = serializers.RatingFigure
    pagination_class = OrganisedPages
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
        today, viewer = localdate(), self.principal.viewer
        asked = question_of(request, serializers.RatingQuestion, but=OWN_PARAMETERS)
        view, by = OrganisationView(asked["organisation"]), RatingBreakdown(asked["by"])
        rows = rating_figures(
            asked=Asked(
                from_date=asked.get("from"), to_date=asked.get("to"), view=view, by=by,
                **{name: asked[name] for name in NARROWINGS if name in asked},
            ),
            viewer=viewer, sees_small_groups=is_inspectorate(self.principal), now=now(), today=today,
        )  # fmt: skip
        pages = OrganisedPages()
        page = pages.paginate_rows(rows, request, self)
        told = {row.key for row in page if row.key} if by == RatingBreakdown.UNIT else set()
        left = units_not_carried(unit=asked.get("unit", ""), viewer=viewer, view=view, today=today, told=told)
        pages.organisation = dict(OrganisationTold(organisation_shown(view=view, units=left, on=today)).data)
        return pages.get_paginated_response(printed_all(serializers.RatingFigure, page))
