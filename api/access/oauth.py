"""OAuth 2 for machines: Authlib speaks the protocol (RFC 6749 4.4, RFC 7009), our tables stand behind it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import ClientCredentialsGrant, UnsupportedGrantTypeError
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from django.http import HttpResponse, JsonResponse

from api.access import tokens
from api.access.models import ApiClient
from api.access.services.clients import active_client, secret_in_use

METHODS = ["client_secret_basic", "client_secret_post"]
Form = Mapping[str, str]


class Machine:
    """A client as Authlib asks for it. One that does not exist looks like one whose secret is wrong."""

    def __init__(self, row: ApiClient | None, *, now: dt.datetime) -> None:
        self.row = row
        self.now = now
        self.slot: int | None = None

    def check_client_secret(self, secret: str) -> bool:
        """Tell whether the secret is one of the client's live ones, and remember which."""
        self.slot = secret_in_use(client=self.row, secret=secret, now=self.now)
        return self.slot is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Take the secret by HTTP Basic or in the form."""
        return method in METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        """Know one grant only."""
        return bool(grant_type == ClientCredentialsGrant.GRANT_TYPE)

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return what is granted: everything the client has, or the part it asks for; None for more than it has."""
        own = set(self.row.scopes if self.row else [])
        wanted = set((scope or "").split()) or own
        return " ".join(sorted(wanted)) if wanted <= own else None


class Server(AuthorizationServer):
    """Authlib's server over our tables, made anew for each request with that request's instant."""

    def __init__(self, *, now: dt.datetime) -> None:
        super().__init__()
        self.now = now
        self.register_grant(Grant)
        self.register_endpoint(Revocation)
        lifetime = int(tokens.LIFETIME.total_seconds())
        self.register_token_generator("default", BearerTokenGenerator(_fresh, expires_generator=lifetime))

    def query_client(self, client_id: str) -> Machine:
        """Find the client; there is always an answer, so that nobody learns which names exist."""
        return Machine(active_client(client_id=client_id), now=self.now)

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Keep the digest of what was just made."""
        machine: Machine = request.client
        tokens.keep(
            token["access_token"], scopes=token.get("scope", "").split(), client=machine.row, slot=machine.slot,
            now=self.now,
        )  # fmt: skip

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        """Return the request as it is: `asked` has made it already."""
        return request

    def get_token_grant(self, request: OAuth2Request) -> Any:
        """Find the grant; the sender's own words are not repeated in the refusal."""
        if not request.payload.grant_type:
            raise_invalid("grant_type is missing.")
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            raise UnsupportedGrantTypeError("...") from error

    def create_token_response(self, request: OAuth2Request) -> HttpResponse:
        """Answer the token request, every refusal included."""
        try:
            response: HttpResponse = super().create_token_response(request)
        except OAuth2Error as error:
            response = self.handle_error_response(request, error)
        return response

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Tell nobody: there are no signals in this house."""

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> HttpResponse:
        """Return Django's answer."""
        told = {name: value for name, value in headers if name != "Content-Type"}
        return JsonResponse(dict(body), status=status, headers=told)


def _fresh(**_kwargs: Any) -> str:
    return tokens.fresh_token()


class Grant(ClientCredentialsGrant):
    """Client credentials, the only grant there is."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS


class Held:
    """A token as Authlib asks for it."""

    def __init__(self, token: str, owner: ApiClient) -> None:
        self.token = token
        self.owner = owner

    def check_client(self, machine: Machine) -> bool:
        """Tell whether the token is the asking machine's own."""
        return machine.row is not None and machine.row.pk == self.owner.pk


class Revocation(RevocationEndpoint):
    """RFC 7009: a machine gives a token back. A token that nobody holds is given back already."""

    CLIENT_AUTH_METHODS = METHODS

    def check_params(self, request: OAuth2Request, client: Machine) -> None:
        """Require the token; `token_type_hint` may be ignored (RFC 7009, 2.1) and is: there is one type."""
        if not request.form.get("token"):
            raise_invalid("token is missing.")

    def query_token(self, token: str, hint: str | None) -> Held | None:
        """Find whose token it is."""
        owner = tokens.owner_of(token)
        return Held(token, owner) if owner else None

    def revoke_token(self, held: Held, request: OAuth2Request) -> None:
        """Make it worthless from now on."""
        tokens.revoke(held.token, now=self.server.now)


class _Request(OAuth2Request):
    def __init__(self, form: Form, headers: Mapping[str, str]) -> None:
        # The transport is Django's business (SECURE_SSL_REDIRECT); Authlib only wants to see an address.
        super().__init__("POST", "https://localhost/", headers=headers)
        self.payload = BasicOAuth2Payload(form)
        self._form = form

    @property
    def form(self) -> Form:
        return self._form


def asked(*, form: Form, authorization: str | None) -> OAuth2Request:
    """Return the request as Authlib understands it."""
    return _Request(form, {"Authorization": authorization} if authorization else {})


def token_answer(*, form: Form, authorization: str | None, now: dt.datetime) -> HttpResponse:
    """Answer POST /oauth/token."""
    server = Server(now=now)
    return _guarded(server, lambda: server.create_token_response(asked(form=form, authorization=authorization)))


def revocation_answer(*, form: Form, authorization: str | None, now: dt.datetime) -> HttpResponse:
    """Answer POST /oauth/revoke."""
    server = Server(now=now)
    request = asked(form=form, authorization=authorization)
    return _guarded(server, lambda: server.create_endpoint_response(Revocation.ENDPOINT_NAME, request))


def refusal(description: str, *, now: dt.datetime) -> HttpResponse:
    """Answer a request that is no OAuth request at all (RFC 6749, 5.2)."""
    return Server(now=now).handle_error_response(None, InvalidRequestError(description))  # type: ignore[no-any-return]


def raise_invalid(description: str) -> None:
    """Raise RFC 6749's invalid_request."""
    raise InvalidRequestError(description)


def _guarded(server: Server, work: Any) -> HttpResponse:
    """Do the work; an Authorization header that is not even text names no client."""
    try:
        return work()  # type: ignore[no-any-return]
    except ValueError:  # neither ASCII nor UTF-8 within
        error = InvalidClientError(status_code=401, description="The Authorization header is not UTF-8.")
        return server.handle_error_response(None, error)  # type: ignore[no-any-return]
