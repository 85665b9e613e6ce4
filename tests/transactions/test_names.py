"""Names of officials that came without a code: never guessed, listed, decided once, by people above."""

import datetime as dt
import itertools
import threading
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, connections
from django.db.transaction import atomic, set_rollback

from procedures.calendar.rules import ZONE
from procedures.transactions.models import NameDecision, Step, Transaction
from procedures.transactions.services import (
    Verdict,
    decide_name,
    describe_unit,
    post_official,
    renew,
    renewals_waiting,
)
from procedures.vocabulary import NameMeaning
from tests.builders.figures import an_official, another_department, the_department
from tests.builders.organisation import (
    BEGINNING,
    BY,
    make_official,
    make_posting,
    make_unit,
    the_commune,
    the_province,
)
from tests.builders.transactions import NOW, a_message, a_snapshot, a_step, a_transaction, tell
from tests.contract_client import ContractClient, faults, problem
from units.models import Official, Unit
from units.queries import where_it_went
from units.services import UnitFacts, put_official, put_unit
from units.vocabulary import UnitKind, Viewer

TOLD = "Nguyen Van Mau"
IN_AUGUST = dt.datetime(2025, 8, 4, 9, 0, tzinfo=ZONE)
LATER = dt.datetime(2025, 9, 1, 9, 0, tzinfo=ZONE)


@pytest.fixture
def clerk(api: ContractClient) -> ContractClient:
    return api.signed_in("units:write")


def a_named_step(name: str = TOLD, **said: Any) -> str:
    """Tell a transaction with one step of this name in the department; return its dossier code."""
    step = {"official_name": name, "unit_code": the_department().code, **said}
    unit = the_department().code
    return a_transaction(receiving_unit_code=unit, settling_unit_code=unit, steps=(step,)).dossier_code


def officials_of(code: str) -> list[str | None]:
    steps = Step.objects.filter(transaction__dossier_code=code).order_by("at", "key")
    return list(steps.values_list("official__code", flat=True))


def verdict(**said: Any) -> dict[str, Any]:
    usual = {
        "unit": the_department().code, "name": TOLD, "meaning": "official", "official": "CB-77",
        "reason": "Đối chiếu danh sách phân công của phòng",
    }  # fmt: skip
    return {name: value for name, value in (usual | said).items() if value is not None or name == "unit"}


def decide(clerk: ContractClient, version: int = 0, **said: Any) -> Any:
    return clerk.once("/official-names/decisions", verdict(**said), **{"If-Match": f'"{version}"'})


def listed(clerk: ContractClient, **asked: str) -> list[dict[str, Any]]:
    answer = clerk.get("/official-names", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


class TestMatching:
    """The one official of exactly this name in the unit on that day, or nobody."""

    @pytest.mark.parametrize(
        ("told", "is_his"),
        [
            ("Nguyễn Văn Mẫu", True),
            ("  NGUYỄN  VĂN MẪU ", True),
            (unicodedata.normalize("NFD", "Nguyễn Văn Mẫu"), True),
            ("Nguyen Van Mau", False),
            ("Nguyễn Văn Mậu", False),
            ("Nguyễn Văn M...", False),
        ],
    )
    def test_a_name_is_compared_by_its_letters_and_marks(self, told: str, *, is_his: bool) -> None:
        an_official()

        code = a_named_step(told)

        assert officials_of(code) == ["CB-77" if is_his else None]

    def test_two_of_one_name_are_not_told_apart_by_guessing(self, clerk: ContractClient) -> None:
        an_official(), an_official("CB-78")

        code = a_named_step("Nguyễn Văn Mẫu")

        (row,) = listed(clerk)
        assert officials_of(code) == [None]
        assert [(one["code"], one["is_posted_here"]) for one in row["candidates"]] == [("CB-77", True), ("CB-78", True)]

    def test_a_post_is_no_person_and_is_not_listed(self, clerk: ContractClient) -> None:
        a_named_step("Cán bộ một cửa")

        assert listed(clerk) == []


class TestUnderTheUnit:
    """A message names the commune; its people are posted to the units under it (our words)."""

    def counter(self, code: str = "mau:quay", under: Unit | None = None) -> Unit:
        return make_unit(code, name=f"Quầy {code}", under=under or the_commune())

    def step_of(self, unit: Unit, name: str = "Nguyễn Văn Mẫu", **said: Any) -> str:
        step = {"official_name": name, "unit_code": unit.code, "at": IN_AUGUST, **said}
        return a_transaction(
            receiving_unit_code=unit.code, settling_unit_code=unit.code, received_at=IN_AUGUST, due_at=None,
            ended_at=None, status="processing", source_updated_at=IN_AUGUST, now=LATER, steps=(step,),
        ).dossier_code  # fmt: skip

    def test_the_only_one_of_the_name_under_the_unit_is_meant(self) -> None:
        make_posting(make_official("CB-77"), self.counter(under=self.counter("mau:trung-tam")))

        assert officials_of(self.step_of(the_commune())) == ["CB-77"]

    def test_who_is_posted_to_the_unit_itself_goes_first(self) -> None:
        make_posting(make_official("CB-77"), self.counter())
        make_posting(make_official("CB-78"), the_commune())

        assert officials_of(self.step_of(the_commune())) == ["CB-78"]

    def test_two_under_it_are_not_told_apart_by_guessing(self, clerk: ContractClient) -> None:
        make_posting(make_official("CB-77"), self.counter())
        make_posting(make_official("CB-78"), self.counter("mau:quay-hai"))

        code = self.step_of(the_commune())

        (row,) = listed(clerk)
        assert officials_of(code) == [None]
        assert [(one["code"], one["is_posted_here"]) for one in row["candidates"]] == [("CB-77", True), ("CB-78", True)]

    def test_the_people_of_the_unit_above_or_beside_it_are_not_meant(self) -> None:
        make_posting(make_official("CB-77"), the_commune())
        make_posting(make_official("CB-78"), self.counter("mau:quay-hai"))

        assert officials_of(self.step_of(self.counter())) == [None]

    def test_a_unit_that_was_under_another_one_that_day_is_not_under_this_one(self) -> None:
        centre, other = self.counter(), make_unit("mau:noi-khac")
        make_posting(make_official("CB-77"), centre)
        moved = UnitFacts(name="Quầy", kind=UnitKind.DEPARTMENT, valid_from=IN_AUGUST.date(), parent=other)
        put_unit(code=centre.code, facts=moved, by=BY, now=NOW)

        assert officials_of(self.step_of(the_commune())) == [None]
        assert officials_of(self.step_of(the_commune(), at=IN_AUGUST - dt.timedelta(days=1))) == ["CB-77"]

    def test_a_decision_may_name_who_is_posted_under_the_unit_and_nobody_from_elsewhere(
        self, clerk: ContractClient
    ) -> None:
        make_posting(make_official("CB-77"), self.counter())
        make_posting(make_official("CB-79", name="Lê Thị Mẫu"), make_unit("mau:noi-khac"))
        code = self.step_of(the_commune(), TOLD)

        elsewhere = decide(clerk, unit=the_commune().code, official="CB-79")
        here = decide(clerk, unit=the_commune().code)

        assert problem(elsewhere) == (409, "official-not-posted")
        assert (here.status_code, officials_of(code)) == (201, ["CB-77"])

    def test_a_posting_recorded_later_and_a_unit_moved_later_end_the_same(self, api: ContractClient) -> None:
        early = self.step_of(the_commune())
        centre = make_unit("mau:quay")
        post_official(
            official=make_official("CB-77"), home_unit=centre, serving_unit=centre, post="Công chức một cửa",
            valid_from=BEGINNING, by=BY, now=LATER, viewer=Viewer(None, None),
        )  # fmt: skip
        renew(now=LATER)
        was = officials_of(early)
        facts = UnitFacts(name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=BEGINNING, parent=the_commune())

        followed = describe_unit(code=centre.code, facts=facts, by=BY, now=LATER)
        renew(now=LATER)

        assert (was, followed.renewals, officials_of(early)) == ([None], 1, ["CB-77"])


class TestInNoKnownUnit:
    """A name in a step of which nobody knows the unit is listed for the province, and decided there (our words)."""

    def a_step_somewhere(self, name: str = TOLD) -> str:
        state = a_snapshot(receiving_unit_code="LOCAL:khong-ai", settling_unit_code=None)
        step = a_step(state.dossier_code, official_name=name)
        (result,) = tell(a_message(state, step), via="dvcqg")
        assert not result.is_rejected, result.faults
        return state.dossier_code

    def test_it_is_listed_for_the_province_and_for_nobody_below(
        self, clerk: ContractClient, api: ContractClient
    ) -> None:
        an_official()
        self.a_step_somewhere()
        a_named_step()

        rows = listed(clerk)
        below = listed(api.signed_in("units:write", boundary=the_province()))

        assert [row["unit"] and row["unit"]["code"] for row in rows] == [the_department().code, None]
        assert [one["code"] for one in rows[1]["candidates"]] == ["CB-77"]
        assert None not in [row["unit"] for row in below]

    def test_it_is_never_matched_and_who_is_decided_on_gives_the_step_his_unit(self, clerk: ContractClient) -> None:
        an_official()
        code = self.a_step_somewhere("Nguyễn Văn Mẫu")
        was = officials_of(code)

        decided = decide(clerk, unit=None, name="Nguyễn Văn Mẫu")
        after = self.a_step_somewhere("Nguyễn Văn Mẫu")

        assert (decided.status_code, decided.json()["decision"]["unit"], decided.json()["transactions"]) == (
            201, None, 1,
        )  # fmt: skip
        assert (was, officials_of(code), officials_of(after)) == ([None], ["CB-77"], ["CB-77"])
        assert Step.objects.get(transaction__dossier_code=code).unit == the_department()
        assert listed(clerk) == []

    def test_it_is_taken_back_and_is_no_decision_on_the_name_in_a_unit(self, clerk: ContractClient) -> None:
        an_official()
        code, elsewhere = self.a_step_somewhere(), a_named_step()
        decide(clerk, unit=None)
        decided = (officials_of(code), officials_of(elsewhere))

        stale = decide(clerk, unit=None, meaning="nobody", official=None)
        decide(clerk, version=1, unit=None, meaning="nobody", official=None)

        assert decided == (["CB-77"], [None])
        assert problem(stale) == (412, "precondition-failed")
        assert officials_of(code) == [None]
        assert Step.objects.get(transaction__dossier_code=code).unit is None
        assert [row["unit"]["code"] for row in listed(clerk)] == [the_department().code]

    def test_only_the_whole_province_decides(self, api: ContractClient) -> None:
        an_official()
        self.a_step_somewhere()

        answer = decide(api.signed_in("units:write", boundary=the_province()), unit=None)

        assert problem(answer) == (404, "unit-unknown")


def test_a_name_that_means_nobody_yet_is_listed_with_its_steps_days_and_candidates(clerk: ContractClient) -> None:
    an_official(), an_official("CB-99", another_department())
    a_named_step(at=NOW.replace(day=4))
    a_named_step("nguyen van  MAU", at=NOW.replace(day=6))
    a_named_step("Người Lạ Mẫu")

    rows = listed(clerk, under=the_department().code)

    told = next(row for row in rows if row["steps"] == 2)
    assert len(rows) == 2
    assert (told["unit"]["code"], told["first_date"], told["last_date"], told["version"]) == (
        the_department().code, "2024-03-04", "2024-03-06", 0,
    )  # fmt: skip
    assert [(one["code"], one["is_posted_here"]) for one in told["candidates"]] == [("CB-77", True), ("CB-99", False)]
    assert listed(clerk, under=another_department().code) == []


def test_one_decision_serves_the_messages_before_it_and_those_after(clerk: ContractClient) -> None:
    an_official()
    before = a_named_step()

    answer = decide(clerk)
    after = a_named_step()

    assert (answer.status_code, answer.json()["transactions"], answer["ETag"]) == (201, 1, '"1"')
    assert officials_of(before) == officials_of(after) == ["CB-77"]
    assert listed(clerk) == []


def test_a_name_of_nobody_of_ours_is_not_listed_again_and_charges_nobody(clerk: ContractClient) -> None:
    code = a_named_step()

    answer = decide(clerk, meaning="nobody", official=None)

    assert (answer.status_code, officials_of(code), listed(clerk)) == (201, [None], [])


def test_a_decision_is_undone_by_another_and_both_stay_in_the_ledger(clerk: ContractClient) -> None:
    an_official()
    code = a_named_step()
    decide(clerk)

    undone = decide(clerk, version=1, meaning="withdrawn", official=None, reason="Nhầm người")

    (row,) = listed(clerk)
    ledger = clerk.get("/official-names/decisions", {"under": the_department().code}).json()["results"]
    assert (undone.json()["transactions"], officials_of(code), row["version"]) == (1, [None], 2)
    assert [(one["number"], one["meaning"], one.get("official")) for one in ledger] == [
        (2, "withdrawn", None), (1, "official", "CB-77"),
    ]  # fmt: skip


def test_a_decision_is_never_changed_in_the_database(clerk: ContractClient) -> None:
    a_named_step()
    decide(clerk, meaning="nobody", official=None)

    for statement in ("UPDATE procedures_namedecision SET reason = ''", "DELETE FROM procedures_namedecision"):
        with pytest.raises(ProgrammingError, match="permission denied"), atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nor_by_the_owner_of_the_tables(own_database: str, clerk: ContractClient) -> None:
    a_named_step()
    decide(clerk, meaning="nobody", official=None)

    with pytest.raises(IntegrityError, match="never changes"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procedures_namedecision SET reason = ''")


def test_a_decision_speaks_only_for_its_days_and_only_while_its_official_is_posted_there(clerk: ContractClient) -> None:
    an_official()
    early = a_named_step(at=NOW.replace(year=2023))
    outside = a_named_step(at=NOW.replace(day=4))
    inside = a_named_step(at=NOW.replace(day=6))

    decide(clerk, valid_from="2024-03-05")
    decide(clerk, version=1, valid_to="2024-03-04")

    assert (officials_of(early), officials_of(outside), officials_of(inside)) == ([None], [None], ["CB-77"])
    assert sum(row["steps"] for row in listed(clerk)) == 2


def test_an_exact_name_is_never_overruled_by_a_decision(clerk: ContractClient) -> None:
    an_official(), an_official("CB-78")
    put_official(code="CB-78", name="Trần Tiếp Nhận Mẫu", by="test", now=NOW)
    ambiguous = a_named_step("Nguyễn Văn Mẫu")
    assert officials_of(ambiguous) == ["CB-77"]

    refused = decide(clerk, name="Nguyễn Văn Mẫu", official="CB-78")

    assert refused.status_code == 201
    assert officials_of(a_named_step("Nguyễn Văn Mẫu")) == officials_of(ambiguous) == ["CB-77"]


def test_an_official_who_was_never_posted_there_cannot_be_meant(clerk: ContractClient) -> None:
    an_official(unit=another_department())
    a_named_step()

    assert problem(decide(clerk)) == (409, "official-not-posted")


def test_a_name_nobody_told_cannot_be_decided_on(clerk: ContractClient) -> None:
    an_official()

    assert problem(decide(clerk)) == (404, "official-name-unknown")
    assert faults(decide(clerk, official="khong-co")) == {("/official", "unknown_official")}
    assert faults(decide(clerk, meaning="nobody")) == {("/official", "does_not_fit")}


def test_who_did_not_see_the_last_decision_decides_nothing(clerk: ContractClient) -> None:
    an_official()
    a_named_step()
    decide(clerk)

    stale = decide(clerk, meaning="nobody", official=None)
    blind = clerk.once("/official-names/decisions", verdict())

    assert (problem(stale), problem(blind)) == ((412, "precondition-failed"), (428, "precondition-required"))
    assert NameDecision.objects.count() == 1


def test_a_step_with_a_code_that_nobody_carries_is_decided_by_people_only_and_the_code_wins_once_it_is_known(
    clerk: ContractClient,
) -> None:
    an_official()
    code = a_named_step("Nguyễn Văn Mẫu", official_code="tai-khoan-7")
    assert officials_of(code) == [None]

    decide(clerk, name="Nguyễn Văn Mẫu")
    assert officials_of(code) == ["CB-77"]

    an_official("tai-khoan-7")
    tell(a_message(a_step(code, content="Chuyển xử lý")))
    assert officials_of(code)[0] == "tai-khoan-7"


class TestNobodyDecidesInHisOwnCause:
    """A decision moves blame, so it takes somebody above who neither gains nor is of the unit."""

    @pytest.fixture
    def told(self) -> Official:
        a_named_step()
        return an_official()

    def refused(self, clerk: ContractClient, **said: Any) -> tuple[int, str]:
        answer = decide(clerk, **said)
        assert NameDecision.objects.count() == 0
        return problem(answer)

    def test_not_whom_it_names(self, api: ContractClient, told: Official) -> None:
        assert self.refused(api.signed_in("units:write", as_official=told)) == (403, "official-name-not-yours")

    def test_not_whom_it_might_have_named(self, api: ContractClient, told: Official) -> None:
        namesake = an_official("CB-88", another_department())

        answer = self.refused(
            api.signed_in("units:write", as_official=namesake), meaning="nobody", official=None
        )  # fmt: skip

        assert answer == (403, "official-name-not-yours")

    def test_not_one_who_ever_served_in_the_unit(self, api: ContractClient, told: Official) -> None:
        colleague = an_official("CB-66")
        put_official(code="CB-66", name="Phạm Lãnh Đạo Mẫu", by="test", now=NOW)

        assert self.refused(api.signed_in("units:write", as_official=colleague)) == (403, "official-name-not-yours")

    def test_not_the_unit_itself_nor_its_heir(self, api: ContractClient, told: Official) -> None:
        for boundary in heirs_of(the_department()):
            clerk = api.signed_in("units:write", boundary=boundary)
            assert self.refused(clerk) in {(403, "official-name-not-yours"), (404, "unit-unknown")}

    def test_not_a_unit_that_stands_elsewhere(self, api: ContractClient, told: Official) -> None:
        clerk = api.signed_in("units:write", boundary=Unit.objects.get(code="gso2025:23425"))

        assert self.refused(clerk) == (404, "unit-unknown")
        assert clerk.get("/official-names").json()["results"] == []

    def test_control_a_unit_above_may(self, api: ContractClient, told: Official) -> None:
        clerk = api.signed_in("units:write", boundary=the_province(), as_official=an_official("X", the_province()))
        put_official(code="X", name="Nội Vụ Mẫu", by="test", now=NOW)

        assert decide(clerk).status_code == 201


def heirs_of(unit: Unit) -> Sequence[Unit]:
    heirs = where_it_went(unit_id=unit.pk, on=NOW.date().replace(year=2026))
    return [unit, *(version.unit for version in heirs)]


class TestConvergence:
    """Steps are a function of the messages, the register and the decisions, in whatever order these came."""

    def test_any_order_of_messages_and_decisions_ends_in_the_same_rows(self, clerk: ContractClient) -> None:
        an_official()
        seen = {self.end_of(clerk, order) for order in itertools.permutations(("state", "steps", "decide"))}

        assert len(seen) == 1

    def end_of(self, clerk: ContractClient, order: Sequence[str]) -> str:
        with atomic():
            told_first = a_named_step()  # so that the name is known whenever the decision comes
            unit, code = the_department().code, "000.00.00.H34-240304-9999"
            happen: dict[str, Callable[[], Any]] = {
                "state": lambda: tell(a_message(a_snapshot(
                    dossier_code=code, receiving_unit_code=unit, settling_unit_code=unit))),
                "steps": lambda: tell(a_message(a_step(code, official_name=TOLD))),
                "decide": lambda: decide(clerk),
            }  # fmt: skip
            for what in order:
                happen[what]()
            row = Transaction.objects.get(dossier_code=code)
            state = repr((row.digest, officials_of(code), officials_of(told_first)))
            assert "CB-77" in state
            set_rollback(True)
        return state


def test_every_decision_is_told_in_the_feed(clerk: ContractClient, api: ContractClient) -> None:
    a_named_step()
    decide(clerk, meaning="nobody", official=None)

    with connection.cursor() as cursor:
        cursor.execute("SELECT type, data FROM api_event WHERE type LIKE 'official_name%'")
        told = cursor.fetchall()

    assert [kind for kind, _ in told] == ["official_name_decision.created"]


def test_the_list_of_names_is_cut_into_pages_that_miss_nothing(clerk: ContractClient) -> None:
    names = [f"Người Lạ Mẫu {letter}" for letter in "ABCDE"]
    for name in names:
        a_named_step(name)

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = clerk.get("/official-names", {"page_size": "2", "cursor": cursor, "count": "exact"}).json()
        seen += [row["name"] for row in page["results"]]
        cursor = page["next_cursor"]

    assert (seen, page["count"]) == (names, 5)


class TestTheRegisterLearnsLater:
    """A posting or a name recorded after the message comes to the same as one recorded before it."""

    POSTING = {"home_unit": "kt:so-noi-vu-tinh-kon-tum", "post": "Công chức một cửa", "valid_from": "2024-03-01"}

    def test_a_posting_charges_the_steps_told_before_it(self, clerk: ContractClient) -> None:
        code = a_named_step("Nguyễn Văn Mẫu")
        put_official(code="CB-77", name="Nguyễn Văn Mẫu", by="test", now=NOW)

        posted = clerk.once("/officials/CB-77/postings", self.POSTING)

        assert (posted.status_code, officials_of(code), listed(clerk)) == (201, ["CB-77"], [])

    def test_a_second_of_the_same_name_makes_it_nobodys_again(self, clerk: ContractClient) -> None:
        an_official()
        code = a_named_step("Nguyễn Văn Mẫu")
        put_official(code="CB-78", name="Nguyễn Văn Mẫu", by="test", now=NOW)

        clerk.once("/officials/CB-78/postings", self.POSTING)

        assert (officials_of(code), len(listed(clerk))) == ([None], 1)

    def test_a_corrected_name_charges_and_frees(self, clerk: ContractClient) -> None:
        an_official()
        wrong, right = a_named_step("Nguyễn Văn Mẫu"), a_named_step("Trần Tiếp Nhận Mẫu")

        clerk.put("/officials/CB-77", {"name": "Trần Tiếp Nhận Mẫu"}, headers={"If-Match": "*"})

        assert (officials_of(wrong), officials_of(right)) == ([None], ["CB-77"])


class TestNothingIsForgotten:
    """What must be folded again is written down with the decision, so a crash or a race loses none of it."""

    def test_what_a_killed_request_left_is_done_by_the_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        an_official()
        codes = [a_named_step() for _ in range(3)]
        decide_without_renewing()
        assert {name for code in codes for name in officials_of(code)} == {None}

        call_command("run_jobs", only="renewals")

        assert {name for code in codes for name in officials_of(code)} == {"CB-77"}
        assert (renewals_waiting(), "0 waiting" in capsys.readouterr().out) == (0, True)

    def test_a_message_on_its_way_in_while_a_name_is_decided_is_not_missed(self, own_database: str) -> None:
        an_official()
        a_named_step()
        codes: list[str] = []
        is_folded, may_commit = threading.Event(), threading.Event()

        def send() -> None:
            with atomic():
                codes.append(a_named_step())
                is_folded.set()
                may_commit.wait(10)
            connections.close_all()

        sender, decider = threading.Thread(target=send), threading.Thread(target=decide_in_a_thread)
        sender.start()
        is_folded.wait(10)
        decider.start()
        decider.join(0.5)
        assert decider.is_alive()  # it waits for the message
        may_commit.set()
        sender.join(10)
        decider.join(10)
        renew(now=NOW)

        assert officials_of(codes[0]) == ["CB-77"]


def decide_without_renewing() -> None:
    decide_name(
        verdict=Verdict(
            unit=the_department(), name=TOLD, meaning=NameMeaning.OFFICIAL, reason="Đối chiếu",
            official=Official.objects.get(code="CB-77"),
        ),
        viewer=Viewer(None, None), by="person:mau", now=NOW, on=NOW.date(), confirm=lambda _version: None,
    )  # fmt: skip


def decide_in_a_thread() -> None:
    decide_without_renewing()
    connections.close_all()
