"""Indicators 5 and 6 rest on what is declared of a unit, by whom and on what evidence.  Source: TT 01/2018, điều 13."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections
from django.db.transaction import atomic

from feedback.models import UnitDeclaration
from tests.assessments.test_runs import MANAGER, publish, result_of, run
from tests.builders.figures import an_official, another_department, served, the_department
from tests.contract_client import ContractClient, faults, problem
from tests.idempotency.crowds import at_once

ONE_STOP = {"level": "province", "listed": 120, "received": 120, "settled": 24}
PUBLISHED = {"correct": True, "posted": True, "electronic": False}
BOTH = {"one_stop": ONE_STOP, "publication": PUBLISHED, "evidence": "Báo cáo kiểm soát thủ tục năm 2024"}


def address(period: str = "2024") -> str:
    return f"/unit-declarations/{the_department().code}/{period}"


def declare(api: ContractClient, said: dict[str, Any], period: str = "2024", **headers: str) -> Any:
    return api.signed_in(*MANAGER).put(address(period), said, headers=headers)


class TestPoints:
    """They are part of the unit's total, and the class is whole."""

    def test_a_declared_unit_has_all_nine_indicators_and_is_not_partial(self, api: ContractClient) -> None:
        served("early", agencies_contacted=0, contacts=0, channel="online")
        assert declare(api, BOTH).status_code == 201

        run(api)
        found = result_of(api, kind="unit", unit=the_department().code)

        assert sorted(found["indicators"]) == [f"I{number}" for number in range(1, 10)]
        assert found["indicators"]["I5"] == {"sum": 2, "count": 1, "mean": "2.0", "declaration": 1}
        assert found["indicators"]["I6"] == {"sum": 1, "count": 1, "mean": "1.0", "declaration": 1}
        assert (found["total"], found["class"], found["partial"]) == ("17.0", "excellent", False)

    def test_what_is_not_declared_is_left_out(self, api: ContractClient) -> None:
        served("early", agencies_contacted=0, contacts=0)
        declare(api, {"publication": PUBLISHED, "evidence": "Biên bản"})
        declare(api, BOTH, period="2023")

        run(api)
        found = result_of(api, kind="unit", unit=the_department().code)

        assert "I5" not in found["indicators"]
        assert (found["indicators"]["I6"]["declaration"], found["partial"]) == (1, True)

    def test_another_unit_and_an_official_have_none_of_it(self, api: ContractClient) -> None:
        official = an_official()
        served("early", official=official)
        served("early", unit=another_department())
        declare(api, BOTH)

        run(api)

        for asked in ({"official": official.code}, {"kind": "unit", "unit": another_department().code}):
            assert {"I5", "I6"}.isdisjoint(result_of(api, **asked)["indicators"])


class TestKept:
    """What was declared stays, and a run tells which it scored."""

    def test_a_run_is_explained_by_the_declaration_that_it_scored_whatever_was_declared_later(
        self, api: ContractClient
    ) -> None:
        served("early")
        declare(api, BOTH)
        first = run(api)
        publication = publish(api, first)
        later = {**BOTH, "one_stop": {**ONE_STOP, "received": 100}, "evidence": "Kết luận kiểm tra"}

        changed = declare(api, later, **{"If-Match": '"1"'})
        second = run(api, reason="Kiểm tra lại một cửa")

        assert (changed.status_code, changed["ETag"]) == (200, '"2"')
        told = {}
        for done in (first, second):
            found = result_of(api, kind="unit", run=done["id"])
            explained = api.signed_in(*MANAGER).get(f"/assessments/{found['id']}/explanation").json()
            told[done["version"]] = next(one for one in explained["indicators"] if one["code"] == "I5")
        assert (told[1]["mean"], told[1]["declared"]["number"], told[1]["declared"]["one_stop"]) == ("2.0", 1, ONE_STOP)
        assert told[2]["mean"] == "0.0"
        assert told[2]["declared"]["evidence"] == "Kết luận kiểm tra"
        assert told[2]["declared"]["recorded_by"]
        verified = api.signed_in(*MANAGER).get(f"/publications/{publication['id']}/verification").json()
        assert verified == {"unaltered": True}

    def test_declaring_the_same_again_changes_nothing(self, api: ContractClient) -> None:
        first, again = declare(api, BOTH), declare(api, BOTH)

        assert (first.status_code, again.status_code, again["ETag"]) == (201, 200, '"1"')
        assert UnitDeclaration.objects.count() == 1

    @pytest.mark.parametrize("change", ["UPDATE feedback_unitdeclaration SET evidence = 'x'",
                                        "DELETE FROM feedback_unitdeclaration",
                                        "TRUNCATE feedback_unitdeclaration"])  # fmt: skip
    def test_nobody_changes_one_not_even_the_owner_of_the_tables(
        self, own_database: str, api: ContractClient, change: str
    ) -> None:
        declare(api, BOTH)

        with pytest.raises(ProgrammingError, match="permission denied"), atomic(), connection.cursor() as cursor:
            cursor.execute(change)
        with pytest.raises(IntegrityError, match="never changes"), connections["owner"].cursor() as cursor:
            cursor.execute(change)

    def test_a_declaration_changed_behind_our_back_is_found_out(self, own_database: str, api: ContractClient) -> None:
        served("early")
        declare(api, BOTH)
        path = f"/publications/{publish(api, run(api))['id']}/verification"
        reader = api.signed_in(*MANAGER)
        before = reader.get(path).json()

        with connections["owner"].cursor() as owner:
            owner.execute("ALTER TABLE feedback_unitdeclaration DISABLE TRIGGER declaration_never_changes")
            owner.execute("UPDATE feedback_unitdeclaration SET evidence = 'Bịa ra'")

        assert (before, reader.get(path).json()) == ({"unaltered": True}, {"unaltered": False})

    def test_of_eight_first_declarations_at_once_one_is_kept_and_the_others_must_read_it(
        self, own_database: str, api: ContractClient
    ) -> None:
        manager = api.signed_in(*MANAGER)

        statuses = at_once(8, lambda one: manager.put(address(), {**BOTH, "evidence": f"Báo cáo {one}"}).status_code)

        assert sorted(statuses) == [201, *[428] * 7]
        assert UnitDeclaration.objects.count() == 1

    def test_the_newest_of_each_period_is_listed(self, api: ContractClient) -> None:
        declare(api, BOTH)
        declare(api, {**BOTH, "evidence": "Sửa"}, **{"If-Match": '"1"'})
        declare(api, BOTH, period="2023")
        reader = api.signed_in("assessments:read")

        rows = reader.get("/unit-declarations", {"unit": the_department().code}).json()["results"]
        one = reader.get(address()).json()

        assert [(row["period"], row["number"]) for row in rows] == [("2024", 2), ("2023", 1)]
        assert one == rows[0]
        assert problem(reader.get(address("2022"))) == (404, "declaration-unknown")


class TestWhoMay:
    """Nobody gives his own unit points."""

    def test_somebody_of_the_unit_may_not_and_somebody_of_another_may(self, api: ContractClient) -> None:
        own = api.signed_in(*MANAGER, as_official=an_official())
        other = api.signed_in(*MANAGER, as_official=an_official("CB-9", another_department()))

        assert problem(own.put(address(), BOTH)) == (403, "declaration-of-own-unit")
        assert UnitDeclaration.objects.count() == 0
        assert other.put(address(), BOTH).status_code == 201

    def test_who_is_bounded_to_a_unit_reads_its_own_only(self, api: ContractClient) -> None:
        declare(api, BOTH)
        own = api.signed_in("assessments:read", boundary=the_department())
        other = api.signed_in("assessments:read", boundary=another_department())

        assert [row["unit"] for row in own.get("/unit-declarations").json()["results"]] == [the_department().code]
        assert other.get("/unit-declarations").json()["results"] == []
        assert problem(other.get(address())) == (404, "declaration-unknown")

    def test_an_account_of_one_unit_may_not(self, api: ContractClient) -> None:
        bounded = api.signed_in(*MANAGER, boundary=another_department())

        assert problem(bounded.put(address(), BOTH)) == (403, "run-needs-whole-province")


class TestBadInput:
    """Each is named by its field."""

    @pytest.mark.parametrize(
        ("said", "fault"),
        [
            ({"evidence": "x"}, ("/one_stop", "which_indicator")),
            ({"publication": PUBLISHED}, ("/evidence", "required")),
            ({**BOTH, "one_stop": {**ONE_STOP, "received": 121}}, ("/one_stop/received", "more_than_whole")),
            ({**BOTH, "one_stop": {**ONE_STOP, "listed": 0}}, ("/one_stop/listed", "min_value")),
            ({**BOTH, "one_stop": {**ONE_STOP, "level": "ward"}}, ("/one_stop/level", "invalid_choice")),
            ({**BOTH, "publication": {"correct": True}}, ("/publication/posted", "required")),
        ],
    )
    def test_a_declaration_that_cannot_be(
        self, api: ContractClient, said: dict[str, Any], fault: tuple[str, str]
    ) -> None:
        answer = declare(api, said)

        assert answer.status_code == 400
        assert fault in faults(answer)

    def test_a_level_that_the_unit_does_not_have(self, api: ContractClient) -> None:
        ward = "/unit-declarations/gso2024:23287/2024"
        manager = api.signed_in(*MANAGER)

        as_province = manager.put(ward, BOTH)
        as_commune = manager.put(ward, {**BOTH, "one_stop": {**ONE_STOP, "level": "commune"}})

        assert (problem(as_province), "phường" in as_province.json()["detail"]) == ((409, "level-not-of-unit"), True)
        assert as_commune.status_code == 201

    def test_a_period_that_no_text_scores(self, api: ContractClient) -> None:
        assert problem(declare(api, BOTH, period="2026")) == (409, "no-scoring-rules")
        assert declare(api, BOTH, period="2025").status_code == 201

    def test_an_unknown_unit_or_period(self, api: ContractClient) -> None:
        manager = api.signed_in(*MANAGER)

        assert problem(manager.put("/unit-declarations/khong-co/2024", BOTH)) == (404, "unit-unknown")
        assert problem(manager.put(address("1666"), BOTH)) == (404, "period-unknown")
