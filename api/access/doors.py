"""The doors by which machines and people come in: tokens, sessions, and the server's description of itself."""

from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions as drf
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import oauth, services, tokens
from api.access.parsing import StrictFormParser
from api.access.scopes import Scope
from api.access.serializers import OAuthRefusal, RevocationRequest, ServerMetadata, SignIn, Token, TokenRequest
from api.endpoint import PUBLIC, SIGNED_IN, Endpoint
from api.errors import Absent, Invalid, SignInFailed
from api.schema import problems
from api.throttling.throttles import require_allowance

REFUSALS = {
    400: OpenApiResponse(OAuthRefusal, description="RFC 6749, 5.2"),
    401: OpenApiResponse(OAuthRefusal, description="RFC 6749, 5.2: invalid_client"),
}
FORM = StrictFormParser.media_type


class OAuthEndpoint(Endpoint):
    """The one place whose errors are RFC 6749's, because OAuth libraries read no other."""

    scopes = {"POST": PUBLIC}
    authentication_classes = ()  # the client's name and secret are Authlib's to read
    parser_classes = (StrictFormParser,)
    throttle_kind = "sign_in"

    def handle_exception(self, exc: Exception) -> Any:
        """Tell what is wrong with the request itself as invalid_request; everything else is a problem as anywhere."""
        match exc:
            case drf.UnsupportedMediaType():
                return oauth.refusal(f"Send {FORM}.", now=now())
            case Invalid() | drf.ParseError():
                return oauth.refusal("A parameter is unknown, malformed or given twice.", now=now())
            case _:
                return super().handle_exception(exc)


class TokenDoor(OAuthEndpoint):
    """Where a machine gets its token."""

    @extend_schema(
        operation_id="issueToken",
        tags=["platform"],
        summary="Lấy mã truy cập cho phần mềm (OAuth 2 client_credentials); lỗi theo RFC 6749",
        request={FORM: TokenRequest},
        responses={200: Token, **REFUSALS},
    )
    def post(self, request: Request) -> HttpResponse:
        """Issue a token of one hour."""
        return oauth.token_answer(
            form=cast("dict[str, str]", request.data), authorization=request.headers.get("Authorization"), now=now()
        )


class RevocationDoor(OAuthEndpoint):
    """Where a machine gives its token back."""

    @extend_schema(
        operation_id="revokeToken",
        tags=["platform"],
        summary="Trả lại mã truy cập (RFC 7009); lỗi theo RFC 6749",
        request={FORM: RevocationRequest},
        responses={200: OpenApiResponse({"type": "object"}, description="Đã thu hồi, hoặc chưa từng có."), **REFUSALS},
    )
    def post(self, request: Request) -> HttpResponse:
        """Revoke a token."""
        return oauth.revocation_answer(
            form=cast("dict[str, str]", request.data), authorization=request.headers.get("Authorization"), now=now()
        )


class Metadata(Endpoint):
    """What the authorization server can do (RFC 8414)."""

    scopes = {"GET": PUBLIC}

    @extend_schema(
        operation_id="getAuthorizationServer",
        tags=["platform"],
        summary="Mô tả máy chủ cấp quyền (RFC 8414)",
        responses={200: ServerMetadata},
    )
    def get(self, request: Request) -> Response:
        """Answer the description."""
        base = settings.PUBLIC_BASE_URL
        return Response({
            "issuer": base,
            "token_endpoint": f"{base}/api/v1/oauth/token",
            "revocation_endpoint": f"{base}/api/v1/oauth/revoke",
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "scopes_supported": Scope.values,
            "token_endpoint_auth_methods_supported": oauth.METHODS,
            "revocation_endpoint_auth_methods_supported": oauth.METHODS,
            "service_documentation": f"{base}/docs",
            "ui_locales_supported": [code for code, _ in settings.LANGUAGES],
        })  # fmt: skip


class Sessions(Endpoint):
    """Where a person of a local account gets his token."""

    authentication_classes = ()  # a token that is shown here is not looked at
    scopes = {"POST": PUBLIC}
    throttle_kind = "sign_in"

    @extend_schema(
        operation_id="signIn",
        tags=["platform"],
        summary="Đăng nhập bằng tài khoản nội bộ: mật khẩu và mã xác thực",
        request=SignIn,
        responses={200: Token, **problems(SignInFailed)},
    )
    def post(self, request: Request) -> Response:
        """Issue a token of one hour."""
        shape = SignIn(data=request.data)
        shape.is_valid(raise_exception=True)
        said = shape.validated_data
        require_allowance(kind="account", name=said["username"].casefold())
        token, scopes = services.sign_in(
            username=said["username"], password=said["password"], code=said["otp"], now=now()
        )
        lifetime = int(tokens.LIFETIME.total_seconds())
        return Response(
            {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": " ".join(sorted(scopes))}
        )


class SessionRevocation(Endpoint):
    """Signing out."""

    scopes = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="signOut",
        tags=["platform"],
        summary="Thu hồi mã truy cập đang dùng",
        request=None,
        responses={204: None, **problems(Absent)},
    )
    def post(self, request: Request) -> Response:
        """Revoke the token that this request came with; one of an identity provider is not ours to revoke."""
        if request.auth is None:
            raise Absent
        tokens.revoke(str(request.auth), now=now())
        return Response(status=HTTPStatus.NO_CONTENT)
