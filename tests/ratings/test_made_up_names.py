"""A field that a sender makes up may be named with what tells who he is: no batch repeats or keeps its name (R12)."""

from typing import Any

import pytest

from api.idempotency.models import StoredAnswer
from tests.builders.ratings import a_dossier, a_right, a_submission
from tests.contract_client import ContractClient, faults, problem
from tests.ratings.test_rights import places_of

TYPED = ("Canary Yen Mau", "0912345678", "canary_yen_mau", "x/~y")
"""Some of these are letters and digits as a field may be named: no alphabet tells a name from a field."""
MADE_UP: dict[str, Any] = {
    "a field": (lambda typed: {typed: 1}, "", "unknown_field"),
    "a field of the helper": (lambda typed: {"assisted_by": {"role": "relative", typed: 1}}, "/assisted_by",
                              "unknown_field"),
    "a criterion": (lambda typed: {"answers": {"overall": 2, typed: 1}}, "/answers", "unknown_criterion"),
    "an answer that is no number": (lambda typed: {"answers": {"overall": 2, typed: typed}}, "/answers", "invalid"),
}  # fmt: skip


def kept() -> str:
    """Return all that the store of answers holds of the one answer in it."""
    row = StoredAnswer.objects.get()
    return row.body + str(row.headers)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("what", MADE_UP)
def test_a_made_up_name_is_told_as_a_fault_of_what_holds_it(api: ContractClient, what: str, typed: str) -> None:
    made_up, place, code = MADE_UP[what]

    answer = api.once("/ratings/batch", {"ratings": [a_submission(a_right()[1], **made_up(typed))]})

    (row,) = answer.json()["results"]
    assert [(one["pointer"], one["code"]) for one in row["problem"]["errors"]] == [(place, code)]
    assert typed not in answer.content.decode()
    assert typed not in kept()


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("what", MADE_UP)
def test_control_alone_a_rating_is_told_the_whole_name_and_nothing_is_kept(
    api: ContractClient, what: str, typed: str
) -> None:
    made_up, place, code = MADE_UP[what]

    answer = api.once("/ratings", a_submission(a_right()[1], **made_up(typed)))

    name = typed.replace("~", "~0").replace("/", "~1")
    assert faults(answer) == {(f"{place}/{name}", code)}
    assert not StoredAnswer.objects.exists()


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("field", ["form", "channel", "id", "rated_at", "right"])
def test_what_was_typed_into_a_field_is_not_repeated_either(api: ContractClient, field: str, typed: str) -> None:
    answer = api.once("/ratings/batch", {"ratings": [a_submission(a_right()[1], **{field: typed})]})

    assert answer.json()["rejected"] == 1
    assert typed not in answer.content.decode()
    assert not places_of(typed)


def test_what_the_contract_and_the_form_name_is_told_to_the_letter(api: ContractClient) -> None:
    wrong = {"comment": 7, "assisted_by": {"role": "official"}, "answers": {"overall": 2}}
    rows = [a_submission(a_right()[1], **wrong), a_submission(a_right()[1], answers={"overall": 9})]

    told = api.once("/ratings/batch", {"ratings": rows}).json()["results"]

    places = [[one["pointer"] for one in row["problem"]["errors"]] for row in told]
    assert places == [["/comment", "/assisted_by/official"], ["/answers/overall"]]


def test_ten_thousand_made_up_fields_are_one_fault(api: ContractClient) -> None:
    many = dict.fromkeys((f"ô {number}" for number in range(10_000)), 1)

    answer = api.once("/ratings/batch", {"ratings": [{**a_submission(a_right()[1]), **many}]})

    assert answer.status_code == 201
    assert len(answer.json()["results"][0]["problem"]["errors"]) == 1
    assert len(kept()) < 2000


def test_a_batch_of_rights_keeps_no_made_up_name(api: ContractClient) -> None:
    wanted = {"dossier_code": a_dossier().dossier_code, "step": "return", "form": "THANH_HOA_3"}
    machine = api.machine("transactions:write")

    answer = machine.once("/rating-rights/batch", {"rights": [wanted | dict.fromkeys(TYPED, 1), {**wanted, "step": 1}]})

    first, second = answer.json()["results"]
    assert [(one["pointer"], one["code"]) for one in first["errors"]] == [("", "unknown_field")]
    assert [one["pointer"] for one in second["errors"]] == ["/step"]
    assert [typed for typed in TYPED if typed in kept()] == []


def test_a_form_that_nobody_knows_is_not_repeated_to_who_asks_for_it(api: ContractClient) -> None:
    answer = api.once("/ratings", a_submission(a_right()[1], form=TYPED[0]))

    assert problem(answer) == (404, "rating-form-unknown")
    assert TYPED[0] not in answer.content.decode()
