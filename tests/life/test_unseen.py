"""A complaint stays unseen: whatever the accused and his unit may read says the same before it and after it.

Sources: Luật Tố cáo 2018, điều 8, 12; TT 01/2018/TT-VPCP; reliability S6, S8.
"""

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

import pytest

from api.events.releasing import release_held
from feedback.complaints.models import Complaint
from feedback.monitoring.metrics.definitions import DEFINITIONS
from procedures.models import Transaction
from tests.builders.figures import an_official, complained, rated, served, the_department
from tests.contract_client import ContractClient
from units.models import Official

WHOLE_YEARS = {"from": "2024-01-01", "to": "2030-12-31"}
EVERY_SCOPE = (
    "units:read", "procedures:read", "transactions:read", "transactions:write", "ratings:manage", "complaints:read",
    "complaints:handle", "monitoring:read", "assessments:read", "events:read",
)  # fmt: skip
OF_THE_REQUEST = {"instance", "as_of", "after"}
"""What differs between two answers to one question: the request's own number, the moment, the place in the feed."""


def bare(value: Any, *, changing: Collection[str] = OF_THE_REQUEST) -> Any:
    """Return a document without what belongs to the request."""
    match value:
        case dict():
            return {name: bare(inner, changing=changing) for name, inner in value.items() if name not in changing}
        case list():
            return [bare(inner, changing=changing) for inner in value]
        case _:
            return value


def told(client: ContractClient, paths: list[str]) -> dict[str, tuple[int, str, str]]:
    """Return what every path says to a caller: status, ETag and body."""
    answers = {path: client.get(path) for path in paths}
    return {
        path: (answer.status_code, answer.get("ETag", ""), json.dumps(bare(answer.json())))
        for path, answer in answers.items()
    }


def paths_about(official: Official, dossier_code: str) -> list[str]:
    """Return the address of everything that exists and might speak of an official, his unit and his transaction."""
    unit, span = the_department().code, f"from={WHOLE_YEARS['from']}&to={WHOLE_YEARS['to']}"
    figures = [
        f"/metrics/values?metric={one.code}&{span}{narrowed}"
        for one in DEFINITIONS
        for narrowed in ("", f"&unit={unit}", f"&official={official.code}", f"&procedure=1.004884&unit={unit}")
    ]
    lists = ["/complaints", "/ratings", "/transactions", "/assessments", "/publications", "/journal", "/officials"]
    transaction = [f"/transactions/{dossier_code}{part}" for part in ("", "/timeline", "/clock")]
    filters = [f"/complaints?{one}" for one in (f"official={official.code}", f"under={unit}", "state=submitted")]
    return [
        *figures, *(f"{path}{'&' if '?' in path else '?'}count=exact" for path in (*lists, *filters)), *transaction,
        f"/officials/{official.code}", f"/units/{unit}", "/events?limit=1000",
    ]  # fmt: skip


@pytest.fixture
def accused() -> Official:
    return an_official("CB-77")


@pytest.fixture
def served_by_him(accused: Official) -> str:
    """The number of one of his transactions; two were rated."""
    transactions = [served(official=accused) for _ in range(4)]
    for one in transactions[:2]:
        rated(one, 5, form="MIC_5")
    return transactions[-1].dossier_code


def viewers(api: ContractClient, accused: Official) -> dict[str, ContractClient]:
    """Return the accused, a colleague, and the machine and the head bounded by their unit, with every scope."""
    colleague = an_official("CB-78")
    return {
        "accused": api.signed_in(*EVERY_SCOPE, as_official=accused),
        "colleague": api.signed_in(*EVERY_SCOPE, as_official=colleague),
        "head": api.signed_in(*EVERY_SCOPE, as_official=colleague, boundary=the_department()),
        "machine of the unit": api.machine(*EVERY_SCOPE, boundary=the_department()),
        "head of another scope": api.signed_in("monitoring:read", "events:read", boundary=the_department()),
    }


@pytest.mark.slow
def test_no_path_tells_the_accused_or_his_unit_that_somebody_complained(
    api: ContractClient, accused: Official, served_by_him: str
) -> None:
    everybody, paths = viewers(api, accused), paths_about(accused, served_by_him)
    before = {name: told(client, paths) for name, client in everybody.items()}

    complained(_transaction(served_by_him), accused)
    pending = {name: told(client, paths) for name, client in everybody.items()}
    complained(_transaction(served_by_him), accused, "upheld")
    concluded = {name: told(client, paths) for name, client in everybody.items()}

    for name in everybody:
        assert _differences(before[name], pending[name]) == [], name
        assert _differences(before[name], concluded[name]) == [], name
    inspector = api.signed_in(*EVERY_SCOPE)
    assert inspector.get("/complaints?count=exact").json()["count"] == 2


def test_the_comparison_notices_what_an_inspector_from_elsewhere_is_told(
    api: ContractClient, accused: Official, served_by_him: str
) -> None:
    """The control: who may know sees the same paths change."""
    inspector, paths = api.signed_in(*EVERY_SCOPE), paths_about(accused, served_by_him)
    before = told(inspector, paths)

    complained(_transaction(served_by_him), accused)

    changed = _differences(before, told(inspector, paths))
    assert "/complaints?count=exact" in changed
    assert any(path.startswith("/metrics/values?metric=satisfaction_qd766_union") for path in changed)


def test_the_feed_tells_of_complaints_only_to_who_serves_in_no_unit(own_database: str) -> None:
    official = an_official("CB-77")
    api = ContractClient()
    readers = [
        api.machine(*EVERY_SCOPE), api.signed_in(*EVERY_SCOPE, as_official=official),
        api.machine(*EVERY_SCOPE, boundary=the_department()),
    ]  # fmt: skip
    begun = [reader.get("/events?limit=1000").json()["after"] for reader in readers]

    complaint = complained(None, official)
    release_held(now=dt.datetime.now(dt.UTC) + dt.timedelta(days=2))

    told_to = [
        [event["subject"] for event in reader.get(f"/events?limit=1000&after={after}").json()["events"]]
        for reader, after in zip(readers, begun, strict=True)
    ]
    assert set(told_to[0]) == {str(complaint.pk)}
    assert told_to[1:] == [[], []]


def test_a_change_of_a_hidden_case_is_refused_as_of_one_that_never_was(api: ContractClient, accused: Official) -> None:
    complaint = complained(None, accused)
    himself = api.signed_in(*EVERY_SCOPE, as_official=accused)
    absent = "00000000-0000-4000-8000-000000000000"
    nouns: dict[str, dict[str, Any]] = {
        "acceptance": {}, "refusal": {"message": "x"}, "verification": {"report": "x"},
        "conclusion": {"text": "x", "answer": "x", "findings": []},
    }  # fmt: skip

    for etag in ('"1"', f'"{complaint.version}"', '"99"', ""):
        headers = {"If-Match": etag} if etag else {}
        for noun, body in nouns.items():
            answers = [
                himself.once(f"/complaints/{one}/{noun}", body, **headers) for one in (complaint.pk, absent)
            ]  # fmt: skip
            assert len({(a.status_code, json.dumps(bare(a.json()))) for a in answers}) == 1, (noun, etag)
            assert all("ETag" not in answer for answer in answers)
    assert Complaint.objects.get(pk=complaint.pk).version == complaint.version


def test_a_dossier_that_was_complained_of_is_written_and_rated_like_any_other(
    api: ContractClient, accused: Official, served_by_him: str
) -> None:
    """Neither a conflict nor a delay: the sender's own answers say nothing of a complaint."""
    plain = served(official=accused).dossier_code
    complained(_transaction(served_by_him), accused)
    machine = api.machine(*EVERY_SCOPE, boundary=the_department())
    step = {"steps": [{"at": "2024-03-05T09:00:00+07:00", "status": "processing", "content": "Thẩm định"}]}

    steps = [machine.post(f"/transactions/{code}/steps", step).json() for code in (served_by_him, plain)]
    rights = [
        machine.once(f"/transactions/{code}/rating-rights", {"step": "settlement", "form": "THANH_HOA_3"})
        for code in (served_by_him, plain)
    ]

    assert {(one["outcome"], tuple(one["warnings"])) for one in steps} == {("updated", ())}
    assert {answer.status_code for answer in rights} == {201}
    assert {tuple(sorted(answer.json())) for answer in rights} == {tuple(sorted(rights[0].json()))}


def _transaction(code: str) -> Transaction:
    return Transaction.objects.get(dossier_code=code)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [path for path in before if before[path] != after[path]]
