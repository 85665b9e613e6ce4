"""A dossier is one, however its code is spelled in an address, and can be read under every code that is taken."""

import unicodedata
from urllib.parse import quote

import pytest

from api.transactions.urls import urlpatterns
from procedures.transactions.models import Transaction
from procedures.transactions.services.incoming import OF_ADDRESSES
from tests.builders.transactions import PROCEDURE
from tests.contract_client import ContractClient, faults

SPELLED_APART = unicodedata.normalize("NFD", "HỒ-SƠ-7")
STATE = {"source_updated_at": "2024-03-04T08:15:00+07:00", "procedure": PROCEDURE, "status": "received"}


@pytest.fixture
def sender(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write", "transactions:read")


@pytest.mark.parametrize(
    ("in_address", "in_body"),
    [(SPELLED_APART, "HỒ-SƠ-7"), ("HỒ-SƠ-7", SPELLED_APART), (" HS-8 ", "HS-8"), ("HS-8", " HS-8 ")],
)
def test_a_code_in_an_address_is_the_code_in_a_body(sender: ContractClient, in_address: str, in_body: str) -> None:
    put = sender.put(f"/transactions/{quote(in_address)}", STATE)
    row = sender.post("/transactions/batch", [{"dossier_code": in_body, **STATE}]).json()["results"][0]

    assert (put.status_code, row["outcome"]) == (201, "unchanged")
    assert Transaction.objects.count() == 1
    assert (
        sender.get(f"/transactions/{quote(in_address)}").json()["dossier_code"]
        == Transaction.objects.get().dossier_code
    )


@pytest.mark.parametrize("code", ["export", "batch", "HS-1/clock", "a/b/steps"])
def test_a_code_that_could_never_be_read_again_is_refused_by_name(sender: ContractClient, code: str) -> None:
    row = sender.post("/transactions/batch", [{"dossier_code": code, **STATE}]).json()["results"][0]

    assert row["outcome"] == "rejected"
    assert [(one["pointer"], one["code"]) for one in row["errors"]] == [("/dossier_code", "reserved_dossier_code")]


def test_every_word_of_an_address_is_reserved() -> None:
    words = {str(one.pattern).rpartition("/")[2] for one in urlpatterns if "/" in str(one.pattern)}

    assert {word for word in words if "<" not in word} <= OF_ADDRESSES


def test_a_year_that_is_another_in_greenwich_is_the_one_of_the_office(sender: ContractClient) -> None:
    """Midnight of 1990 here is still 1989 in UTC; midnight of 1990 far in the east is 1989 here, and refused."""
    first = {**STATE, "received_at": "1990-01-01T00:00:00+07:00"}
    before = {**STATE, "received_at": "1990-01-01T00:00:00+14:00"}

    told = sender.post(
        "/transactions/batch", [{"dossier_code": "HS-1", **first}, {"dossier_code": "HS-2", **before}]
    ).json()

    assert [row["outcome"] for row in told["results"]] == ["created", "rejected"]
    assert told["results"][1]["errors"][0]["code"] == "range"
    due = "/calendar/due-date?received_at=1990-01-01T00:00:00%2B14:00&amount=5&unit=working_day"
    assert faults(ContractClient().machine("procedures:read").get(due)) == {("received_at", "range")}
