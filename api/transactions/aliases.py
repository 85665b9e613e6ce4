"""Other numbers of a dossier over HTTP."""

from http import HTTPStatus
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.access.serializers import Nothing
from api.endpoint import Endpoint
from api.schema import problems
from api.sending import as_sender
from api.shapes import Shape, Text
from procedures.errors import AliasIsDossier, AliasOfAlias
from procedures.transactions.services import tell_alias


class AliasTold(Shape):
    """Both numbers, as the address names them."""

    code = Text(max_length=100)
    dossier_code = Text(max_length=100)


class AliasReceipt(serializers.Serializer[Any]):
    """That a number stands for a dossier where its source sends it."""

    dossier_code = serializers.CharField()
    code = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the contract's name


class TransactionAlias(Endpoint):
    """One other number of a dossier, where the caller's source sends it."""

    scopes = {"PUT": "transactions:write"}

    @extend_schema(
        operation_id="putTransactionAlias",
        tags=["transactions"],
        summary="Báo mã khác mà nguồn này dùng cho hồ sơ; bản tin gửi dưới mã đó, trước hay sau, đều về hồ sơ này",
        request=None,
        responses={200: AliasReceipt, 201: AliasReceipt, **problems(AliasIsDossier, AliasOfAlias)},
    )
    def put(self, request: Request, dossier_code: str, code: str) -> Response:
        """Let what this source tells under the other number count for the dossier."""
        Nothing(data=request.data).is_valid(raise_exception=True)
        told = AliasTold(data={"code": code, "dossier_code": dossier_code})
        told.is_valid(raise_exception=True)
        source = as_sender(self.principal)["source"]
        is_new = tell_alias(source=source, by=self.principal.id, now=now(), **told.validated_data)
        status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        return Response(AliasReceipt({**told.validated_data, "source": source}).data, status=status)
