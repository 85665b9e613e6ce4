"""An approved exclusion shows in each figure that it changes, and in no other: unit, official, procedure, month."""

from typing import Any

import pytest

from procedures.transactions.models import Transaction
from tests.builders.exclusions import ENDED_AT, RECEIVED_AT, a_late_dossier, excluded, proposed
from tests.builders.ratings import a_unit, an_official
from tests.contract_client import ContractClient

PROCEDURE, ANOTHER = "1.004884", "1.001216"
Told = tuple[str | None, str | None, int, int]
"""Value, value without exclusions, records excluded, labels that they changed."""
TOUCHED: Told = ("0.5000", "0.0000", 1, 1)
"""Of two that were late one is in time now."""
UNTOUCHED: Told = ("0.0000", "0.0000", 0, 0)
WHOLE: Told = ("0.3333", "0.0000", 1, 1)


@pytest.fixture
def dossier() -> Transaction:
    """One of three late dossiers of March 2026: two of one unit, official, procedure and channel, one of others."""
    for nth in range(2):
        an_official(f"CB-{nth}", a_unit(nth))
    dossier, _, _ = late(0), late(0), late(1, procedure_code=ANOTHER, channel="online")
    return dossier


def late(nth: int, **said: Any) -> Transaction:
    """A late dossier of a unit, received by its official."""
    step = {"unit_code": a_unit(nth).code, "official_code": f"CB-{nth}", "at": RECEIVED_AT}
    return a_late_dossier(a_unit(nth), **{"procedure_code": PROCEDURE, "steps": (step,), **said})


def on_time(**asked: str) -> dict[str, Told]:
    """Return the share on time of each row that is not empty, by its key, or by its month where it has none."""
    reader = ContractClient().signed_in("monitoring:read")
    answer = reader.get("/metrics/values", {"metric": "on_time_legal", "period": "2026-M03"} | asked)
    assert answer.status_code == 200, answer.content
    names = ("value", "value_without_exclusions", "excluded", "changed_by_exclusions")
    return {
        row["key"] or row["from_date"]: tuple(row[name] for name in names)
        for row in answer.json()["results"]
        if row["denominator"] != "0"
    }


def questions() -> list[tuple[dict[str, str], Told]]:
    """Every narrowing of the question, of which the dossier is one and of which it is none."""
    narrowed = {
        "unit": (a_unit(0).code, a_unit(1).code),
        "official": ("CB-0", "CB-1"),
        "procedure": (PROCEDURE, ANOTHER),
    }
    together = [dict(zip(narrowed, codes, strict=True)) for codes in zip(*narrowed.values(), strict=True)]
    alone = [[{name: codes[nth]} for name, codes in narrowed.items()] for nth in range(2)]
    return [
        *((asked, TOUCHED) for asked in (*alone[0], together[0])),
        *((asked, UNTOUCHED) for asked in (*alone[1], together[1])),
        ({}, WHOLE),
        ({"unit": "gso2025:51"}, WHOLE),
        ({"unit": "gso2025:51", "organisation": "now"}, WHOLE),
        ({"unit": a_unit(0).code, "organisation": "now"}, TOUCHED),
    ]


def test_each_figure_tells_what_the_exclusion_changed_in_it_and_the_others_do_not(dossier: Transaction) -> None:
    before = [on_time(**asked) for asked, _ in questions()]

    excluded(a_unit(), dossier)

    assert [list(told.values()) for told in before] == [[UNTOUCHED]] * len(questions())
    for asked, told in questions():
        assert on_time(**asked) == {"2026-03-01": told}, asked


def test_each_row_of_a_breakdown_tells_its_own(dossier: Transaction) -> None:
    excluded(a_unit(), dossier)

    assert on_time(by="unit") == {a_unit(0).code: TOUCHED, a_unit(1).code: UNTOUCHED}
    assert on_time(by="procedure") == {PROCEDURE: TOUCHED, ANOTHER: UNTOUCHED}
    assert on_time(by="channel") == {"counter": TOUCHED, "online": UNTOUCHED}
    assert sorted(on_time(by="field").values()) == [UNTOUCHED, TOUCHED]
    assert on_time(by="unit", unit=a_unit(0).code) == {a_unit(0).code: TOUCHED}


@pytest.mark.parametrize("narrowed", [{}, {"official": "CB-0"}, {"procedure": PROCEDURE}])
def test_each_month_tells_its_own(dossier: Transaction, narrowed: dict[str, str]) -> None:
    april = ENDED_AT.replace(month=4)
    late(0, ended_at=april, source_updated_at=april)

    excluded(a_unit(), dossier)

    told = on_time(period="2026", grain="month", **narrowed)
    assert told == {"2026-03-01": TOUCHED if narrowed else WHOLE, "2026-04-01": UNTOUCHED}


def test_what_is_only_proposed_changes_no_figure(dossier: Transaction) -> None:
    """The control."""
    proposed(a_unit(), dossier)

    assert on_time(by="unit") == {a_unit(0).code: UNTOUCHED, a_unit(1).code: UNTOUCHED}
