"""GET …/clock: what a citizen reads of the time of his dossier."""

import datetime as dt
from typing import Any

import pytest

from procedures.calendar.rules import Limit, LimitUnit
from procedures.calendar.rules.words import Language
from procedures.transactions.rules.fold import fold
from procedures.transactions.rules.messages import Snapshot, SupplementTold
from procedures.transactions.rules.terms import Terms
from procedures.transactions.rules.words import clock_in_words
from tests.builders.transactions import (
    DUE_AT,
    FINISHED_AT,
    RECEIVED_AT,
    a_message,
    a_snapshot,
    a_step,
    a_transaction,
    tell,
)
from tests.contract_client import ContractClient
from tests.procedures.vietnamese_days import at
from tests.transactions.histories import calendar
from units.models import Unit

ONE_DAY = dt.timedelta(days=1)
SOMEBODY = "Nguyễn Công Chức Mẫu"
LATE: dict[str, Any] = {"ended_at": FINISHED_AT + ONE_DAY, "source_updated_at": FINISHED_AT + ONE_DAY}


@pytest.fixture
def reader(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read")


def told_of(reader: ContractClient, *, language: str = "vi", **said: Any) -> dict[str, Any]:
    code = a_transaction(**said).dossier_code
    told: dict[str, Any] = reader.get(f"/transactions/{code}/clock", headers={"Accept-Language": language}).json()
    return told


def test_each_interval_is_told_with_its_cause_and_the_days_it_counted(reader: ContractClient) -> None:
    asked = SupplementTold("1", at("2024-03-06T09:00"), at("2024-03-08T09:00"))

    told = told_of(reader, supplements=(asked,))

    assert [
        (one["cause"], one["effect"], one["counts"], one["passed"], one["counted"]) for one in told["intervals"]
    ] == [
        ("processing", None, True, 2, 0),
        ("supplement", "restart", False, 2, 0),
        ("processing", None, True, 1, 1),
    ]
    assert told["intervals"][1]["sentence"].startswith("Từ 09:00 06/03/2024 đến 09:00 08/03/2024: chờ bổ sung hồ sơ")
    assert told["days_used"] == sum(one["counted"] for one in told["intervals"])


def test_nobody_is_named_to_the_citizen(reader: ContractClient) -> None:
    steps = ({"official_name": SOMEBODY, "content": f"{SOMEBODY} xin lỗi vì chậm trễ", "post": "Chuyên viên"},)

    told = told_of(reader, steps=steps, **LATE)

    assert any("xin lỗi" in sentence for sentence in told["explanation"])
    assert SOMEBODY not in str(told)


@pytest.mark.parametrize(
    ("said", "vi", "en"),
    [
        ({}, "Kết quả có trong ngày hẹn trả.", "The result was there on the day it was due."),
        (LATE, "Kết quả có sau hạn 22 giờ 30 phút.", "The result was there 22 hours 30 minutes after it was due."),
        (
            {"ended_at": DUE_AT - 2 * ONE_DAY},
            "Kết quả có trước hạn 2 ngày.",
            "The result was there 2 days before it was due.",
        ),
        (
            {"status": "withdrawn"},
            "Người nộp rút hồ sơ lúc 15:30 11/03/2024; thời hạn dừng tính từ đó.",
            "The applicant withdrew the dossier at 15:30 11/03/2024; the limit ends there.",
        ),
        (
            {"status": "withdrawn"},
            "Hồ sơ không được xét là sớm hay muộn.",
            "The dossier is judged neither early nor late.",
        ),
        (
            {"status": "registered", "ended_at": None},
            "Hồ sơ chưa được tiếp nhận nên chưa tính thời hạn.",
            "Not received yet: no time is counted.",
        ),
        (
            {"status": "processing", "ended_at": None},
            "Hồ sơ đã hoặc sắp quá hạn: cơ quan phải xin lỗi và hẹn lại ngày trả (NĐ 61/2018, điều 19.9).",
            "Late, or about to be: an apology and a new date are owed (Decree 61/2018, article 19.9).",
        ),
        (
            {"supplements": (SupplementTold("1", at("2024-03-11T09:00"), at("2024-03-11T10:00")),)},
            "Yêu cầu bổ sung được báo muộn hơn thời hạn quy định (NĐ 61/2018, điều 19.4).",
            "The missing papers were asked for later than allowed (Decree 61/2018, article 19.4).",
        ),
    ],
)
def test_how_it_ended_and_what_was_owed_is_told_in_both_languages(
    reader: ContractClient, said: dict[str, Any], vi: str, en: str
) -> None:
    assert vi in told_of(reader, **said)["explanation"]
    assert en in told_of(reader, language="en", **said)["explanation"]


def test_an_end_before_the_receipt_ends_the_clock_and_the_dates_are_said_to_contradict(reader: ContractClient) -> None:
    ended: dict[str, Any] = {"ended_at": RECEIVED_AT - ONE_DAY, "source_updated_at": RECEIVED_AT + ONE_DAY}
    asked = SupplementTold("1", RECEIVED_AT + dt.timedelta(hours=1))

    told, english = told_of(reader, supplements=(asked,), **ended), told_of(reader, language="en", **ended)

    assert (told["ended_at"], told["intervals"], told["days_used"]) == ("2024-03-03T08:15:00+07:00", [], 0)
    assert told["stands"] is False
    assert "Hồ sơ được giải quyết xong lúc 08:15 03/03/2024." in told["explanation"]
    assert told["explanation"][-1] == (
        "Ngày kết thúc trước ngày tiếp nhận: các ngày được báo mâu thuẫn nhau, "
        "nên hồ sơ không được xét là sớm hay muộn."
    )
    assert english["explanation"][-1] == (
        "It ended before it was received: the dates told contradict each other, so it is judged neither early nor late."
    )


def test_the_due_date_that_was_sent_stands_beside_the_one_by_law(reader: ContractClient) -> None:
    code = a_transaction(status="processing", ended_at=None, source_updated_at=RECEIVED_AT).dossier_code
    later: dict[str, Any] = {"due_at": DUE_AT + ONE_DAY, "source_updated_at": RECEIVED_AT + ONE_DAY}

    told = told_of(reader, dossier_code=code, status="processing", ended_at=None, **later)

    assert (told["due_at"], told["due_at_sent"]) == ("2024-03-11T17:00:00+07:00", "2024-03-12T17:00:00+07:00")
    assert told["due_date_differs"] is True
    sentence = "Ngày hẹn trả cơ quan thông báo gần nhất: 17:00 12/03/2024; ngày này khác hạn tính theo quy định."
    assert sentence in told["explanation"]


def test_steps_that_wait_for_their_senders_right_stop_no_clock(reader: ContractClient) -> None:
    code = a_transaction().dossier_code
    asked = {"at": at("2024-03-06T09:00"), "status": "supplement_requested", "content": "Yêu cầu bổ sung"}
    elsewhere = Unit.objects.get(code="gso2024:615")

    (waiting,) = tell(a_message(a_step(code, **asked)), boundary=elsewhere.pk, source="noi-khac-mau")
    told = reader.get(f"/transactions/{code}/clock").json()

    assert waiting.outcome == "waiting"
    assert [one["cause"] for one in told["intervals"]] == ["processing"]
    assert told["due_at"] == DUE_AT.isoformat()


@pytest.mark.parametrize(
    ("language", "no_promise", "limit", "due", "unknown"),
    [
        (
            "vi",
            "Không có ngày hẹn trả kết quả nào của cơ quan để căn cứ.",
            "Thời hạn của thủ tục trong danh mục: 5 ngày làm việc.",
            "Tính theo thời hạn của thủ tục trong danh mục thì hạn là 17:00 11/03/2024.",
            "Chưa có căn cứ để xác định hạn trả kết quả.",
        ),
        (
            "en",
            "The office told no due date to go by.",
            "Limit in the catalogue of procedures, in working days: 5.",
            "Counted by the limit in the catalogue of procedures, it is due: 17:00 11/03/2024.",
            "Nothing is known from which a due date could be counted.",
        ),
    ],
)
def test_without_a_promise_the_limit_and_the_date_of_the_catalogue_are_told_and_nothing_is_judged(
    language: Language, no_promise: str, limit: str, due: str, unknown: str
) -> None:
    ended = a_snapshot(due_at=None)
    running = a_snapshot(due_at=None, status="processing", ended_at=None, source_updated_at=RECEIVED_AT)
    five_days, no_limit = Terms(Limit(5, LimitUnit.WORKING_DAY)), Terms()

    told = [told_by(five_days, one, language) for one in (ended, running)]
    without = told_by(no_limit, running, language)

    assert all({no_promise, limit, due} <= set(one) and unknown not in one for one in told)
    assert unknown in without
    assert not {no_promise, limit, due} & set(without)


def test_while_the_clock_stands_without_a_promise_only_the_limit_of_the_catalogue_is_told() -> None:
    waiting = a_snapshot(
        due_at=None, status="supplement_requested", ended_at=None, source_updated_at=RECEIVED_AT + ONE_DAY
    )

    told = told_by(Terms(Limit(5, LimitUnit.WORKING_DAY)), waiting, "vi")

    assert "Thời hạn của thủ tục trong danh mục: 5 ngày làm việc." in told
    assert "Thời hạn đang tạm dừng; hạn trả mới được xác định khi việc chờ kết thúc." in told
    assert not any("thì hạn là" in sentence for sentence in told)


def told_by(terms: Terms, snapshot: Snapshot, language: Language) -> list[str]:
    state = fold([snapshot], lambda _code, _day: terms, calendar())
    assert state is not None
    assert state.timeliness in {"not_judged", "running"}
    return clock_in_words(state, today=DUE_AT.date(), language=language)
