"""What is taken away is gone with the next request (reliability S10); nothing waits for a token to run out."""

import datetime as dt

import time_machine

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
    account = create_account(
        person=Person("Người Mẫu", ["clients:manage"]),
        local=LocalSignIn("nguoi.mau", "mat khau mau 1", fresh_seed()),
        now=SOON,
    )
    person = bearing(tokens.issue(scopes=["clients:manage"], account=account, now=dt.datetime.now(dt.UTC)))
    assert person.get("/clients").status_code == 200

    Account.objects.update(is_active=False)

    assert problem(person.get("/clients")) == (401, "unauthenticated")
