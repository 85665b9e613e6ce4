"""People without an identity provider sign in with a password and a code that works once."""

import datetime as dt
import time
from typing import Any

import pyotp
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from api.access.models import Account
from api.access.services import create_account
from api.access.services.accounts import LocalSignIn, Person, fresh_seed
from procedures.secrecy import Unreadable, unseal
from tests.access.credentials import bearing
from tests.contract_client import ContractClient, problem

PASSWORD = "mat khau mau dai"
NOON = dt.datetime(2026, 3, 2, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def seed() -> str:
    """Register a person and return his TOTP key."""
    local = LocalSignIn("nguoi.mau", PASSWORD, fresh_seed())
    create_account(person=Person("Người Mẫu", ["clients:manage"]), local=local, now=NOON)
    return local.seed


def sign_in(api: ContractClient, code: str, *, username: str = "nguoi.mau", password: str = PASSWORD) -> Any:
    return api.post("/sessions", {"username": username, "password": password, "otp": code})


def code_at(seed: str, when: dt.datetime) -> str:
    return pyotp.TOTP(seed).at(when)


@time_machine.travel(NOON, tick=False)
def test_a_person_signs_in_and_out(api: ContractClient, seed: str) -> None:
    answer = sign_in(api, code_at(seed, NOON))

    person = bearing(answer.json()["access_token"])
    assert (answer.status_code, answer.json()["scope"]) == (200, "clients:manage")
    assert person.get("/clients").status_code == 200
    assert person.post("/sessions/revocation").status_code == 204
    assert problem(person.get("/clients")) == (401, "unauthenticated")


@time_machine.travel(NOON, tick=False)
def test_a_code_works_once(api: ContractClient, seed: str) -> None:
    code = code_at(seed, NOON)

    answers = [sign_in(api, code) for _ in range(2)]

    assert answers[0].status_code == 200
    assert problem(answers[1]) == (401, "sign-in-failed")


@time_machine.travel(NOON, tick=False)
def test_a_code_older_than_the_last_one_used_is_refused(api: ContractClient, seed: str) -> None:
    sign_in(api, code_at(seed, NOON))

    answer = sign_in(api, code_at(seed, NOON - dt.timedelta(seconds=30)))

    assert problem(answer) == (401, "sign-in-failed")


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_code_of_another_minute_is_refused(api: ContractClient, seed: str, seconds: int) -> None:
    answer = sign_in(api, code_at(seed, NOON + dt.timedelta(seconds=seconds)))

    assert problem(answer) == (401, "sign-in-failed")


@time_machine.travel(NOON, tick=False)
def test_unknown_name_wrong_password_and_wrong_code_are_told_alike(api: ContractClient, seed: str) -> None:
    right = code_at(seed, NOON)

    answers = [
        sign_in(api, right, username="khong.co"),
        sign_in(api, right, password="sai mat khau nhe"),
        sign_in(api, "000000" if right != "000000" else "000001"),
    ]

    told = [{**answer.json(), "instance": ""} for answer in answers]
    assert told[0] == told[1] == told[2]
    assert told[0]["status"] == 401


def test_an_unknown_name_costs_the_work_of_a_known_one(api: ContractClient, seed: str) -> None:
    spent = {}
    for username in ("nguoi.mau", "khong.co", "nguoi.mau", "khong.co"):
        began = time.process_time()
        sign_in(api, "123456", username=username, password="sai mat khau nhe")
        spent[username] = time.process_time() - began

    assert 0.5 < spent["khong.co"] / spent["nguoi.mau"] < 2


def test_guessing_at_one_name_is_throttled_whether_it_exists_or_not(
    api: ContractClient, seed: str, settings: Settings
) -> None:
    settings.RATE_LIMITS = {"sign_in": 1000, "account": 2}

    for username in ("nguoi.mau", "NGUOI.mau", "khong.co"):
        answers = [sign_in(api, "123456", username=username, password="sai mat khau nhe") for _ in range(3)]
        assert answers[-1].status_code == 429


def test_neither_password_nor_key_can_be_read_from_the_database(seed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text FROM api_account a")
        stored = cursor.fetchone()[0]

    assert seed not in stored
    assert seed.encode().hex() not in stored
    assert PASSWORD not in stored
    assert "argon2id" in stored


def test_a_key_moved_to_another_account_cannot_be_opened(seed: str) -> None:
    mine = Account.objects.get()

    with pytest.raises(Unreadable):
        unseal(bytes(mine.totp_sealed or b""), bound_to="api_account.totp_sealed:another")


def test_the_operator_makes_accounts_of_both_kinds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)

    call_command("create_account", "Người Mẫu", "--username", "nguoi.mau", "--scopes", "units:read audit:read")
    call_command("create_account", "Người Mẫu", "--issuer", "https://x", "--subject", "7", "--scopes", "units:read")

    assert capsys.readouterr().out.startswith("otpauth://totp/")
    assert {account.username for account in Account.objects.all()} == {"nguoi.mau", None}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--username", "a", "--scopes", "units:reed"], "units:reed"),
        (["--username", "a", "--scopes", "units:read", "--boundary", "khong-co"], "khong-co"),
        (["--scopes", "units:read"], "--username"),
        (["--username", "a", "--issuer", "b", "--subject", "c", "--scopes", "units:read"], "--username"),
    ],
)
def test_the_operator_is_told_what_is_wrong(arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)

    with pytest.raises(CommandError, match=words):
        call_command("create_account", "Người Mẫu", *arguments)
