"""Each class of complaint has the deadline of its law, chosen by the day on which the count begins."""

import datetime as dt

import pytest
import time_machine

from feedback.complaints import services
from feedback.complaints.models import Complaint
from feedback.complaints.rules import TRANSITIONS, answer_of, with_check_digit
from feedback.vocabulary import LegalClass
from procedures.calendar.services import set_day
from procedures.vocabulary import Certainty, DayKind
from tests.builders.complaints import HANDLER, make_complaint, make_concluded_complaint
from tests.contract_client import ContractClient

VIETNAM = dt.timezone(dt.timedelta(hours=7))
NAMED = {"mode": "sealed", "name": "Nguyễn Văn Mẫu", "address": "Thôn Mẫu"}


A_COMPLAINT = {
    "categories": ["ATT-02"], "statement": "Quát người dân.", "identity": {"mode": "anonymous"},
    "subjects": [{"description": "Cán bộ ở cửa số 3"}],
}  # fmt: skip


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("legal_class", "filed", "due", "rule"),
    [
        ("petition", "2026-09-14", "2026-10-05", "nd_20_2008.answer"),  # 15 working days
        ("petition", "2026-04-20", "2026-05-14", "nd_20_2008.answer"),  # over Hùng Vương, 30-4 and 1-5
        ("denunciation", "2026-09-14", "2026-09-23", "luat_to_cao_2018.acceptance"),  # 7 working days
        ("grievance", "2026-06-30", "2026-07-10", "luat_khieu_nai_2011.acceptance"),  # the last day of ten days
        ("grievance", "2026-07-01", "2026-07-10", "nd_155_2026.acceptance"),  # the first of seven working days
        ("grievance", "2026-06-17", "2026-06-29", "luat_khieu_nai_2011.acceptance"),  # a Saturday rolls to Monday
    ],
)
def test_the_first_deadline_is_that_of_the_law_in_force(legal_class: str, filed: str, due: str, rule: str) -> None:
    complaint = make_complaint(legal_class=legal_class, identity=NAMED, now=at(filed))

    assert (complaint.due_on.isoformat(), complaint.due_rule) == (due, rule)


@pytest.mark.parametrize(
    ("legal_class", "due", "rule"),
    [
        ("petition", "2026-10-05", "nd_20_2008.answer"),
        ("denunciation", "2026-10-19", "luat_to_cao_2018.settlement"),
        ("grievance", "2026-10-19", "luat_khieu_nai_2011.settlement"),
    ],
)
def test_acceptance_starts_the_deadline_to_settle_where_the_law_has_one(legal_class: str, due: str, rule: str) -> None:
    complaint = make_complaint(legal_class=legal_class, identity=NAMED, now=at("2026-09-14"))

    services.accept(complaint=complaint, message="", note="", now=at("2026-09-18"), **HANDLER)

    kept = Complaint.objects.get()
    assert (kept.due_on.isoformat(), kept.due_rule) == (due, rule)
    assert [event.due_rule for event in kept.events.order_by("number")][-1] == rule


def unsure_days(api: ContractClient, complaint: Complaint) -> list[str]:
    card = api.signed_in("complaints:read").get(f"/complaints/{complaint.pk}").json()
    return [day["date"] for day in card["unsure_days"]]


def test_a_due_day_that_rests_on_a_day_off_nobody_has_confirmed_says_so(api: ContractClient) -> None:
    over_it = make_complaint(now=at("2026-11-20"))  # 24 November is off by a law that was not seen
    before_it = make_complaint(now=at("2026-10-20"))
    on_it = make_complaint(now=at("2026-11-24"))  # the day of the event is not counted

    assert (over_it.due_on.isoformat(), unsure_days(api, over_it)) == ("2026-12-14", ["2026-11-24"])
    assert (unsure_days(api, before_it), unsure_days(api, on_it)) == ([], [])


def test_a_day_that_was_confirmed_meanwhile_or_an_answered_case_is_sure(api: ContractClient) -> None:
    open_case, closed = make_complaint(now=at("2026-11-20")), make_concluded_complaint(now=at("2026-11-20"))

    told_before = [unsure_days(api, open_case), unsure_days(api, closed)]
    set_day(
        date=dt.date(2026, 11, 24), kind=DayKind.HOLIDAY, name="Ngày Văn hóa Việt Nam", source="Luật mẫu",
        certainty=Certainty.OFFICIAL, by="person:mau", now=at("2026-11-21"),
    )  # fmt: skip

    assert told_before == [["2026-11-24"], []]
    assert unsure_days(api, open_case) == []


def test_the_citizen_is_told_as_well_that_his_day_may_move(api: ContractClient) -> None:
    with time_machine.travel(at("2026-11-20"), tick=False):
        receipt = api.once("/complaints", A_COMPLAINT).json()
    asked = {name: receipt[name] for name in ("receipt_number", "receipt_secret")}

    status = api.post("/complaint-receipts", asked).json()

    assert status["unsure_days"] == [{"date": "2026-11-24", "name": "Ngày Văn hóa Việt Nam"}]


def test_every_transition_names_its_clause_for_every_class() -> None:
    assert all(set(step.basis) == set(LegalClass) for step in TRANSITIONS)


@pytest.mark.parametrize(
    ("outcomes", "answer"),
    [
        (["upheld", "upheld"], "upheld"),
        (["upheld", "not_upheld"], "partly_upheld"),
        (["partly_upheld"], "partly_upheld"),
        (["undetermined", "not_upheld"], "undetermined"),
        (["slander"], "not_upheld"),
    ],
)
def test_findings_come_to_one_answer(outcomes: list[str], answer: str) -> None:
    assert answer_of(outcomes) == answer


def test_a_receipt_number_shows_any_single_wrong_digit() -> None:
    number = with_check_digit("123456789012345")
    wrong = {
        number[:place] + digit + number[place + 1 :] for place in range(16) for digit in "0123456789"
    } - {number}  # fmt: skip

    assert [one for one in {number, *wrong} if with_check_digit(one[:-1]) == one] == [number]
