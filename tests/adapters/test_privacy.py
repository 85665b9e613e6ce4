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


def tables_that_show(needle: str) -> list[str]:
    """Return the tables with a row whose text, bytes included, shows the needle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS t WHERE t::text LIKE %s OR t::text LIKE %s LIMIT 1',
                [f"%{needle}%", f"%{needle.encode().hex()}%"],
            )
            if cursor.fetchone():
                found.append(table)
        return found


@pytest.mark.parametrize("history", histories().values(), ids=lambda history: history.id)
def test_nothing_personal_is_found_in_the_database_or_the_logs(
    api: ContractClient, history: History, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    answers = sent_with(history.letters, api.machine("transactions:write"))

    assert Message.objects.exists()
    told = caplog.text + "".join(answer.content.decode() for answer in answers)
    assert {value: where for value in personal_values(history) if (where := tables_that_show(value))} == {}
    assert [value for value in personal_values(history) if value in told] == []


def test_every_history_names_somebody() -> None:
    assert all(personal_values(history) for history in histories().values())


def test_the_search_would_find_a_plain_column_and_plain_bytes(api: ContractClient) -> None:
    sent_with(histories()["H01"].letters, api.machine("transactions:write"))
    message = Message.objects.first()
    assert message is not None

    Message.objects.filter(pk=message.pk).update(client_id="Nguyễn Văn Mẫu", raw_sealed=b"999099000001")

    assert tables_that_show("Nguyễn Văn Mẫu") == ["procedures_message"]
    assert tables_that_show("999099000001") == ["procedures_message"]
