"""What other senders would send ends as a correct receiver ends, by whatever way and in whatever order it comes in."""

import copy
import datetime as dt
from typing import Any

import pytest

from config.demo.histories import KEEPER, History, histories, own_histories, own_procedures
from config.demo.own_states import own_differences, own_seen
from tests.adapters.histories import in_order, sent_with
from tests.adapters.own_ways import WAYS, Senders, Way, by_letter
from tests.builders.exclusions import decider, proposer, settle
from tests.contract_client import ContractClient
from units.models import Unit

OWN = list(own_histories().values())
ORDERS = ("as they arrived", "reversed", "shuffled with repeats, seed 0")
COMINGS = [
    *((by_letter, order) for order in ORDERS),
    *((way, f"shuffled with repeats, seed {seed}") for seed, way in enumerate(WAYS, start=1)),
]
"""A way and an order; every way at least once in disorder."""
OTHER = "cong-mau"
LATER = {history.given["mended_afterwards"] for history in OWN if "mended_afterwards" in history.given}
"""Procedures that are entered only when their dossiers have been refused."""


@pytest.fixture
def senders(api: ContractClient) -> Senders:
    """The one-stop software, which may also read what became of its dossiers, and the gateway beside it."""
    make_procedures(api)
    rights = ("transactions:write", "transactions:read")
    return {name: api.machine(*rights, source=name) for name in (KEEPER, OTHER)}


def make_procedures(api: ContractClient, *, later: bool = False) -> None:
    """Enter the procedures of the histories; the later ones by themselves."""
    console = api.machine("procedures:write")
    for code, document in own_procedures().items():
        if (code in LATER) is later:
            assert console.put(f"/procedures/{code}", document).status_code == 201


def prepare(history: History, api: ContractClient) -> None:
    """Let be so what was so before the first letter."""
    if hours := history.given.get("office_hours"):
        address = f"/calendar/office-hours/{hours['unit']}"
        assert api.machine("procedures:write").put(address, hours["document"]).status_code == 200


def name_it(history: History, senders: Senders) -> None:
    """Tell under which other numbers the dossier is sent."""
    for code in history.given.get("aliases", ()):
        told = senders[KEEPER].put(f"/transactions/{history.dossier_code}/aliases/{code}", {})
        assert told.status_code in (200, 201)


def finish(history: History, api: ContractClient, senders: Senders) -> None:
    """Do what people do once the letters are there: tell its other number, mend the catalogue, decide on exclusions."""
    name_it(history, senders)
    if history.given.get("mended_afterwards"):
        make_procedures(api, later=True)
        for entry in senders[KEEPER].get("/journal?outcome=rejected").json()["results"]:
            senders[KEEPER].post(f"/journal/{entry['id']}/replay")
    if exclusion := history.given.get("exclusion"):
        unit = Unit.objects.get(code=exclusion["unit"])
        address = f"/transactions/{history.dossier_code}/exclusions"
        told = proposer(unit).once(address, exclusion["document"]).json()
        assert settle(told, "approval", decider()).status_code == 200


def seen_of(history: History, senders: Senders) -> dict[str, Any]:
    """Return how the dossier stands, as the contract prints it."""
    address = f"/transactions/{history.dossier_code}"
    return own_seen(senders[KEEPER].get(address).json(), senders[KEEPER].get(f"{address}/timeline").json())


@pytest.mark.parametrize(("way", "order"), COMINGS, ids=[f"{way.__name__}, {order}" for way, order in COMINGS])
@pytest.mark.parametrize("history", OWN, ids=lambda history: history.id)
def test_a_history_of_our_own_ends_in_its_final_state_by_every_way_and_in_any_order(
    api: ContractClient, senders: Senders, history: History, way: Way, order: str
) -> None:
    prepare(history, api)
    if order == "reversed":  # then the alias is told before everything, else after it
        name_it(history, senders)

    way(history, senders, order)
    finish(history, api, senders)

    assert own_differences(history, seen_of(history, senders)) == {}


def test_the_comparison_would_notice_another_end(senders: Senders) -> None:
    """The control: each value of the end, changed by itself, is a difference."""
    history = own_histories()["M20"]
    by_letter(history, senders, "as they arrived")
    seen = seen_of(history, senders)

    for name, value in history.final.items():
        assert set(own_differences(history, {**seen, name: _another(value)})) == {name}


def _another(value: Any) -> Any:
    if isinstance(value, list):
        return [*copy.deepcopy(value), {}] if value else ["something"]
    if isinstance(value, str) and value[10:11] == "T":
        return (dt.datetime.fromisoformat(value) + dt.timedelta(minutes=1)).isoformat()
    return "something else"


def test_there_are_more_than_fifteen_and_each_is_told_in_a_sentence_and_names_its_senders() -> None:
    assert len(OWN) > 15
    assert len({history.told for history in OWN} | {history.title for history in OWN}) == 2 * len(OWN)
    assert {letter.sender for history in OWN for letter in history.letters} == {
        "opencps", "td", "hagiang", "newapi", "btxh", "spec",
    }  # fmt: skip
    assert not {one.dossier_code for one in OWN} & {one.dossier_code for one in histories().values()}


@pytest.mark.parametrize("history", OWN, ids=lambda history: history.id)
def test_each_final_state_fixes_labels_due_dates_steps_and_clock(history: History) -> None:
    fixed = {
        "status", "outcome", "timeliness", "national_timeliness", "due_at_original", "due_at", "due_at_legal",
        "due_at_computed", "signals", "warnings", "steps", "intervals",
    }  # fmt: skip

    assert fixed <= set(history.final)
    assert history.final["intervals"]


def test_the_district_that_is_gone_is_refused_with_its_five_heirs_named(senders: Senders) -> None:
    letter = own_histories()["M16"].letters[0]

    (answer,) = sent_with([letter], senders[KEEPER])

    (row,) = answer.json()["ket_qua"]
    (fault,) = row["loi"]
    assert (row["outcome"], fault["code"]) == ("rejected", "unit_gone")
    assert len(fault["don_vi_ke_thua"]) == 5
    assert "gso2025:23500" in fault["don_vi_ke_thua"]


def test_what_the_second_sender_says_is_refused_and_kept(senders: Senders) -> None:
    history = own_histories()["M13"]

    by_letter(history, senders, "as they arrived")

    entries = senders[OTHER].get("/journal").json()["results"]
    assert [entry["outcome"] for entry in entries] == ["rejected"] * 3


def test_the_unknown_procedure_is_refused_until_it_is_entered(senders: Senders) -> None:
    history = own_histories()["M17"]

    answers = sent_with([one for one in in_order(history, "as they arrived") if "dong-bo" in one.path], senders[KEEPER])

    codes = {fault["code"] for answer in answers for row in answer.json()["ket_qua"] for fault in row["loi"]}
    assert codes == {"unknown_procedure"}
