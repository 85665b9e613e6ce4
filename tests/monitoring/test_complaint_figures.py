"""No figure tells anybody near the accused of a complaint: not by itself, and not less another.

Sources: Luật Tố cáo 2018, điều 8, 12; docs/decisions/0014-complaints-below-the-inspectorate.md.
"""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from feedback.monitoring.metrics.published import REST_ON_RATINGS
from feedback.monitoring.queries import values
from tests.assessments.test_runs import MANAGER, run
from tests.builders.complaints import accused, make_complaint, make_concluded_complaint
from tests.builders.figures import LONG_AFTER, SERVED_ON, an_official, served, the_department
from tests.builders.organisation import make_official
from tests.complaints.worlds import post, unit
from tests.contract_client import ContractClient
from units.models import Official

UPHELD = "upheld_complaints_per_1000"
DAYS = [SERVED_ON + dt.timedelta(days=n) for n in range(6)]
LATER = SERVED_ON + dt.timedelta(days=9)


def six_upheld(official: Official) -> None:
    """Five complaints on five days, and one a week later: whoever subtracts wants to find that one."""
    for day in (*DAYS[:5], LATER):
        make_concluded_complaint(
            outcome="upheld", subjects=[accused(official=official)], happened_on=day, now=LONG_AFTER,
            dossier_code=served(official=official).dossier_code,
        )  # fmt: skip


def answer(client: ContractClient, until: dt.date, **narrowed: str) -> Any:
    asked = {"metric": UPHELD, "from": "2024-02-01", "to": until.isoformat(), **narrowed}
    (row,) = client.get("/metrics/values", asked).json()["results"]
    return row["numerator"], row["suppressed"]


def windows(client: ContractClient, **narrowed: str) -> list[Any]:
    return [answer(client, SERVED_ON + dt.timedelta(days=n), **narrowed) for n in range(14)]


def differences(answers: list[Any]) -> set[int]:
    """What one window tells more than the window before it."""
    told = [int(numerator) for numerator, _ in answers if numerator is not None]
    return {after - before for before, after in pairwise(told)}


def heads(api: ContractClient, official: Official) -> dict[str, ContractClient]:
    everything = ("monitoring:read", "complaints:read", "ratings:manage")
    return {
        "head": api.signed_in("monitoring:read", as_official=official, boundary=the_department()),
        "accused with an inspector's scopes": api.signed_in(*everything, as_official=official),
        "machine of the unit": api.machine(*everything, boundary=the_department()),
    }


def test_no_window_less_another_tells_of_an_upheld_complaint(api: ContractClient) -> None:
    official = an_official()
    six_upheld(official)

    for name, head in heads(api, official).items():
        for narrowed in ({}, {"official": official.code}, {"procedure": "1.004884"}):
            assert set(windows(head, **narrowed)) == {(None, True)}, (name, narrowed)
        quarter = head.get("/metrics/values", {"metric": UPHELD, "period": "2024-Q1", "grain": "month"}).json()
        assert all(row["suppressed"] and row["numerator"] is None for row in quarter["results"])


def test_counted_as_ratings_are_not_told_of_five_and_more_a_window_would_tell_of_the_one(
    api: ContractClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with only the rule of five, a day more tells of one complaint and of its day."""
    official = an_official()
    six_upheld(official)
    monkeypatch.setattr(values, "TOLD_OTHERWISE", REST_ON_RATINGS)

    head = heads(api, official)["head"]

    assert differences(windows(head)) == {0, 1}


def test_the_inspectorate_reads_it_to_the_day(api: ContractClient) -> None:
    six_upheld(an_official())

    inspector = api.signed_in("monitoring:read", "complaints:read")

    assert [answer(inspector, day)[0] for day in (*DAYS[:5], LATER)] == ["1", "2", "3", "4", "5", "6"]


def test_a_pending_complaint_of_the_line_moves_no_figure_of_who_serves_above_or_beneath(api: ContractClient) -> None:
    """The line is that of a complaint: the head of the whole is near what is said of each part."""
    above = unit("m:so", "department")
    part = unit("m:phong", "one_stop_centre", above)
    people = {name: make_official(f"m{name}") for name in ("above", "accused", "elsewhere")}
    post(people["above"], above)
    post(people["accused"], part)
    post(people["elsewhere"], the_department())
    dossier = served(unit=part).dossier_code
    asked = {"metric": "satisfaction_qd766_portal", "period": "2024-M03", "unit": part.code}
    scopes = ("monitoring:read", "complaints:read")
    readers = {name: api.signed_in(*scopes, as_official=one) for name, one in people.items()}

    before = {name: reader.get("/metrics/values", asked).json()["results"][0] for name, reader in readers.items()}
    make_complaint(
        subjects=[accused(official=people["accused"])], dossier_code=dossier, happened_on=SERVED_ON, now=LONG_AFTER
    )
    after = {name: reader.get("/metrics/values", asked).json()["results"][0] for name, reader in readers.items()}

    moved = {name for name in people if before[name]["numerator"] != after[name]["numerator"]}
    assert moved == {"elsewhere"}


class TestBeforeItsDossier:
    """A complaint counts the same, whether it or the dossier was told first."""

    CODE = "000.00.01.H34-240304-7777"

    def complain(self, official: Official) -> None:
        make_concluded_complaint(
            outcome="upheld", subjects=[accused(official=official)], dossier_code=self.CODE, happened_on=SERVED_ON,
            now=LONG_AFTER,
        )  # fmt: skip

    @pytest.mark.parametrize("first", ["complaint", "dossier"])
    def test_every_figure_is_the_same_in_both_orders(self, api: ContractClient, first: str) -> None:
        official = an_official()
        steps: dict[str, Callable[[], object]] = {
            "complaint": lambda: self.complain(official),
            "dossier": lambda: served("early", official=official, dossier_code=self.CODE),
        }
        served("early", official=official)

        for one in (first, *(steps.keys() - {first})):
            steps[one]()

        inspector = api.signed_in("monitoring:read", "complaints:read")
        asked = {"period": "2024-M03", "procedure": "1.004884"}
        told = {
            metric: inspector.get("/metrics/values", {"metric": metric, **asked}).json()["results"][0]["numerator"]
            for metric in ("satisfaction_qd766_union", "satisfaction_qd766_portal", UPHELD)
        }
        done = run(api)
        (result,) = (
            api.signed_in(*MANAGER).get(f"/assessments?run={done['id']}&official={official.code}").json()["results"]
        )
        assert told == {"satisfaction_qd766_union": "1", "satisfaction_qd766_portal": "1", UPHELD: "1"}
        assert (result["indicators"]["I7"]["sum"], result["transactions"]) == (2, 2)
