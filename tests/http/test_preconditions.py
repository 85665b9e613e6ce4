"""Nobody overwrites what he has not read: every operation that takes If-Match (RFC 9110, 13.1.1)."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.access.credentials import make_client
from tests.access.kinds import KINDS
from tests.builders.complaints import make_complaint, make_verified_complaint
from tests.builders.organisation import make_official, make_unit
from tests.contract_client import CONTRACT, ContractClient, problem
from tests.ratings.test_forms import a_content

PLACES = ("api.units.views", "api.units.officials", "api.access.views", "api.complaints.handling",
          "api.procedures.calendar", "api.procedures.views", "api.monitoring.targets", "api.ratings.views",
          "api.assessments.declarations")  # fmt: skip
DAY = "/calendar/days/2026-12-14"
FLOOD = {"kind": "holiday", "name": "Nghỉ do lũ", "source": "Công điện của UBND tỉnh"}
A_UNIT = {"name": "Đội mẫu hai", "kind": "department", "parent": "gso2025:51", "valid_from": "2026-03-01"}
A_PROCEDURE = {"name": "Thủ tục mẫu", "levels": ["commune"], "field": "Hộ tịch", "valid_from": "2026-03-01"}
A_TARGET = {
    "metrics": ["rating_coverage"], "value": "0.9", "valid_from": "2026-01-01", "source": "Kế hoạch mẫu của tỉnh",
}  # fmt: skip
A_DECLARATION = {
    "publication": {"correct": True, "posted": True, "electronic": True}, "evidence": "Báo cáo mẫu của đơn vị",
}  # fmt: skip
A_CONCLUSION = {
    "text": "Đúng.", "answer": "Đúng.", "findings": [{"subject": 1, "category": "ATT-02", "outcome": "upheld"}]
}  # fmt: skip


TESTS = Path(__file__).resolve().parents[1]
DECIDED = ("exclusions/test_exclusions.py", "test_who_decides_names_the_version_he_read")
HOURS = ("procedures/test_office_hours.py", "test_hours_are_changed_only_by_who_has_read_them")


class Change(NamedTuple):
    """A thing that exists, and a change of it."""

    path: str
    body: dict[str, Any]
    card: str = ""
    """Where the thing is read, when not at the same address."""


def a_client() -> Change:
    path = f"/clients/{make_client('units:read').row.client_id}"
    return Change(path, {"name": "Tên mới", "scopes": ["units:read"]})


def a_unit() -> Change:
    make_unit("mau:doi")
    return Change("/units/mau:doi", A_UNIT)


def an_official() -> Change:
    make_official("CB-001")
    return Change("/officials/CB-001", {"name": "Y Tiếp Nhận Mẫu"})


def a_procedure() -> Change:
    return Change("/procedures/1.004884", A_PROCEDURE)


def a_day() -> Change:
    KINDS["admin"]().put(DAY, FLOOD)
    return Change(DAY, {"kind": "ordinary"})


def a_target() -> Change:
    KINDS["admin"]().put("/metrics/targets/MAU-90", A_TARGET)
    return Change("/metrics/targets/MAU-90", A_TARGET | {"value": "0.95"})


def a_declaration() -> Change:
    KINDS["admin"]().put("/unit-declarations/gso2025:51/2024", A_DECLARATION)
    return Change("/unit-declarations/gso2025:51/2024", A_DECLARATION | {"evidence": "Báo cáo sửa"})


def a_form() -> Change:
    KINDS["admin"]().put("/rating-forms/TINH_MAU", a_content())
    return Change("/rating-forms/TINH_MAU", a_content(title_vi="Mới"))


def a_case(noun: str, body: dict[str, Any], make: Callable[[], Any] = make_complaint) -> Callable[[], Change]:
    def prepared() -> Change:
        card = f"/complaints/{make().pk}"
        return Change(f"{card}/{noun}", body, card)

    return prepared


def an_accepted_case() -> Any:
    complaint = make_complaint()
    inspector = KINDS["inspector"]()
    inspector.once(f"/complaints/{complaint.pk}/acceptance", {}, **{"If-Match": '"1"'})
    return complaint


CHANGES: dict[str, Callable[[], Change]] = {
    "PUT /api/v1/calendar/days/{date}": a_day,
    "PUT /api/v1/clients/{client_id}": a_client,
    "PUT /api/v1/metrics/targets/{code}": a_target,
    "PUT /api/v1/officials/{code}": an_official,
    "PUT /api/v1/procedures/{code}": a_procedure,
    "PUT /api/v1/rating-forms/{code}": a_form,
    "PUT /api/v1/unit-declarations/{unit}/{period}": a_declaration,
    "PUT /api/v1/units/{code}": a_unit,
    "POST /api/v1/complaints/{complaint_id}/acceptance": a_case("acceptance", {}),
    "POST /api/v1/complaints/{complaint_id}/refusal": a_case("refusal", {"message": "Không thuộc thẩm quyền."}),
    "POST /api/v1/complaints/{complaint_id}/verification": a_case("verification", {"report": "x"}, an_accepted_case),
    "POST /api/v1/complaints/{complaint_id}/conclusion": a_case("conclusion", A_CONCLUSION, make_verified_complaint),
}


ELSEWHERE = {
    "POST /api/v1/exclusions/{exclusion_id}/approval": DECIDED,
    "POST /api/v1/exclusions/{exclusion_id}/refusal": DECIDED,
    "POST /api/v1/exclusions/{exclusion_id}/revocation": DECIDED,
    "POST /api/v1/exclusions/{exclusion_id}/withdrawal": DECIDED,
    "POST /api/v1/official-names/decisions": (
        "transactions/test_names.py", "test_who_did_not_see_the_last_decision_decides_nothing"
    ),
    "POST /api/v1/units/{code}/successions": ("units/test_reorganising.py", "test_needs_that_the_unit_was_read"),
    "POST /api/v1/unit-successions/{succession_id}/revocation": (
        "units/test_revoking.py", "test_who_has_not_read_the_unit_takes_nothing_back"
    ),
    "PUT /api/v1/calendar/office-hours": HOURS,
    "PUT /api/v1/calendar/office-hours/{code}": HOURS,
}  # fmt: skip
"""What takes more than one request to bring about, and the test that holds it."""


def keeper(operation: str) -> ContractClient:
    return KINDS["inspector" if "complaints" in operation else "admin"]()


def send(operation: str, change: Change, match: str | None) -> Any:
    headers = {"Idempotency-Key": f"khoa-dieu-kien-{match or 'khong'}-0001"} | ({"If-Match": match} if match else {})
    method = operation.split(maxsplit=1)[0].lower()
    return getattr(keeper(operation), method)(change.path, change.body, headers=headers)


def card(operation: str, change: Change) -> tuple[str, Any]:
    answer = keeper(operation).get(change.card or change.path)
    return answer["ETag"], answer.json()


def test_every_operation_that_may_answer_412_is_among_these() -> None:
    document = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

    conditional = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items() for method, operation in operations.items()
        if isinstance(operation, dict) and "412" in operation.get("responses", {})
    }  # fmt: skip
    assert conditional == set(CHANGES) | set(ELSEWHERE)


@pytest.mark.parametrize(("file", "test"), sorted(set(ELSEWHERE.values())))
def test_what_is_held_elsewhere_is_there(file: str, test: str) -> None:
    assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("operation", CHANGES)
def test_what_was_changed_meanwhile_or_never_read_is_not_overwritten(operation: str) -> None:
    change = CHANGES[operation]()
    before = card(operation, change)

    unread, stale = send(operation, change, None), send(operation, change, '"987654"')

    assert (problem(unread), problem(stale)) == ((428, "precondition-required"), (412, "precondition-failed"))
    assert card(operation, change) == before
    assert send(operation, change, before[0]).status_code in {200, 201}
    assert card(operation, change) != before


@pytest.mark.parametrize("operation", CHANGES)
def test_control_without_the_comparison_the_stale_change_would_be_made(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES[operation]()
    before = card(operation, change)
    for place in PLACES:
        monkeypatch.setattr(sys.modules[place], "require_match", lambda *_, **__: None)

    assert send(operation, change, '"987654"').status_code in {200, 201}
    assert card(operation, change) != before
