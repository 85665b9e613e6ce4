"""Where to send the link to rate: sealed, told to the sender of links alone, on record, destroyed in time."""

import datetime as dt
import logging
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from procedures.secrecy import Unreadable
from procedures.transactions.models import ApplicantContact, ContactReading, Transaction
from procedures.transactions.rules.applicants import contact_kept_until
from procedures.transactions.services import contacts, forget_contacts
from tests.adapters.test_privacy import rows_that_show
from tests.builders.ratings import a_submission
from tests.builders.transactions import a_dossier_code
from tests.contract_client import ContractClient, problem

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PHONE, EMAIL, NUMBER = "0912345678", "canary@mau.example", "999099000017"
CANARIES = {"912345678", "canary@mau", NUMBER}


def a_state(**applicant: Any) -> dict[str, Any]:
    """Return a state of today whose applicant is to get a link, unless something else is said."""
    asked = {"kind": "citizen", "national_id": NUMBER, "phone": PHONE, "email": EMAIL, "send_rating_link": True}
    return {
        "source_updated_at": "2026-03-02T09:00:00+07:00", "status": "received", "procedure": "1.004884",
        "receiving_unit": "gso2025:51", "received_at": "2026-03-02T09:00:00+07:00", "applicant": asked | applicant,
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def vendor(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write", "transactions:read", "events:read")


@pytest.fixture
def postman(api: ContractClient) -> ContractClient:
    """The machine that sends the links."""
    return api.machine("contacts:read", source="tin-nhan-mau")


def told_to(client: ContractClient, **applicant: Any) -> str:
    code = a_dossier_code()
    answer = client.put(f"/transactions/{code}", a_state(**applicant))
    assert answer.status_code == 201, answer.content
    return code


def test_the_sender_of_links_reads_the_contact_and_each_reading_is_on_record(
    vendor: ContractClient, postman: ContractClient
) -> None:
    code, without = told_to(vendor), told_to(vendor, send_rating_link=False)

    answer = postman.get(f"/transactions/{code}/contact")
    none = postman.get(f"/transactions/{without}/contact")

    assert answer.json() == {"phone": "+84912345678", "email": EMAIL}
    assert answer["Cache-Control"] == "no-store"
    assert problem(none) == (404, "contact-unknown")
    readings = ContactReading.objects.order_by("id").values_list("dossier_code", "was_found", "read_at__date")
    assert list(readings) == [(code, True, NOW.date()), (without, False, NOW.date())]


def test_the_machine_that_sends_links_has_link_and_contact_and_whoever_gets_the_message_rates(
    api: ContractClient, vendor: ContractClient
) -> None:
    code, gateway = told_to(vendor), api.machine("contacts:read", "transactions:write", source="tin-nhan-mau")

    contact = gateway.get(f"/transactions/{code}/contact").json()
    right = gateway.once(f"/transactions/{code}/rating-rights", {"step": "reception", "form": "THANH_HOA_3"})
    message = {"to": contact["phone"], "text": right.json()["link"]}

    assert message["to"] == "+84912345678"
    assert set(rows_that_show(CANARIES | {message["text"].partition("#")[2]}).values()) == {0}
    answer = api.once("/ratings", a_submission(message["text"].partition("#")[2]))
    assert answer.status_code == 201


def test_no_contact_is_kept_unless_a_link_must_be_sent(vendor: ContractClient) -> None:
    told_to(vendor, send_rating_link=False)

    assert not ApplicantContact.objects.exists()


def test_what_cannot_be_used_is_told_and_costs_nothing_else(vendor: ContractClient) -> None:
    answer = vendor.put(f"/transactions/{a_dossier_code()}", a_state(phone="không có", email=""))

    assert (answer.status_code, "contact_unusable" in answer.json()["warnings"]) == (201, True)
    assert not ApplicantContact.objects.exists()


def test_no_other_caller_reads_a_contact(api: ContractClient, vendor: ContractClient) -> None:
    code = told_to(vendor)
    person = api.signed_in("contacts:read", "transactions:read")

    answers = [client.get(f"/transactions/{code}/contact") for client in (api, vendor, person)]

    assert [problem(answer)[0] for answer in answers] == [401, 403, 403]
    assert not ContactReading.objects.exists()


def test_a_sender_of_links_with_a_boundary_learns_of_no_dossier_outside_it(
    api: ContractClient, vendor: ContractClient
) -> None:
    from units.models import Unit  # noqa: PLC0415 - one use

    code = told_to(vendor)
    elsewhere = api.machine("contacts:read", boundary=Unit.objects.get(code="gso2024:615"))

    answers = [elsewhere.get(f"/transactions/{one}/contact") for one in (code, "khong-co")]

    assert [problem(answer) for answer in answers] == [(404, "transaction-unknown")] * 2


def test_neither_number_nor_contact_is_in_any_answer_event_journal_log_or_table(
    vendor: ContractClient, api: ContractClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = rows_that_show(CANARIES)
    code = told_to(vendor)
    bad = a_state() | {"procedure": "9.999999", "dossier_code": a_dossier_code()}
    wrong = a_state(phone="0" * 41, kind="nobody") | {"dossier_code": a_dossier_code()}
    answers = [vendor.post("/transactions/batch", [bad, wrong])]

    answers += [vendor.put(f"/transactions/{code}", wrong)]
    answers += [vendor.get(path) for path in (
        f"/transactions/{code}", "/transactions", f"/transactions/{code}/timeline", f"/transactions/{code}/clock",
        "/journal", "/events")]  # fmt: skip
    answers += [api.get("/metrics")]

    told = caplog.text + "".join(answer.content.decode() for answer in answers)
    assert [canary for canary in CANARIES if canary in told] == []
    assert rows_that_show(CANARIES) == before
    assert ApplicantContact.objects.count() == 1


def test_the_search_would_find_a_contact_in_clear(vendor: ContractClient) -> None:
    """The control."""
    told_to(vendor)
    ApplicantContact.objects.update(sealed=PHONE.encode())

    assert rows_that_show(CANARIES)["procedures_applicantcontact"] == 1


def test_a_contact_moved_to_another_dossier_cannot_be_opened(vendor: ContractClient, postman: ContractClient) -> None:
    one, other = told_to(vendor), told_to(vendor, phone="0987654321")
    stolen = ApplicantContact.objects.get(dossier_code=one).sealed
    ApplicantContact.objects.filter(dossier_code=other).update(sealed=stolen)

    with pytest.raises(Unreadable):
        contacts.read_contact(
            transaction=Transaction.objects.get(dossier_code=other), client_id="client:tin-nhan-mau", now=NOW
        )


def test_the_contact_told_last_is_kept_whatever_the_order(vendor: ContractClient, postman: ContractClient) -> None:
    newer = a_state(phone="0987654321") | {"source_updated_at": "2026-03-02T10:00:00+07:00"}
    phones = []
    for order in ((a_state(), newer), (newer, a_state())):
        code = a_dossier_code()
        for state in order:
            vendor.put(f"/transactions/{code}", state)
        phones.append(postman.get(f"/transactions/{code}/contact").json()["phone"])

    assert phones == ["+84987654321"] * 2


def test_a_source_that_does_not_count_leaves_no_contact(api: ContractClient, vendor: ContractClient) -> None:
    code, older = told_to(vendor), {"source_updated_at": "2026-03-02T08:00:00+07:00"}
    other = api.machine("transactions:write", source="noi-khac")

    other.put(f"/transactions/{code}", a_state(phone="0987654321") | {"source_updated_at": "2026-03-02T10:30:00+07:00"})
    kept_by_keeper = ApplicantContact.objects.get().source
    other.put(f"/transactions/{code}", a_state(send_rating_link=False) | older)

    assert kept_by_keeper == "motcua-mau"
    assert not ApplicantContact.objects.exists()


class TestRetention:
    """A contact is kept for a month after the end, half a year after it was told at most."""

    def test_the_last_day_is_a_month_after_the_end_and_half_a_year_at_most(self) -> None:
        ends = [contact_kept_until(NOW, ended) - NOW.date() for ended in (None, NOW + DAY, NOW + 170 * DAY)]

        assert ends == [180 * DAY, 31 * DAY, 180 * DAY]

    def test_a_contact_whose_time_is_over_is_destroyed_by_the_daily_command_and_told_to_nobody(
        self, vendor: ContractClient, postman: ContractClient
    ) -> None:
        code = told_to(vendor)
        ApplicantContact.objects.update(kept_until=(NOW - DAY).date())

        answer = postman.get(f"/transactions/{code}/contact")
        call_command("clear_expired")

        assert problem(answer) == (404, "contact-unknown")
        assert not ApplicantContact.objects.exists()

    def test_the_end_told_later_shortens_the_time(self, vendor: ContractClient) -> None:
        code = told_to(vendor)
        ended = a_state() | {"source_updated_at": "2026-03-02T15:00:00+07:00", "status": "finished",
                             "ended_at": "2026-03-02T15:00:00+07:00", "applicant": {"kind": "citizen"}}  # fmt: skip
        vendor.put(f"/transactions/{code}", ended)

        assert [forget_contacts(now=NOW + days * DAY) for days in (29, 31)] == [0, 1]

    def test_a_contact_of_long_ago_is_not_even_stored(self, vendor: ContractClient) -> None:
        long_ago = {"source_updated_at": "2025-03-02T10:00:00+07:00", "received_at": "2025-03-02T10:00:00+07:00"}

        vendor.put(f"/transactions/{a_dossier_code()}", a_state() | long_ago | {"receiving_unit": "gso2024:62"})

        assert not ApplicantContact.objects.exists()
