import base64
import datetime as dt
import hashlib
import itertools
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from api.idempotency.forgetting import forget_old_answers
from api.idempotency.models import StoredAnswer
from feedback.models import RatingRight
from procedures.secrecy import SECRET_LETTERS, derived_secret
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit
from tests.contract_client import ContractClient, faults, problem

WANTED = {"step": "reception", "form": "THANH_HOA_3"}


def issued(api: ContractClient, key: str | None = None) -> Any:
    """Return the answer to a request for a right."""
    machine = api.machine("transactions:write")
    return machine.once(f"/transactions/{a_dossier().dossier_code}/rating-rights", WANTED, key)


def secret_of(answer: Any) -> str:
    """Return what stands behind # in the link."""
    return str(answer.json()["link"].partition("#")[2])


def places_of(needle: str) -> set[str]:
    """Return the columns of the database in which a text, or a usual form of it, is found."""
    raw = needle.encode()
    forms = {raw, raw.lower(), base64.b64encode(raw), raw.hex().encode(), hashlib.sha256(raw).digest(), raw[::-1]}
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()
               AND data_type IN ('text', 'character varying', 'bytea', 'jsonb', 'json', 'ARRAY', 'uuid')"""
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (value,) in cursor.fetchall():
                stored = bytes(value) if isinstance(value, memoryview) else str(value).encode()
                if any(form in stored for form in forms):
                    found.add(f"{table}.{column}")
    return found


def test_the_system_that_prints_the_slip_is_given_a_link_and_its_qr_code(api: ContractClient) -> None:
    answer = issued(api)

    assert answer.status_code == 201
    right = RatingRight.objects.get()
    assert answer.json()["id"] == str(right.pk)
    assert answer.json()["link"].startswith(f"{settings.PUBLIC_BASE_URL}/r#")
    assert answer.json()["qr_svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert (right.expires_at - right.issued_at).days == 30


def test_the_secret_has_130_random_bits_and_opens_the_right(api: ContractClient) -> None:
    secret = secret_of(issued(api))

    opened = api.post("/rating-rights", {"right": secret})

    assert len(secret) == 26
    assert (opened.status_code, opened.json()["form"], opened.json()["step"]) == (200, "THANH_HOA_3", "reception")


def looks_random(secrets: Sequence[str]) -> bool:
    """Tell whether no secret comes twice, nearly every letter comes at every place, and no place goes by another.

    Of 300 random ones it says no less than once in a thousand million runs.
    """
    places = list(zip(*secrets, strict=True))
    letters = min(len(set(place)) for place in places)
    pairs = min(len(set(zip(one, other, strict=True))) for one, other in itertools.combinations(places, 2))
    return len(set(secrets)) == len(secrets) and letters > len(SECRET_LETTERS) - 4 and pairs > 200


def test_of_300_secrets_issued_at_once_every_place_has_letters_of_its_own(api: ContractClient) -> None:
    codes = [a_dossier().dossier_code for _ in range(100)]
    rows = [{**WANTED, "dossier_code": code, "step": step} for code in codes for step in StepKind]

    told = api.machine("transactions:write").once("/rating-rights/batch", {"rights": rows}).json()["results"]

    secrets = [row["link"].partition("#")[2] for row in told]
    assert {len(secret) for secret in secrets} == {26}  # of five bits each
    assert len(secrets) == 300
    assert {letter for secret in secrets for letter in secret} == set(SECRET_LETTERS)
    assert looks_random(secrets)


@pytest.mark.parametrize(
    "weakened",
    [
        lambda strong: [f"{nth:026d}" for nth in range(len(strong))],
        lambda strong: [secret[:13] * 2 for secret in strong],
        lambda strong: [f"0{secret[1:]}" for secret in strong],
        lambda strong: [*strong[1:], strong[1]],
    ],
    ids=["numbered", "one half twice", "one letter less", "one twice"],
)
def test_control_secrets_with_fewer_bits_are_noticed(weakened: Callable[[list[str]], list[str]]) -> None:
    strong = [derived_secret("test", str(nth)) for nth in range(300)]

    assert looks_random(strong)
    assert not looks_random(weakened(strong))


def test_the_same_request_under_the_same_key_draws_new_bits_once_its_answer_is_forgotten(api: ContractClient) -> None:
    machine, key = api.machine("transactions:write"), "phieu-tiep-nhan-0001"
    path, secrets, nonces = f"/transactions/{a_dossier().dossier_code}/rating-rights", set(), []

    for _ in range(60):
        secrets.add(secret_of(machine.once(path, WANTED, key)))
        nonces.append(bytes(StoredAnswer.objects.get().nonce))
        forget_old_answers(now=now() + dt.timedelta(hours=73))

    assert len(secrets) == len(set(nonces)) == 60
    assert {len(nonce) for nonce in nonces} == {16}
    assert min(len(set(place)) for place in zip(*nonces, strict=True)) > 30  # of 60 random bytes some 53 differ


def test_every_request_under_one_key_has_a_nonce_of_its_own(api: ContractClient) -> None:
    key, code = "phieu-tiep-nhan-0001", a_dossier().dossier_code
    one, other = (api.machine("transactions:write") for _ in range(2))

    answers = [machine.once(f"/transactions/{code}/rating-rights", WANTED, key) for machine in (one, other)]
    answers.append(one.once("/rating-rights/batch", {"rights": [{**WANTED, "dossier_code": code}]}, key))

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({bytes(row.nonce) for row in StoredAnswer.objects.all()}) == 3


def test_opening_a_right_does_not_use_it(api: ContractClient) -> None:
    secret = secret_of(issued(api))
    api.post("/rating-rights", {"right": secret})

    answer = api.once("/ratings", a_submission(secret))

    assert answer.status_code == 201


def test_a_bad_right_cannot_be_opened(api: ContractClient) -> None:
    answer = api.post("/rating-rights", {"right": "0" * 26})

    assert problem(answer) == (410, "right-not-usable")


def test_asking_again_with_the_same_key_gives_the_same_bytes(api: ContractClient) -> None:
    machine, key = api.machine("transactions:write"), str(uuid.uuid4())
    path = f"/transactions/{a_dossier().dossier_code}/rating-rights"
    first = machine.once(path, WANTED, key)

    again = machine.once(path, WANTED, key)

    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert RatingRight.objects.count() == 1


@pytest.mark.parametrize("is_batch", [False, True], ids=["one", "batch"])
def test_a_lost_slip_is_printed_anew_days_later_under_the_key_of_its_paper(
    api: ContractClient, *, is_batch: bool
) -> None:
    machine, key, code = api.machine("transactions:write"), "phieu-tiep-nhan-0001", a_dossier().dossier_code

    def printed() -> str:
        if is_batch:
            rows = {"rights": [{**WANTED, "dossier_code": code}]}
            return str(machine.once("/rating-rights/batch", rows, key).json()["results"][0]["link"].partition("#")[2])
        return secret_of(machine.once(f"/transactions/{code}/rating-rights", WANTED, key))

    lost, found_again = printed(), printed()
    forget_old_answers(now=now() + dt.timedelta(hours=73))
    anew, again = printed(), printed()

    assert (lost, anew) == (found_again, again)
    assert lost != anew
    assert problem(api.once("/ratings", a_submission(lost))) == (410, "right-not-usable")
    assert api.once("/ratings", a_submission(anew)).status_code == 201


def test_a_key_does_not_give_away_the_right_of_another_dossier(api: ContractClient) -> None:
    machine, key = api.machine("transactions:write"), str(uuid.uuid4())
    machine.once(f"/transactions/{a_dossier().dossier_code}/rating-rights", WANTED, key)

    answer = machine.once(f"/transactions/{a_dossier().dossier_code}/rating-rights", WANTED, key)

    assert problem(answer) == (422, "key-reused")


def test_the_secret_of_a_right_is_nowhere_in_the_database(api: ContractClient) -> None:
    key = str(uuid.uuid4())
    answer = issued(api, key)
    secret = secret_of(answer)
    api.once("/ratings", a_submission(secret))

    places = places_of(secret)

    assert StoredAnswer.objects.count() == 2
    assert places == set()
    assert places_of(key) == set()


def test_the_scan_finds_a_secret_that_was_planted() -> None:
    right, secret = a_right()
    RatingRight.objects.create(
        transaction=a_dossier(), step="return", form=right.form,
        secret_hash=hashlib.sha256(secret.encode()).digest(),
        key_id="k1", issued_by=f"see {secret}", issued_at=right.issued_at, expires_at=right.expires_at,
    )  # fmt: skip
    StoredAnswer.objects.create(
        principal="x", operation="y", key_hash=b"1", body_hash=b"2", headers={"Link": secret.lower()},
        body=json.dumps({"link": secret}), created_at=now(),
    )  # fmt: skip

    assert places_of(secret) == {
        "feedback_ratingright.secret_hash",
        "feedback_ratingright.issued_by",
        "api_storedanswer.body",
        "api_storedanswer.headers",
    }


def test_only_who_may_write_transactions_may_ask_for_rights(api: ContractClient) -> None:
    path = f"/transactions/{a_dossier().dossier_code}/rating-rights"

    answers = [caller.once(path, WANTED) for caller in (api, api.machine("transactions:read"))]

    assert [problem(answer) for answer in answers] == [(401, "unauthenticated"), (403, "forbidden")]


def test_a_dossier_outside_the_boundary_is_as_unknown_as_one_that_is_not_there(api: ContractClient) -> None:
    machine = api.machine("transactions:write", boundary=a_unit(0))
    codes = (a_dossier(unit=a_unit(1)).dossier_code, "no-such-dossier")

    answers = [machine.once(f"/transactions/{code}/rating-rights", WANTED) for code in codes]

    assert {problem(answer) for answer in answers} == {(404, "transaction-unknown")}


def test_a_form_that_is_not_published_gives_no_right(api: ContractClient) -> None:
    machine = api.machine("transactions:write")

    answer = machine.once(f"/transactions/{a_dossier().dossier_code}/rating-rights", {**WANTED, "form": "SIPAS"})

    assert problem(answer) == (404, "rating-form-unknown")


def test_a_right_lasts_at_most_a_quarter(api: ContractClient) -> None:
    machine = api.machine("transactions:write")

    answer = machine.once(f"/transactions/{a_dossier().dossier_code}/rating-rights", {**WANTED, "valid_days": 91})

    assert faults(answer) == {("/valid_days", "max_value")}


def test_the_office_is_not_told_that_a_step_was_rated_before(api: ContractClient) -> None:
    right, secret = a_right()
    api.once("/ratings", a_submission(secret))
    machine = api.machine("transactions:write")

    answer = machine.once(f"/transactions/{right.transaction.dossier_code}/rating-rights", WANTED)

    assert answer.status_code == 201
