"""What is said of a procedure or a unit after its day: the dossiers it counts otherwise end as if it had been known."""

import datetime as dt
from typing import Any

from procedures.catalogue.services import ProcedureFacts
from procedures.transactions.models import Transaction
from procedures.transactions.services import describe_procedure, describe_unit, load_anew
from procedures.vocabulary import SupplementRule
from tests.builders.organisation import BEGINNING, BY, make_unit, the_commune, the_province
from tests.builders.transactions import NOW, PROCEDURE, a_dossier_code, a_message, a_snapshot, a_transaction, tell
from tests.contract_client import ContractClient
from tests.procedures.vietnamese_days import at
from tests.transactions.test_conduct import a_supplement
from tests.transactions.test_late_successions import dossier, run_jobs, waiting
from tests.transactions.told import rows_of
from units.services import UnitFacts, load_aliases
from units.vocabulary import UnitKind

AUGUST = "2025-08-04T09:00"
LATER = at("2025-08-05T09:00")
OWN_LAW: dict[str, Any] = {
    "name": "Thủ tục mẫu", "field": "Hộ tịch", "valid_from": "2024-01-01", "supplement_rule": "pause",
    "supplement_notice_days": 5,
}  # fmt: skip


def asked(**said: Any) -> Transaction:
    """A dossier of March 2024 whose supplement was asked on the fourth day."""
    usual: dict[str, Any] = {
        "supplements": (a_supplement("1", "2024-03-08T09:00", "2024-03-11T09:00"),), "ended_at": None,
        "status": "processing",
    }  # fmt: skip
    return a_transaction(**(usual | said))


def told_of_supplements(code: str) -> list[Any]:
    """What the law of supplements decides, of a dossier as it stands."""
    row = Transaction.objects.get(dossier_code=code)
    return [row.supplement_notice_on_time, row.due_at_legal, row.timeliness, row.signals, row.procedure_version_id]


class TestProcedures:
    """The law of the day of receipt counts, whenever it is recorded (our words).  Source: docs/decisions/0003."""

    def test_the_dossiers_received_since_then_are_counted_again_and_end_as_those_that_come_later(
        self, api: ContractClient
    ) -> None:
        keeper = api.signed_in("procedures:read", "procedures:write")
        running, ended = asked(), asked(ended_at=at("2024-03-13T15:00"), status="finished")
        earlier = asked(received_at=at("2023-12-29T08:15"))
        before = told_of_supplements(earlier.dossier_code)

        tag = keeper.get(f"/procedures/{PROCEDURE}")["ETag"]
        keeper.put(f"/procedures/{PROCEDURE}", OWN_LAW, headers={"If-Match": tag})
        queued = waiting()
        run_jobs()

        late_ended = asked(ended_at=at("2024-03-13T15:00"), status="finished")
        assert queued == {running.dossier_code, ended.dossier_code}
        assert told_of_supplements(running.dossier_code) == told_of_supplements(asked().dossier_code)
        assert told_of_supplements(ended.dossier_code) == told_of_supplements(late_ended.dossier_code)
        assert told_of_supplements(running.dossier_code)[:2] == [True, at("2024-03-12T17:00")]
        assert told_of_supplements(earlier.dossier_code) == before

    def test_what_is_said_of_days_to_come_concerns_nobody_yet(self) -> None:
        asked()
        facts = ProcedureFacts(
            name="Thủ tục mẫu", field="Hộ tịch", valid_from=dt.date(2024, 4, 1), supplement_rule=SupplementRule.PAUSE
        )

        followed = describe_procedure(code=PROCEDURE, facts=facts, by=BY, now=NOW)

        assert (followed.renewals, waiting()) == (0, set())


def unknown(code: str, **said: Any) -> str:
    """A dossier of August whose settling unit is told by a code, or a name, that nobody carries yet."""
    dossier_code = a_dossier_code()
    told: dict[str, Any] = {
        "receiving_unit_code": the_commune().code, "settling_unit_code": code or None, "received_at": at(AUGUST),
        "source_updated_at": at(AUGUST), "due_at": None, "ended_at": None, "status": "processing",
    }  # fmt: skip
    (result,) = tell(a_message(a_snapshot(dossier_code=dossier_code, **(told | said))), via="dvcqg", now=LATER)
    assert not result.is_rejected, result.faults
    return dossier_code


def put(api: ContractClient, code: str, **said: Any) -> Any:
    body = {
        "name": "Đội mẫu", "kind": "department", "parent": the_province().code, "valid_from": BEGINNING.isoformat(),
    } | said  # fmt: skip
    keeper = api.signed_in("units:read", "units:write")
    answer = keeper.get(f"/units/{code}", {"as_of": BEGINNING.isoformat()})
    headers = {"If-Match": answer["ETag"]} if answer.status_code == 200 else {}
    told = keeper.put(f"/units/{code}", body, headers=headers)
    assert told.status_code in {200, 201}, told.content
    return told


class TestUnits:
    """A code, a name or an alias that becomes known charges what came before it.  Source: docs/decisions/0004."""

    def settling(self, code: str) -> tuple[str | None, bool]:
        row = Transaction.objects.get(dossier_code=code)
        return row.settling_unit.code if row.settling_unit else None, "unit_unresolved" in row.warnings

    def test_a_code_that_a_unit_is_given_later_charges_what_named_it(self, api: ContractClient) -> None:
        make_unit("mau:doi")
        early = unknown("LOCAL:MAU.9")
        was = self.settling(early)

        put(api, "mau:doi", codes=[{"scheme": "LOCAL", "value": "MAU.9"}])
        queued = waiting()
        run_jobs()

        assert (was, queued) == ((None, True), {early})
        assert self.settling(early) == self.settling(unknown("LOCAL:MAU.9")) == ("mau:doi", False)

    def test_an_alias_charges_what_named_it_and_taking_it_back_leaves_it_open_again(self, api: ContractClient) -> None:
        make_unit("mau:doi")
        early = unknown("", settling_unit_name="Đội Mẫu Số Chín")

        put(api, "mau:doi", aliases=["Đội Mẫu Số Chín"])
        run_jobs()
        known = self.settling(early)
        put(api, "mau:doi", aliases=[])
        run_jobs()

        assert known == ("mau:doi", False)
        assert self.settling(early) == (None, True)

    def test_a_second_unit_of_a_name_takes_the_first_one_what_is_not_certainly_its_own(
        self, api: ContractClient
    ) -> None:
        make_unit("mau:doi", name="Đội Mẫu Số Chín")
        early = unknown("", settling_unit_name="Đội Mẫu Số Chín")
        was = self.settling(early)

        put(api, "mau:doi-hai", name="Đội Mẫu Số Chín")
        run_jobs()

        assert (was, self.settling(early)) == (("mau:doi", False), (None, True))

    def test_the_same_thing_said_again_and_what_is_said_of_strangers_wakes_nothing(self, api: ContractClient) -> None:
        one = make_unit("mau:doi")
        make_unit("mau:doi-hai", name="Đội khác")
        dossier(one, received=f"{AUGUST}:00+07:00", updated=f"{AUGUST}:00+07:00")
        facts = UnitFacts(name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=BEGINNING, parent=the_province())

        again = describe_unit(code="mau:doi", facts=facts, by=BY, now=NOW)
        put(api, "mau:doi-hai", name="Đội khác", aliases=["Đội Mẫu Số Mười"])

        assert (again.renewals, waiting()) == (0, set())


def test_a_file_that_changes_something_has_everything_counted_again_and_one_that_does_not_nothing() -> None:
    unit = make_unit("mau:doi")
    early = unknown("", settling_unit_name="Đội Mẫu Số Chín")
    rows = [{"key": unit.code, "alias": "Đội Mẫu Số Chín"}]

    changed = load_anew(load=lambda: load_aliases(rows=rows, now=NOW))
    run_jobs()
    again = load_anew(load=lambda: load_aliases(rows=rows, now=NOW))

    assert (changed, again, waiting()) == (1, 0, set())
    assert Transaction.objects.get(dossier_code=early).settling_unit == unit
    assert rows_of(early)
