"""Whom a dossier is about stays in the sealed body: nowhere else in the database, nor in the logs."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from procedures.transactions.models import Message
from tests.adapters.histories import History, histories, sent_with
from tests.contract_client import ContractClient

PERSONAL = (
    "ChuHoSo", "HoVaTen", "SoDienThoai", "Fax", "Email", "MaDoiTuong", "SoGiayToChuHoSo", "SoDinhDanh", "CMND",
    "TrichYeuHoSo", "HKTT_ChiTiet",
)  # fmt: skip
NOT_PERSONAL = {"Dinhkem", "Thử"}


def personal_values(history: History) -> set[str]:
    """Return every name, number, telephone, address and abstract in a history."""
    return {value for letter in history.letters for value in _values(json.loads(letter.body))} - NOT_PERSONAL


def _values(document: Any) -> Iterator[str]:
    if isinstance(document, list):
        for item in document:
            yield from _values(item)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name in PERSONAL and isinstance(value, str) and value:
                yield value
            yield from _values(value)


def rows_that_show(needles: set[str]) -> dict[str, int]:
    """Return for each table how many rows show a needle in any column; bytes are searched as well."""
    likes = [like for needle in sorted(needles) for like in (f"%{needle}%", f"%{needle.encode().hex()}%")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE ANY (%s)', [likes])
            found[table] = int(cursor.fetchone()[0])
        return found


@pytest.mark.parametrize("history", histories().values(), ids=lambda history: history.id)
def test_nothing_personal_is_found_in_the_database_or_the_logs(
    api: ContractClient, history: History, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    needles = personal_values(history)
    before = rows_that_show(needles)  # digits of a telephone occur by chance in the catalogue

    answers = sent_with(history.letters, api.machine("transactions:write"))

    told = caplog.text + "".join(answer.content.decode() for answer in answers)
    assert Message.objects.exists()
    assert rows_that_show(needles) == before
    assert [value for value in needles if value in told] == []


def test_every_history_names_somebody() -> None:
    assert all(personal_values(history) for history in histories().values())


def test_the_search_would_find_a_plain_column_and_plain_bytes(api: ContractClient) -> None:
    sent_with(histories()["H01"].letters[:1], api.machine("transactions:write"))

    Message.objects.update(client_id="Nguyễn Văn Mẫu", raw_sealed=b"999099000001")

    assert rows_that_show({"Nguyễn Văn Mẫu"})["procedures_message"] == 1
    assert rows_that_show({"999099000001"})["procedures_message"] == 1
