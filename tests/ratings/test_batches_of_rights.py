import base64
import uuid
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from api.idempotency.models import StoredAnswer
from feedback.models import RatingRight
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit
from tests.contract_client import ContractClient, faults, problem


def row(code: str, **overrides: Any) -> dict[str, Any]:
    """Return a row of the batch."""
    return {"dossier_code": code, "step": "return", "form": "THANH_HOA_3", **overrides}


def test_a_morning_of_slips_is_issued_in_one_request(api: ContractClient) -> None:
    machine = api.machine("transactions:write")
    codes = [a_dossier().dossier_code for _ in range(3)]

    answer = machine.once("/rating-rights/batch", {"rights": [row(code) for code in codes], "images": ["png"]})

    told = answer.json()
    assert (answer.status_code, told["issued"], told["rejected"]) == (201, 3, 0)
    assert [one["dossier_code"] for one in told["results"]] == codes
    links = [one["link"] for one in told["results"]]
    assert len(set(links)) == 3
    assert base64.b64decode(told["results"][0]["qr_png"]).startswith(b"\x89PNG")
    for link in links:
        assert api.once("/ratings", a_submission(link.partition("#")[2])).status_code == 201


@pytest.mark.slow
def test_a_thousand_rights_are_issued_at_once_and_one_more_is_refused(api: ContractClient) -> None:
    codes = [a_dossier().dossier_code for _ in range(334)]
    rows = [row(code, step=step) for code in codes for step in StepKind]
    machine = api.machine("transactions:write")

    refused = machine.once("/rating-rights/batch", {"rights": rows[:1001]})
    told = machine.once("/rating-rights/batch", {"rights": rows[:1000]}).json()

    assert faults(refused) == {("/rights", "max_length")}
    assert (told["issued"], told["rejected"]) == (1000, 0)
    assert len({one["link"] for one in told["results"]}) == 1000
    stored = RatingRight.objects.values_list("secret_hash", flat=True)
    assert len({bytes(one) for one in stored}) == 1000
    last = told["results"][999]["link"].partition("#")[2]
    assert api.once("/ratings", a_submission(last)).status_code == 201


def test_a_row_that_cannot_be_issued_does_not_stop_the_others(api: ContractClient) -> None:
    machine = api.machine("transactions:write")
    code = a_dossier().dossier_code
    rows = [row(code), row(code), row("000.00.00.H48-260101-9999"), row(code, step="reception", form="KHONG_CO"), 7]

    told = machine.once("/rating-rights/batch", {"rights": rows}).json()

    assert [one["outcome"] for one in told["results"]] == ["issued", *["rejected"] * 4]
    assert [one["errors"][0]["code"] for one in told["results"][1:4]] == [
        "repeated", "unknown_transaction", "unknown_form",
    ]  # fmt: skip
    assert RatingRight.objects.count() == 1


def test_a_row_that_cannot_be_issued_takes_no_step_from_a_good_one_below_it(api: ContractClient) -> None:
    code = a_dossier().dossier_code
    rows = [row(code, form="KHONG_CO"), row(code), row(code)]

    told = api.machine("transactions:write").once("/rating-rights/batch", {"rights": rows}).json()

    assert [[error["code"] for error in one["errors"]] for one in told["results"]] == [
        ["unknown_form"], [], ["repeated"],
    ]  # fmt: skip
    assert told["issued"] == 1


def test_a_machine_issues_nothing_outside_its_boundary(api: ContractClient) -> None:
    inside, outside = a_dossier(unit=a_unit(0)), a_dossier(unit=a_unit(1))
    machine = api.machine("transactions:write", boundary=a_unit(0))

    told = machine.once(
        "/rating-rights/batch", {"rights": [row(inside.dossier_code), row(outside.dossier_code)]}
    ).json()

    assert [one["outcome"] for one in told["results"]] == ["issued", "rejected"]


def test_a_batch_again_gives_the_same_links_and_stores_none(api: ContractClient) -> None:
    machine, key = api.machine("transactions:write"), str(uuid.uuid4())
    body = {"rights": [row(a_dossier().dossier_code)], "images": ["svg"]}

    first, again = (machine.once("/rating-rights/batch", body, key) for _ in range(2))

    assert first.content == again.content
    secret = first.json()["results"][0]["link"].partition("#")[2]
    assert secret not in StoredAnswer.objects.get().body


def test_a_thousand_rights_cost_as_many_statements_as_two(api: ContractClient) -> None:
    from django.db import connection  # noqa: PLC0415 - only here

    machine = api.machine("transactions:write")
    codes = [a_dossier().dossier_code for _ in range(6)]

    def statements(wanted: list[str]) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert machine.once("/rating-rights/batch", {"rights": [row(code) for code in wanted]}).status_code == 201
        return len(seen)

    for _ in range(2):  # what is planned once a connection is planned now, who is known goes ahead
        statements(codes[:1])
    assert statements(codes[1:3]) == statements(codes[3:])


def test_pictures_are_drawn_for_two_hundred_at_most(api: ContractClient) -> None:
    machine = api.machine("transactions:write")

    answer = machine.once("/rating-rights/batch", {"rights": [{}] * 201, "images": ["svg"]})

    assert faults(answer) == {("/images", "too_many_rows")}


def test_a_right_whose_slip_was_lost_is_revoked_and_revoking_again_changes_nothing(api: ContractClient) -> None:
    right, secret = a_right()
    machine = api.machine("transactions:write")

    answers = [machine.post(f"/rating-rights/{right.pk}/revocation") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert problem(api.once("/ratings", a_submission(secret))) == (410, "right-not-usable")


def test_revoking_tells_nobody_whether_the_right_was_used(api: ContractClient) -> None:
    (used, secret), (unused, _) = a_right(), a_right()
    api.once("/ratings", a_submission(secret))
    machine = api.machine("transactions:write")

    told = [machine.post(f"/rating-rights/{right.pk}/revocation").json() for right in (used, unused)]

    assert [sorted(one) for one in told] == [sorted(told[1])] * 2
    assert problem(machine.post(f"/rating-rights/{uuid.uuid4()}/revocation")) == (404, "not-found")


def test_a_right_of_another_unit_is_absent_for_a_bounded_machine(api: ContractClient) -> None:
    right, _ = a_right(a_dossier(unit=a_unit(1)))

    answer = api.machine("transactions:write", boundary=a_unit(0)).post(f"/rating-rights/{right.pk}/revocation")

    assert problem(answer) == (404, "not-found")
    right.refresh_from_db()
    assert right.revoked_at is None


def test_a_right_stays_good_when_a_new_key_is_taken_into_use_and_falls_with_its_own(
    api: ContractClient, settings: Any
) -> None:
    _, secret = a_right()
    old = dict(settings.SECRECY_KEYS)
    settings.SECRECY_KEYS = {"moi": b"\x07" * 32, **old}
    newer, _ = a_right()

    assert api.post("/rating-rights", {"right": secret}).status_code == 200
    assert newer.key_id == "moi"
    settings.SECRECY_KEYS = {"moi": b"\x07" * 32}
    assert problem(api.post("/rating-rights", {"right": secret})) == (410, "right-not-usable")
