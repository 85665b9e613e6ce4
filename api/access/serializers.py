"""The shapes of machines, secrets, tokens and sessions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.access.models import ApiClient
from api.access.scopes import ClientWarning, Scope, warnings_of
from api.access.services.accounts import SHORTEST_PASSWORD
from api.shapes import Instant, Shape, Text
from units.errors import UnitUnknown
from units.models import Unit
from units.queries import unit_with_code

LONGEST_RATE = 1_000_000


@extend_schema_field({"type": "string", "maxLength": 100})
class UnitByCode(serializers.Field[Unit, Any, str, Any]):
    """A unit, written as our code."""

    def to_internal_value(self, data: Any) -> Unit:
        """Return the unit."""
        try:
            return unit_with_code(code=Text(max_length=100).run_validation(data))
        except UnitUnknown as error:
            raise serializers.ValidationError("Không có đơn vị mang mã này.", code="unit_unknown") from error


class ClientChange(Shape):
    """Everything that is said of a machine; what is left out takes its usual value."""

    name = Text(max_length=200, help_text="Tên phần mềm, cho người đọc.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices),
        max_length=40,
        help_text="Quyền; không có quyền nào chứa quyền nào.",
    )
    boundary = UnitByCode(
        required=False, help_text="Mã đơn vị; chỉ thấy đơn vị này và cấp dưới. Bỏ trống là toàn tỉnh."
    )
    source = Text(  # type: ignore[assignment]  # DRF's Field has an attribute of that name
        max_length=60,
        required=False,
        allow_blank=True,
        default="",
        help_text="Tên hệ thống nguồn, ghi vào mỗi bản tin.",
    )
    is_trusted_counter = serializers.BooleanField(
        default=False, help_text="Quầy tin cậy: đánh giá không cần quyền riêng."
    )
    rate_limit = serializers.IntegerField(
        min_value=1, max_value=LONGEST_RATE, required=False, help_text="Số yêu cầu mỗi phút; bỏ trống là mức chung."
    )
    is_active = serializers.BooleanField(default=True)

    def validate_scopes(self, scopes: list[str]) -> list[str]:
        """Keep each scope once, in order."""
        return sorted(set(scopes))


class ClientRegistration(ClientChange):
    """A new machine."""

    client_id = serializers.RegexField(
        r"^[a-z0-9][a-z0-9-]{2,58}[a-z0-9]$", help_text="Mã phần mềm: chữ thường, số, gạch nối; 4–60 ký tự."
    )


class SecretCard(serializers.Serializer[Any]):
    """What is told of a secret once it was handed over."""

    slot = serializers.IntegerField(min_value=1, max_value=2)
    prefix = serializers.CharField(help_text="Mấy ký tự đầu sau “pvs_”, để nhận ra.")
    created_at = Instant()
    last_used_at = Instant(required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Print it; a secret that was never used has no time of use."""
        card = super().to_representation(instance)
        return {name: value for name, value in card.items() if value is not None}


class ClientCard(serializers.Serializer[Any]):
    """A machine."""

    client_id = serializers.CharField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    boundary = serializers.CharField(required=False, help_text="Mã đơn vị; không có là toàn tỉnh.")
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    is_trusted_counter = serializers.BooleanField()
    rate_limit = serializers.IntegerField(required=False)
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = Instant()
    secrets = SecretCard(many=True)
    warnings = serializers.ListField(
        child=serializers.ChoiceField(ClientWarning.choices),
        help_text="Điều cần cân nhắc khi cấp các quyền này cùng lúc.",
    )

    def to_representation(self, instance: ApiClient) -> dict[str, Any]:
        """Print it."""
        return card_of(instance)


class RegisteredClient(ClientCard):
    """A new machine and its first secret, told this once."""

    client_secret = serializers.CharField(help_text="Chỉ trả một lần (và khi gửi lại với cùng Idempotency-Key).")


def card_of(client: ApiClient) -> dict[str, Any]:
    """Print a machine; fields without a value are left out."""
    card = {
        "client_id": client.client_id,
        "name": client.name,
        "scopes": client.scopes,
        "boundary": client.boundary and client.boundary.code,
        "source": client.source,
        "is_trusted_counter": client.is_trusted_counter,
        "rate_limit": client.rate_limit,
        "is_active": client.is_active,
        "version": client.version,
        "created_at": Instant().to_representation(client.created_at),
        "secrets": SecretCard(sorted(client.secrets.all(), key=lambda row: row.slot), many=True).data,
        "warnings": warnings_of(scopes=client.scopes, has_boundary=client.boundary_id is not None),
    }
    return {name: value for name, value in card.items() if value is not None}


class NewSecret(serializers.Serializer[Any]):
    """A new secret, told this once."""

    slot = serializers.IntegerField(min_value=1, max_value=2)
    client_secret = serializers.CharField(help_text="Chỉ trả một lần (và khi gửi lại với cùng Idempotency-Key).")


class Nothing(Shape):
    """A request without content."""


class TokenRequest(serializers.Serializer[Any]):
    """RFC 6749, 4.4.2; the client's own name and secret here or by HTTP Basic."""

    grant_type = serializers.ChoiceField([("client_credentials", "client_credentials")])
    scope = serializers.CharField(
        required=False, help_text="Các quyền xin, cách nhau bằng dấu cách; bỏ trống là tất cả."
    )
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class RevocationRequest(serializers.Serializer[Any]):
    """RFC 7009, 2.1."""

    token = serializers.CharField()
    token_type_hint = serializers.CharField(required=False)
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class Token(serializers.Serializer[Any]):
    """RFC 6749, 5.1."""

    access_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Giây.")
    scope = serializers.CharField(required=False)


class OAuthRefusal(serializers.Serializer[Any]):
    """RFC 6749, 5.2: the one shape of error here that is not RFC 9457's, because OAuth libraries expect it."""

    error = serializers.CharField(help_text="invalid_request, invalid_client, invalid_scope, unsupported_grant_type …")
    error_description = serializers.CharField(required=False)


class SignIn(Shape):
    """A person without an identity provider signs in."""

    username = Text(max_length=100)
    password = serializers.CharField(
        max_length=200,
        trim_whitespace=False,
        style={"input_type": "password"},
        help_text=f"Từ {SHORTEST_PASSWORD} ký tự.",
    )
    otp = serializers.RegexField(r"^[0-9]{6}$", help_text="Mã 6 số của ứng dụng xác thực; mỗi mã dùng một lần.")


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Words(serializers.ListField):
    """A list of words."""


class ServerMetadata(serializers.Serializer[Any]):
    """RFC 8414, 2."""

    issuer = serializers.URLField()
    token_endpoint = serializers.URLField()
    revocation_endpoint = serializers.URLField()
    response_types_supported = Words()
    grant_types_supported = Words()
    scopes_supported = Words()
    token_endpoint_auth_methods_supported = Words()
    revocation_endpoint_auth_methods_supported = Words()
    service_documentation = serializers.URLField()
    ui_locales_supported = Words()
