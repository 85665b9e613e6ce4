import datetime as dt
import uuid
from typing import Any

import time_machine
from django.core.management import call_command
from django.utils.timezone import now

from feedback.models import Rating, RatingFormVersion
from feedback.ratings.services import publish_form
from tests.builders.ratings import a_dossier, a_right, a_submission
from tests.contract_client import ContractClient, faults, problem


def test_a_phone_that_never_saw_our_answer_sends_again_under_a_new_key_and_is_told_the_same(
    api: ContractClient,
) -> None:
    _, secret = a_right()
    body = a_submission(secret)
    first = api.once("/ratings", body)

    again = api.once("/ratings", body)

    assert (again.status_code, again.json()) == (201, first.json())
    assert Rating.objects.count() == 1


def test_a_phone_that_comes_back_days_later_is_told_that_its_rating_arrived_though_the_right_is_over(
    api: ContractClient,
) -> None:
    start = dt.datetime(2026, 3, 4, 2, tzinfo=dt.UTC)
    with time_machine.travel(start):
        _, secret = a_right(at=start - dt.timedelta(days=29))
        body, key = a_submission(secret), str(uuid.uuid4())
        never_sent = a_submission(a_right(at=start - dt.timedelta(days=29))[1])
        first = api.once("/ratings", body, key)

    with time_machine.travel(start + dt.timedelta(days=5)):
        call_command("clear_expired", verbosity=0)  # what was stored under the key is forgotten by now
        again = api.once("/ratings", body, key)
        too_late = api.once("/ratings", never_sent)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in again
    assert problem(too_late) == (410, "right-not-usable")  # the control: the right is over indeed
    assert Rating.objects.count() == 1


def test_a_form_that_asks_more_meanwhile_makes_no_rating_wrong_that_was_taken(api: ContractClient) -> None:
    """The phone named no version: it meant the one that was the newest when it sent."""
    counter = api.machine("ratings:write", is_trusted_counter=True)
    bodies = [
        a_submission(a_right()[1]),
        a_submission(dossier_code=a_dossier().dossier_code, step="return", channel="kiosk"),
    ]
    first = [counter.once("/ratings", body) for body in bodies]
    content = RatingFormVersion.objects.get(form__code="THANH_HOA_3").content
    more = {**content["criteria"][0], "code": "more"}
    changed = {**content, "criteria": [*content["criteria"], more]}
    publish_form(code="THANH_HOA_3", content=changed, now=now(), by="bo-phan-mot-cua")

    again = [counter.once("/ratings", body) for body in bodies]
    never_sent = api.once("/ratings", a_submission(a_right()[1]))

    assert [(one.status_code, one.json()) for one in again] == [(201, one.json()) for one in first]
    assert faults(never_sent) == {("/answers/more", "missing_answer")}  # the control: the new version asks for it


def test_control_another_rating_by_the_same_right_is_refused(api: ContractClient) -> None:
    _, secret = a_right()
    body = a_submission(secret)
    api.once("/ratings", body)

    other_answer = api.once("/ratings", {**body, "answers": {"overall": 1}})
    other_id = api.once("/ratings", {**body, "id": str(uuid.uuid4())})

    assert {problem(other_answer), problem(other_id)} == {(410, "right-not-usable")}


def test_a_counter_that_never_saw_our_answer_is_told_the_same(api: ContractClient) -> None:
    counter = api.machine("ratings:write", is_trusted_counter=True)
    body = a_submission(dossier_code=a_dossier().dossier_code, step="return", channel="kiosk")
    first = counter.once("/ratings", body)

    again = counter.once("/ratings", body)

    assert (again.status_code, again.json()) == (201, first.json())
    assert problem(counter.once("/ratings", {**body, "id": str(uuid.uuid4())})) == (409, "already-rated")


def test_ratings_that_waited_on_a_phone_land_each_by_itself(api: ContractClient) -> None:
    good, bad, used = (a_submission(a_right()[1]) for _ in range(3))
    api.once("/ratings", used)
    bad["answers"] = {"overall": 9}
    rows: list[Any] = [good, bad, {**used, "id": str(uuid.uuid4())}, {"form": 1}, "không phải đối tượng", used]

    answer = api.once("/ratings/batch", {"ratings": rows})

    assert answer.status_code == 201
    told = answer.json()
    assert (told["taken"], told["rejected"]) == (2, 4)
    assert [row["outcome"] for row in told["results"]] == ["taken", *["rejected"] * 4, "taken"]
    assert told["results"][0]["rating"]["id"] == good["id"]
    assert told["results"][1]["problem"]["errors"][0]["pointer"] == "/answers/overall"
    assert told["results"][2]["problem"]["type"].endswith("right-not-usable")
    assert Rating.objects.count() == 2


def test_of_two_ratings_by_one_right_in_a_batch_the_first_is_taken_however_the_right_is_written(
    api: ContractClient,
) -> None:
    _, secret = a_right()
    rows = [a_submission(secret.lower()), a_submission(f"{secret[:6]}-{secret[6:]}"), a_submission(secret)]

    answer = api.once("/ratings/batch", {"ratings": rows})

    assert [row["outcome"] for row in answer.json()["results"]] == ["taken", "rejected", "rejected"]


def test_a_batch_again_gets_the_same_bytes(api: ContractClient) -> None:
    body, key = {"ratings": [a_submission(a_right()[1])]}, str(uuid.uuid4())

    first, again = (api.once("/ratings/batch", body, key) for _ in range(2))

    assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")


def test_a_batch_holds_twenty_ratings(api: ContractClient) -> None:
    answer = api.once("/ratings/batch", {"ratings": [{}] * 21})

    assert faults(answer) == {("/ratings", "max_length")}


def test_every_rating_of_a_batch_costs_its_sender_one_of_his_allowance(api: ContractClient) -> None:
    few = api.machine("ratings:write", is_trusted_counter=True, rate_limit=10)

    left = few.once("/ratings/batch", {"ratings": [{}] * 6})["RateLimit"]
    refused = few.once("/ratings/batch", {"ratings": [{}] * 10})

    assert "r=4" in left
    assert problem(refused) == (429, "too-many-requests")
