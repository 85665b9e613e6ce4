"""What citizens do: choose a category, follow a complaint with the receipt. No account, no cookie, no address kept."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.complaints.submissions import ComplaintCategoryShape, ComplaintStatus, ReceiptQuestion
from api.endpoint import PUBLIC, Endpoint, ListEndpoint
from api.schema import problems
from feedback.complaints import queries
from feedback.errors import ReceiptUnknown


class ComplaintCategories(ListEndpoint):
    """The taxonomy of conduct."""

    scopes = {"GET": PUBLIC}
    serializer_class = ComplaintCategoryShape
    ordering = ("code",)

    def get_queryset(self) -> Any:
        """Return every category."""
        return queries.categories()

    @extend_schema(
        operation_id="listComplaintCategories", tags=["complaints"], summary="Danh mục hành vi có thể phản ánh",
        responses=ComplaintCategoryShape(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List what a complaint may be about."""
        return self.page()  # type: ignore[no-any-return]


class ComplaintReceipts(Endpoint):
    """What has become of my complaint."""

    scopes = {"POST": PUBLIC}

    @extend_schema(
        operation_id="readComplaintReceipt", tags=["complaints"], summary="Tra cứu phản ánh bằng biên nhận",
        request=ReceiptQuestion, responses={200: ComplaintStatus, **problems(ReceiptUnknown)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Tell what has become of a complaint; a wrong secret and no such receipt are answered alike."""
        question = ReceiptQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        status = queries.receipt_status(number=asked["receipt_number"], secret=asked["receipt_secret"])
        return Response(ComplaintStatus(status).data)
