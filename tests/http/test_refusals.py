"""Whatever is refused, and wherever, is told as a problem (RFC 9457), in Vietnamese unless English was asked for."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from api.events import queries
from tests.access.credentials import make_client
from tests.access.test_clients import A_CLIENT
from tests.access.test_revocation import said_of
from tests.contract_client import ContractClient, faults, problem

Api = ContractClient
PATH = "/clients"


@pytest.fixture
def console(api: ContractClient) -> ContractClient:
    """Return a machine that may register others."""
    return api.machine("clients:manage", "units:read", "events:read")


def raw(api: ContractClient, body: bytes | str, kind: str = "application/json", **headers: str) -> Any:
    return api.post(PATH, body, content_type=kind, headers={"Idempotency-Key": "k" * 20, **headers})


@pytest.mark.parametrize("body", [b"{", b'{"a": NaN}', b'{"a": Infinity}', b"\xff\xfe", b"[" * 100_000, b"'a'"])
def test_what_is_no_json_is_refused(console: Api, body: bytes) -> None:
    answer = raw(console, body)

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("", "malformed_json")}


@pytest.mark.parametrize("text", [b'"\\u00e9"', b'"\\u0000"', '"é"'.encode()])
@pytest.mark.parametrize("depth", [300, 490, 950])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_json_too_deep_for_our_own_reading_is_refused_as_well(
    console: Api, opening: bytes, closing: bytes, depth: int, text: bytes
) -> None:
    answer = raw(console, opening * depth + text + closing * depth)

    assert problem(answer) == (400, "invalid")


@pytest.mark.parametrize("text", ['"a\\u0000b"', '"\\ud800"'])
def test_text_that_cannot_be_stored_is_refused(console: Api, text: str) -> None:
    answer = raw(console, json.dumps({**A_CLIENT, "name": "?"}).replace('"?"', text))

    assert problem(answer) == (400, "invalid")
    assert ("/name", "bad_text") in faults(answer)


@pytest.mark.parametrize("body", ["[]", "1", '"a"', "null", "[{}]"])
def test_a_body_of_another_shape_is_refused(console: Api, body: str) -> None:
    assert problem(raw(console, body)) == (400, "invalid")


def test_unknown_fields_and_parameters_are_named(console: Api) -> None:
    body = console.once(PATH, {**A_CLIENT, "colour": 1, "a/b~c": 2})
    query = console.get(f"{PATH}?colour=red&is_active=true")
    write = console.once(f"{PATH}?dry_run=true", A_CLIENT)

    assert faults(body) == {("/colour", "unknown_field"), ("/a~1b~0c", "unknown_field")}
    assert faults(query) == {("colour", "unknown_parameter")}
    assert faults(write) == {("dry_run", "unknown_parameter")}


def test_who_is_unknown_is_challenged(api: Api) -> None:
    answers = [api.get(PATH), api.get(PATH, headers={"Authorization": "Bearer pv_unknown"})]

    for answer in answers:
        assert problem(answer) == (401, "unauthenticated")
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_who_may_not_is_told_so(api: Api) -> None:
    assert problem(api.machine("units:read").get(PATH)) == (403, "forbidden")


def test_what_is_nowhere_is_told_so(api: Api, console: Api) -> None:
    assert problem(api.get("/khong-co")) == problem(console.get(f"{PATH}/khong-co")) == (404, "not-found")


@pytest.mark.parametrize("method", ["patch", "delete", "options", "trace"])
def test_another_method_is_refused_with_those_that_may_be_used(console: Api, method: str) -> None:
    answer = getattr(console, method)(PATH)

    assert problem(answer) == (405, "method-not-allowed")
    assert answer["Allow"] == "GET, HEAD, POST"


def test_a_format_that_we_do_not_speak_is_not_acceptable(console: Api) -> None:
    assert problem(console.get(PATH, headers={"Accept": "text/html"})) == (406, "not-acceptable")


def test_a_taken_name_is_a_conflict(console: Api) -> None:
    console.once(PATH, A_CLIENT)

    assert problem(console.once(PATH, A_CLIENT)) == (409, "client-known")


def test_versions_are_asked_for_and_compared(console: Api) -> None:
    client = make_client("units:read")
    path = f"{PATH}/{client.row.client_id}"
    body = said_of(console.get(path).json())

    assert problem(console.put(path, body)) == (428, "precondition-required")
    assert problem(console.put(path, body, headers={"If-Match": '"99"'})) == (412, "precondition-failed")
    assert console.put(path, body, headers={"If-Match": 'W/"1"'}).status_code == 200


def test_a_body_too_large_is_refused_before_it_is_read(console: Api) -> None:
    answer = raw(console, json.dumps({**A_CLIENT, "name": "x" * 1_100_000}))

    assert problem(answer) == (413, "too-large")
    assert "1048576" in answer.json()["detail"]


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain", "application/xml"]
)
@pytest.mark.parametrize("size", [10, 12_000_000])
def test_other_media_types_are_not_taken_however_large(console: Api, kind: str, size: int) -> None:
    assert problem(raw(console, b"x" * size, kind)) == (415, "unsupported-media-type")


def test_a_key_reused_for_another_body_is_told(console: Api) -> None:
    console.once(PATH, A_CLIENT, key="k" * 20)

    assert problem(console.once(PATH, {**A_CLIENT, "client_id": "khac-di"}, key="k" * 20)) == (422, "key-reused")


def test_an_empty_bucket_tells_when_to_come_back(console: Api, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "client": 2}

    answers = [console.get(PATH) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit"] for answer in answers] == [
        '"default";r=1;t=30', '"default";r=0;t=60', '"default";r=0;t=60',
    ]  # fmt: skip
    assert answers[0]["RateLimit-Policy"] == '"default";q=2;w=60'
    assert 1 <= int(answers[2]["Retry-After"]) <= 30
    assert problem(answers[2]) == (429, "too-many-requests")


def test_refusals_count_and_tell_the_allowance_as_well(api: Api, console: Api) -> None:
    refused = [
        api.get(PATH, headers={"Authorization": "Bearer pv_unknown"}), api.machine("units:read").get(PATH),
        console.get(f"{PATH}/khong-co"), console.delete(PATH), console.get(f"{PATH}?x=1"),
        console.get(PATH, headers={"Accept": "text/html"}), raw(console, b"{"),
    ]  # fmt: skip

    assert [answer.status_code for answer in refused] == [401, 403, 404, 405, 400, 406, 400]
    assert all(answer.has_header("RateLimit") and answer.has_header("RateLimit-Policy") for answer in refused)


def test_our_own_failure_is_a_problem_that_leaks_nothing(
    console: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(queries, "_FEED", "SELECT 'bí mật 0912345678' / 0")

    answer = console.get("/events")

    assert problem(answer) == (500, "server-error")
    assert "0912345678" not in answer.content.decode()
    assert "0912345678" not in capsys.readouterr().err
    assert answer.json()["instance"] == f"urn:uuid:{answer['X-Request-Id']}"


def test_the_same_refusal_is_told_in_english_to_who_asks_for_it(api: Api) -> None:
    vietnamese = api.get(PATH)
    english = api.get(PATH, headers={"Accept-Language": "en-GB,en;q=0.9"})
    french = api.get(PATH, headers={"Accept-Language": "fr"})

    assert (vietnamese.json()["title"], vietnamese["Content-Language"]) == ("Chưa xác thực", "vi")
    assert (english.json()["title"], english["Content-Language"]) == ("Not authenticated", "en")
    assert french["Content-Language"] == "vi"
    assert vietnamese.json()["type"] == english.json()["type"]


@pytest.mark.parametrize(("accept", "title"), [("vi", "Yêu cầu không đọc được"), ("en", "The request cannot be read")])
def test_a_host_that_is_not_ours_is_refused_as_a_problem(accept: str, title: str) -> None:
    answer = Client().get("/api/v1/clients", headers={"Host": "evil.example", "Accept-Language": accept})

    assert problem(answer) == (400, "bad-request")
    assert answer.json()["title"] == title
    assert "evil" not in answer.content.decode()


def test_every_answer_carries_its_request_id(api: Api) -> None:
    own = "8d3b1f0e-8f7c-4f4b-9a52-1f1f1c2f6a01"

    echoed = api.get(PATH, headers={"X-Request-Id": own})
    forged = api.get(PATH, headers={"X-Request-Id": "<script>"})

    assert echoed["X-Request-Id"] == own
    assert echoed.json()["instance"] == f"urn:uuid:{own}"
    assert len(forged["X-Request-Id"]) == 36


def test_large_answers_are_compressed_for_who_takes_them(console: Api) -> None:
    for _ in range(30):
        make_client("units:read")

    plain = console.get(PATH)
    packed = Client().get(
        "/api/v1/clients", headers={"Accept-Encoding": "gzip", "Authorization": console.authorization}
    )

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3


@pytest.mark.parametrize("path", ["/clients", "/khong-co", "/livez", "/openapi.yaml", "/docs"])
def test_the_headers_of_safety_stand_on_every_answer(api: Api, path: str) -> None:
    answer = api.get(path)

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe-eval" not in answer["Content-Security-Policy"]
    if answer.wsgi_request.path.startswith("/api/"):
        assert answer["Cache-Control"] == "no-store"
        assert answer["API-Version"] == "1.0.0"
