"""Lists narrowed by how the office kept the one-stop decree: in time, late, or never asked to."""

import datetime as dt
from typing import Any

import pytest

from tests.builders.transactions import DUE_AT, a_transaction
from tests.contract_client import ContractClient, faults
from tests.transactions.test_conduct import RUNNING, SORRY, a_supplement

ONE_DAY = dt.timedelta(days=1)
LATE_END: dict[str, Any] = {"ended_at": DUE_AT + ONE_DAY, "source_updated_at": DUE_AT + ONE_DAY}
IN_TIME, LATE = "2024-03-07T16:00", "2024-03-08T08:00"
"""On the third working day after the receipt on 4 March, and on the fourth."""


@pytest.fixture
def reader(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read")


def listed(reader: ContractClient, **asked: str) -> set[str]:
    answer = reader.get("/transactions", {"page_size": "100", **asked})
    assert answer.status_code == 200, answer.content
    return {row["dossier_code"] for row in answer.json()["results"]}


def told(reader: ContractClient, name: str) -> dict[str, object]:
    """Return what each transaction by itself says under a name, by its code."""
    return {code: reader.get(f"/transactions/{code}").json()[name] for code in listed(reader)}


def by_code(in_time: set[str], late: set[str], none: set[str]) -> dict[str, object]:
    return dict.fromkeys(in_time, True) | dict.fromkeys(late, False) | dict.fromkeys(none)


def sorry(at: dt.datetime, *, content: str = "Thư xin lỗi", **said: Any) -> str:
    return a_transaction(steps=({**SORRY, "at": at, "content": content},), **said).dossier_code


def asked_for(*requested: str) -> str:
    """A running transaction for which supplements were asked."""
    supplements = tuple(
        a_supplement(str(number), day, f"{day[:10]}T16:30") for number, day in enumerate(requested, start=1)
    )
    return a_transaction(**RUNNING, supplements=supplements).dossier_code


def test_apologies_in_time_and_late_are_found_and_nobody_who_made_none(reader: ContractClient) -> None:
    """At least one day before the due date.  Source: NĐ 61/2018, điều 19.9."""
    in_time = {sorry(DUE_AT - ONE_DAY, **RUNNING), sorry(DUE_AT - 3 * ONE_DAY, **LATE_END)}
    late = {sorry(DUE_AT, **RUNNING), sorry(DUE_AT + dt.timedelta(hours=15), **LATE_END)}
    none = {a_transaction().dossier_code, a_transaction(**LATE_END).dossier_code, a_transaction(**RUNNING).dossier_code}

    found = {value: listed(reader, apology_on_time=value) for value in ("true", "false")}

    assert found == {"true": in_time, "false": late}
    assert told(reader, "apology_on_time") == by_code(in_time, late, none)


def test_supplements_asked_in_time_and_late_are_found_and_nobody_who_asked_for_none(reader: ContractClient) -> None:
    """Within three working days of the receipt; the first request counts.  Source: NĐ 61/2018, điều 19.4."""
    in_time, late = {asked_for(IN_TIME), asked_for(IN_TIME, "2024-03-11T09:00")}, {asked_for(LATE)}
    none = {a_transaction().dossier_code, a_transaction(**RUNNING).dossier_code}

    found = {value: listed(reader, supplement_notice_on_time=value) for value in ("true", "false")}

    assert found == {"true": in_time, "false": late}
    assert told(reader, "supplement_notice_on_time") == by_code(in_time, late, none)


def test_both_together_find_what_shows_both(reader: ContractClient) -> None:
    both = a_transaction(
        **RUNNING, supplements=(a_supplement("1", IN_TIME, "2024-03-07T16:30"),), steps=(SORRY,)
    ).dossier_code
    sorry(DUE_AT - ONE_DAY, **RUNNING), asked_for(IN_TIME)

    assert listed(reader, apology_on_time="true", supplement_notice_on_time="true") == {both}
    assert listed(reader, apology_on_time="true", supplement_notice_on_time="false") == set()


@pytest.mark.parametrize("name", ["apology_on_time", "supplement_notice_on_time"])
def test_any_other_word_is_refused_by_the_name_of_its_filter(reader: ContractClient, name: str) -> None:
    answer = reader.get("/transactions", {name: "yes please"})

    assert (answer.status_code, {place for place, _ in faults(answer)}) == (400, {name})
