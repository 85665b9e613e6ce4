"""The pages: the contract in two versions, its documentation from our own files, and what each problem means."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.test import Client
from openapi_spec_validator import validate

from api.problems import all_problems
from tests.contract_client import CONTRACT, ContractClient


def page(path: str, **headers: str) -> str:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_contract_is_served_as_it_is_committed() -> None:
    assert page("/openapi.yaml") == Path(CONTRACT).read_text(encoding="utf-8")


def test_older_generators_get_the_same_operations_in_openapi_3_0() -> None:
    newer, older = yaml.safe_load(page("/openapi.yaml")), yaml.safe_load(page("/openapi-3.0.yaml"))

    assert older["openapi"] == "3.0.3"
    assert "webhooks" not in older
    assert operations(older) == operations(newer)
    assert "'null'" not in page("/openapi-3.0.yaml")
    validate(older)


def test_every_operation_has_its_own_name_a_tag_and_a_summary() -> None:
    told = [o for path in yaml.safe_load(page("/openapi.yaml"))["paths"].values() for o in path.values()]

    assert len({o["operationId"] for o in told}) == len(told)
    assert [o["operationId"] for o in told if len(o.get("tags", [])) != 1 or not o.get("summary")] == []
    assert [o["operationId"] for o in told if not {"400", "429", "500", "503"} <= set(o["responses"])] == []


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_documentation_takes_nothing_from_elsewhere_and_runs_no_inline_script(path: str) -> None:
    html = page(path)

    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert " on" not in re.sub(r">[^<]*<", "><", html)
    for source in sources:
        if source.startswith("/static/"):
            assert finders.find(source.removeprefix("/static/")), source


@pytest.mark.parametrize("problem", all_problems(), ids=lambda problem: str(problem.slug))
def test_the_type_of_every_problem_leads_to_its_page(problem: Any) -> None:
    path = problem.type.removeprefix("http://testserver")

    assert f"<h1>{problem.vi}</h1>" in page(path).replace("&quot;", '"')
    assert f"<h1>{problem.en}</h1>" in page(path, **{"Accept-Language": "en"}).replace("&#x27;", "'")
    assert problem.slug in page("/problems")


def test_a_problem_that_does_not_exist_has_no_page(api: ContractClient) -> None:
    assert Client().get("/problems/khong-co").status_code == 404


def test_every_coded_word_is_told_with_its_label(api: ContractClient) -> None:
    lists = {(entry["room"], entry["name"]): entry["codes"] for entry in api.get("/codes").json()["lists"]}

    assert {"code": "returned", "label": "Đã trả kết quả"} in lists["procedures", "status"]
    assert {"code": "commune", "label": "xã"} in lists["units", "unit_kind"]
    assert lists["feedback", "complaint_state"]
    assert {"code": "events:read", "label": "Đọc dòng sự kiện"} in lists["access", "scope"]


def operations(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return every operation by path, method and name."""
    return {
        (path, method, operation["operationId"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
