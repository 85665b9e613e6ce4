"""An API client that holds every exchange against openapi.yaml."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from django.http import HttpResponse
from openapi_core import Config, OpenAPI
from openapi_core.contrib.django import DjangoOpenAPIRequest, DjangoOpenAPIResponse
from openapi_core.templating.paths.exceptions import OperationNotFound, PathNotFound
from openapi_core.validation.request.validators import V31RequestBodyValidator
from rest_framework.test import APIClient

from api.access import tokens
from api.access.models import Account, ApiClient
from units.models import Official, Unit

CONTRACT = Path(__file__).resolve().parent.parent / "openapi.yaml"
BASE = "/api/v1"


@lru_cache(maxsize=1)
def contract() -> OpenAPI:
    """Return the committed contract, read once."""
    readers: dict[str, Callable[..., Any]] = {
        "application/problem+json": json.loads, "text/csv": _text, "application/x-ndjson": _text,
    }  # fmt: skip
    return OpenAPI.from_file_path(str(CONTRACT), config=Config(
        extra_media_type_deserializers=readers, request_validator_cls=V31RequestBodyValidator,
    ))  # fmt: skip


def _text(raw: bytes, **_: str) -> str:
    return raw.decode()


class Asked(DjangoOpenAPIRequest):
    """The request as openapi-core reads it; its body as it was sent, since the view has consumed it."""

    def __init__(self, request: Any, body: bytes) -> None:
        super().__init__(request)
        self._sent = body

    @property
    def body(self) -> bytes:
        """What was sent."""
        return self._sent


LENIENT = ("/api/v1/adapters/", "/api/v1/imports")
"""What is taken there as senders send it: their own shapes and files, more than the contract asks for."""


class ContractClient(APIClient):
    """Paths may be written without `/api/v1`. Exchanges of operations that the contract lists are validated.

    Every answer is; the JSON of a request is when it was taken: what is refused is often wrong on purpose.
    """

    authorization = ""
    _body = b""

    def request(self, **kwargs: Any) -> Any:
        answer = super().request(**kwargs)
        if answer.streaming:
            return _taken_in(answer)  # a file: the contract says no more of it than its kind
        if answer.wsgi_request.path.startswith(BASE):
            self._hold_against_the_contract(answer)
        return answer

    def _hold_against_the_contract(self, answer: Any) -> None:
        asked = Asked(answer.wsgi_request, self._body)
        try:
            contract().validate_response(asked, DjangoOpenAPIResponse(answer))
        except (PathNotFound, OperationNotFound):
            assert answer.status_code in {404, 405}, "an address outside the contract answered"
            return
        is_json = self._body and answer.wsgi_request.content_type == "application/json"
        if (
            answer.status_code < 300
            and is_json
            and not _has_refused(answer)
            and not answer.wsgi_request.path.startswith(LENIENT)
        ):
            contract().validate_request(asked)

    def generic(self, method: str, path: Any, data: Any = "", *args: Any, **kwargs: Any) -> Any:
        address = path if path.startswith(("/api/", "http")) or path in OUTSIDE else f"{BASE}{path}"
        self._body = data.encode() if isinstance(data, str) else bytes(data or b"")
        return super().generic(method, address, data, *args, **kwargs)

    def once(self, path: str, data: Any, key: str | None = None, **headers: str) -> Any:
        """POST with an Idempotency-Key (a new one unless given)."""
        return self.post(path, data, headers={"Idempotency-Key": key or str(uuid.uuid4()), **headers})

    def signed_in(self, *scopes: str, as_official: Official | None = None, boundary: Unit | None = None) -> Self:
        """Return a client of a person with these scopes, that official and that boundary."""
        account = Account.objects.create(
            username=f"person-{uuid.uuid4()}", display_name="Tài khoản mẫu", scopes=list(scopes), official=as_official,
            boundary=boundary, created_at=dt.datetime.now(dt.UTC),
        )  # fmt: skip
        return self._holding(tokens.issue(scopes=list(scopes), account=account, now=dt.datetime.now(dt.UTC)))

    def machine(self, *scopes: str, source: str = "motcua-mau", boundary: Unit | None = None, **fields: Any) -> Self:
        """Return a client of a machine with these scopes, that source name and that boundary."""
        row = ApiClient.objects.create(
            client_id=f"client-{uuid.uuid4()}", name="Phần mềm mẫu", scopes=list(scopes), source=source,
            boundary=boundary, created_at=dt.datetime.now(dt.UTC), **fields,
        )  # fmt: skip
        return self._holding(tokens.issue(scopes=list(scopes), client=row, now=dt.datetime.now(dt.UTC)))

    def _holding(self, token: str) -> Self:
        client = type(self)()
        client.authorization = f"Bearer {token}"
        client.credentials(HTTP_AUTHORIZATION=client.authorization)
        return client


def _has_refused(answer: Any) -> bool:
    """Tell whether rows of a batch were refused: those are wrong on purpose as well."""
    told = json.loads(answer.content or b"null")
    return isinstance(told, dict) and isinstance(told.get("counts"), dict) and bool(told["counts"].get("rejected"))


def _taken_in(answer: Any) -> Any:
    """Return an answer that was sent in pieces as one whole."""
    whole: Any = HttpResponse(b"".join(answer.streaming_content), status=answer.status_code, headers=answer.headers)
    whole.wsgi_request = answer.wsgi_request
    return whole


OUTSIDE = (
    "/.well-known/oauth-authorization-server",
    "/livez",
    "/readyz",
    "/metrics",
    "/docs",
    "/redoc",
    "/openapi.yaml",
    "/openapi-3.0.yaml",
    "/r",
    "/quay",
    "/problems",
)


def problem(answer: Any) -> tuple[int, str]:
    """Return status and short name of a problem answer."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, json.loads(answer.content)["type"].rsplit("/", 1)[1]


def faults(answer: Any) -> set[tuple[str, str]]:
    """Return (place, code) of everything that a problem names."""
    errors = json.loads(answer.content).get("errors", [])
    return {(e.get("pointer", e.get("parameter", e.get("header"))), e["code"]) for e in errors}
