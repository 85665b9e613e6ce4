"""Where to send the link to rate a transaction: for the machine that sends the links, and nobody else."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.errors import Forbidden
from api.schema import problems
from procedures.errors import ContactUnknown, TransactionUnknown
from procedures.transactions.queries import transaction_with_code
from procedures.transactions.services import read_contact


class ContactTold(serializers.Serializer[Any]):
    """The applicant's telephone (E.164) and address; one of them may be empty."""

    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)


class TransactionContact(Endpoint):
    """The contact that an applicant left for the link to rate."""

    scopes = {"GET": "contacts:read"}

    @extend_schema(
        operation_id="getTransactionContact",
        tags=["transactions"],
        summary="Liên hệ để gửi liên kết đánh giá; chỉ cho phần mềm gửi liên kết, mỗi lần đọc đều được ghi lại",
        responses={200: ContactTold, **problems(TransactionUnknown, ContactUnknown)},
    )
    def get(self, request: Request, dossier_code: str) -> Response:
        """Tell the contact; no person is told, whatever he was granted."""
        by = self.principal
        if by.kind != "client":
            raise Forbidden(self.scopes["GET"])
        transaction = transaction_with_code(dossier_code=dossier_code, viewer=by.viewer, now=now())
        contact = read_contact(transaction=transaction, client_id=by.id, now=now())
        return Response(ContactTold(contact).data, headers={"Cache-Control": "no-store"})
