"""A key belongs to one body and one caller: whatever is changed, and whoever else uses it (reliability R9, R11)."""

import copy
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from api.idempotency.models import StoredAnswer
from feedback.models import RatingRight
from tests.builders.ratings import a_dossier, a_submission
from tests.contract_client import ContractClient, problem

KEY = "khoa-cua-mot-lan-gui-0001"
PAYLOADS, CLIENTS = 25, 5
WANTED = {"step": "reception", "form": "THANH_HOA_3"}
Body = dict[str, Any]


def payload(nth: int) -> Body:
    """Return a queue of one or two ratings, each time with other fields; no row of it can be taken."""
    row = a_submission(f"khong-co-{nth}", comment=f"Chờ {nth} phút", rated_at=f"2026-03-04T08:{nth:02}:00+07:00")
    more: list[Body] = [
        {"device": f"may-{nth}"}, {"form_version": nth}, {"assisted_by": {"role": "official", "official": f"CB-{nth}"}},
        {"answers": {"overall": 1, f"c{nth}": nth}}, {"colour": [nth, None, True, {"x": []}]},
    ]  # fmt: skip
    return {"ratings": [{**row, **more[nth % len(more)]}, *([{"form": nth}] if nth % 2 else [])]}


def changed(value: Any) -> Any:
    """Return another value of the same kind."""
    match value:
        case None | bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}."
    return [value]


def mutations(value: Any) -> Iterator[Any]:
    """Yield the value with each of its fields changed, once written as a text, once left out, once with one more."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from ({**value, name: other} for other in mutations(inner))
                yield {key: kept for key, kept in value.items() if key != name}
            yield {**value, "more": 1}
        case list():
            for place, inner in enumerate(value):
                yield from ([*value[:place], other, *value[place + 1 :]] for other in mutations(inner))
            yield [*value, value[0] if value else 1]
            if value != value[::-1]:
                yield value[::-1]
        case int() if not isinstance(value, bool):
            yield from (changed(value), str(value))
        case _:
            yield changed(value)


def variants(body: Body) -> list[Body]:
    """Return the body with everything below `ratings` changed, one thing at a time."""
    return [{"ratings": rows} for rows in mutations(body["ratings"])]


@pytest.mark.slow
def test_under_a_key_no_field_of_a_body_can_be_changed(api: ContractClient) -> None:
    """Half as many payloads as R9 asks for: each shape comes five times, and every field of it is changed."""
    told = 0
    for nth in range(PAYLOADS):
        body, key = payload(nth), f"{KEY}-{nth}"
        first = api.once("/ratings/batch", body, key)
        others = variants(body)
        refused = {problem(api.once("/ratings/batch", other, key)) for other in others}
        assert (first.status_code, refused) == (201, {(422, "key-reused")}), body
        assert api.once("/ratings/batch", dict(reversed(copy.deepcopy(body).items())), key).content == first.content
        told += len(others)
    assert told > PAYLOADS * 10
    assert StoredAnswer.objects.count() == PAYLOADS


def test_control_without_the_fingerprint_another_body_is_told_the_first_ones_answer(api: ContractClient) -> None:
    body = payload(3)
    first = api.once("/ratings/batch", body, KEY)
    own = StoredAnswer.objects.get()
    for other in variants(body):
        api.once("/ratings/batch", other, str(uuid.uuid4()))
        of_other = StoredAnswer.objects.latest("pk").body_hash
        StoredAnswer.objects.filter(pk=own.pk).update(body_hash=of_other)  # as if both looked alike

        answer = api.once("/ratings/batch", other, KEY)

        assert (answer.status_code, answer.content) == (201, first.content)


def test_the_same_key_of_five_clients_is_five_keys(api: ContractClient) -> None:
    clients = [api.machine("transactions:write") for _ in range(CLIENTS)]
    path = f"/transactions/{a_dossier().dossier_code}/rating-rights"

    first = [client.once(path, WANTED, KEY) for client in clients]
    again = [client.once(path, WANTED, KEY) for client in clients]

    assert [answer.content for answer in first] == [answer.content for answer in again]
    for member in ("id", "link"):
        assert len({answer.json()[member] for answer in first}) == CLIENTS
    assert (RatingRight.objects.count(), StoredAnswer.objects.count()) == (CLIENTS, CLIENTS)


def test_control_without_the_caller_in_the_key_one_is_told_anothers_answer(api: ContractClient) -> None:
    one, other = (api.machine("transactions:write") for _ in range(2))
    path = f"/transactions/{a_dossier().dossier_code}/rating-rights"
    other.once(path, WANTED, "mot-khoa-khac-0000001")
    name = StoredAnswer.objects.get().principal
    mine = one.once(path, WANTED, KEY).json()
    StoredAnswer.objects.exclude(principal=name).update(principal=name)  # as if all were one caller

    theirs = other.once(path, WANTED, KEY).json()

    assert theirs["id"] == mine["id"]
    assert theirs["link"] != mine["link"]  # even then the secret is not told: it is derived for its caller
