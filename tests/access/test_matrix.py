"""Who may do what: every operation by every kind of caller, held against tests/access/matrix.txt (reliability C2).

A row says which class of status each kind gets for a request that is empty or names nothing: `2xx` and `4xx` have
passed the door, `401` and `403` have not. Whoever adds an address adds its row.
"""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.http import HttpResponse
from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver, get_resolver

from tests.access.kinds import KINDS
from tests.contract_client import CONTRACT, ContractClient

TABLE = Path(__file__).with_name("matrix.txt")
METHODS = ("get", "post", "put", "delete", "patch")
NAMES = {
    "code": "khong-co", "dossier_code": "000.16.30.H34-240304-0042", "client_id": "khong-co", "date": "2026-01-02",
    "slot": "1", "message_id": "1", "exclusion_id": "1", "succession_id": "999999", "recount_id": "1",
    "slug": "invalid",
}  # fmt: skip
NOTHING = str(uuid.UUID(int=1))
FORMS = ("POST /api/v1/oauth/token", "POST /api/v1/oauth/revoke")
HEADERS = {"Idempotency-Key": "khoa-cua-bang-quyen-0001", "If-Match": '"1"'}


def rows() -> dict[str, dict[str, str]]:
    """Return the table: {operation: {kind: class of status}}."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    kinds = lines[0].split()[1:]
    told = {}
    for line in lines[1:]:
        method, address, *cells = line.split()
        told[f"{method} {address}"] = dict(zip(kinds, cells, strict=True))
    return told


def contract() -> set[str]:
    """Return the operations of openapi.yaml."""
    document = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {f"{m.upper()} {p}" for p, methods in document["paths"].items() for m in methods if m in METHODS}


def served(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Yield every operation that an address leads to; a page is read only."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from served(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", prefix + str(pattern.pattern))
            view = getattr(pattern.callback, "view_class", None)
            yield from (f"{m.upper()} {address}" for m in METHODS if (view is None and m == "get") or hasattr(view, m))


def address_of(template: str) -> str:
    """Return an address with names that nothing bears."""
    parts = [NAMES.get(part[1:-1], NOTHING) if part.startswith("{") else part for part in template.split("/")]
    return "http://testserver" + "/".join(parts)


def ask(client: ContractClient, operation: str) -> HttpResponse:
    """Send the operation with an empty body."""
    method, template = operation.split()
    form = {"content_type": "application/x-www-form-urlencoded"} if operation in FORMS else {}
    body: Any = None if method == "GET" else "" if form else {}
    return getattr(client, method.lower())(address_of(template), body, headers=HEADERS, **form)  # type: ignore[no-any-return]


def class_of(status: int) -> str:
    """Return what the table says of a status."""
    return str(status) if status in {401, 403} else f"{status // 100}xx"


@pytest.mark.parametrize("operation", rows())
def test_who_may_do_it(operation: str) -> None:
    expected = rows()[operation]

    got = {kind: class_of(ask(client(), operation).status_code) for kind, client in KINDS.items()}

    assert got == expected


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    assert set(rows()) == contract() | set(served(get_resolver().url_patterns))


def test_control_a_new_address_without_a_row_is_noticed() -> None:
    new = path("api/v1/whatever/<int:thing_id>", HttpResponse)

    assert set(served([*get_resolver().url_patterns, new])) - set(rows()) == {"GET /api/v1/whatever/{thing_id}"}


def test_control_an_open_door_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.access.permissions.HasScope.has_permission", lambda *_: True)

    got = {operation: class_of(ask(KINDS["citizen"](), operation).status_code) for operation in ("GET /api/v1/units",)}

    assert got["GET /api/v1/units"] == "2xx" != rows()["GET /api/v1/units"]["citizen"]
