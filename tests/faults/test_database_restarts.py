"""While the database restarts, callers are told to come back; what was acknowledged is there afterwards (R3, F1).

Names, secrets and keys of the callers stand in no log, whatever went wrong (reliability S1, F13).
"""

import base64
import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from api.access import tokens
from config.database import ensure_running, stop
from feedback.complaints.models import Complaint
from procedures.transactions.models import Transaction
from tests.access.credentials import make_client
from tests.builders.transactions import PROCEDURE, a_dossier_code
from tests.environment import STATE
from tests.faults.phones import Heard, call, persistently
from tests.http.serving import Service, running
from tests.launcher.murder import kill_everything

BUSY, SECONDS = 6, 1.0
PERSON = {
    "name": "Hoàng Yến Mẫu 41d7", "phone": "0987 641 2350", "email": "yen.41d7@example.org",
    "address": "Số 7 ngõ Chim Yến 41d7", "national_id": "062190641235",
}  # fmt: skip
KEY = "khoa-41d7-"
STATEMENT = "Quát người dân ở cửa số 3, 41d7."


def stopped() -> None:
    stop(STATE)


def killed() -> None:
    kill_everything(ensure_running(STATE).directory / "data")


class Caller(threading.Thread):
    """Files complaints and tells transactions, one after the other, and notes what it sent and what it heard."""

    def __init__(self, base: str, token: str, number: int, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.base, self.enough, self.number = base, enough, number
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.heard: list[tuple[str, dict[str, str], Any, Heard]] = []
        self.broken: list[Exception] = []

    def run(self) -> None:
        while not self.enough.is_set():
            for path, headers, body in self.requests():
                method = "PUT" if path.startswith("/transactions/") else "POST"
                try:
                    self.heard.append((path, headers, body, call(self.base, method, path, body, **headers)))
                except Exception as error:  # noqa: BLE001 - whatever broke is what the test wants to see
                    self.broken.append(error)
                time.sleep(0.05)

    def requests(self) -> Iterator[tuple[str, dict[str, str], Any]]:
        yield "/complaints", {"Idempotency_Key": f"{KEY}{uuid.uuid4()}"}, {
            "categories": ["ATT-02"], "statement": STATEMENT, "identity": {"mode": "sealed", **PERSON},
            "subjects": [{"description": "Cán bộ ở cửa số 3"}],
        }  # fmt: skip
        yield f"/transactions/{a_dossier_code()}-{self.number}", self.bearer, {
            "source_updated_at": "2024-03-04T08:20:00+07:00", "procedure": PROCEDURE, "status": "received",
            "received_at": "2024-03-04T08:15:00+07:00",
            "applicant": {"kind": "citizen", "national_id": PERSON["national_id"]},
        }  # fmt: skip


@pytest.fixture
def token(own_database: str) -> str:
    client = make_client("transactions:write", source="motcua-mau").row
    return tokens.issue(scopes=client.scopes, client=client, now=dt.datetime.now(dt.UTC))


def under_load(service: Service, token: str, harm: Callable[[], None]) -> list[Caller]:
    """Let callers work while the database is harmed, away for a moment and there again."""
    enough = threading.Event()
    callers = [Caller(service.base, token, number, enough) for number in range(BUSY)]
    for caller in callers:
        caller.start()
    time.sleep(SECONDS)
    harm()
    time.sleep(0.5)
    ensure_running(STATE)
    time.sleep(SECONDS)
    enough.set()
    for caller in callers:
        caller.join(30)
    return callers


@pytest.mark.slow
@pytest.mark.parametrize("harm", [stopped, killed])
def test_callers_are_told_to_come_back_and_what_was_acknowledged_is_kept(
    own_database: str, token: str, harm: Callable[[], None]
) -> None:
    connections.close_all()
    with running(database=own_database, workers=2, LOG_LEVEL="INFO") as service:
        callers = under_load(service, token, harm)
        heard = [one for caller in callers for one in caller.heard]
        refused = [one for one in heard if one[3].status == 503]
        late = [persistently(service.base, "PUT" if path[1] == "t" else "POST", path, body, **headers)[0]
                for path, headers, body, _ in refused]  # fmt: skip
        words = service.log.read_text(encoding="utf-8") + server_log()

    assert [error for caller in callers for error in caller.broken] == []
    assert {one[3].status for one in heard} == {201, 503}
    for _, _, _, answer in refused:
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
    acknowledged = [(path, answer) for path, _, _, answer in heard if answer.status == 201]
    assert len(acknowledged) > 2 * BUSY
    assert {answer.status for answer in late} <= {200, 201}
    asked = {path.removeprefix("/transactions/") for path, *_ in heard if path != "/complaints"}
    kept = set(Complaint.objects.values_list("receipt_number", flat=True))
    receipts = [answer.document["receipt_number"] for path, answer in acknowledged if path == "/complaints"]
    receipts += [answer.document["receipt_number"] for answer in late if "receipt_number" in answer.document]
    assert set(receipts) == kept, "each complaint was filed once, and none is lost"
    assert set(Transaction.objects.values_list("dossier_code", flat=True)) == asked
    secrets = [answer.document["receipt_secret"] for path, answer in acknowledged if path == "/complaints"]
    assert found([*PERSON.values(), STATEMENT, token, *secrets, KEY], words) == []
    assert "unavailable" in words.lower() or "OperationalError" in words, "the log tells the operator what happened"


def test_the_search_of_the_logs_finds_what_stands_there() -> None:
    coded = base64.b64encode(PERSON["name"].encode()).decode()

    assert found([PERSON["name"]], f'{{"message": "{PERSON["name"]}"}}') == [PERSON["name"]]
    assert found([PERSON["name"]], str(PERSON["name"].encode("unicode_escape"))) == [PERSON["name"]]
    assert found([PERSON["name"]], f"x {coded}") == [PERSON["name"]]


def found(needles: list[str], words: str) -> list[str]:
    """Return the needles that stand in a text as they are, escaped as JSON or Python do, or in base64."""
    return [
        needle for needle in needles
        if any(form in words for form in (
            needle, needle.encode("unicode_escape").decode(), str(needle.encode("unicode_escape"))[2:-1],
            base64.b64encode(needle.encode()).decode(),
        ))
    ]  # fmt: skip


def server_log() -> str:
    return (ensure_running(STATE).directory / "server.log").read_text(encoding="utf-8", errors="replace")
