"""The counter for machines: registering them, turning their secrets over."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import queries, services
from api.access.models import ApiClient
from api.access.serializers import ClientCard, ClientChange, ClientRegistration, NewSecret, RegisteredClient, card_of
from api.access.services.clients import ClientDraft, written
from api.endpoint import Endpoint, ListEndpoint
from api.errors import BeyondOwnRights, ClientKnown, PreconditionMissing, PreconditionStale
from api.idempotency.once import Answer, once
from api.preconditions import etag, require_match
from api.schema import IDEMPOTENCY_KEY, IF_MATCH, KEYED, problems


class ClientFilter(filters.FilterSet):
    """Which machines."""

    is_active = filters.BooleanFilter(help_text="Đang dùng hay đã tắt.")
    source = filters.CharFilter(help_text="Tên hệ thống nguồn.")


class Clients(ListEndpoint):
    """Machines."""

    scopes = {"GET": "clients:manage", "POST": "clients:manage"}
    serializer_class = ClientCard
    filterset_class = ClientFilter
    ordering = ("client_id",)

    def get_queryset(self) -> QuerySet[ApiClient]:
        """Those inside the caller's boundary."""
        return queries.clients_known_to(principal=self.principal, on=now().date())

    @extend_schema(
        operation_id="listClients",
        tags=["platform"],
        summary="Danh sách phần mềm kết nối",
        responses=ClientCard(many=True),
    )
    def get(self, request: Request) -> Response:
        """Answer a page of machines."""
        return self.page()  # type: ignore[no-any-return]

    @extend_schema(
        operation_id="registerClient",
        tags=["platform"],
        summary="Đăng ký phần mềm kết nối; mã bí mật chỉ trả một lần",
        parameters=[IDEMPOTENCY_KEY],
        request=ClientRegistration,
        responses={201: RegisteredClient, **problems(BeyondOwnRights, ClientKnown, *KEYED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Register a machine."""
        shape = ClientRegistration(data=request.data)
        shape.is_valid(raise_exception=True)

        def work(secret: str) -> Answer:
            said = dict(shape.validated_data)
            client_id = said.pop("client_id")
            client = services.create_client(
                client_id=client_id, draft=ClientDraft(**said), secret=written(secret), by=self.principal, now=now()
            )
            return Answer(201, card_of(client), {**etag(client.version), "Location": f"{request.path}/{client_id}"})

        return once(request=request, operation="registerClient", now=now(), work=work, complete=_with_secret)


class Client(Endpoint):
    """One machine."""

    scopes = {"GET": "clients:manage", "PUT": "clients:manage"}

    @extend_schema(
        operation_id="getClient", tags=["platform"], summary="Một phần mềm kết nối", responses={200: ClientCard}
    )
    def get(self, request: Request, client_id: str) -> Response:
        """Answer one machine."""
        client = queries.client_known_to(client_id=client_id, principal=self.principal, on=now().date())
        return Response(card_of(client), headers=etag(client.version))

    @extend_schema(
        operation_id="putClient",
        tags=["platform"],
        summary="Sửa phần mềm kết nối; quyền bị bớt hay bị tắt có hiệu lực ngay",
        parameters=[IF_MATCH],
        request=ClientChange,
        responses={200: ClientCard, **problems(BeyondOwnRights, PreconditionMissing, PreconditionStale)},
    )
    def put(self, request: Request, client_id: str) -> Response:
        """Say everything anew."""
        shape = ClientChange(data=request.data)
        shape.is_valid(raise_exception=True)
        client = services.change_client(
            client_id=client_id, draft=ClientDraft(**shape.validated_data), by=self.principal, now=now(),
            check=lambda version: require_match(request, version=version),
        )  # fmt: skip
        return Response(card_of(client), headers=etag(client.version))


class ClientSecrets(Endpoint):
    """The two secrets of a machine."""

    scopes = {"POST": "clients:manage"}

    @extend_schema(
        operation_id="issueClientSecret",
        tags=["platform"],
        summary="Cấp mã bí mật mới vào ô trống, hoặc thay mã cũ hơn; chỉ trả một lần",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={201: NewSecret, **problems(BeyondOwnRights, *KEYED)},
    )
    def post(self, request: Request, client_id: str) -> HttpResponse:
        """Issue a secret."""

        def work(secret: str) -> Answer:
            row = services.new_secret(client_id=client_id, secret=written(secret), by=self.principal, now=now())
            return Answer(201, {"slot": row.slot})

        operation = f"issueClientSecret:{client_id}"
        return once(request=request, operation=operation, now=now(), work=work, complete=_with_secret)


class ClientSecretRevocation(Endpoint):
    """The end of a secret."""

    scopes = {"POST": "clients:manage"}

    @extend_schema(
        operation_id="revokeClientSecret",
        tags=["platform"],
        summary="Thu hồi mã bí mật và mọi mã truy cập đã cấp theo nó; gửi lại không đổi gì",
        request=None,
        responses={200: ClientCard, **problems(BeyondOwnRights)},
    )
    def post(self, request: Request, client_id: str, slot: int) -> Response:
        """Revoke a secret."""
        client = services.revoke_secret(client_id=client_id, slot=slot, by=self.principal, now=now())
        return Response(card_of(client), headers=etag(client.version))


def _with_secret(document: dict[str, Any], secret: str) -> dict[str, Any]:
    return {**document, "client_secret": written(secret)}
