"""What no operation may take: each writing operation refuses it as a problem, writes nothing, and never fails."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response

from api.access.views import Clients
from tests.access.credentials import make_client
from tests.access.kinds import KINDS
from tests.access.test_matrix import FORMS, address_of, contract
from tests.contract_client import CONTRACT, ContractClient

WRITES = sorted(o for o in contract() - set(FORMS) if not o.startswith("GET"))
PORTAL = "/adapters/dvcqg/"
"""There a refused row is told in the sender's own words, with status 200."""
BY_ROW = {"POST /api/v1/ratings/batch", "POST /api/v1/rating-rights/batch"}
"""There each row is refused by itself, and a list of lists is rows of the wrong kind."""
KEPT = {"procedures_message", "api_storedanswer", "api_bucket"}
"""What was sent is kept in the journal although it was refused."""
NESTED = {"a": {"b": {"c": [1]}}}
LARGE = 10_000_000
DOCUMENT = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def fields(operation: str) -> list[str]:
    """Return the names of the fields that an operation takes."""
    method, address = operation.split()
    body = DOCUMENT["paths"][address][method.lower()].get("requestBody", {"content": {}})["content"]
    shape = body.get("application/json", {}).get("schema", {})
    while "items" in shape or "$ref" in shape:
        shape = shape.get("items") or DOCUMENT["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
    return list(shape.get("properties", {})) or ["x"]


def bodies(operation: str) -> Iterator[tuple[str, bytes]]:
    """Yield bad bodies, each by its name."""
    names = fields(operation)
    values = {
        "NaN": "NaN", "infinity": "1e999", "minus infinity": "-Infinity", "a huge number": "9" * 400,
        "NUL": '"a\\u0000b"', "a lone surrogate": '"\\ud800"', "an object": json.dumps(NESTED), "a list": "[[[1]]]",
        "a long text": json.dumps("ă" * 100_001),
    }  # fmt: skip
    for name, value in values.items():
        yield name, ("{" + ",".join(f'"{field}": {value}' for field in names) + "}").encode()
    yield "an unknown field", json.dumps({"không có": NESTED}).encode()
    yield "NUL in a name", b'{"a\\u0000": 1}'
    yield "a surrogate in a name", b'{"\\ud800": 1}'
    yield "a field twice", ("{" + f'"{names[0]}": 1, "{names[0]}": 2' + "}").encode()
    yield "null", b"null"
    yield "deep nesting", b"[" * 50_000
    yield "no UTF-8", b'{"a": "\xff"}'
    yield "half a document", b'{"a": '
    yield "10 MB", b'{"a": "' + b"x" * LARGE + b'"}'


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - KEPT
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in sorted(tables)))
        return dict(cursor.fetchall())


def send(console: ContractClient, operation: str, body: bytes) -> Any:
    method, _ = operation.split()
    headers = {"Idempotency-Key": "khoa-cua-noi-dung-xau-01", "If-Match": '"1"'}
    return getattr(console, method.lower())(
        address_of(operation.split()[1]), body, content_type="application/json", headers=headers
    )


def taken(operation: str, console: ContractClient) -> list[tuple[str, int, bytes]]:
    """Send every bad body; return those that were not refused as they must be: name, status, what was answered."""
    takes_a_body = fields(operation) != ["x"]
    wrong = []
    for name, body in bodies(operation):
        answer = send(console, operation, body)
        is_told = 400 <= answer.status_code < 500 and answer["Content-Type"] == "application/problem+json"
        is_told = is_told and b"No data provided" not in answer.content
        is_by_row = operation in BY_ROW and name == "a list" and answer.json().get("rejected") == 1
        is_portal = PORTAL in operation and answer.status_code == 200 and answer.json()["error_code"] not in {"0", "00"}
        if answer.status_code >= 500 or (takes_a_body and not is_told and not is_portal and not is_by_row):
            wrong.append((name, answer.status_code, answer.content[:200]))
    return wrong


@pytest.mark.parametrize("operation", WRITES)
def test_a_bad_body_is_refused_and_writes_nothing(operation: str) -> None:
    console = KINDS["admin"]()
    before = counts()

    wrong = taken(operation, console)

    assert wrong == []
    assert counts() == before


def test_control_an_operation_that_ignores_its_body_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    console, operation = KINDS["admin"](), "POST /api/v1/clients"

    def register(_view: Clients, _request: Request) -> Response:
        card = console.get(f"/clients/{make_client('units:read').row.client_id}").json()
        return Response({**card, "client_secret": "pvs_x"}, status=201)

    monkeypatch.setattr(Clients, "post", register)
    before = counts()

    wrong = taken(operation, console)

    assert [(name, status) for name, status, _ in wrong] == [(name, 201) for name, _ in bodies(operation)]
    assert counts() != before
