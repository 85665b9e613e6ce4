"""The right to rate on the four papers that are handed out: receipt, supplement, refusal and result."""

import base64
import uuid
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from api.idempotency.models import StoredAnswer
from feedback.vocabulary import RatingSlip
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_submission
from tests.contract_client import ContractClient, faults

PAPERS = [(RatingSlip.RECEIPT, "reception"), (RatingSlip.SUPPLEMENT, "reception"), (RatingSlip.REFUSAL, "reception"),
          (RatingSlip.RESULT, "return")]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def wanted(slip: str, step: str = "reception", **overrides: Any) -> dict[str, Any]:
    return {"step": step, "form": "THANH_HOA_3", "slip": slip, **overrides}


def words_of(sheet: str) -> str:
    """Return what can be read on a sheet; that it is well-formed XML is shown on the way."""
    return "\n".join(text.text or "" for text in ET.fromstring(sheet).iter(f"{SVG}text"))  # noqa: S314 - our own


@pytest.mark.parametrize(("slip", "step"), PAPERS)
def test_each_paper_has_a_sheet_to_print_that_names_it_in_two_languages(
    api: ContractClient, slip: RatingSlip, step: str
) -> None:
    dossier = a_dossier()
    path = f"/transactions/{dossier.dossier_code}/rating-rights"

    told = api.machine("transactions:write").once(path, wanted(slip, step)).json()

    words = words_of(told["slip_svg"])
    secret = told["link"].partition("#")[2]
    assert told["slip"] == slip
    assert f"Kèm {slip.label}" in words
    assert "With the " in words
    assert secret in words.replace("-", "")  # to be typed by who has no camera
    assert dossier.dossier_code not in told["slip_svg"]
    assert base64.b64decode(told["qr_png"]).startswith(b"\x89PNG")
    assert told["qr_svg"].startswith("<svg")
    typed = words.splitlines()[-1]
    assert api.once("/ratings", a_submission(typed)).status_code == 201


def test_a_right_that_goes_with_no_paper_has_no_sheet(api: ContractClient) -> None:
    path = f"/transactions/{a_dossier().dossier_code}/rating-rights"

    told = api.machine("transactions:write").once(path, {"step": "reception", "form": "THANH_HOA_3"}).json()

    assert {"slip", "slip_svg"} & set(told) == set()


def test_a_batch_draws_the_sheets_of_the_rows_that_ask_for_them(api: ContractClient) -> None:
    codes = [a_dossier().dossier_code for _ in range(5)]
    rows = [{"dossier_code": code, **wanted(slip, step)} for code, (slip, step) in zip(codes, PAPERS, strict=False)]
    rows.append({"dossier_code": codes[4], "step": "return", "form": "THANH_HOA_3"})

    told = api.machine("transactions:write").once("/rating-rights/batch", {"rights": rows}).json()["results"]

    assert [row.get("right", {}).get("slip") for row in told] == [*(str(slip) for slip, _ in PAPERS), None]
    assert ["slip_svg" in row for row in told] == [True] * 4 + [False]
    assert "qr_svg" not in told[0]


def test_sheets_again_are_the_same_bytes_and_none_is_stored(api: ContractClient) -> None:
    machine, key = api.machine("transactions:write"), str(uuid.uuid4())
    path = f"/transactions/{a_dossier().dossier_code}/rating-rights"

    first, again = (machine.once(path, wanted(RatingSlip.RECEIPT), key) for _ in range(2))

    assert first.content == again.content
    stored = StoredAnswer.objects.get().body
    assert "<svg" not in stored
    assert first.json()["link"].partition("#")[2] not in stored


def test_sheets_are_drawn_for_two_hundred_at_most_and_of_these_papers_only(api: ContractClient) -> None:
    machine = api.machine("transactions:write")

    many = machine.once("/rating-rights/batch", {"rights": [{"slip": "receipt"}] * 201})
    other = machine.once(f"/transactions/{a_dossier().dossier_code}/rating-rights", wanted("invoice"))

    assert faults(many) == {("/images", "too_many_rows")}
    assert faults(other) == {("/slip", "invalid_choice")}


def test_every_step_that_can_be_rated_has_words_on_the_sheet(api: ContractClient) -> None:
    dossier, machine = a_dossier(), api.machine("transactions:write")
    path = f"/transactions/{dossier.dossier_code}/rating-rights"

    sheets = [machine.once(path, wanted(RatingSlip.RESULT, step)).json()["slip_svg"] for step in StepKind]

    assert len({words_of(sheet).split("\n")[3] for sheet in sheets}) == len(StepKind)
