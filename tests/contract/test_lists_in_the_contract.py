"""What every list promises in the contract: pages, and the organisation it shows.  Source: design, invariant 3; §5."""

from pathlib import Path
from typing import Any

import yaml

CONTRACT = yaml.safe_load((Path(__file__).resolve().parents[2] / "openapi.yaml").read_text(encoding="utf-8"))
LISTS = {
    address: methods["get"] for address, methods in CONTRACT["paths"].items()
    if "Paginated" in str(methods.get("get", {}).get("responses", {}).get("200"))
}  # fmt: skip
OF_A_DAY = {"/api/v1/units", "/api/v1/officials", "/api/v1/unit-successions", "/api/v1/calendar/due-date"}
"""The organisation itself, and a day that is worked out: what was in force on the day that is asked for."""


def asked(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", ())}


def test_every_list_can_be_paged() -> None:
    assert len(LISTS) > 20
    assert {
        address for address, list_ in LISTS.items() if not {"cursor", "page_size", "count"} <= asked(list_)
    } == set()


def test_every_list_and_report_that_is_narrowed_by_unit_can_be_asked_as_then_or_as_now() -> None:
    narrowed = {
        address for address, methods in CONTRACT["paths"].items()
        if {"unit", "under", "receiving_unit"} & asked(methods.get("get", {})) and "{unit}" not in address
    }  # fmt: skip

    assert {"/api/v1/transactions", "/api/v1/metrics/values", "/api/v1/unit-declarations"} <= narrowed
    assert {one for one in narrowed if "organisation" not in asked(CONTRACT["paths"][one]["get"])} == OF_A_DAY
