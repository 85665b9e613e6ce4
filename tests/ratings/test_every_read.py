"""Whatever the unit may read, by every address of the contract, says the same before a rating and after it (S11, T1).

A quiet unit: fewer than five of its dossiers are rated, so nothing of them may be told to it, neither that they were
rated nor what was said. A new address that reads must be given its values here, or the first test is red.
"""

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterator

import pytest
import yaml
from django.utils.timezone import localdate

from api.access.scopes import ALL_SCOPES
from feedback.models import Rating
from feedback.monitoring.metrics.definitions import DEFINITIONS
from feedback.ratings.services import release
from feedback.vocabulary import RatingBreakdown
from procedures.models import Transaction
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official, serve
from tests.contract_client import CONTRACT, ContractClient
from tests.life.test_unseen import OF_THE_REQUEST, bare
from units.models import Official

NOBODY = "00000000-0000-4000-8000-000000000000"
NOT_OF_THE_UNIT = {"contacts:read"}  # machines that send links; each reading is on record
FORMATS = ("application/json", "text/csv")
MADE_AT = re.compile(r"(?<=Lập lúc).*")  # a file says in its head when it was made
CHANGING = OF_THE_REQUEST | {"next_cursor", "entries", "head"}
"""A cursor is signed anew each time; the record of readings, of which all are told how long it is, grows by asking."""
READS = [path for path, item in yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["paths"].items() if "get" in item]


@pytest.fixture
def api(own_database: str) -> ContractClient:
    """Return a caller of a service that commits: what one answer sets for its transaction ends with it."""
    return ContractClient()


@pytest.fixture
def clerk(own_database: str) -> Official:
    return an_official("CB-77", a_unit())


@pytest.fixture
def dossiers(clerk: Official) -> list[Transaction]:
    """Three dossiers that the clerk took in, two of them finished."""
    ends = [None, *(dt.datetime(2026, 3, day, 3, tzinfo=dt.UTC) for day in (10, 12))]
    made = [a_dossier(unit=a_unit(), ended_at=end) for end in ends]
    for one in made:
        serve(one, unit=a_unit(), official=clerk)
    return made


def values(dossier: Transaction, clerk: Official) -> dict[str, list[str]]:
    """Return what may stand in the place of each name in an address."""
    return {
        "dossier_code": [dossier.dossier_code], "/officials/{code}": [clerk.code], "/units/{code}": [a_unit().code],
        "/units/{code}/tree": [a_unit().code], "/procedures/{code}": [dossier.procedure.code],
        "/calendar/office-hours/{code}": [a_unit().code], "/rating-forms/{code}": ["THANH_HOA_3"],
        "/criteria-sets/{code}": ["TT01_2018"], "/metrics/targets/{code}": ["KH-1613-2025"],
        "unit": [a_unit().code], "period": ["2026"], "date": ["2026-03-04"], "rating_id": [NOBODY],
        **{name: [NOBODY, "1"] for name in (
            "run_id", "assessment_id", "client_id", "complaint_id", "exclusion_id", "import_id", "publication_id",
            "recount_id", "succession_id",
        )},
    }  # fmt: skip


def questions(path: str, dossier: Transaction, clerk: Official) -> list[str]:
    """Return the questions of an address: its required ones, and those that would narrow it to a dossier."""
    unit, span = a_unit().code, "from=2026-01-01&to=2026-12-31"
    if path == "/metrics/values":
        narrowed = ("", f"&unit={unit}", f"&official={clerk.code}", f"&procedure={dossier.procedure.code}&unit={unit}")
        return [f"?metric={one.code}&{span}{more}" for one in DEFINITIONS for more in narrowed]
    if path == "/metrics/ratings":
        narrowed = ("", f"&unit={unit}", f"&official={clerk.code}", f"&procedure={dossier.procedure.code}&unit={unit}")
        return [f"?{span}{more}&by={by.value}" for by in RatingBreakdown for more in narrowed]
    return {
        "/calendar/days": [f"?{span}"], "/calendar/due-date": ["?received_at=2026-03-04T08:00:00%2B07:00"],
        "/unit-codes": ["?scheme=GSO&value=23500"], "/events": ["?limit=1000"],
        "/transactions": ["?count=exact", f"?q={dossier.dossier_code}", f"?under={unit}"],
        "/transactions/export": ["", f"?under={unit}"],
        **{path: ["", f"?unit={unit}", f"?unit={unit}&organisation=now"] for path in (
            "/rating-summaries", "/rating-comments", "/exclusions",
        )},
    }.get(path, [""])  # fmt: skip


def addresses(dossier: Transaction, clerk: Official) -> Iterator[str]:
    """Yield every address of the contract that can be read, filled in."""
    known = values(dossier, clerk)
    for path in (whole.removeprefix("/api/v1") for whole in READS if whole.startswith("/api/v1")):
        names = re.findall(r"{(\w+)}", path)
        for chosen in itertools.product(*(known.get(path) or known[name] for name in names)):
            filled = path
            for name, value in zip(names, chosen, strict=True):
                filled = filled.replace(f"{{{name}}}", value)
            yield from (filled + question for question in questions(path, dossier, clerk))


def told(caller: ContractClient, asked: list[str]) -> dict[str, tuple[int, str, str]]:
    """Return what every address says: status, ETag and body, in each form in which it is given."""
    answers = {}
    for path in asked:
        for wanted in FORMATS if "/export" in path else FORMATS[:1]:
            answer = caller.get(path, headers={"Accept": wanted})
            body = MADE_AT.sub("", answer.content.decode(errors="replace"))
            is_json = "json" in answer.get("Content-Type", "")
            said = json.dumps(bare(json.loads(body), changing=CHANGING)) if is_json else body
            answers[f"{path} {wanted}"] = answer.status_code, answer.get("ETag", ""), said
    return answers


def near(api: ContractClient, clerk: Official) -> dict[str, ContractClient]:
    """Return those who stand near: with every scope there is, where his boundary or his post keeps one in the unit."""
    scopes = sorted(ALL_SCOPES - NOT_OF_THE_UNIT)
    colleague = an_official("CB-78", a_unit())
    return {
        "the clerk": api.signed_in(*scopes, as_official=clerk),
        "the head": api.signed_in(*scopes, as_official=colleague, boundary=a_unit()),
        "the unit's machine": api.machine(*scopes, boundary=a_unit()),
    }


def a_tablet(api: ContractClient) -> ContractClient:
    return api.machine("ratings:write", is_trusted_counter=True, source="quay-mau")


def rate_all(api: ContractClient, counter: ContractClient, dossiers: list[Transaction], secrets: list[str]) -> None:
    """Let two citizens rate by right and one at the counter, and let weeks pass."""
    bodies = [a_submission(secret, comment="Phải chờ lâu.", answers={"overall": 1}) for secret in secrets]
    at_counter = a_submission(dossier_code=dossiers[2].dossier_code, step="reception", channel="kiosk")
    answers = [*(api.once("/ratings", body) for body in bodies), counter.once("/ratings", at_counter)]
    assert {answer.status_code for answer in answers} == {201}
    release(today=localdate() + dt.timedelta(days=40))


def test_every_address_that_can_be_read_is_asked(dossiers: list[Transaction], clerk: Official) -> None:
    asked = list(addresses(dossiers[0], clerk))

    assert len(READS) > 50
    assert len(asked) >= len(READS) - 1  # what OAuth tells of itself stands beside the contract's own addresses
    assert len(asked) == len(set(asked))


@pytest.mark.slow
def test_no_address_tells_the_unit_that_its_dossiers_were_rated(
    api: ContractClient, dossiers: list[Transaction], clerk: Official
) -> None:
    secrets, counter = [a_right(one)[1] for one in dossiers[:2]], a_tablet(api)
    everybody, asked = near(api, clerk), list(addresses(dossiers[0], clerk))
    before = {name: told(caller, asked) for name, caller in everybody.items()}

    rate_all(api, counter, dossiers, secrets)

    after = {name: told(caller, asked) for name, caller in everybody.items()}
    for name in everybody:
        assert "\n".join(path for path in before[name] if before[name][path] != after[name][path]) == "", name
        statuses = [status for status, _, _ in after[name].values()]
        assert statuses.count(200) > len(statuses) / 2, name
        assert max(statuses) < 500, name


@pytest.mark.slow
def test_the_comparison_notices_what_the_inspectorate_is_told(
    api: ContractClient, dossiers: list[Transaction], clerk: Official
) -> None:
    """The control: who may know sees the same addresses change."""
    secrets, counter = [a_right(one)[1] for one in dossiers[:2]], a_tablet(api)
    inspector, asked = api.signed_in(*sorted(ALL_SCOPES)), list(addresses(dossiers[0], clerk))
    before = told(inspector, asked)

    rate_all(api, counter, dossiers, secrets)

    after = told(inspector, asked)
    changed = {path.partition("?")[0].split()[0] for path in before if before[path] != after[path]}
    assert {"/ratings", "/metrics/values"} <= changed
    assert Rating.objects.count() == 3
