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


def fields_of(list_: dict[str, Any]) -> set[str]:
    """Return the names of what a row of a list tells, of the parts of its rows as well."""
    shapes = CONTRACT["components"]["schemas"]
    page = shapes[list_["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
    found, seen, waiting = set(), set(), [page["properties"]["results"]]
    while waiting:
        told = waiting.pop()
        if isinstance(told, list):
            waiting += told
        elif isinstance(told, dict):
            found |= set(told.get("properties", ()))
            waiting += told.values()
            name = str(told.get("$ref", "")).rsplit("/", 1)[-1]
            if name and name not in seen:
                seen.add(name)
                waiting.append(shapes[name])
    return found


def test_every_list_whose_rows_may_tell_what_a_unit_was_can_be_asked_as_then_or_as_now() -> None:
    carried = {
        address for address, list_ in LISTS.items() if any(name.endswith("_was") for name in fields_of(list_))
    }  # fmt: skip

    assert {"/api/v1/exclusions", "/api/v1/transactions/{dossier_code}/exclusions", "/api/v1/complaints"} <= carried
    assert {address for address in carried if "organisation" not in asked(LISTS[address])} == set()


def test_every_list_and_report_that_is_narrowed_by_unit_can_be_asked_as_then_or_as_now() -> None:
    narrowed = {
        address for address, methods in CONTRACT["paths"].items()
        if {"unit", "under", "receiving_unit"} & asked(methods.get("get", {})) and "{unit}" not in address
    }  # fmt: skip

    assert {"/api/v1/transactions", "/api/v1/metrics/values", "/api/v1/unit-declarations"} <= narrowed
    assert {one for one in narrowed if "organisation" not in asked(CONTRACT["paths"][one]["get"])} == OF_A_DAY
