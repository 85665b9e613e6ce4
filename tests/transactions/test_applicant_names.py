"""An applicant's name goes in for one use, taking it out of what he writes, and never comes out."""

import io
import logging
from typing import Any

import pytest
from django.core.management import call_command

from feedback.models import Rating
from procedures.models import Message, Transaction
from procedures.transactions.queries import applicant_names
from tests.adapters.histories import histories, sent_with
from tests.adapters.test_privacy import rows_that_show
from tests.builders.imports import HEAD, a_code, a_row, a_sheet_row, lines, sheet
from tests.builders.ratings import a_right, a_submission
from tests.builders.transactions import a_dossier_code
from tests.contract_client import ContractClient, faults

NAME, SPOUSE = "Nguyễn Thị Chim Mẫu", "Trần Văn Yến"
CANARIES = {"Chim Mẫu", "chim mau", "Văn Yến"}
READ = ("", "/timeline", "/clock")


@pytest.fixture
def vendor(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write", "transactions:read", "events:read")


def a_state(**applicant: Any) -> dict[str, Any]:
    """Return the state of a transaction with this applicant."""
    state = a_row(1, applicant={"kind": "citizen", "national_id": "999099000017", **applicant})
    return {name: value for name, value in state.items() if name != "dossier_code"}


def commented(api: ContractClient, code: str, comment: str) -> str:
    """Rate a transaction and return the comment as it is told below the inspectorate."""
    _, secret = a_right(Transaction.objects.get(dossier_code=code))
    answer = api.once("/ratings", a_submission(secret, comment=comment))
    assert answer.status_code == 201, answer.content
    return Rating.objects.latest("week_date").comment_masked


def test_a_sender_of_plain_states_names_the_applicant_and_the_comment_is_told_without_him(
    api: ContractClient, vendor: ContractClient
) -> None:
    code = a_dossier_code()
    sent = vendor.put(f"/transactions/{code}", a_state(name=f"Bà {NAME} và ông {SPOUSE}"))

    told = commented(api, code, f"Tôi, {NAME.upper()}, cùng {SPOUSE} chờ lâu")

    assert (sent.status_code, told) == (201, "Tôi, •••, cùng ••• chờ lâu")


def test_a_name_is_in_no_answer_event_journal_export_log_or_table(
    vendor: ContractClient, api: ContractClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before, code = rows_that_show(CANARIES), a_dossier_code()
    named = a_state(name=NAME)
    refused = [
        {**named, "procedure": "9.999999"},
        a_state(name=NAME, phone="0" * 41),
        a_state(name=NAME, nickname=NAME),
    ]

    answers = [vendor.put(f"/transactions/{code}", body) for body in (named, named, *refused)]
    answers += [vendor.post("/transactions/batch", [{**body, "dossier_code": a_dossier_code()} for body in refused])]
    answers += [vendor.get(f"/transactions/{code}{part}") for part in READ]
    answers += [vendor.get(path) for path in ("/transactions", "/journal", "/events")]
    exports = [vendor.get(f"/transactions/export?format={kind}") for kind in ("csv", "xlsx")]
    answers += [api.get("/metrics")]

    told = caplog.text + "".join(answer.content.decode() for answer in answers)
    told += "".join(export.getvalue().decode(errors="replace") for export in exports)
    assert answers[0].status_code == 201
    assert [canary for canary in CANARIES if canary in told] == []
    assert rows_that_show(CANARIES) == before
    assert applicant_names(dossier_code=code) == {NAME}


def test_the_search_would_find_a_name_in_clear(vendor: ContractClient) -> None:
    """The control."""
    vendor.put(f"/transactions/{a_dossier_code()}", a_state(name=NAME))

    Message.objects.update(raw_sealed=NAME.encode())

    assert rows_that_show(CANARIES)["procedures_message"] == 1


@pytest.mark.parametrize("field", ["name", "phone"])
def test_messages_that_differ_only_by_a_name_are_one_as_those_that_differ_only_by_a_telephone(
    vendor: ContractClient, field: str
) -> None:
    code = a_dossier_code()
    bodies = [a_state(), a_state(**{field: "0912345678"}), a_state(**{field: "0987654321"})]

    outcomes = [vendor.put(f"/transactions/{code}", body).json()["outcome"] for body in bodies]

    assert outcomes == ["created", "unchanged", "unchanged"]
    assert Message.objects.get(dossier_code=code).times_received == 3
    assert Transaction.objects.get(dossier_code=code).version == 1


def test_a_name_is_a_text_of_three_hundred_letters_at_most(vendor: ContractClient) -> None:
    ends = [
        vendor.put(f"/transactions/{a_dossier_code()}", a_state(name=name)) for name in ("", "ă" * 300, "ă" * 301, 7)
    ]

    assert [answer.status_code for answer in ends] == [201, 201, 400, 400]
    assert {fault for answer in ends[2:] for fault in faults(answer)} == {
        ("/applicant/name", "max_length"), ("/applicant/name", "invalid"),
    }  # fmt: skip


@pytest.mark.parametrize("column", ["applicant_name", "Họ tên người nộp", "HO TEN NGUOI NOP"])
def test_the_row_of_a_sheet_names_the_applicant_by_either_name_of_the_column(
    vendor: ContractClient, column: str
) -> None:
    head = f"{HEAD};applicant_kind;{column}"

    vendor.post("/imports", sheet(f"{a_sheet_row(1)};citizen;{NAME}", head=head), content_type="text/csv")
    call_command("run_jobs", only="imports", stdout=io.StringIO())

    assert applicant_names(dossier_code=a_code(1)) == {NAME}


def test_rows_of_json_lines_and_of_batches_name_him_as_well(vendor: ContractClient) -> None:
    rows = [a_row(number, applicant={"kind": "citizen", "name": NAME}) for number in (1, 2)]

    vendor.post("/imports", lines(rows[0]), content_type="application/x-ndjson")
    call_command("run_jobs", only="imports", stdout=io.StringIO())
    vendor.post("/transactions/batch", rows[1:])

    assert [applicant_names(dossier_code=a_code(number)) for number in (1, 2)] == [{NAME}] * 2


def test_the_software_of_social_protection_names_him_in_a_field_of_its_own(api: ContractClient) -> None:
    sent_with(histories()["H17"].letters, api.machine("transactions:write"))

    assert applicant_names(dossier_code="000.22.15.H34-240603-0006") == {"Y Ví Dụ Ba"}
