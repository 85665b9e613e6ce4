"""Machines get their tokens by OAuth 2 client credentials (RFC 6749 4.4, 7009, 8414)."""

import base64
import json

import pytest
from django.db import connection

from api.access.models import AccessToken, ClientSecret
from api.throttling.models import Bucket
from tests.access.credentials import FORM, ask_token, bearing, make_client
from tests.contract_client import ContractClient, problem

PLAIN = "grant_type=client_credentials"


def test_a_machine_gets_a_token_of_one_hour_by_http_basic(api: ContractClient) -> None:
    client = make_client("clients:manage", "units:read")

    answer = ask_token(api, client)

    body = answer.json()
    assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    assert body["scope"] == "clients:manage units:read"
    assert answer["Cache-Control"] == "no-store"
    assert bearing(body["access_token"]).get("/clients").status_code == 200


def test_a_machine_may_send_its_secret_in_the_form(api: ContractClient) -> None:
    client = make_client("clients:manage")

    answer = api.post(
        "/oauth/token", f"{PLAIN}&client_id={client.row.client_id}&client_secret={client.secret}", content_type=FORM
    )

    assert answer.status_code == 200


def test_a_token_can_be_narrower_than_its_machine(api: ContractClient) -> None:
    client = make_client("clients:manage", "units:read")

    answer = ask_token(api, client, f"{PLAIN}&scope=units:read")

    assert answer.json()["scope"] == "units:read"
    assert problem(bearing(answer.json()["access_token"]).get("/clients")) == (403, "forbidden")


def test_a_token_is_never_wider_than_its_machine(api: ContractClient) -> None:
    client = make_client("units:read")

    answer = ask_token(api, client, f"{PLAIN}&scope=units:read+clients:manage")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("known", [True, False], ids=["a wrong secret", "an unknown machine"])
def test_a_wrong_secret_and_an_unknown_machine_are_told_alike(api: ContractClient, *, known: bool) -> None:
    name = make_client("units:read").row.client_id if known else "khong-co"
    pair = base64.b64encode(f"{name}:sai".encode()).decode()

    answer = api.post("/oauth/token", PLAIN, content_type=FORM, headers={"Authorization": f"Basic {pair}"})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Basic")
    assert answer.json()["error_description"] == (
        "The client cannot authenticate with methods: ['client_secret_basic', 'client_secret_post']"
    )


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (json.dumps({"grant_type": "client_credentials"}), "application/json", "invalid_request"),
        ("", FORM, "invalid_request"),
        ("grant_type=password&username=a&password=b", FORM, "unsupported_grant_type"),
        (f"{PLAIN}&{PLAIN}", FORM, "invalid_request"),
        ("grant_type=%FF", FORM, "invalid_request"),
        ("grant_type=%22%E1%BB%87", FORM, "unsupported_grant_type"),
    ],
)
def test_what_is_no_token_request_is_refused_in_the_words_of_rfc_6749(
    api: ContractClient, body: str, kind: str, error: str
) -> None:
    answer = api.post("/oauth/token", body, content_type=kind)

    assert (answer.status_code, answer.json()["error"], answer["Content-Type"]) == (400, error, "application/json")


@pytest.mark.parametrize(
    "header", ["Basic /////w==", "Basic", "Basic !!!", "Bearer x", "Basic AAAA", "Basic ADph", "Basic \xff\xe9"]
)
def test_an_authorization_header_of_rubbish_names_no_machine(api: ContractClient, header: str) -> None:
    answer = api.post("/oauth/token", PLAIN, content_type=FORM, headers={"Authorization": header})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_unknown_form_fields_are_ignored_as_the_protocol_demands(api: ContractClient) -> None:
    answer = ask_token(api, make_client("units:read"), f"{PLAIN}&resource=x")

    assert answer.status_code == 200


def test_a_form_too_large_is_a_problem(api: ContractClient) -> None:
    answer = api.post("/oauth/token", "a=" + "x" * 20_000, content_type=FORM)

    assert problem(answer) == (413, "too-large")


def test_nothing_that_works_as_a_credential_stands_in_the_database(api: ContractClient) -> None:
    client = make_client("units:read")
    token = ask_token(api, client).json()["access_token"]

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM api_accesstoken t")
        tokens = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(s::text, '') FROM api_clientsecret s")
        secrets = cursor.fetchone()[0]

    assert AccessToken.objects.count() == ClientSecret.objects.count() == 1
    for credential, stored in [(token, tokens), (client.secret, secrets)]:
        assert credential not in stored
        assert credential[12:] not in stored
        assert credential.encode().hex() not in stored


def test_a_machine_gives_its_token_back(api: ContractClient) -> None:
    client = make_client("clients:manage")
    token = ask_token(api, client).json()["access_token"]

    answer = api.post("/oauth/revoke", f"token={token}&token_type_hint=x", content_type=FORM, headers=client.basic)

    assert answer.status_code == 200
    assert problem(bearing(token).get("/clients")) == (401, "unauthenticated")


def test_a_machine_cannot_take_anothers_token_away(api: ContractClient) -> None:
    token = ask_token(api, make_client("clients:manage")).json()["access_token"]

    answer = api.post("/oauth/revoke", f"token={token}", content_type=FORM, headers=make_client("units:read").basic)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert bearing(token).get("/clients").status_code == 200


def test_giving_back_a_token_that_nobody_holds_is_done_already(api: ContractClient) -> None:
    answer = api.post("/oauth/revoke", "token=x", content_type=FORM, headers=make_client("units:read").basic)

    assert answer.status_code == 200


def test_the_server_describes_itself(api: ContractClient) -> None:
    answer = api.get("/.well-known/oauth-authorization-server")

    assert answer.json()["token_endpoint"] == "http://testserver/api/v1/oauth/token"
    assert answer.json()["grant_types_supported"] == ["client_credentials"]


def test_asking_for_tokens_is_throttled_by_network(api: ContractClient, settings: object) -> None:
    settings.RATE_LIMITS = {"sign_in": 3}  # type: ignore[attr-defined]

    answers = [ask_token(api, None) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert Bucket.objects.count() == 1


def test_a_forgotten_scheme_is_still_a_challenge(api: ContractClient) -> None:
    answer = api.get("/clients", headers={"Authorization": "Token abc"})

    assert problem(answer) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")
