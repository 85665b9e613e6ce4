"""Messages that name units which are gone: charged to the right unit of that day, or refused with the heirs named."""

import datetime as dt
import itertools
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures.transactions.models import Transaction
from tests.builders.organisation import make_unit, the_province
from tests.builders.transactions import a_dossier_code, a_message, a_snapshot, a_step, tell
from tests.contract_client import ContractClient, problem
from tests.transactions.told import rows_of
from tests.units.test_reorganising import with_code
from units.models import Unit
from units.services import Decree, UnitFacts, put_unit, reorganise
from units.vocabulary import SuccessionKind, UnitKind

DISTRICT, WARD, HEIR = "gso2024:615", "GSO:23281", "gso2025:23293"
"""Huyện Đắk Hà, whose work went to several communes; phường Quang Trung, which went wholly to phường Kon Tum."""
LAST_DAY, FIRST_DAY = "2025-06-30T16:45:00+07:00", "2025-07-01T07:30:00+07:00"
RECEIVED = {"source_updated_at": LAST_DAY, "status": "processing", "procedure": "1.004884", "channel": "counter"}
RUNNING: dict[str, Any] = RECEIVED | {"received_at": "2025-06-27T08:00:00+07:00", "due_at": "2025-07-09T17:00:00+07:00"}


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read", "transactions:write")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def warnings_of(machine: ContractClient, code: str) -> list[str]:
    warnings: list[str] = machine.get(f"/transactions/{code}").json()["warnings"]
    return [one for one in warnings if one.startswith("unit")]


@pytest.mark.parametrize("unit", [DISTRICT, "GSO:615"])
def test_on_its_last_day_a_unit_is_still_charged(machine: ContractClient, unit: str) -> None:
    code = a_dossier_code()

    answer = machine.put(f"/transactions/{code}", RUNNING | {"receiving_unit": unit, "settling_unit": unit})

    told = machine.get(f"/transactions/{code}").json()
    assert (answer.status_code, answer.json()["warnings"]) == (201, ["dossier_code_date"])
    assert {told[name]["code"] for name in ("receiving_unit", "settling_unit")} == {DISTRICT}


@pytest.mark.parametrize("unit", [WARD, "gso2024:23281"])
def test_the_day_after_its_only_heir_is_charged_and_the_sender_is_told(machine: ContractClient, unit: str) -> None:
    code = a_dossier_code()
    state = RUNNING | {"source_updated_at": FIRST_DAY, "receiving_unit": WARD, "settling_unit": unit}

    answer = machine.put(f"/transactions/{code}", state)

    told = machine.get(f"/transactions/{code}").json()
    assert "unit_succeeded" in answer.json()["warnings"]
    assert warnings_of(machine, code) == ["unit_succeeded"]
    assert (told["receiving_unit"]["code"], told["settling_unit"]["code"]) == ("gso2024:23281", HEIR)


def test_a_code_of_the_dead_province_leads_to_the_new_one(machine: ContractClient) -> None:
    code = a_dossier_code()
    state = RUNNING | {"received_at": FIRST_DAY, "source_updated_at": FIRST_DAY, "receiving_unit": "000.00.00.H34"}

    machine.put(f"/transactions/{code}", state)

    assert machine.get(f"/transactions/{code}").json()["receiving_unit"]["code"] == "gso2025:51"
    assert warnings_of(machine, code) == ["unit_succeeded"]


@pytest.mark.parametrize("unit", [DISTRICT, "GSO:615"])
def test_with_several_heirs_the_state_is_refused_and_they_are_named(machine: ContractClient, unit: str) -> None:
    state = RUNNING | {"source_updated_at": FIRST_DAY, "receiving_unit": DISTRICT, "settling_unit": unit}

    answer = machine.put(f"/transactions/{a_dossier_code()}", state)

    assert problem(answer) == (400, "invalid")
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/settling_unit", "unit_gone")
    assert "gso2025:23500" in fault["successors"]
    assert len(fault["successors"]) == 5
    assert "gso2025:23500" in fault["detail"]


def test_work_of_before_a_unit_began_is_refused_and_the_sender_told_where_to_look(machine: ContractClient) -> None:
    """The commune began with the district's end; the control is its first day."""
    code, commune = a_dossier_code(), "gso2025:23500"
    early, first = (RUNNING | {"receiving_unit": commune, "received_at": day} for day in (LAST_DAY, FIRST_DAY))

    refused = machine.put(f"/transactions/{code}", early)
    taken = machine.put(f"/transactions/{code}", first | {"source_updated_at": FIRST_DAY})

    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/receiving_unit", "unit_not_yet")
    assert "predecessions" in fault["detail"]
    assert taken.status_code == 201
    assert {row["unit"]["code"] for row in machine_reads(machine, commune)} >= {DISTRICT}


def machine_reads(machine: ContractClient, unit: str) -> list[dict[str, Any]]:
    """Return whose work came to a unit, as a sender is told it."""
    told: list[dict[str, Any]] = machine.signed_in("units:read").get(f"/units/{unit}").json()["predecessions"]
    return told


def test_an_office_that_went_out_of_the_province_has_no_heir_and_nothing_is_guessed(machine: ContractClient) -> None:
    state = RUNNING | {"receiving_unit": "kt:cuc-thue-tinh-kon-tum"}

    answer = machine.put(f"/transactions/{a_dossier_code()}", state)

    (fault,) = answer.json()["errors"]
    assert (fault["code"], "successors" in fault) == ("unit_gone", False)


def test_a_result_told_after_the_end_of_its_unit_is_still_the_units(machine: ContractClient) -> None:
    """Software tells of ended dossiers again at night; the work was done while the district was there."""
    code = a_dossier_code()
    ended = {"status": "finished", "ended_at": "2025-06-30T10:00:00+07:00", "source_updated_at": FIRST_DAY}

    machine.put(f"/transactions/{code}", RUNNING | ended | {"receiving_unit": DISTRICT, "settling_unit": DISTRICT})

    assert machine.get(f"/transactions/{code}").json()["settling_unit"]["code"] == DISTRICT
    assert warnings_of(machine, code) == []


def test_what_ends_after_its_unit_and_names_no_settler_is_the_heirs(machine: ContractClient) -> None:
    ended = RUNNING | {"status": "finished", "source_updated_at": "2025-07-02T09:00:00+07:00"}
    charged = []
    for unit in (WARD, DISTRICT):
        code = a_dossier_code()
        machine.put(f"/transactions/{code}", ended | {"receiving_unit": unit, "ended_at": "2025-07-02T09:00:00+07:00"})
        told = machine.get(f"/transactions/{code}").json()
        charged.append((told.get("settling_unit", {}).get("code"), warnings_of(machine, code)))

    assert charged == [(HEIR, ["unit_succeeded"]), (None, ["unit_unresolved"])]


def test_the_rows_of_a_batch_are_charged_and_refused_each_for_itself(machine: ContractClient) -> None:
    rows = [
        RUNNING | {"dossier_code": a_dossier_code(), "source_updated_at": FIRST_DAY} | units
        for units in (
            {"receiving_unit": DISTRICT},
            {"receiving_unit": DISTRICT, "settling_unit": WARD},
            {"receiving_unit": DISTRICT, "settling_unit": DISTRICT},
        )
    ]

    results = machine.post("/transactions/batch", rows, format="json").json()["results"]

    assert [row["outcome"] for row in results] == ["created", "created", "rejected"]
    assert ["unit_succeeded" in row["warnings"] for row in results] == [False, True, False]
    assert [fault["code"] for fault in results[2]["errors"]] == ["unit_gone"]
    assert HEIR not in results[2]["errors"][0]["successors"]


class TestSteps:
    """Each step is charged by its own day."""

    @pytest.fixture
    def dossier(self, machine: ContractClient) -> str:
        code = a_dossier_code()
        machine.put(f"/transactions/{code}", RUNNING | {"receiving_unit": DISTRICT})
        return code

    def send(self, machine: ContractClient, dossier: str, *steps: tuple[str, str]) -> Any:
        said = [{"status": "processing", "at": at, "unit": unit} for at, unit in steps]
        return machine.once(f"/transactions/{dossier}/steps", {"steps": said})

    def test_of_the_last_day_to_the_old_unit_and_of_the_next_to_its_heir(
        self, machine: ContractClient, dossier: str
    ) -> None:
        answer = self.send(machine, dossier, (LAST_DAY, WARD), (FIRST_DAY, WARD))

        steps = machine.get(f"/transactions/{dossier}").json()["steps"]
        assert [step["unit"] for step in steps] == ["gso2024:23281", HEIR]
        assert "unit_succeeded" in answer.json()["warnings"]
        assert warnings_of(machine, dossier) == ["unit_succeeded"]

    def test_of_a_unit_with_several_heirs_are_refused(self, machine: ContractClient, dossier: str) -> None:
        answer = self.send(machine, dossier, (LAST_DAY, DISTRICT), (FIRST_DAY, DISTRICT))

        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"], len(fault["successors"])) == ("/steps/1/unit", "unit_gone", 5)
        assert machine.get(f"/transactions/{dossier}").json()["steps"] == []


class TestAdapter:
    """The national portal's shape: the same, in the sender's own words."""

    def send(self, machine: ContractClient, dossier: str, *, received: str, unit: str) -> Any:
        row = {
            "MaHoSo": dossier, "MaTTHC": "1.004884", "TrangThaiHoSo": "4", "NgayTiepNhan": received,
            "KenhThucHien": "1", "NgayHenTra": "20250710170000", "MaDonViTiepNhan": unit, "LoaiDoiTuong": "1",
        }  # fmt: skip
        body = json.dumps({"service": "DongBoHoSoMC", "data": [row]})
        answer = machine.post("/adapters/dvcqg/dong-bo-ho-so", body, content_type="application/json")
        (verdict,) = answer.json()["ket_qua"]
        return verdict

    def test_an_only_heir_is_charged_with_a_warning(self, machine: ContractClient) -> None:
        code = a_dossier_code()

        verdict = self.send(machine, code, received="20250702080000", unit=WARD)

        assert (verdict["outcome"], "unit_succeeded" in verdict["canh_bao"]) == ("created", True)
        assert machine.get(f"/transactions/{code}").json()["receiving_unit"]["code"] == HEIR

    def test_several_heirs_are_named_in_the_refusal(self, machine: ContractClient) -> None:
        verdict = self.send(machine, a_dossier_code(), received="20250702080000", unit=DISTRICT)

        (fault,) = verdict["loi"]
        assert (fault["code"], len(fault["don_vi_ke_thua"])) == ("unit_gone", 5)

    def test_the_last_day_is_the_old_units(self, machine: ContractClient) -> None:
        code = a_dossier_code()

        self.send(machine, code, received="20250630160000", unit=DISTRICT)

        assert machine.get(f"/transactions/{code}").json()["receiving_unit"]["code"] == DISTRICT


def test_a_refused_message_is_kept_and_taken_once_the_register_knows_the_heir(api: ContractClient) -> None:
    machine = api.machine("transactions:read", "transactions:write")
    code = a_dossier_code()
    state = RUNNING | {"source_updated_at": FIRST_DAY, "receiving_unit": "kt:cuc-thue-tinh-kon-tum"}
    machine.put(f"/transactions/{code}", state)
    (entry,) = machine.get("/journal").json()["results"]
    heir = {"kind": "merge", "successors": ["gso2024:62"], "effective_date": "2025-03-01"}
    decision = {"decision_number": "01/QĐ-MAU", "decision_date": "2025-02-26"}
    keeper = api.signed_in("units:read", "units:write")
    tag = keeper.get("/units/kt:cuc-thue-tinh-kon-tum")["ETag"]
    keeper.once("/units/kt:cuc-thue-tinh-kon-tum/successions", heir | decision, **{"If-Match": tag})

    again = machine.once(f"/journal/{entry['id']}/replay", {})

    assert [(fault["code"], fault["successors"]) for fault in entry["faults"]] == [("unit_gone", [])]
    assert (entry["outcome"], again.json()["outcome"]) == ("rejected", "created")
    assert Transaction.objects.get(dossier_code=code).receiving_unit == Unit.objects.get(code="gso2024:62")


def test_dead_codes_in_any_order_and_cut_leave_the_same_rows() -> None:
    """The district refuses nobody: what is refused is refused whenever it comes, what is charged is charged alike."""
    stored = []
    for order in itertools.permutations(range(5)):
        code = a_dossier_code()
        told = _history(code)
        for number in order:
            tell(a_message(told[number]), via="api", now=at("2025-07-09T08:00:00+07:00"))
        stored.append(rows_of(code))

    assert all(rows == stored[0] for rows in stored[1:])
    assert "unit_succeeded" in stored[0][0][0]["warnings"]
    assert len(stored[0][1]) == 2


def _history(code: str) -> list[Any]:
    """Received in a district on 27 June, worked on by a ward that ends, refused once, finished on 8 July."""
    usual = {"dossier_code": code, "receiving_unit_code": DISTRICT, "received_at": at(RUNNING["received_at"])}
    usual |= {"due_at": at(RUNNING["due_at"]), "ended_at": None, "status": "processing"}
    return [
        a_snapshot(**usual, settling_unit_code=DISTRICT, source_updated_at=at(LAST_DAY)),
        a_snapshot(**usual, settling_unit_code=DISTRICT, source_updated_at=at("2025-07-03T08:00:00+07:00")),
        a_snapshot(**usual, settling_unit_code=WARD, source_updated_at=at("2025-07-08T08:00:00+07:00")),
        a_step(code, at=at(LAST_DAY), unit_code=WARD),
        a_step(code, at=at(FIRST_DAY), unit_code=WARD, status="processing"),
    ]


def test_a_procedure_that_was_handed_over_apart_goes_where_its_decision_says(api: ContractClient) -> None:
    """One procedure to one heir, then the unit itself is merged into another: each push follows its procedure."""
    old, apart, rest = (make_unit(f"mau:{name}") for name in ("cu", "rieng", "chung"))
    october = dt.date(2025, 10, 1)
    for kind, heir, procedures in (("transfer", apart, ["1.004884"]), ("merge", rest, [])):
        decree = Decree(SuccessionKind(kind), october, "01/QĐ-MAU", october, [heir], procedures=procedures)
        reorganise(unit=old, decree=decree, by="person:mau", now=at(FIRST_DAY))
    machine = api.machine("transactions:read", "transactions:write")
    state = RUNNING | {"source_updated_at": "2025-10-02T08:00:00+07:00", "received_at": "2025-10-02T08:00:00+07:00"}

    charged = []
    for procedure in ("1.004884", "1.013833"):
        code = a_dossier_code()
        machine.put(f"/transactions/{code}", state | {"receiving_unit": "mau:cu", "procedure": procedure})
        charged.append(machine.get(f"/transactions/{code}").json()["receiving_unit"]["code"])

    assert charged == ["mau:rieng", "mau:chung"]


def test_a_unit_taken_up_again_is_not_charged_for_the_days_on_which_it_was_gone(api: ContractClient) -> None:
    """Nor is it by a code of a scheme; the control is the work of its last day and of its first day afterwards."""
    old, heir = with_code("mau:cu", "MAU1"), make_unit("mau:moi")
    october = dt.date(2025, 10, 1)
    reorganise(
        unit=old, decree=Decree(SuccessionKind.MERGE, october, "01/QĐ-MAU", october, [heir]), by="person:mau",
        now=at(FIRST_DAY),
    )  # fmt: skip
    again = UnitFacts(
        name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=dt.date(2025, 11, 15), parent=the_province(),
        codes=[("LOCAL", "MAU1")],
    )  # fmt: skip
    put_unit(code="mau:cu", facts=again, by="person:mau", now=at(FIRST_DAY))
    machine = api.machine("transactions:read", "transactions:write")

    charged = {
        (code, day): received_by(machine, code, f"2025-{day}T08:00:00+07:00")
        for code in ("mau:cu", "LOCAL:MAU1", "MAU1") for day in ("09-30", "10-20", "11-15")
    }  # fmt: skip

    told = {"09-30": ("mau:cu", []), "10-20": ("mau:moi", ["unit_succeeded"]), "11-15": ("mau:cu", [])}
    assert charged == {(code, day): told[day] for code, day in charged}


def test_a_code_that_outlives_its_unit_is_followed_as_a_dead_one(api: ContractClient) -> None:
    """The register ended the unit by its period, and left its code as it was."""
    with_code("mau:cu", "MAU1")
    facts = UnitFacts(
        name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=dt.date(2025, 7, 1), valid_to=dt.date(2025, 10, 1),
        parent=the_province(),
    )  # fmt: skip
    put_unit(code="mau:cu", facts=facts, by="person:mau", now=at(FIRST_DAY))
    machine = api.machine("transactions:read", "transactions:write")
    day = "2025-10-20T08:00:00+07:00"
    state = RUNNING | {"source_updated_at": day, "received_at": day, "due_at": None}

    refused = [
        machine.put(f"/transactions/{a_dossier_code()}", state | {"receiving_unit": code})
        for code in ("mau:cu", "LOCAL:MAU1")
    ]  # fmt: skip

    assert [[fault["code"] for fault in one.json().get("errors", ())] for one in refused] == [["unit_gone"]] * 2


class TestProceduresHandedOver:
    """A living unit has given a procedure away: from that day on each push follows it, of no other and none before.

    Source: docs/decisions/0004-dead-codes.md.
    """

    HANDED, KEPT = "1.004884", "1.013833"

    @pytest.fixture
    def units(self) -> list[Unit]:
        old, taker, last = with_code("mau:cu", "MAU1"), make_unit("mau:nhan"), make_unit("mau:cuoi")
        self.decide(old, taker, "transfer", dt.date(2025, 10, 1))
        return [old, taker, last]

    def decide(self, old: Unit, new: Unit, kind: str, day: dt.date) -> None:
        procedures = [self.HANDED] if kind == "transfer" else []
        decree = Decree(SuccessionKind(kind), day, "01/QĐ-MAU", day, [new], procedures=procedures)
        reorganise(unit=old, decree=decree, by="person:mau", now=at(FIRST_DAY))

    @pytest.mark.parametrize("code", ["mau:cu", "LOCAL:MAU1"])
    def test_are_charged_to_who_took_them(self, machine: ContractClient, units: list[Unit], code: str) -> None:
        charged = [
            received_by(machine, code, f"2025-{day}T08:00:00+07:00", procedure=procedure)
            for procedure, day in ((self.HANDED, "09-30"), (self.HANDED, "10-01"), (self.KEPT, "10-01"))
        ]

        assert charged == [("mau:cu", []), ("mau:nhan", ["unit_succeeded"]), ("mau:cu", [])]

    def test_go_on_with_who_took_them_and_may_come_back(self, machine: ContractClient, units: list[Unit]) -> None:
        old, taker, last = units
        self.decide(taker, last, "merge", dt.date(2025, 11, 1))
        self.decide(last, old, "transfer", dt.date(2025, 12, 1))

        charged = [
            received_by(machine, "mau:cu", f"2025-{month}-02T08:00:00+07:00", procedure=self.HANDED)
            for month in (10, 11, 12)
        ]

        assert charged == [("mau:nhan", ["unit_succeeded"]), ("mau:cuoi", ["unit_succeeded"]), ("mau:cu", [])]

    def test_are_followed_by_the_units_name_as_well(self, machine: ContractClient, units: list[Unit]) -> None:
        make_unit("mau:rieng", name="Đội có tên riêng")
        self.decide(Unit.objects.get(code="mau:rieng"), units[1], "transfer", dt.date(2025, 10, 1))
        day = "2025-10-02T08:00:00+07:00"
        state = RUNNING | {"source_updated_at": day, "received_at": day, "due_at": None, "receiving_unit": "mau:cuoi"}

        settled = []
        for procedure in (self.HANDED, self.KEPT):
            code = a_dossier_code()
            told = state | {"settling_unit_name": "Đội có tên riêng", "procedure": procedure}
            machine.put(f"/transactions/{code}", told)
            settled.append(machine.get(f"/transactions/{code}").json()["settling_unit"]["code"])

        assert settled == ["mau:nhan", "mau:rieng"]


def received_by(machine: ContractClient, unit: str, day: str, **said: str) -> tuple[str, list[str]]:
    """Push what a unit received on a day; return who is charged, and what is told of it."""
    code = a_dossier_code()
    state = RUNNING | {"source_updated_at": day, "received_at": day, "due_at": None, "receiving_unit": unit}
    machine.put(f"/transactions/{code}", state | said)
    return machine.get(f"/transactions/{code}").json()["receiving_unit"]["code"], warnings_of(machine, code)


class TestNames:
    """A name is followed as a code is, but never refused: it may be any text."""

    def settled(self, machine: ContractClient, name: str, day: str) -> tuple[str | None, list[str]]:
        code = a_dossier_code()
        state = RUNNING | {"source_updated_at": day, "receiving_unit": DISTRICT, "settling_unit_name": name}
        machine.put(f"/transactions/{code}", state)
        told = machine.get(f"/transactions/{code}").json()
        return told.get("settling_unit", {}).get("code"), warnings_of(machine, code)

    def test_of_a_ward_that_is_gone_leads_to_its_heir(self, machine: ContractClient) -> None:
        name = "UBND phường Quang Trung, Thành phố Kon Tum"

        before, after = (self.settled(machine, name, day) for day in (LAST_DAY, FIRST_DAY))

        assert (before, after) == (("gso2024:23281", []), (HEIR, ["unit_succeeded"]))

    def test_of_a_district_that_is_gone_leads_nowhere(self, machine: ContractClient) -> None:
        before, after = (self.settled(machine, "Huyện Tu Mơ Rông", day) for day in (LAST_DAY, FIRST_DAY))

        assert (before, after) == (("gso2024:617", []), (None, ["unit_unresolved"]))


def test_pushes_of_the_day_before_cost_no_more_statements_than_they_did() -> None:
    """Who followed whom is asked for only when somebody named is gone, once for the whole batch.

    The first push is for what a process remembers of the organisation.
    """
    counts = []
    for day, unit, size in ((LAST_DAY, WARD, 1), (LAST_DAY, WARD, 1), (FIRST_DAY, WARD, 1), (FIRST_DAY, WARD, 30)):
        usual = {"receiving_unit_code": WARD, "settling_unit_code": unit, "received_at": at(RUNNING["received_at"])}
        told = [
            a_snapshot(**usual, status="processing", ended_at=None, due_at=None, source_updated_at=at(day))
            for _ in range(size)
        ]
        with CaptureQueriesContext(connection) as asked:
            results = tell(*map(a_message, told), now=at("2025-07-09T08:00:00+07:00"))
        assert {result.outcome for result in results} == {"created"}
        counts.append(len(asked))

    _, nobody_gone, one_gone, thirty_gone = counts
    assert [one_gone, thirty_gone] == [nobody_gone + 1] * 2
