"""A dossier's number, with its applicant's beside it, opens nothing, and no answer tells whether it exists."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from feedback.models import Rating
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official
from tests.contract_client import ContractClient, faults, problem
from tests.life.test_unseen import bare

ABSENT = "000.00.00.H34-240304-9999"
NUMBER = "051099000017"
OF_THE_REQUEST = {"instance", "receipt_number", "receipt_secret"}
RIGHT = {"step": "reception", "form": "THANH_HOA_3"}
Ask = Callable[[ContractClient, str], Any]

WAYS: dict[str, Ask] = {
    "rating": lambda api, code: api.once("/ratings", a_submission(dossier_code=code, step="reception")),
    "batch": lambda api, code: api.once(
        "/ratings/batch", {"ratings": [a_submission(dossier_code=code, step="reception")]}
    ),
    "amendment": lambda api, code: api.put(
        f"/ratings/{uuid.uuid4()}", {"dossier_code": code, "answers": {"overall": 1}, **RIGHT}
    ),
    "as a secret": lambda api, code: api.post("/rating-rights", {"right": code}),
    "right": lambda api, code: api.once(f"/transactions/{code}/rating-rights", RIGHT),
    "dossier": lambda api, code: api.get(f"/transactions/{code}"),
    "contact": lambda api, code: api.get(f"/transactions/{code}/contact"),
    "complaint": lambda api, code: api.once(
        "/complaints", {"categories": ["GUI-01"], "statement": "Phải chờ lâu.", "dossier_code": code,
                        "subjects": [{"description": "Cửa số 2", "unit": a_unit().code}],
                        "identity": {"mode": "anonymous"}},
    ),
}  # fmt: skip
STRANGERS: dict[str, Callable[[ContractClient], ContractClient]] = {
    "citizen": lambda api: api,
    "machine that is no counter": lambda api: api.machine("ratings:write", source="ung-dung-mau"),
    "counter of another unit": lambda api: api.machine("ratings:write", is_trusted_counter=True, boundary=a_unit(1)),
    "official of another unit": lambda api: api.signed_in(
        "transactions:read", "transactions:write", "contacts:read", boundary=a_unit(1),
        as_official=an_official("CB-55", a_unit(1)),
    ),
}  # fmt: skip


def told(answer: Any) -> tuple[int, str, str]:
    """Return everything that an answer tells, but what is drawn anew for every request."""
    body = bare(json.loads(answer.content), changing=OF_THE_REQUEST)
    kept = {name: value for name, value in answer.headers.items() if name not in {"X-Request-Id", "RateLimit"}}
    return answer.status_code, json.dumps(body), json.dumps(kept, sort_keys=True)


def without_code(text: str, code: str) -> str:
    return text.replace(code, "MÃ")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_no_answer_tells_whether_there_is_such_a_dossier(api: ContractClient, way: str, stranger: str) -> None:
    there, caller = a_dossier().dossier_code, STRANGERS[stranger](api)

    answers = {without_code(str(told(WAYS[way](caller, code))), code) for code in (there, ABSENT)}

    assert len(answers) == 1
    assert not Rating.objects.exists()


@pytest.mark.parametrize("way", ["dossier", "right"])
def test_the_comparison_notices_what_the_office_itself_is_told(api: ContractClient, way: str) -> None:
    """The control: who works with the dossier is told of it."""
    there = a_dossier().dossier_code
    office = api.machine("transactions:read", "transactions:write")

    answers = {without_code(str(told(WAYS[way](office, code))), code) for code in (there, ABSENT)}

    assert len(answers) == 2


def test_the_numbers_of_dossier_and_applicant_together_rate_nothing(api: ContractClient) -> None:
    right, _ = a_right()
    body = a_submission(dossier_code=right.transaction.dossier_code, step="reception")

    with_number = [
        api.once("/ratings", {**body, "id": str(uuid.uuid4()), name: NUMBER})
        for name in ("national_id", "applicant", "id_number", "phone")
    ]

    assert problem(api.once("/ratings", body)) == (403, "forbidden")
    assert {problem(answer) for answer in with_number} == {(400, "invalid")}
    assert {code for answer in with_number for _, code in faults(answer)} == {"unknown_field"}
    assert not Rating.objects.exists()
