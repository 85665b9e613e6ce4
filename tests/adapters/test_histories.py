"""What senders really send, sent to our own addresses, ends as a correct receiver ends."""

import datetime as dt
import json
from typing import Any

import pytest

from config.demo.final_states import UNREACHABLE, differences, expected_of
from procedures.catalogue.services import ProcedureFacts, put_procedure
from procedures.secrecy import unseal
from procedures.transactions.models import ClockInterval, Message, Step, Transaction
from procedures.transactions.rules.sealing import sealed_for
from tests.adapters.histories import DOSSIERS, PROGRESS, History, histories, in_order, sent_with
from tests.contract_client import ContractClient
from units.models import Unit

BAD = "H20"
GOOD = [history for history in histories().values() if history.id != BAD]
ORDERS = ["as they arrived", "reversed", *(f"shuffled with repeats, seed {seed}" for seed in range(4))]
NOT_IN_THE_CATALOGUE = "2.002493"


@pytest.fixture
def sender(api: ContractClient) -> ContractClient:
    """One-stop software that may push; the catalogue knows every procedure of the histories."""
    know_the_procedures()
    return api.machine("transactions:write")


def know_the_procedures() -> None:
    """Record the one procedure of the histories that the catalogue lacks."""
    facts = ProcedureFacts(
        name="Tuyển sinh mầm non", field="Giáo dục mầm non", valid_from=dt.date(2020, 1, 1), source="H06"
    )
    put_procedure(code=NOT_IN_THE_CATALOGUE, facts=facts, by="test", now=dt.datetime.now(dt.UTC))


def seen_of(dossier_code: str) -> dict[str, Any]:
    """Return a transaction by the names of the contract."""
    row = Transaction.objects.select_related("receiving_unit", "settling_unit").get(dossier_code=dossier_code)
    names = (
        "status", "outcome", "timeliness", "national_timeliness", "received_at", "due_at_original", "due_at",
        "ended_at", "finished_at", "returned_at", "apology_at", "apology_on_time", "supplement_requests", "extensions",
        "channel", "paid_online", "digitised", "electronic_result", "warnings", "source_updated_at", "applicant_kind",
        "applicant_ref", "settling_unit_name", "due_at_legal", "due_at_computed", "delay_minutes",
    )  # fmt: skip
    seen = {name: getattr(row, name) for name in names}
    seen["receiving_unit"] = row.receiving_unit and row.receiving_unit.code
    seen["settling_unit"] = row.settling_unit and row.settling_unit.code
    seen["events"] = Step.objects.filter(transaction=row).count()
    waits = ClockInterval.objects.filter(transaction=row, counts=False).order_by("begins_at")
    seen["pauses"] = [(one.cause, one.begins_at, one.ends_at) for one in waits]
    return seen


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("history", GOOD, ids=lambda history: history.id)
def test_a_history_ends_in_its_final_state_whatever_the_order(
    sender: ContractClient, history: History, order: str
) -> None:
    answers = sent_with(in_order(history, order), sender)

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["error_code"] for answer in answers} <= {"0", "00"}
    assert differences(history, seen_of(history.dossier_code)) == {}


@pytest.mark.parametrize("history", GOOD, ids=lambda history: history.id)
def test_every_order_of_a_history_ends_in_the_very_same_row(sender: ContractClient, history: History) -> None:
    other = f"{history.dossier_code}9"
    renamed = [(one.path, one.body.replace(history.dossier_code.encode(), other.encode())) for one in history.letters]
    sent_with(history.letters, sender)

    for path, body in reversed(renamed):
        sender.post(path, body, content_type="application/json")

    straight, backwards = seen_of(history.dossier_code), seen_of(other)
    assert {**straight, "warnings": []} == {**backwards, "warnings": []}


def test_the_comparison_would_notice_another_end() -> None:
    history = histories()["H03"]

    seen = {**expected_of(history), "status": "received", "extensions": 0}

    assert set(differences(history, seen)) == {"status", "extensions"}


def test_only_what_no_message_carries_stays_unreachable() -> None:
    compared = {name for history in GOOD for name in history.final}

    told = {"status", "label", "note", "flags", "label_against_current_due", "first_request_within_3_working_days"}
    told |= {"pauses", "officer_account", "receipt_code"}
    fixed = {"received", "due_original", "due_current", "finished", "returned", "apology_issued"}
    fixed |= {"supplements", "extensions", "channel", "paid_online", "apology_on_time", "events"}
    fixed |= {"unit_at_receipt", "unit_at_end"}
    assert compared <= told | fixed
    assert list(UNREACHABLE) == [("H19", "receipt_code")]


def test_a_repeat_is_a_success_and_changes_nothing(sender: ContractClient) -> None:
    first, again, other_keys, *_ = histories()["H08"].letters

    answers = sent_with([first, again, other_keys], sender)

    outcomes = [answer.json()["ket_qua"][0]["outcome"] for answer in answers]
    assert outcomes == ["created", "unchanged", "unchanged"]
    assert "thành công" in answers[1].content.decode()
    assert Message.objects.get(dossier_code=histories()["H08"].dossier_code).times_received == 3


def test_the_account_of_the_officer_is_kept_though_nobody_is_known_by_it(sender: ContractClient) -> None:
    history = histories()["H17"]

    sent_with(history.letters, sender)

    told = Message.objects.get(dossier_code=history.dossier_code, kind="steps").content["steps"][0]
    assert told["official_code"] == history.final["officer_account"]
    step = Step.objects.get(transaction__dossier_code=history.dossier_code)
    assert (step.official, step.official_name) == (None, "Y Cán Bộ Mẫu")


def test_progress_for_an_unknown_dossier_waits_for_it(sender: ContractClient) -> None:
    orphan, *rest = histories()["H09"].letters

    (answer,) = sent_with([orphan], sender)

    assert (answer.json()["error_code"], answer.json()["ket_qua"][0]["outcome"]) == ("00", "waiting")
    sent_with(rest, sender)
    assert seen_of(histories()["H09"].dossier_code)["events"] == 3


def test_a_random_number_without_a_person_behind_it_names_nobody(sender: ContractClient) -> None:
    history = histories()["H19"]

    (answer,) = sent_with(history.letters, sender)

    assert seen_of(history.dossier_code)["applicant_ref"] == ""
    assert "applicant_unknown" in answer.json()["ket_qua"][0]["canh_bao"]


BAD_MESSAGES = {
    "no_code": ("rejected", ("MaHoSo", "required")),
    "empty_received": ("rejected", ("NgayTiepNhan", "required")),
    "date_wrong_format": ("rejected", ("NgayTiepNhan", "wrong_date")),
    "impossible_date": ("rejected", ("NgayTiepNhan", "wrong_date")),
    "unknown_status": ("rejected", ("TrangThaiHoSo", "unknown_code")),
    "due_before_received": ("created", "due_before_received"),
    "code_date_mismatch": ("created", "dossier_code_date"),
    "markup": ("created", None),
    "decomposed_unicode": ("created", None),
    "null_lists": ("created", None),
    "long_name": ("created", None),
}


@pytest.mark.parametrize("letter", histories()[BAD].letters, ids=lambda letter: letter.tag)
def test_a_bad_message_is_refused_or_taken_with_a_warning_and_always_kept(sender: ContractClient, letter: Any) -> None:
    outcome, told = BAD_MESSAGES[letter.tag]

    (answer,) = sent_with([letter], sender)

    (row,) = answer.json()["ket_qua"]
    kept = Message.objects.get()
    assert (row["outcome"], kept.outcome) == (outcome, outcome)
    assert (answer.json()["error_code"] == "01") is (outcome == "rejected")
    assert ("thành công" in answer.content.decode().lower()) is (outcome != "rejected")
    if outcome == "rejected":
        assert told in [(fault["field"], fault["code"]) for fault in row["loi"]]
    elif told:
        assert told in seen_of(row["MaHoSo"])["warnings"]


def test_every_bad_message_of_the_history_is_expected() -> None:
    assert [letter.tag for letter in histories()[BAD].letters] == list(BAD_MESSAGES)


def test_a_refused_row_does_not_hold_back_the_others(sender: ContractClient) -> None:
    good = json.loads(histories()["H01"].letters[0].body)
    bad = json.loads(histories()[BAD].letters[3].body)
    good["data"] = [bad["data"][0], good["data"][0], "no row at all"]

    answer = sender.post(histories()["H01"].letters[0].path, good)

    assert answer.json()["error_code"] == "01"
    assert [row["outcome"] for row in answer.json()["ket_qua"]] == ["rejected", "created", "rejected"]
    assert Message.objects.count() == 3


def test_a_demand_for_papers_sent_as_finished_is_a_demand_whatever_comes_first(sender: ContractClient) -> None:
    dossier = json.loads(histories()["H08"].letters[6].body)[0]
    dossier |= {"NgayKetThucXuLy": "", "DanhSachGiayToKetQua": []}
    step = json.loads(histories()["H08"].letters[7].body)[2]
    step |= {"ThoiDiemXuLy": "20240417090000", "NoiDungXuLy": "Cán bộ trả hồ sơ bổ sung"}
    orders = {"1": (dossier, step), "2": (step, dossier)}

    for digit, rows in orders.items():
        for row in rows:
            path = PROGRESS if "ThoiDiemXuLy" in row else DOSSIERS
            sender.post(path, [{**row, "MaHoSo": f"000.16.31.H34-240415-000{digit}"}])

    ends = [seen_of(f"000.16.31.H34-240415-000{digit}") for digit in orders]
    assert [(end["status"], end["supplement_requests"], end["outcome"]) for end in ends] == [
        ("supplement_requested", 1, ""),
        ("supplement_requested", 1, ""),
    ]


def test_the_body_of_each_row_is_kept_as_it_came_and_sealed(sender: ContractClient) -> None:
    letter = histories()["H20"].letters[3]

    sent_with([letter], sender)

    kept = Message.objects.get()
    raw = unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest))
    assert raw == json.dumps(json.loads(letter.body)["data"][0], ensure_ascii=False).encode()


def test_a_row_from_the_future_is_refused(sender: ContractClient) -> None:
    row = json.loads(histories()["H01"].letters[6].body)["data"][0]

    answer = sender.post(DOSSIERS, [{**row, "NgayTra": "20991231000000", "NgayHenTra": "20991231000000"}])

    faults = answer.json()["ket_qua"][0]["loi"]
    assert [(fault["field"], fault["code"]) for fault in faults] == [("NgayTra", "in_future")]


def test_a_sender_of_one_unit_tells_nothing_of_another(api: ContractClient) -> None:
    outside = api.machine("transactions:write", boundary=Unit.objects.get(code="gso2024:612"))
    inside = api.machine("transactions:write", boundary=Unit.objects.get(code="gso2024:615"), source="dakha")
    (letter, *_) = histories()["H14"].letters

    answers = sent_with([letter], outside) + sent_with([letter], inside)

    codes = [[fault["code"] for fault in answer.json()["ket_qua"][0]["loi"]] for answer in answers]
    assert codes == [["outside_boundary"], []]


def test_what_was_refused_for_an_unknown_procedure_is_replayed_once_it_is_known(api: ContractClient) -> None:
    machine, history = api.machine("transactions:write"), histories()["H06"]
    answers = sent_with(history.letters, machine)
    refused = [entry["id"] for entry in machine.get("/journal?outcome=rejected").json()["results"]]
    know_the_procedures()

    replayed = [machine.post(f"/journal/{number}/replay").json()["outcome"] for number in refused]

    assert {answer.json()["ket_qua"][0]["loi"][0]["code"] for answer in answers} == {"unknown_procedure"}
    assert (len(replayed), "rejected" in replayed) == (2, False)
    assert differences(history, seen_of(history.dossier_code)) == {}


@pytest.mark.parametrize("history", GOOD, ids=lambda history: history.id)
def test_our_own_contract_prints_the_final_state(sender: ContractClient, api: ContractClient, history: History) -> None:
    sent_with(history.letters, sender)

    printed = api.machine("transactions:read").get(f"/transactions/{history.dossier_code}").json()

    assert differences(history, printed) == {}
    assert {"status", "received_at", "due_at", "timeliness", "national_timeliness", "steps"} <= set(printed)
