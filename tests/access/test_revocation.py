"""What is taken away is gone with the next request (reliability S10); nothing waits for a token to run out."""

import datetime as dt
from typing import Any

import pyotp
import pytest
import time_machine
from django.core.management import CommandError, call_command

from api.access import tokens
from api.access.models import Account
from api.access.services import create_account
from api.access.services.accounts import LocalSignIn, Person, fresh_seed
from tests.access.credentials import ask_token, bearing, make_client, signed_in
from tests.contract_client import ContractClient, problem

SOON = dt.datetime.now(dt.UTC)


def said_of(card: dict[str, object], **changes: object) -> dict[str, object]:
    """Return what PUT /clients/{client_id} wants, from what GET told."""
    told = ("name", "scopes", "boundary", "source", "is_trusted_counter", "rate_limit", "is_active")
    return {**{name: card[name] for name in told if name in card}, **changes}


def change(api: ContractClient, client_id: str, **changes: object) -> object:
    console = signed_in(api, make_client("clients:manage", "units:read", "events:read"))
    card = console.get(f"/clients/{client_id}")
    answer = console.put(f"/clients/{client_id}", said_of(card.json(), **changes), headers={"If-Match": card["ETag"]})
    assert answer.status_code == 200, answer.content
    return answer


def test_a_machine_switched_off_is_nobody_at_once(api: ContractClient) -> None:
    client = make_client("clients:manage")
    machine = signed_in(api, client)
    assert machine.get("/clients").status_code == 200

    change(api, client.row.client_id, is_active=False)

    assert problem(machine.get("/clients")) == (401, "unauthenticated")
    assert ask_token(api, client).status_code == 401


def test_a_scope_taken_away_is_gone_from_tokens_given_before(api: ContractClient) -> None:
    client = make_client("clients:manage", "units:read")
    machine = signed_in(api, client)

    change(api, client.row.client_id, scopes=["units:read"])

    assert problem(machine.get("/clients")) == (403, "forbidden")


def test_a_scope_given_later_does_not_widen_tokens_given_before(api: ContractClient) -> None:
    client = make_client("units:read")
    machine = signed_in(api, client)

    change(api, client.row.client_id, scopes=["units:read", "clients:manage"])

    assert problem(machine.get("/clients")) == (403, "forbidden")


def test_a_secret_revoked_takes_its_tokens_with_it_and_leaves_the_others(api: ContractClient) -> None:
    client = make_client("clients:manage")
    first = signed_in(api, client)
    console = signed_in(api, make_client("clients:manage"))
    second = console.once(f"/clients/{client.row.client_id}/secrets", {}).json()
    other = signed_in(api, type(client)(client.row, second["client_secret"]))

    console.post(f"/clients/{client.row.client_id}/secrets/1/revocation")

    assert second["slot"] == 2
    assert problem(first.get("/clients")) == (401, "unauthenticated")
    assert ask_token(api, client).status_code == 401
    assert other.get("/clients").status_code == 200


def test_a_token_runs_out_after_an_hour(api: ContractClient) -> None:
    machine = signed_in(api, make_client("clients:manage"))

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61)):
        answer = machine.get("/clients")

    assert problem(answer) == (401, "unauthenticated")


def test_a_person_switched_off_is_nobody_at_once(api: ContractClient) -> None:
    account = a_person()
    person = bearing(tokens.issue(scopes=["clients:manage"], account=account, now=dt.datetime.now(dt.UTC)))
    assert person.get("/clients").status_code == 200

    call_command("change_account", "nguoi.mau", "--off")

    assert problem(person.get("/clients")) == (401, "unauthenticated")
    assert problem(signs_in(api)) == (401, "sign-in-failed")


@pytest.mark.parametrize("change", ["--reset", "--scopes=units:read", "--boundary=gso2025:23500", "--on"])
def test_whatever_is_changed_of_a_person_ends_the_tokens_he_holds(
    api: ContractClient, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = a_person()
    person = bearing(tokens.issue(scopes=["clients:manage"], account=account, now=dt.datetime.now(dt.UTC)))
    colleague = api.signed_in("clients:manage")
    monkeypatch.setattr("getpass.getpass", lambda _question: "mat khau moi 2")

    call_command("change_account", "nguoi.mau", change)

    assert problem(person.get("/clients")) == (401, "unauthenticated")
    assert colleague.get("/clients").status_code == 200


def test_after_a_reset_only_the_new_password_and_key_sign_in(
    api: ContractClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_person()
    monkeypatch.setattr("getpass.getpass", lambda _question: "mat khau moi 2")

    call_command("change_account", "nguoi.mau", "--reset")

    key = capsys.readouterr().out.split("secret=")[1].split("&")[0].strip()
    assert problem(signs_in(api)) == (401, "sign-in-failed")
    assert signs_in(api, password="mat khau moi 2", seed=key).status_code == 200


def test_what_is_not_told_of_a_person_stays_as_it_is() -> None:
    a_person()

    call_command("change_account", "nguoi.mau", "--off")
    call_command("change_account", "nguoi.mau", "--boundary", "gso2025:23500")
    bounded = Account.objects.get()
    call_command("change_account", "nguoi.mau", "--boundary", "", "--on")
    free = Account.objects.get()

    assert (bounded.scopes, bounded.boundary and bounded.boundary.code, bounded.is_active) == (
        ["clients:manage"], "gso2025:23500", False,
    )  # fmt: skip
    assert (free.scopes, free.boundary, free.is_active) == (["clients:manage"], None, True)


@pytest.mark.parametrize("words", [["nobody", "--off"], ["nguoi.mau"], ["nguoi.mau", "--scopes", "units:reed"]])
def test_a_change_that_cannot_be_is_refused_in_words(words: list[str]) -> None:
    a_person()

    with pytest.raises(CommandError):
        call_command("change_account", *words)

    assert Account.objects.get().is_active


SEED = fresh_seed()


def a_person() -> Account:
    return create_account(
        person=Person("Người Mẫu", ["clients:manage"]),
        local=LocalSignIn("nguoi.mau", "mat khau mau 1", SEED),
        now=SOON,
    )


def signs_in(api: ContractClient, *, password: str = "mat khau mau 1", seed: str = SEED) -> Any:
    code = pyotp.TOTP(seed).now()
    return api.post("/sessions", {"username": "nguoi.mau", "password": password, "otp": code})
