"""Whether a running transaction is late is asked in two statements, of one row and of a list; they must agree."""

import datetime as dt

import pytest

from tests.builders.transactions import a_transaction
from tests.contract_client import ContractClient

TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).replace(hour=17, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("due", "label"),
    [(TODAY - dt.timedelta(days=1), "running_late"), (TODAY, "running"), (TODAY + dt.timedelta(days=1), "running")],
    ids=["due yesterday", "due today", "due tomorrow"],
)
def test_one_row_and_the_list_agree_on_what_runs_late(api: ContractClient, due: dt.datetime, label: str) -> None:
    received = TODAY - dt.timedelta(days=30)
    row = a_transaction(
        status="processing", received_at=received, due_at=due, ended_at=None, returned_at=None,
        source_updated_at=received, steps=(),
    )  # fmt: skip
    reader = api.machine("transactions:read")

    alone = reader.get(f"/transactions/{row.dossier_code}").json()["timeliness"]
    listed = reader.get("/transactions", {"timeliness": label, "q": row.dossier_code}).json()["results"]

    assert alone == label
    assert [one["timeliness"] for one in listed] == [label]
