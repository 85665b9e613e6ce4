"""People of an identity provider come in with its tokens; what is checked is ours to choose, never the token's."""

import base64
import datetime as dt
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import Settings

from api.access import oidc
from api.access.models import Account
from api.access.services.accounts import Person, create_foreign_account
from tests.access.credentials import bearing
from tests.access.provider import AUDIENCE, ISSUER, Provider, running
from tests.contract_client import problem

UNAUTHENTICATED = (401, "unauthenticated")
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """Run an identity provider that knows one person with the right to manage clients."""
    with running() as started:
        started.rotate("k1")
        settings.OIDC_ISSUER, settings.OIDC_AUDIENCE, settings.OIDC_JWKS_URL = ISSUER, AUDIENCE, started.url
        create_foreign_account(person=Person("Người Mẫu", ["clients:manage"]), issuer=ISSUER, subject="u-1", now=NOW)
        yield started


def ask(token: str) -> Any:
    return bearing(token).get("/clients")


def test_a_person_of_the_provider_has_the_rights_of_his_account(provider: Provider) -> None:
    answer = ask(provider.sign(kid="k1"))

    assert answer.status_code == 200


def test_keys_of_elliptic_curves_are_taken_as_well(provider: Provider) -> None:
    provider.rotate("e1", kind="EC")

    assert ask(provider.sign(kid="e1")).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other-service"}, {"aud": None}, {"iss": "https://elsewhere.example"}, {"iss": None},
        {"exp": NOW - dt.timedelta(minutes=2)}, {"exp": None}, {"sub": "nobody-we-know"}, {"sub": None},
        {"nbf": NOW + dt.timedelta(hours=1)}, {"sub": "u-1\x00"},
    ],
    ids=["other aud", "no aud", "other iss", "no iss", "late", "no exp", "unknown sub", "no sub", "early", "bad sub"],
)  # fmt: skip
def test_a_token_for_others_from_others_or_out_of_time_names_nobody(provider: Provider, claims: dict[str, Any]) -> None:
    assert problem(ask(provider.sign(kid="k1", **claims))) == UNAUTHENTICATED


def test_clocks_may_differ_by_half_a_minute(provider: Provider) -> None:
    assert ask(provider.sign(kid="k1", exp=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=20))).status_code == 200


def test_a_token_signed_with_the_public_key_as_a_shared_secret_names_nobody(provider: Provider) -> None:
    public = provider.keys["k1"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    forged = by_hand({"alg": "HS256", "kid": "k1"}, key=public)

    assert problem(ask(forged)) == UNAUTHENTICATED


def test_a_shared_secret_is_refused_even_when_the_settings_allow_it(provider: Provider, settings: Settings) -> None:
    settings.OIDC_ALGORITHMS = ["HS256", "none", "RS256"]
    public = provider.keys["k1"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    answers = [ask(by_hand({"alg": "HS256", "kid": "k1"}, key=public)), ask(by_hand({"alg": "none", "kid": "k1"}))]

    assert [problem(answer) for answer in answers] == [UNAUTHENTICATED] * 2


def test_an_unsigned_token_names_nobody(provider: Provider) -> None:
    assert problem(ask(by_hand({"alg": "none", "kid": "k1"}))) == UNAUTHENTICATED
    assert provider.asked == 0


def test_a_token_signed_by_somebody_else_names_nobody(provider: Provider) -> None:
    stranger = rsa.generate_private_key(65537, 2048)

    assert problem(ask(provider.sign(kid="k1", key=stranger))) == UNAUTHENTICATED
    assert problem(ask(provider.sign(kid="unknown", key=stranger))) == UNAUTHENTICATED


def test_unknown_keys_do_not_make_us_hammer_the_provider(provider: Provider) -> None:
    stranger = rsa.generate_private_key(65537, 2048)

    for number in range(20):
        ask(provider.sign(kid=f"unknown-{number}", key=stranger))

    assert provider.asked <= 2


def test_a_rotated_key_is_found_and_the_old_one_is_forgotten(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = oidc.Keys(provider.url, cooldown=0.0)
    monkeypatch.setattr(oidc, "keys_at", lambda _url: keys)
    old = provider.sign(kid="k1")
    assert ask(old).status_code == 200

    provider.rotate("k2")

    assert ask(provider.sign(kid="k2")).status_code == 200
    assert problem(ask(old)) == UNAUTHENTICATED


def test_a_person_switched_off_is_nobody_although_his_token_lives(provider: Provider) -> None:
    token = provider.sign(kid="k1")
    assert ask(token).status_code == 200

    Account.objects.update(is_active=False)

    assert problem(ask(token)) == UNAUTHENTICATED


def test_a_provider_that_does_not_answer_is_told_as_such(provider: Provider, settings: Settings) -> None:
    settings.OIDC_JWKS_URL = "http://127.0.0.1:1/keys"

    answer = ask(provider.sign(kid="k1"))

    assert problem(answer) == (503, "identity-provider-away")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("rubbish", ["x", "a.b.c", "...", "eyJhbGciOiJSUzI1NiJ9.e30.x", "é", "x" * 9000, ""])
def test_rubbish_names_nobody(provider: Provider, rubbish: str) -> None:
    assert problem(ask(rubbish)) == UNAUTHENTICATED


def test_without_a_provider_its_tokens_name_nobody(provider: Provider, settings: Settings) -> None:
    settings.OIDC_ISSUER = ""

    assert problem(ask(provider.sign(kid="k1"))) == UNAUTHENTICATED


def by_hand(header: dict[str, str], *, key: bytes | None = None) -> str:
    """Return a token that no library would sign."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "exp": NOW.timestamp() + 300}
    parts = [_coded(json.dumps(part).encode()) for part in ({"typ": "JWT", **header}, claims)]
    body = ".".join(parts)
    return f"{body}.{_coded(hmac.digest(key, body.encode(), 'sha256')) if key else ''}"


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
