"""A decision recorded after its day, or taken back: the dossiers it charges otherwise end as if it had been known."""

import threading
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.transaction import atomic

from procedures.transactions.models import Renewal, Transaction
from procedures.transactions.services import carry_out, renew
from tests.builders.organisation import make_official, make_posting, make_unit
from tests.builders.transactions import a_dossier_code, a_message, a_snapshot, a_step, tell
from tests.contract_client import ContractClient
from tests.transactions.test_dead_codes import at
from tests.transactions.told import rows_of
from tests.units.test_reorganising import OCTOBER, decided
from tests.units.test_revoking import number_of, taken_back
from units.models import Unit
from units.services import Decree
from units.vocabulary import SuccessionKind

LAST_DAY, FIRST_DAY = "2025-09-30T15:00:00+07:00", "2025-10-02T09:00:00+07:00"
NOW = at("2025-10-20T08:00:00+07:00")


@pytest.fixture
def keeper(api: ContractClient) -> ContractClient:
    return api.signed_in("units:read", "units:write")


def dossier(unit: Unit, *, received: str, updated: str, steps: tuple[str, ...] = (), **said: Any) -> str:
    """Send a dossier that a unit took in and settles, with steps of its own."""
    code = a_dossier_code()
    snapshot = a_snapshot(
        dossier_code=code, receiving_unit_code=unit.code, settling_unit_code=unit.code, received_at=at(received),
        source_updated_at=at(updated), due_at=None, ended_at=None, status="processing", **said,
    )  # fmt: skip
    told = [
        a_step(code, at=at(day), unit_code=unit.code, official_name="Nguyễn Văn Mẫu", content=f"Việc {place}")
        for place, day in enumerate(steps)
    ]
    (result,) = tell(a_message(snapshot, *told), via="dvcqg", now=NOW)
    assert not result.is_rejected, result.faults
    return code


def told_of(dossiers: list[str]) -> list[Any]:
    """Return everything that is stored of dossiers."""
    return [rows_of(code) for code in dossiers]


def waiting() -> set[str]:
    return set(Renewal.objects.values_list("dossier_code", flat=True))


def run_jobs() -> str:
    said = StringIO()
    call_command("run_jobs", only="renewals", stdout=said)
    return said.getvalue()


def some(unit: Unit) -> dict[str, str]:
    """Send dossiers whose last use of a code lies before and after the day, in every place where a code stands."""
    return {
        "before": dossier(unit, received=LAST_DAY, updated=LAST_DAY, steps=(LAST_DAY,)),
        "settled after": dossier(unit, received=LAST_DAY, updated=FIRST_DAY),
        "received after": dossier(unit, received=FIRST_DAY, updated=FIRST_DAY),
        "step after": dossier(unit, received=LAST_DAY, updated=LAST_DAY, steps=(LAST_DAY, FIRST_DAY)),
    }


@pytest.mark.parametrize("kind", ["merge", "rename"])
def test_known_late_or_early_the_dossiers_end_the_same(keeper: ContractClient, kind: str) -> None:
    late, early = (make_unit(f"mau:{name}") for name in ("muon", "som"))
    said = [
        {"kind": kind} | ({"name": "Đội mẫu đổi tên"} if kind == "rename" else {"successors": [make_unit(code).code]})
        for code in ("mau:moi-mot", "mau:moi-hai")
    ]
    for code, unit in (("CB-1", late), ("CB-2", early)):
        make_posting(make_official(code), unit)

    first = some(late)
    answer = decided(keeper, late, **said[0])
    queued, in_the_request = waiting(), told_of([*first.values()])
    run_jobs()
    decided(keeper, early, **said[1])
    second = some(early)

    assert answer.json()["transactions"] == len(queued)
    assert queued == set(first.values()) - {first["before"]}
    assert kind == "rename" or in_the_request != told_of([*first.values()])  # not in the request, but behind it
    assert charged(first) == charged(second)
    assert waiting() == set()


def charged(dossiers: dict[str, str]) -> str:
    """Return what is stored of dossiers in words that are the same for both units, heirs and officials."""
    words = {"mau:muon": "old", "mau:som": "old", "mau:moi-mot": "new", "mau:moi-hai": "new"}
    units = {unit.pk: words[unit.code] for unit in Unit.objects.filter(code__in=words)}
    names = {"receiving_unit_id": units, "settling_unit_id": units, "unit_id": units}
    rows = [row for tables in told_of([*dossiers.values()]) for table in tables for row in table]
    return repr([
        {name: names[name][value] if name in names else bool(value) if name == "official_id" else value
         for name, value in row.items()}
        for row in rows
    ])  # fmt: skip


def test_a_dossier_goes_to_the_heir_and_back_when_the_decision_is_taken_back(keeper: ContractClient) -> None:
    old, wrong, right = (make_unit(f"mau:{name}") for name in ("cu", "nham", "dung"))
    make_posting(make_official("CB-1"), old)
    sent = some(old)
    before = told_of([*sent.values()])
    number = number_of(decided(keeper, old, kind="merge", successors=[wrong.code]))
    run_jobs()
    moved = Transaction.objects.get(dossier_code=sent["received after"])

    answer = taken_back(keeper, number)
    back = answer.json()["transactions"]
    run_jobs()
    after = told_of([*sent.values()])
    decided(keeper, old, kind="merge", successors=[right.code])
    run_jobs()

    assert (moved.receiving_unit, moved.warnings[-1:]) == (wrong, ["unit_succeeded"])
    assert (back, after) == (3, before)
    moved.refresh_from_db()
    assert moved.receiving_unit == right
    assert {step.unit for step in Transaction.objects.get(dossier_code=sent["step after"]).steps.all()} == {old, right}


def test_through_two_mergers_the_last_heir_gives_back_what_it_was_charged_with(keeper: ContractClient) -> None:
    old, between, last = (make_unit(f"mau:{name}") for name in ("cu", "giua", "cuoi"))
    decided(keeper, between, kind="merge", successors=[last.code], effective_date="2025-10-10")
    code = dossier(old, received="2025-10-12T09:00:00+07:00", updated="2025-10-12T09:00:00+07:00")
    number = number_of(decided(keeper, old, kind="merge", successors=[between.code]))
    run_jobs()
    charged = Transaction.objects.get(dossier_code=code).receiving_unit

    taken_back(keeper, number)
    run_jobs()

    assert (charged, Transaction.objects.get(dossier_code=code).receiving_unit) == (last, old)


def test_a_procedure_known_late_to_be_handed_over_is_charged_to_who_took_it(keeper: ContractClient) -> None:
    old, new = make_unit("mau:cu"), make_unit("mau:moi")
    handed, kept = (
        dossier(old, received=FIRST_DAY, updated=FIRST_DAY, procedure_code=code) for code in ("1.004884", "1.013833")
    )

    decided(keeper, old, kind="transfer", successors=[new.code], procedures=["1.004884"])
    run_jobs()

    charged = [Transaction.objects.get(dossier_code=code).receiving_unit for code in (handed, kept)]
    assert charged == [new, old]


def test_a_late_split_leaves_to_people_what_it_cannot_know(keeper: ContractClient) -> None:
    """A push of the day after would have been refused; what was taken before we knew is shown as charged to nobody."""
    old, one, other = (make_unit(f"mau:{name}") for name in ("cu", "mot", "hai"))
    code = dossier(old, received=FIRST_DAY, updated=FIRST_DAY)

    decided(keeper, old, kind="split", successors=[one.code, other.code])
    run_jobs()

    told = Transaction.objects.get(dossier_code=code)
    assert (told.receiving_unit, told.settling_unit) == (None, None)
    assert "unit_unresolved" in told.warnings


def test_a_fold_on_its_way_while_a_decision_is_recorded_is_not_missed(own_database: str) -> None:
    """The sender has read the register and not committed; who records the decision waits for him."""
    old, new = make_unit("mau:cu"), make_unit("mau:moi")
    begun, gone_on = threading.Event(), threading.Event()
    codes: list[str] = []

    def sender() -> None:
        with atomic():
            codes.append(dossier(old, received=FIRST_DAY, updated=FIRST_DAY))
            begun.set()
            gone_on.wait(2)
        connections.close_all()

    thread = threading.Thread(target=sender)
    thread.start()
    begun.wait(30)
    threading.Timer(0.5, gone_on.set).start()
    decree = Decree(SuccessionKind.MERGE, OCTOBER, "01/QĐ-MAU", OCTOBER, [new])
    followed = carry_out(unit=old, decree=decree, by="person:mau", now=NOW)
    thread.join(30)

    assert followed.renewals == 1
    assert renew(now=NOW) == 1
    assert Transaction.objects.get(dossier_code=codes[0]).receiving_unit == new


def test_what_has_nothing_to_do_with_it_is_not_folded_again(keeper: ContractClient) -> None:
    old, new, beside = (make_unit(f"mau:{name}") for name in ("cu", "moi", "khac"))
    some(beside)

    answer = decided(keeper, old, kind="merge", successors=[new.code])

    assert (answer.json()["transactions"], waiting()) == (0, set())
