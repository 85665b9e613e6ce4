"""Machines are registered by those who hold what they grant; each has two secrets that turn over."""

import datetime as dt
import uuid

import pytest

from api.access.models import ApiClient
from tests.access.credentials import KnownClient, ask_token, make_client
from tests.access.test_revocation import said_of
from tests.builders.ratings import a_unit, an_official
from tests.contract_client import ContractClient, faults, problem
from units.models import Unit

TODAY = dt.datetime.now(dt.UTC).date()
A_CLIENT = {"client_id": "mot-cua-a", "name": "Một cửa A", "scopes": ["units:read"], "source": "mot-cua-a"}


def two_communes() -> tuple[Unit, Unit]:
    """Return two units of today that have nothing to do with each other."""
    first, second = Unit.objects.filter(versions__kind="commune", versions__valid__contains=TODAY).order_by("id")[:2]
    return first, second


def test_a_machine_is_registered_and_its_secret_works(api: ContractClient) -> None:
    console = api.machine("clients:manage", "units:read")

    answer = console.once("/clients", A_CLIENT)

    body = answer.json()
    row = ApiClient.objects.get(client_id="mot-cua-a")
    assert (answer.status_code, answer["Location"], answer["ETag"]) == (201, "/api/v1/clients/mot-cua-a", '"1"')
    assert body["secrets"][0]["prefix"] == body["client_secret"][:8]
    assert ask_token(api, KnownClient(row, body["client_secret"])).json()["scope"] == "units:read"


def test_a_retry_is_told_the_same_secret(api: ContractClient) -> None:
    console, key = api.machine("clients:manage", "units:read"), str(uuid.uuid4())

    first, second = (console.once("/clients", A_CLIENT, key=key) for _ in range(2))

    assert first.content == second.content
    assert second["Idempotent-Replayed"] == "true"
    assert ApiClient.objects.filter(client_id="mot-cua-a").count() == 1


@pytest.mark.parametrize(
    ("scopes", "is_bounded", "warned"),
    [
        (["ratings:manage", "transactions:read"], False, ["ratings_meet_transactions"]),
        (["ratings:manage", "transactions:read"], True, []),
        (["ratings:manage", "ratings:read"], False, []),
        (["transactions:read"], False, []),
    ],
)
def test_who_lets_a_machine_read_ratings_beside_transactions_is_warned(
    api: ContractClient,
    scopes: list[str],
    is_bounded: bool,  # noqa: FBT001
    warned: list[str],
) -> None:
    console = api.machine("clients:manage", "ratings:manage", "ratings:read", "transactions:read")
    within = {"boundary": two_communes()[0].code} if is_bounded else {}

    told = console.once("/clients", {**A_CLIENT, "scopes": scopes, **within}).json()

    assert told["warnings"] == warned
    assert console.get("/clients/mot-cua-a").json()["warnings"] == warned


def test_nobody_grants_a_scope_he_does_not_hold(api: ContractClient) -> None:
    answer = api.machine("clients:manage").once("/clients", A_CLIENT)

    assert problem(answer) == (403, "beyond-own-rights")
    assert "units:read" in answer.json()["detail"]
    assert faults(answer) == {("/scopes", "scope_not_held")}


KEPT = ["complaints:read", "complaints:handle", "complaints:identity", "ratings:manage", "audit:read"]


@pytest.mark.parametrize("scope", KEPT)
def test_an_official_neither_makes_nor_takes_over_a_machine_that_is_told_what_is_kept_from_him(
    api: ContractClient, scope: str
) -> None:
    client = make_client(scope)
    head = api.signed_in("clients:manage", *KEPT, as_official=an_official("CB-01", a_unit(0)))
    nobody_of_the_province = api.signed_in("clients:manage", *KEPT)

    made = head.once("/clients", {**A_CLIENT, "scopes": [scope]})
    secret = head.once(f"/clients/{client.row.client_id}/secrets", {})
    card = head.get(f"/clients/{client.row.client_id}")
    put = head.put(f"/clients/{client.row.client_id}", said_of(card.json()), headers={"If-Match": card["ETag"]})

    assert {problem(answer) for answer in (made, secret, put)} == {(403, "beyond-own-rights")}
    assert faults(made) == {("/scopes", "kept_from_officials")}
    assert nobody_of_the_province.once("/clients", {**A_CLIENT, "scopes": [scope]}).status_code == 201


def test_an_official_goes_on_registering_machines_that_learn_nothing_of_anybody(api: ContractClient) -> None:
    head = api.signed_in("clients:manage", "units:read", as_official=an_official("CB-01", a_unit(0)))

    assert head.once("/clients", A_CLIENT).status_code == 201


def test_within_a_boundary_nobody_sets_how_much_a_machine_may_ask(api: ContractClient) -> None:
    inside, _ = two_communes()
    console = api.machine("clients:manage", "units:read", boundary=inside)
    own = {**A_CLIENT, "boundary": inside.code}
    made = console.once("/clients", own)
    raised = console.put(
        "/clients/mot-cua-a", said_of(made.json(), rate_limit=1_000_000), headers={"If-Match": made["ETag"]}
    )
    limited = make_client("units:read", boundary=inside, rate_limit=60).row.client_id
    card = console.get(f"/clients/{limited}")
    lifted = console.put(f"/clients/{limited}", said_of({**card.json(), "rate_limit": 61}), headers={"If-Match": '"1"'})
    kept = console.put(f"/clients/{limited}", said_of(card.json(), name="Mới"), headers={"If-Match": '"1"'})

    assert faults(raised) == faults(lifted) == {("/rate_limit", "for_the_province")}
    assert kept.status_code == 200


def test_nobody_takes_over_a_machine_that_may_do_more_than_he(api: ContractClient) -> None:
    client = make_client("complaints:read")
    console = api.machine("clients:manage")

    secret = console.once(f"/clients/{client.row.client_id}/secrets", {})
    card = console.get(f"/clients/{client.row.client_id}")
    put = console.put(
        f"/clients/{client.row.client_id}", said_of(card.json(), scopes=[]), headers={"If-Match": card["ETag"]}
    )

    assert problem(secret) == problem(put) == (403, "beyond-own-rights")
    assert ask_token(api, client).status_code == 200


@pytest.mark.parametrize("wish", ["a name from beyond", "the id of one without a name", "trust in a counter"])
def test_within_a_boundary_nobody_takes_a_name_from_beyond_it_nor_trusts_his_own_counter(
    api: ContractClient, wish: str
) -> None:
    inside, outside = two_communes()
    make_client("units:read", boundary=outside, source="mot-cua-tinh")
    nameless = make_client("units:read").row.client_id
    console = api.machine("clients:manage", "units:read", boundary=inside)
    own = {**A_CLIENT, "boundary": inside.code}
    wishes: dict[str, dict[str, object]] = {
        "a name from beyond": {"source": "mot-cua-tinh"},
        "the id of one without a name": {"source": f"client:{nameless}"},
        "trust in a counter": {"is_trusted_counter": True},
    }
    wished = wishes[wish]

    made = console.once("/clients", own)
    changed = console.put("/clients/mot-cua-a", said_of(made.json(), **wished), headers={"If-Match": made["ETag"]})
    another = console.once("/clients", {**own, "client_id": "mot-cua-b", **wished})

    assert made.status_code == 201
    assert problem(changed) == problem(another) == (403, "beyond-own-rights")


def test_nobody_within_a_boundary_renews_the_secret_of_a_trusted_counter(api: ContractClient) -> None:
    inside, _ = two_communes()
    counter = make_client("units:read", boundary=inside, is_trusted_counter=True)
    console = api.machine("clients:manage", "units:read", boundary=inside)

    answer = console.once(f"/clients/{counter.row.client_id}/secrets", {})

    assert problem(answer) == (403, "beyond-own-rights")


def test_a_boundary_holds_whoever_registers_machines(api: ContractClient) -> None:
    inside, outside = two_communes()
    console = api.machine("clients:manage", "units:read", boundary=inside)
    foreign = make_client("units:read", boundary=outside)
    whole = make_client("units:read")

    answers = [
        console.once("/clients", {**A_CLIENT, "boundary": outside.code}),
        console.once("/clients", A_CLIENT),
        console.get(f"/clients/{foreign.row.client_id}"),
        console.once(f"/clients/{whole.row.client_id}/secrets", {}),
    ]

    assert [problem(answer)[0] for answer in answers] == [403, 403, 404, 404]
    assert faults(answers[1]) == {("/boundary", "outside_own_boundary")}
    assert "boundary" in answers[1].json()["detail"]
    assert console.once("/clients", {**A_CLIENT, "boundary": inside.code}).status_code == 201
    listed = {row["client_id"] for row in console.get("/clients").json()["results"]}
    assert "mot-cua-a" in listed
    assert listed.isdisjoint({foreign.row.client_id, whole.row.client_id})


def test_a_client_id_is_given_once(api: ContractClient) -> None:
    console = api.machine("clients:manage", "units:read")
    console.once("/clients", A_CLIENT)

    assert problem(console.once("/clients", A_CLIENT)) == (409, "client-known")


def test_everything_wrong_with_a_registration_is_told_at_once(api: ContractClient) -> None:
    console = api.machine("clients:manage")

    answer = console.once(
        "/clients", {"client_id": "Ă", "scopes": ["units:reed"], "boundary": "khong-co", "colour": "red"}
    )

    assert faults(answer) == {
        ("/client_id", "invalid"), ("/name", "required"), ("/scopes/0", "invalid_choice"),
        ("/boundary", "unit_unknown"), ("/colour", "unknown_field"),
    }  # fmt: skip


def test_a_change_needs_the_version_it_changes(api: ContractClient) -> None:
    client = make_client("units:read")
    console = api.machine("clients:manage", "units:read")
    card = console.get(f"/clients/{client.row.client_id}")
    path, body = f"/clients/{client.row.client_id}", said_of(card.json(), name="Tên mới")

    assert problem(console.put(path, body)) == (428, "precondition-required")
    first = console.put(path, body, headers={"If-Match": card["ETag"]})
    assert (first.status_code, first["ETag"], first.json()["name"]) == (200, '"2"', "Tên mới")
    assert problem(console.put(path, body, headers={"If-Match": card["ETag"]})) == (412, "precondition-failed")


def test_a_third_secret_takes_the_place_of_the_oldest(api: ContractClient) -> None:
    client = make_client("units:read")
    console = api.machine("clients:manage", "units:read")

    told = [console.once(f"/clients/{client.row.client_id}/secrets", {}).json() for _ in range(2)]

    assert [secret["slot"] for secret in told] == [2, 1]
    works = [
        ask_token(api, KnownClient(client.row, secret)).status_code
        for secret in (client.secret, told[0]["client_secret"], told[1]["client_secret"])
    ]
    assert works == [401, 200, 200]


def test_a_secret_tells_when_it_was_used(api: ContractClient) -> None:
    client = make_client("units:read")
    console = api.machine("clients:manage")
    before = console.get(f"/clients/{client.row.client_id}").json()["secrets"][0]

    ask_token(api, client)

    after = console.get(f"/clients/{client.row.client_id}").json()["secrets"][0]
    assert "last_used_at" not in before
    assert after["last_used_at"] >= after["created_at"]


@pytest.mark.parametrize("slot", [0, 3, 99999999999999999999])
def test_there_is_no_third_slot(api: ContractClient, slot: int) -> None:
    client = make_client("units:read")

    answer = api.machine("clients:manage", "units:read").post(
        f"/clients/{client.row.client_id}/secrets/{slot}/revocation"
    )

    assert problem(answer) == (404, "not-found")


def test_a_name_with_a_nul_is_nobodys(api: ContractClient) -> None:
    assert problem(api.machine("clients:manage").get("/clients/a%00b")) == (404, "not-found")
