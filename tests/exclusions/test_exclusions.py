"""Time that is excluded: proposed by the unit, approved outside it, told wherever it changes something."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, connections
from django.db.transaction import atomic

from procedures.calendar.rules import ZONE
from procedures.exclusions.models import Exclusion, ExclusionEvent
from procedures.transactions.models import Transaction
from tests.builders.exclusions import (
    LONG_AFTER,
    NOTE,
    a_late_dossier,
    a_proposal,
    decider,
    excluded,
    proposed,
    proposer,
    settle,
)
from tests.builders.organisation import make_official, make_posting, make_unit
from tests.builders.ratings import a_unit
from tests.contract_client import ContractClient, faults, problem
from tests.transactions.told import rows_of
from units.models import Unit
from units.queries import ancestors

BEFORE = ("2026-03-11T17:00:00+07:00", "late")
AFTER = ("2026-03-13T17:00:00+07:00", "on_time")


def told_of(dossier: Transaction) -> dict[str, object]:
    reader = ContractClient().signed_in("transactions:read")
    answer: dict[str, object] = reader.get(f"/transactions/{dossier.dossier_code}").json()
    return answer


def stands_as(dossier: Transaction) -> tuple[object, object]:
    told = told_of(dossier)
    return told["due_at_legal"], told["timeliness"]


class TestApproval:
    """From the proposal to the label."""

    def test_a_proposal_alone_changes_nothing(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()

        exclusion = proposed(unit, dossier)

        assert (exclusion["state"], exclusion["named"]) == ("proposed", 1)
        assert stands_as(dossier) == BEFORE
        assert told_of(dossier)["exclusions"] == 0

    def test_an_approved_exclusion_moves_the_due_date_and_keeps_what_was_before(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()

        exclusion = excluded(unit, dossier)

        told = told_of(dossier)
        assert exclusion["state"] == "approved"
        assert stands_as(dossier) == AFTER
        assert (told["exclusions"], told["due_at_before_exclusions"], told["timeliness_before_exclusions"]) == (
            1,
            *BEFORE,
        )
        assert told["due_at_original"] == BEFORE[0]

    @pytest.mark.parametrize(
        ("begins_at", "ends_at", "due_on"),
        [
            ("2026-03-06T07:00:00+07:00", "2026-03-06T17:00:00+07:00", "2026-03-12"),
            ("2026-03-06T00:00:00+07:00", "2026-03-07T00:00:00+07:00", "2026-03-12"),
            ("2026-03-05T17:30:00+07:00", "2026-03-06T06:30:00+07:00", "2026-03-11"),
            ("2026-03-06T17:30:00+07:00", "2026-03-09T06:30:00+07:00", "2026-03-11"),
        ],
    )
    def test_a_night_takes_nothing_and_a_working_day_takes_one(self, begins_at: str, ends_at: str, due_on: str) -> None:
        unit, dossier = a_unit(), a_late_dossier()

        excluded(unit, dossier, begins_at=begins_at, ends_at=ends_at)

        assert stands_as(dossier)[0] == f"{due_on}T17:00:00+07:00"

    def test_the_time_excluded_is_an_interval_that_does_not_count(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        excluded(unit, dossier)
        reader = ContractClient().signed_in("transactions:read")

        timeline = reader.get(f"/transactions/{dossier.dossier_code}/timeline").json()
        clock = reader.get(f"/transactions/{dossier.dossier_code}/clock").json()

        (interval,) = [one for one in timeline["intervals"] if one["cause"] == "exclusion"]
        assert (interval["begins_at"], interval["counts"]) == ("2026-03-06T08:00:00+07:00", False)
        assert clock["due_at_before_exclusions"] == BEFORE[0]
        assert any("loại trừ" in sentence for sentence in clock["explanation"])

    def test_a_refused_one_changes_nothing_and_stays_refused(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        refused = settle(proposed(unit, dossier), "refusal", decider()).json()

        again = settle(refused, "approval", decider())

        assert problem(again) == (409, "exclusion-settled")
        assert stands_as(dossier) == BEFORE

    def test_a_withdrawn_one_is_as_if_it_had_never_been(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        rows = rows_of(dossier.dossier_code)
        exclusion = excluded(unit, dossier)

        withdrawn = settle(exclusion, "withdrawal", proposer(unit))

        assert [one["state"] for one in withdrawn.json()["history"]] == ["proposed", "approved", "withdrawn"]
        assert stands_as(dossier) == BEFORE
        assert rows_of(dossier.dossier_code) == rows

    def test_who_approved_takes_it_back_with_a_reason_and_the_history_keeps_both(self) -> None:
        unit, dossier, office = a_unit(), a_late_dossier(), decider()
        rows = rows_of(dossier.dossier_code)
        exclusion = settle(proposed(unit, dossier), "approval", office).json()
        assert stands_as(dossier) == AFTER

        revoked = settle(exclusion, "revocation", office)

        assert [one["state"] for one in revoked.json()["history"]] == ["proposed", "approved", "revoked"]
        assert [one["note"] for one in revoked.json()["history"]][1:] == [NOTE["note"], NOTE["note"]]
        assert (revoked.json()["state"], revoked.json()["decided_by"]) == ("revoked", exclusion["decided_by"])
        assert stands_as(dossier) == BEFORE
        assert rows_of(dossier.dossier_code) == rows
        assert problem(settle(revoked.json(), "approval", decider())) == (409, "exclusion-settled")

    def test_only_what_was_approved_is_revoked_and_only_outside_the_unit(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        waiting, exclusion = proposed(unit, dossier), excluded(unit, dossier)

        early = settle(waiting, "revocation", decider())
        inside = settle(exclusion, "revocation", decider(unit))
        with pytest.raises(IntegrityError, match="never changes"), atomic():
            Exclusion.objects.filter(pk=exclusion["id"]).update(state="refused")

        assert (problem(early), problem(inside)) == ((409, "exclusion-settled"), (403, "decider-not-outside"))
        assert stands_as(dossier) == AFTER

    def test_for_a_whole_unit_the_dossiers_are_those_that_ran_and_are_fixed_at_approval(self) -> None:
        unit = a_unit()
        ran, elsewhere = a_late_dossier(unit), a_late_dossier(a_unit(1))

        exclusion = excluded(unit)
        later = a_late_dossier(unit)

        assert (exclusion["scope"], exclusion["dossier_codes"]) == ("unit", [ran.dossier_code])
        assert [stands_as(one) for one in (ran, elsewhere, later)] == [AFTER, BEFORE, BEFORE]

    def test_for_a_whole_unit_those_are_named_that_it_settled_or_took_in_with_nobody_known_to_settle_them(self) -> None:
        unit, other = a_unit(), a_unit(1)
        settled = a_late_dossier(unit, receiving_unit_code=other.code)
        taken_in = a_late_dossier(unit, settling_unit_code=None)
        passed_on = a_late_dossier(unit, settling_unit_code=other.code)

        exclusion = excluded(unit)

        assert exclusion["dossier_codes"] == sorted([settled.dossier_code, taken_in.dossier_code])
        assert [stands_as(one) for one in (settled, taken_in, passed_on)] == [AFTER, AFTER, BEFORE]

    def test_for_a_whole_unit_nothing_is_approved_before_the_period_is_over(self) -> None:
        ends_at = dt.datetime.now(ZONE).replace(hour=17, minute=0, second=0, microsecond=0) + dt.timedelta(days=9)
        period = {"begins_at": (ends_at - dt.timedelta(days=30)).isoformat(), "ends_at": ends_at.isoformat()}

        answer = settle(proposed(a_unit(), **period), "approval", decider())

        assert problem(answer) == (409, "exclusion-not-over")
        assert f"chỉ duyệt được sau 17:00 {ends_at:%d/%m/%Y}, khi" in answer.json()["detail"]

    def test_the_list_finds_what_is_excluded(self) -> None:
        unit, dossier, other = a_unit(), a_late_dossier(), a_late_dossier()
        exclusion = excluded(unit, dossier)
        reader = ContractClient().signed_in("transactions:read")

        by_flag = reader.get("/transactions", {"excluded": "true"}).json()["results"]
        by_number = reader.get("/transactions", {"exclusion": exclusion["id"]}).json()["results"]
        without = reader.get("/transactions", {"excluded": "false"}).json()["results"]

        assert [one["dossier_code"] for one in by_flag] == [dossier.dossier_code]
        assert by_number == by_flag
        assert [one["dossier_code"] for one in without] == [other.dossier_code]

    def test_a_dossier_tells_every_exclusion_that_names_it(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        proposer(unit).once(f"/transactions/{dossier.dossier_code}/exclusions", a_proposal())
        settle(proposed(unit, dossier), "refusal", decider())

        told = proposer(unit).get(f"/transactions/{dossier.dossier_code}/exclusions").json()["results"]

        assert [one["state"] for one in told] == ["proposed", "refused"]


class TestOutside:
    """Who decides stands outside the unit that proposes."""

    def test_nobody_decides_on_his_own_proposal(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        province = decider()
        own = province.once("/exclusions", a_proposal(dossier, unit=unit.code)).json()

        assert problem(settle(own, "approval", province)) == (403, "decider-not-outside")
        assert settle(own, "approval", decider()).status_code == 200

    def test_nobody_of_the_unit_decides(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()

        answer = settle(proposed(unit, dossier), "approval", decider(unit))

        assert problem(answer) == (403, "decider-not-outside")

    def test_who_holds_a_post_in_the_unit_or_under_it_does_not_decide_even_for_the_province(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        team = make_unit("doi-mau", under=unit)
        clerk, helper, stranger = make_official("CB-1"), make_official("CB-2"), make_official("CB-3")
        make_posting(clerk, unit)
        make_posting(helper, make_unit("so-mau"), serving=team)
        make_posting(stranger, make_unit("so-khac"))

        answers = [
            settle(proposed(unit, dossier), "approval", decider(as_official=official)).status_code
            for official in (clerk, helper, stranger)
        ]

        assert answers == [403, 403, 200]

    def test_a_unit_above_decides_and_one_beside_knows_nothing(self) -> None:
        unit, dossier = a_unit(), a_late_dossier()
        (above, *_) = ancestors(unit_id=unit.pk, on=LONG_AFTER.date())
        exclusion = proposed(unit, dossier)

        beside = settle(exclusion, "approval", decider(a_unit(1)))

        assert beside.status_code == 404
        assert decider(a_unit(1)).get("/exclusions").json()["results"] == []
        assert settle(exclusion, "approval", decider(Unit.objects.get(pk=above))).json()["decided_for"] == "gso2025:51"

    def test_a_machine_does_not_decide(self) -> None:
        exclusion = proposed(a_unit(), a_late_dossier())
        machine = ContractClient().machine("exclusions:decide", "monitoring:read")

        assert problem(settle(exclusion, "approval", machine)) == (403, "forbidden")

    def test_a_unit_names_only_dossiers_that_it_answers_for(self) -> None:
        unit, mine, foreign = a_unit(), a_late_dossier(), a_late_dossier(a_unit(1))

        known = proposer(unit).once("/exclusions", a_proposal(mine, foreign))
        unknown = proposer(unit).once("/exclusions", a_proposal(mine) | {"dossier_codes": ["khong-co"]})

        assert problem(known) == problem(unknown) == (409, "exclusion-names-nothing")
        assert mine.dossier_code not in known.json()["detail"]

    def test_a_unit_that_took_a_dossier_in_does_not_name_it_while_another_settles_it(self) -> None:
        unit, other = a_unit(), a_unit(1)
        passed_on = a_late_dossier(unit, settling_unit_code=other.code)

        answer = proposer(unit).once("/exclusions", a_proposal(passed_on))

        assert problem(answer) == (409, "exclusion-names-nothing")
        assert proposed(other, passed_on)["named"] == 1

    def test_the_database_itself_holds_that_the_decider_is_another(self) -> None:
        exclusion = Exclusion.objects.get(pk=proposed(a_unit(), a_late_dossier())["id"])
        decided = {"state": "approved", "decided_at": exclusion.proposed_at, "version": 2}

        with pytest.raises(IntegrityError, match="nobody_decides_his_own_exclusion"), atomic():
            Exclusion.objects.filter(pk=exclusion.pk).update(decided_by=exclusion.proposed_by, **decided)
        with pytest.raises(IntegrityError, match="an_exclusion_is_decided_outside_its_unit"), atomic():
            Exclusion.objects.filter(pk=exclusion.pk).update(
                decided_by="person:khac", decided_for=exclusion.unit_id, **decided
            )

        another = Exclusion.objects.filter(pk=exclusion.pk).update(decided_by="person:khac", **decided)
        assert another == 1, "control: another one from outside is taken"


class TestHistory:
    """What was said and decided stays."""

    def test_each_step_leaves_its_line_with_who_when_and_why(self) -> None:
        unit = a_unit()

        exclusion = excluded(unit, a_late_dossier())

        told = proposer(unit).get(f"/exclusions/{exclusion['id']}")
        assert [(one["number"], one["state"], one["note"]) for one in told.json()["history"]] == [
            (1, "proposed", ""), (2, "approved", NOTE["note"]),
        ]  # fmt: skip
        assert told["ETag"] == '"2"'

    def test_neither_the_ledger_nor_what_an_exclusion_says_can_be_rewritten(self) -> None:
        pk = excluded(a_unit(), a_late_dossier())["id"]
        statements = (
            "UPDATE procedures_exclusion SET evidence = '' WHERE id = %s",
            "UPDATE procedures_exclusion SET state = 'proposed', decided_at = NULL, decided_by = '' WHERE id = %s",
            "UPDATE procedures_exclusion SET decided_by = 'person:khac' WHERE id = %s",
            "DELETE FROM procedures_exclusion WHERE id = %s",
        )

        for statement in statements:
            with pytest.raises(IntegrityError, match="never changes"), atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [pk])
        assert ExclusionEvent.objects.filter(exclusion=pk).count() == 2

    def test_the_service_may_only_add_to_the_ledger(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('procedures_exclusionevent', p) FROM unnest(%s) AS p",
                           [["INSERT", "UPDATE", "DELETE"]])  # fmt: skip

            assert [may for (may,) in cursor.fetchall()] == [True, False, False]

    def test_who_decides_names_the_version_he_read(self) -> None:
        exclusion = proposed(a_unit(), a_late_dossier())
        path = f"/exclusions/{exclusion['id']}/approval"

        assert problem(decider().once(path, NOTE)) == (428, "precondition-required")
        assert problem(decider().once(path, NOTE, **{"If-Match": '"7"'})) == (412, "precondition-failed")

    def test_a_decision_sent_again_is_the_same_decision(self) -> None:
        exclusion, office = proposed(a_unit(), a_late_dossier()), decider()
        path, key = f"/exclusions/{exclusion['id']}/approval", "khoa-mau-0123456789"

        first = office.once(path, NOTE, key, **{"If-Match": '"1"'})
        second = office.once(path, NOTE, key, **{"If-Match": '"1"'})

        assert first.status_code == second.status_code == 200
        assert first.content == second.content
        assert ExclusionEvent.objects.filter(exclusion=exclusion["id"]).count() == 2


class TestShape:
    """What a proposal must say."""

    def test_every_reason_tells_the_law_or_our_own_ground(self, api: ContractClient) -> None:
        reasons = api.get("/exclusion-reasons").json()["results"]

        assert {one["basis"] for one in reasons} == {"law", "our_choice"}
        assert all(one["source"] and one["name"] for one in reasons)

    def test_a_reason_that_is_not_in_the_catalogue_is_refused(self) -> None:
        answer = proposer(a_unit()).once("/exclusions", a_proposal(a_late_dossier(), reason="troi_mua"))

        assert problem(answer) == (409, "exclusion-reason-unknown")

    def test_evidence_document_and_a_period_that_runs_forward_are_needed(self) -> None:
        body = a_proposal(a_late_dossier(), evidence="", document="", ends_at="2026-03-05T08:00:00+07:00")

        assert faults(proposer(a_unit()).once("/exclusions", body)) >= {("/evidence", "blank"), ("/document", "blank")}
        mended = body | {"evidence": "Có.", "document": "1/TB"}
        assert faults(proposer(a_unit()).once("/exclusions", mended)) == {("/ends_at", "bad_range")}

    def test_a_caller_for_the_whole_province_names_the_unit(self) -> None:
        assert faults(decider().once("/exclusions", a_proposal())) == {("/unit", "required")}
