"""Every way by which a history of our own may come in: letters to the adapter, and our own API by row, batch and file.

For our own API what a letter says is written once more in the words of the contract: a state, or a step beside one.
"""

import datetime as dt
import gzip
import io
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.management import call_command

from api.adapters.dvcqg.taking import read_again
from config.demo.histories import History, Letter
from procedures.transactions.rules.dossier_codes import parsed
from procedures.transactions.rules.messages import Snapshot, StepTold, Told
from tests.adapters.histories import in_order
from tests.contract_client import ContractClient

Senders = Mapping[str, ContractClient]
Way = Callable[[History, Senders, str], None]
JSON = "application/json"
LONG_AFTER = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
"""A day on which nothing in the histories is in the future."""
STATE = (
    "source_updated_at", "status", "settling_unit_name", "channel", "submitted_at", "received_at", "due_at", "ended_at",
    "returned_at", "paid_online", "digitised", "electronic_result",
)  # fmt: skip
STEP = ("at", "status", "content", "official_name", "post", "department", "started_at", "due_at")
SUPPLEMENT = ("key", "requested_at", "answered_at", "due_at_before", "due_at_after")


def by_letter(history: History, senders: Senders, order: str) -> None:
    """Send each letter as it is, in that order."""
    for letter in in_order(history, order):
        senders[letter.client].post(letter.path, letter.body, content_type=JSON)


def by_heap(history: History, senders: Senders, order: str) -> None:
    """Send the letters of one sender and one address as one bare list: what was kept while a line was down."""
    for (client, path), letters in _heaps(in_order(history, order)).items():
        rows = [row for letter in letters for row in _rows(letter)]
        senders[client].post(path, json.dumps(rows, ensure_ascii=False).encode(), content_type=JSON)


def by_put(history: History, senders: Senders, order: str) -> None:
    """Write each letter by PUT and POST …/steps."""
    for client, told in _told_in(in_order(history, order)):
        address = f"/transactions/{told.dossier_code}"
        if isinstance(told, Snapshot):
            senders[client].put(address, _state(told))
        else:
            senders[client].once(f"{address}/steps", {"steps": [_step(told)]})


def by_batch(history: History, senders: Senders, order: str) -> None:
    """Write everything as one batch for each sender, the steps beside any of its states."""
    for client, rows in _documents(history, order).items():
        senders[client].post("/transactions/batch", rows)


def by_file(history: History, senders: Senders, order: str) -> None:
    """Write everything as one packed file for each sender."""
    for client, rows in _documents(history, order).items():
        raw = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        senders[client].post("/imports", gzip.compress(raw), content_type="application/x-ndjson")
    call_command("run_jobs", only="imports", stdout=io.StringIO())


def by_everything(history: History, senders: Senders, order: str) -> None:
    """Send it all by every way in turn."""
    for way in (by_file, by_letter, by_put, by_heap, by_batch):
        way(history, senders, order)


WAYS: tuple[Way, ...] = (by_letter, by_heap, by_put, by_batch, by_file, by_everything)


def _heaps(letters: Iterable[Letter]) -> dict[tuple[str, str], list[Letter]]:
    heaps: dict[tuple[str, str], list[Letter]] = {}
    for letter in letters:
        heaps.setdefault((letter.client, letter.path), []).append(letter)
    return heaps


def _rows(letter: Letter) -> list[dict[str, Any]]:
    document = json.loads(letter.body)
    rows: list[dict[str, Any]] = document if isinstance(document, list) else document.get("data", [document])
    return rows


def _told_in(letters: Iterable[Letter]) -> list[tuple[str, Told]]:
    return [
        (letter.client, told)
        for letter in letters
        for row in _rows(letter)
        for told in read_again(json.dumps(row, ensure_ascii=False).encode(), "", LONG_AFTER).told
    ]


def _documents(history: History, order: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each sender; a step stands in a row of its sender that a die chooses."""
    told = _told_in(in_order(history, order))
    dice = random.Random(f"{history.id} {order}")
    rows: dict[str, list[dict[str, Any]]] = {}
    for client, one in told:
        if isinstance(one, Snapshot):
            rows.setdefault(client, []).append({"dossier_code": history.dossier_code, **_state(one), "steps": []})
    for client, one in told:
        if isinstance(one, StepTold):
            dice.choice(_good(rows[client]))["steps"].append(_step(one))
    return rows


def _good(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that will be taken: a step beside a unit that is gone would be refused with it."""
    return [row for row in rows if row.get("receiving_unit") != "GSO:615"]


def _state(told: Snapshot) -> dict[str, Any]:
    """Say what a letter says, but for the unit that only its dossier's number names: our own API takes no guess."""
    code = parsed(told.dossier_code)
    unit = told.receiving_unit_code if not code or told.receiving_unit_code != code.unit_code else None
    said = {"receiving_unit": unit, "procedure": told.procedure_code, **{name: getattr(told, name) for name in STATE}}
    asked = [_said({name: getattr(one, name) for name in SUPPLEMENT}) for one in told.supplements]
    return _said({**said, "supplements": asked or None})


def _step(told: StepTold) -> dict[str, Any]:
    return _said({"official": told.official_code, **{name: getattr(told, name) for name in STEP}})


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not said, and write instants as the contract does."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if value is not None
    }
