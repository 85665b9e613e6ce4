"""What the example proxy refuses by itself is a problem like ours (RFC 9457), never a page of HTML."""

import json
import re
from pathlib import Path

import pytest

CONFIGURATION = (Path(__file__).resolve().parent.parent.parent / "config" / "proxy.conf").read_text(encoding="utf-8")
OWN_REFUSALS = ("400", "408", "413", "414", "494", "495", "496", "497", "500", "501", "502", "504", "505")


@pytest.mark.parametrize("status", OWN_REFUSALS)
def test_each_refusal_of_the_proxy_is_told_by_a_problem(status: str) -> None:
    pages = {
        code: place
        for codes, place in re.findall(r"error_page ([\d ]+) (@\w+);", CONFIGURATION)
        for code in codes.split()
    }

    assert f"location {pages[status]} {{" in CONFIGURATION


def test_whatever_the_proxy_returns_is_json_with_its_own_status() -> None:
    returned = re.findall(r"return (\d+)([^;]*);", CONFIGURATION)

    assert len(returned) > 5
    for status, body in returned:
        assert json.loads(body.strip().strip("'"))["status"] == int(status)
    assert CONFIGURATION.count("default_type application/problem+json;") == len(returned)
