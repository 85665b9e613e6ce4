"""Whether a citizen rated a step can be asked by rating it, and in no other way (docs/decisions/0016).

Neither at a counter, nor by the secret of the slip, which the office that printed it holds too.
"""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.response import Response

from feedback.models import Rating, RatingLink
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official, serve
from tests.contract_client import ContractClient, problem

KNOWN_ID = "11111111-1111-4111-8111-111111111111"
"""The id of a rating that the counter sent of a dossier of its own."""


def a_counter(api: ContractClient, **who: Any) -> ContractClient:
    return api.machine("ratings:write", "transactions:write", is_trusted_counter=True, **who)


def a_served_dossier() -> Transaction:
    """Return a dossier whose reception CB-01 did."""
    transaction = a_dossier(unit=a_unit())
    serve(transaction, unit=a_unit(), official=an_official("CB-01"))
    return transaction


def rated_by_right(transaction: Transaction) -> Transaction:
    answer = ContractClient().once("/ratings", a_submission(a_right(transaction)[1]))
    assert answer.status_code == 201
    return transaction


def about(transaction: Transaction, **said: Any) -> dict[str, Any]:
    """Return a counter's rating of the reception of a dossier."""
    return a_submission(dossier_code=transaction.dossier_code, step="reception", **said)


def by_official(code: str) -> dict[str, Any]:
    return {"assisted_by": {"role": "official", "official": code}}


REFUSED: dict[str, Callable[[Transaction], dict[str, Any]]] = {
    "no such form": lambda one: about(one, form="KHONG_CO"),
    "no such version": lambda one: about(one, form_version=9),
    "off the scale": lambda one: about(one, answers={"overall": 9}),
    "no such criterion": lambda one: about(one, answers={"overall": 1, "khac": 1}),
    "not by a counter": lambda one: about(one, channel="web"),
    "no such helper": lambda one: about(one, **by_official("KHONG-CO")),
    "a helper who served": lambda one: about(one, **by_official("CB-01")),
    "an id of another rating": lambda one: about(one, id=KNOWN_ID),
    "no such field": lambda one: about(one, them="x"),
    "a right as well": lambda one: about(one, right="0" * 26),
}
A_RIGHT = {"step": "reception", "form": "THANH_HOA_3"}
Asking = Callable[[ContractClient, Transaction], Response]
OTHERWISE: dict[str, Asking] = {
    "amending": lambda by, one: by.put(
        f"/ratings/{uuid.uuid4()}",
        {"form": "THANH_HOA_3", "answers": {"overall": 1}, "dossier_code": one.dossier_code, "step": "reception"},
    ),
    "issuing a right": lambda by, one: by.once(f"/transactions/{one.dossier_code}/rating-rights", A_RIGHT),
    "issuing many": lambda by, one: by.once(
        "/rating-rights/batch", {"rights": [{"dossier_code": one.dossier_code, **A_RIGHT}]}
    ),
    "opening a new right": lambda by, one: by.post("/rating-rights", {"right": a_right(one)[1]}),
    "revoking a right": lambda by, one: by.post(f"/rating-rights/{a_right(one)[0].pk}/revocation"),
}  # fmt: skip
OUR_OWN = {"instance", "id", "link", "qr_svg", "qr_png", "expires_at", "dossier_code"}
"""What differs between any two answers, or names what was asked about."""


def told(answer: Response) -> tuple[int, str]:
    """Return all that an answer says of the step."""
    return answer.status_code, json.dumps(_without(json.loads(answer.content)), sort_keys=True)


def _without(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without(inner) for name, inner in value.items() if name not in OUR_OWN}
        case list():
            return [_without(inner) for inner in value]
    return value


@pytest.mark.parametrize("path", ["/ratings", "/ratings/batch"])
@pytest.mark.parametrize("what", REFUSED)
def test_a_counter_that_is_refused_learns_nothing_of_the_step(api: ContractClient, what: str, path: str) -> None:
    counter, known = a_counter(api), a_dossier()
    counter.once("/ratings", about(known, id=KNOWN_ID))
    rated, unrated = rated_by_right(a_served_dossier()), a_served_dossier()
    before = Rating.objects.count()
    rows = [REFUSED[what](one) for one in (rated, unrated)]

    of_rated, of_unrated = (
        told(counter.once(path, {"ratings": [row]} if path.endswith("batch") else row)) for row in rows
    )

    assert of_rated == of_unrated
    assert "already-rated" not in of_rated[1]
    assert Rating.objects.count() == before


@pytest.mark.parametrize("how", OTHERWISE)
def test_neither_rights_nor_amendments_tell_whether_a_step_was_rated(api: ContractClient, how: str) -> None:
    counter, ask = a_counter(api), OTHERWISE[how]

    of_rated, of_unrated = (told(ask(counter, one)) for one in (rated_by_right(a_dossier()), a_dossier()))

    assert of_rated == of_unrated


def by_slip(secret: str, **said: Any) -> dict[str, Any]:
    return a_submission(secret, **said)


SLIP_REFUSED: dict[str, Callable[[str], dict[str, Any]]] = {
    "no such form": lambda one: by_slip(one, form="KHONG_CO"),
    "another form": lambda one: by_slip(one, form="MIC_5", answers={"overall": 5}),
    "no such version": lambda one: by_slip(one, form_version=9),
    "off the scale": lambda one: by_slip(one, answers={"overall": 9}),
    "no such channel": lambda one: by_slip(one, channel="fax"),
    "no such helper": lambda one: by_slip(one, **by_official("KHONG-CO")),
    "a helper who served": lambda one: by_slip(one, **by_official("CB-01")),
    "an id of another rating": lambda one: by_slip(one, id=KNOWN_ID),
    "no such field": lambda one: by_slip(one, them="x"),
}


@pytest.mark.parametrize("path", ["/ratings", "/ratings/batch"])
@pytest.mark.parametrize("what", SLIP_REFUSED)
def test_who_holds_the_slip_and_is_refused_learns_nothing_of_it(api: ContractClient, what: str, path: str) -> None:
    office = a_counter(api)
    office.once("/ratings", about(a_dossier(), id=KNOWN_ID))
    slips = [a_right(a_served_dossier())[1] for _ in range(2)]
    assert ContractClient().once("/ratings", a_submission(slips[0])).status_code == 201
    before = Rating.objects.count()
    rows = [SLIP_REFUSED[what](slip) for slip in slips]

    used, unused = (told(office.once(path, {"ratings": [row]} if path.endswith("batch") else row)) for row in rows)

    assert used == unused
    assert Rating.objects.count() == before


SLIP_OTHERWISE: dict[str, Callable[[ContractClient, str], Response]] = {
    "opening it": lambda by, slip: by.post("/rating-rights", {"right": slip}),
    "amending": lambda by, slip: by.put(
        f"/ratings/{uuid.uuid4()}", {"form": "THANH_HOA_3", "answers": {"overall": 1}, "right": slip}
    ),
}


@pytest.mark.parametrize("how", SLIP_OTHERWISE)
@pytest.mark.parametrize("who", ["office", "stranger"])
def test_whether_a_slip_was_used_is_not_to_be_seen_otherwise(api: ContractClient, how: str, who: str) -> None:
    asks = a_counter(api) if who == "office" else ContractClient()
    slips = [a_right()[1] for _ in range(2)]
    assert ContractClient().once("/ratings", a_submission(slips[0])).status_code == 201

    used, unused = (told(SLIP_OTHERWISE[how](asks, slip)) for slip in slips)

    assert used == unused


def test_control_who_rates_by_the_slip_learns_it_and_has_rated(api: ContractClient) -> None:
    slips = [a_right()[1] for _ in range(2)]
    ContractClient().once("/ratings", a_submission(slips[0]))

    used, unused = (ContractClient().once("/ratings", a_submission(slip)) for slip in slips)

    assert problem(used) == (410, "right-not-usable")
    assert unused.status_code == 201


def test_outside_its_part_a_counter_learns_nothing(api: ContractClient) -> None:
    counter = a_counter(api, boundary=a_unit(1))

    answers = {told(counter.once("/ratings", about(one))) for one in (rated_by_right(a_dossier()), a_dossier())}

    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1


def test_who_asks_by_rating_leaves_a_rating_with_his_name_where_there_was_none(api: ContractClient) -> None:
    """The control: this is the one way, and what it costs."""
    counter, rated, unrated = a_counter(api), rated_by_right(a_dossier()), a_dossier()

    of_rated, of_unrated = (counter.once("/ratings", about(one)) for one in (rated, unrated))

    assert problem(of_rated) == (409, "already-rated")
    assert of_unrated.status_code == 201
    assert RatingLink.objects.get(transaction=rated).right is not None
    left = RatingLink.objects.get(transaction=unrated)
    assert (left.rating.origin, left.via.partition(":")[0], left.step) == ("counter", "client", StepKind.RECEPTION)
    rows = api.signed_in("ratings:manage").get("/ratings").json()["results"]
    assert [row["id"] for row in rows if row["origin"] == "counter"] == [str(left.rating_id)]


def test_the_answer_does_not_tell_who_rated_first(api: ContractClient) -> None:
    one, other = a_counter(api), a_counter(api)
    at_counter = a_dossier()
    one.once("/ratings", about(at_counter))

    answers = {
        told(by.once("/ratings", about(of))) for by in (one, other) for of in (rated_by_right(a_dossier()), at_counter)
    }

    assert len(answers) == 1


def test_a_citizen_before_whom_a_counter_came_is_told_so_and_what_to_do(api: ContractClient) -> None:
    right, secret = a_right()
    a_counter(api).once("/ratings", about(right.transaction))

    answer = api.once("/ratings", a_submission(secret))

    assert problem(answer) == (409, "already-rated")
    assert "phản ánh" in answer.json()["detail"]
