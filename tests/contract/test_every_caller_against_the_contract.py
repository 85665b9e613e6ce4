"""A bounded hunt: for each kind of caller, requests made from the contract, good ones and bad ones.

No answer may be a 5xx, have a status or a body that the contract does not list, or accept what the contract forbids.
"""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.access.kinds import KINDS

CONTRACT = Path(__file__).resolve().parents[2] / "openapi.yaml"
EXAMPLES = 8


@schemathesis.serializer("application/x-ndjson")
def _as_lines(_context: Any, value: Any) -> bytes:
    """Write JSON Lines as one line, which may hold anything."""
    return value.encode() if isinstance(value, str) else json.dumps(value, default=str).encode()


def refuses_what_is_forbidden(context: Any, response: Any, case: Any) -> bool | None:
    """Hold bad data against the answer; an empty parameter is as good as none (a convention of this API)."""
    if "" in (case.query or {}).values() or case.media_type == "application/x-ndjson":
        return None  # each line is judged by itself
    if "/adapters/dvcqg/" in case.path and response.status_code == HTTPStatus.OK:
        return bool(response.json()["error_code"] not in {"0", "00"})  # refused, in the senders' own words
    return bool(negative_data_rejection(context, response, case))


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    refuses_what_is_forbidden,
]
SCHEMA = schemathesis.openapi.from_path(CONTRACT)
SCHEMA.app = application
OPERATIONS: list[Any] = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_request_that_the_contract_allows_or_forbids_surprises_the_service(kind: str, own_database: str) -> None:
    token = KINDS[kind]().authorization
    failures: list[str] = []

    for operation in OPERATIONS:
        failures += _hunt(operation, token)

    assert failures == []


def _hunt(operation: Any, token: str) -> list[str]:
    found: list[str] = []
    cases = operation.as_strategy(generation_mode=GenerationMode.POSITIVE) | operation.as_strategy(
        generation_mode=GenerationMode.NEGATIVE
    )

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def hunt(data: st.DataObject) -> None:
        case = data.draw(cases)
        headers = {"Accept-Encoding": "identity", **({"Authorization": token} if token else {})}
        try:
            case.call_and_validate(headers=headers, checks=CHECKS)
        except Exception as failure:  # noqa: BLE001 - every kind of failure is a finding, told at the end
            found.append(f"{operation.label}: {failure!s:.1500}")

    hunt()
    return found[:1]
