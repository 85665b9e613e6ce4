"""A decision recorded by mistake is taken back: what it changed is as before, what it said stays on record."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connections
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.transaction import atomic

from api.events.models import Event
from tests.builders.organisation import make_official, make_posting, make_unit
from tests.contract_client import ContractClient, faults, problem
from tests.units.test_reorganising import DAY, OCTOBER, decided, served, with_code
from units.models import Posting, SuccessionEffect, Unit, UnitCode, UnitSuccession
from units.queries import heritage, present_units
from units.services import load_successions

A_CORRECTION = {
    "reason": "Ghi nhầm đơn vị kế thừa.", "decision_number": "02/QĐ-MAU", "decision_date": "2025-10-20",
}  # fmt: skip


@pytest.fixture
def keeper(api: ContractClient) -> ContractClient:
    return api.signed_in("units:read", "units:write")


def taken_back(keeper: ContractClient, succession: int, key: str = "", **said: Any) -> Any:
    """Revoke as one who has read the line of the register."""
    tag = keeper.get(f"/unit-successions/{succession}")["ETag"]
    return keeper.once(
        f"/unit-successions/{succession}/revocation",
        A_CORRECTION | said,
        **{"If-Match": tag},
        **({"key": key} if key else {}),
    )


def number_of(answer: Any) -> int:
    """Return the number under which a decision was recorded."""
    return int(answer.json()["successions"][0]["id"])


def codes_of(unit: Unit) -> list[tuple[str, str | None]]:
    rows = UnitCode.objects.filter(unit=unit).order_by("value")
    return [(row.value, f"{row.valid.upper}" if row.valid.upper else None) for row in rows]


class TestAWrongHeir:
    """The whole decision is taken back; then the right one is recorded."""

    def test_leaves_the_unit_its_codes_and_its_people_as_they_were(self, keeper: ContractClient) -> None:
        old, wrong = with_code("mau:cu", "MAU1"), make_unit("mau:nham")
        make_posting(make_official("CB-1"), old, is_head=True)
        before = keeper.get("/units/mau:cu", {"as_of": DAY}).json()

        answer = taken_back(keeper, number_of(decided(keeper, old, kind="merge", successors=[wrong.code])))

        assert (answer.status_code, answer.json()["postings_restored"]) == (200, 1)
        assert keeper.get("/units/mau:cu", {"as_of": DAY}).json() == before
        assert (served("CB-1"), codes_of(old)) == ([("mau:cu", "2025-07-01", None)], [("MAU1", None)])
        assert Posting.objects.get().is_head
        assert keeper.get("/units/mau:nham").json()["predecessions"] == []

    def test_is_followed_by_the_right_one_of_the_same_day(self, keeper: ContractClient) -> None:
        old, wrong, right = (make_unit(f"mau:{name}") for name in ("cu", "nham", "dung"))
        taken_back(keeper, number_of(decided(keeper, old, kind="merge", successors=[wrong.code])))

        answer = decided(keeper, old, kind="merge", successors=[right.code])

        assert answer.status_code == 201
        assert present_units(unit_ids=[old.pk], on=OCTOBER) == {old.pk: (right.pk,)}
        assert old.pk in heritage(unit_id=right.pk, on=OCTOBER)
        assert old.pk not in heritage(unit_id=wrong.pk, on=OCTOBER)

    def test_of_the_data_files_is_corrected_and_loading_them_again_leaves_it_so(self, keeper: ContractClient) -> None:
        """The ward ended by the file's own word; the correction changes who followed it, not that it ended."""
        ward = Unit.objects.get(code="gso2024:23281")
        row = UnitSuccession.objects.get(predecessor=ward)
        again = {
            "predecessor": "gso2024:23281", "successor": "gso2025:23293", "kind": "merge",
            "effective_on": "2025-07-01", "source": "", "note": "",
        }  # fmt: skip

        answer = taken_back(keeper, row.pk)
        gone = keeper.get("/units/gso2024:23281").json()
        corrected = decided(keeper, ward, kind="merge", successors=["gso2025:23302"], effective_date="2025-07-01")
        load_successions(rows=[again], now=dt.datetime(2025, 11, 1, tzinfo=dt.UTC))

        assert (answer.status_code, gone["is_in_force"], gone["went_to"]) == (200, False, [])
        assert corrected.status_code == 201
        went_to = keeper.get("/units/gso2024:23281").json()["went_to"]
        assert [heir["code"] for heir in went_to] == ["gso2025:23302"]


def test_a_wrong_day_is_corrected_by_the_right_one(keeper: ContractClient) -> None:
    old, new = with_code("mau:cu", "MAU1"), make_unit("mau:moi")
    taken_back(keeper, number_of(decided(keeper, old, kind="merge", successors=[new.code])))

    decided(keeper, old, kind="merge", successors=[new.code], effective_date="2025-11-01")

    days = [keeper.get("/units/mau:cu", {"as_of": day}).json()["is_in_force"] for day in ("2025-10-31", "2025-11-01")]
    assert (days, codes_of(old)) == ([True, False], [("MAU1", "2025-11-01")])


def test_a_wrong_name_is_taken_back_with_its_version(keeper: ContractClient) -> None:
    unit = with_code("mau:cu", "MAU1")
    number = number_of(decided(keeper, unit, kind="rename", name="Tên nhầm"))

    taken_back(keeper, number)

    told = keeper.get("/units/mau:cu", {"as_of": DAY}).json()
    assert (told["name"], told["valid_from"], told["valid_to"]) == ("Đội mẫu", "2025-07-01", None)
    assert SuccessionEffect.objects.get(before__isempty=True).told == {"name": "Tên nhầm"}


def test_a_split_is_taken_back_with_all_its_heirs_and_those_without_a_place_go_on(keeper: ContractClient) -> None:
    old, one, other = (make_unit(f"mau:{name}") for name in ("cu", "mot", "hai"))
    for code in ("CB-1", "CB-2"):
        make_posting(make_official(code), old)
    split = decided(
        keeper, old, kind="split", successors=[one.code, other.code], officials=[{"official": "CB-1", "unit": one.code}]
    )

    answer = taken_back(keeper, number_of(split))

    assert {row["successor"] for row in answer.json()["successions"]} == {"mau:mot", "mau:hai"}
    assert answer.json()["postings_restored"] == 2
    assert (served("CB-1"), served("CB-2")) == ([("mau:cu", "2025-07-01", None)], [("mau:cu", "2025-07-01", None)])


class TestOnRecord:
    """Nothing is deleted: what was recorded, and why it counts no more, is read for ever."""

    def test_the_register_tells_both_decisions_and_the_feed_both_changes(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        number = number_of(decided(keeper, old, kind="merge", successors=[new.code]))

        taken_back(keeper, number)

        (line,) = keeper.get("/unit-successions", {"unit": "mau:cu"}).json()["results"]
        assert (line["id"], line["unit"], line["successor"], line["decision_number"]) == (
            number, "mau:cu", "mau:moi", "01/QĐ-MAU",
        )  # fmt: skip
        assert line["revocation"].items() >= A_CORRECTION.items()
        assert keeper.get(f"/unit-successions/{number}").json() == line
        events = Event.objects.filter(subject=str(number), type__startswith="unit_succession.").order_by("id")
        assert [(one.type, one.unit_id, one.data["revocation_number"]) for one in events] == [
            ("unit_succession.created", old.pk, ""), ("unit_succession.updated", old.pk, "02/QĐ-MAU"),
        ]  # fmt: skip

    def test_the_register_is_narrowed_to_what_counts_or_was_revoked(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        taken_back(keeper, number_of(decided(keeper, old, kind="merge", successors=[new.code])))
        decided(keeper, old, kind="dissolve")

        found = [
            [
                row["kind"]
                for row in keeper.get("/unit-successions", {"unit": "mau:cu", "revoked": word}).json()["results"]
            ]
            for word in ("true", "false")
        ]

        assert found == [["merge"], ["dissolve"]]

    @pytest.mark.parametrize("alias", ["default", "owner"])
    def test_no_way_in_changes_or_deletes_what_was_recorded(self, own_database: str, alias: str) -> None:
        with atomic(using=alias), connections[alias].cursor() as cursor:
            for change in ("UPDATE units_unitsuccession SET note = 'khác'", "DELETE FROM units_unitsuccession"):
                with pytest.raises(IntegrityError, match="never changes"), atomic(using=alias):
                    cursor.execute(change)

    def test_what_was_revoked_stays_so(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        number = number_of(decided(keeper, old, kind="merge", successors=[new.code]))
        taken_back(keeper, number)

        again = taken_back(keeper, number)
        with pytest.raises(IntegrityError, match="never changes"), atomic():
            UnitSuccession.objects.filter(pk=number).update(revocation_reason="khác")

        assert problem(again) == (409, "succession-revoked")


class TestGuards:
    """Only by who has read the unit, and only where nothing rests on it."""

    def test_who_has_not_read_the_unit_takes_nothing_back(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        number = number_of(decided(keeper, old, kind="merge", successors=[new.code]))
        path = f"/unit-successions/{number}/revocation"

        unread = keeper.once(path, A_CORRECTION)
        stale = keeper.once(path, A_CORRECTION, **{"If-Match": '"1"'})

        assert (problem(unread), problem(stale)) == ((428, "precondition-required"), (412, "precondition-failed"))
        assert not UnitSuccession.objects.get(pk=number).revoked_at

    def test_sent_again_with_its_key_it_is_done_once(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        number = number_of(decided(keeper, old, kind="merge", successors=[new.code]))
        tag = keeper.get(f"/unit-successions/{number}")["ETag"]
        path = f"/unit-successions/{number}/revocation"

        first, again = (keeper.once(path, A_CORRECTION, key="0123456789abcdef", **{"If-Match": tag}) for _ in range(2))

        assert (first.status_code, again.content) == (200, first.content)

    def test_a_reason_and_a_decision_are_needed(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        number = number_of(decided(keeper, old, kind="merge", successors=[new.code]))

        answer = keeper.once(f"/unit-successions/{number}/revocation", {"reason": ""}, **{"If-Match": '"2"'})

        assert {pointer for pointer, _ in faults(answer)} == {"/reason", "/decision_number", "/decision_date"}

    @pytest.mark.parametrize("later", ["a posting", "a head", "a code", "another decision"])
    def test_what_something_later_rests_on_is_kept_and_nothing_is_changed(
        self, keeper: ContractClient, later: str
    ) -> None:
        """The control: without it the same is taken back (every test above)."""
        old, new = with_code("mau:cu", "MAU1"), make_unit("mau:moi")
        official = make_official("CB-1")
        make_posting(official, old, is_head=True)
        number = number_of(decided(keeper, old, kind="merge", successors=[new.code]))
        if later == "a posting":
            make_posting(official, make_unit("mau:khac"), since=dt.date(2025, 11, 1))
        elif later == "a head":
            Posting.objects.filter(serving_unit=new).update(is_head=True, valid=DateRange(OCTOBER, dt.date(2026, 1, 1)))
        elif later == "a code":
            UnitCode.objects.create(unit=new, scheme="LOCAL", value="MAU1", valid=DateRange(dt.date(2025, 12, 1), None))
        else:
            decided(keeper, new, kind="dissolve", effective_date="2025-12-01")

        answer = taken_back(keeper, number)

        assert problem(answer) == (409, "succession-built-upon")
        assert not UnitSuccession.objects.get(pk=number).revoked_at
        assert keeper.get("/units/mau:cu", {"as_of": DAY}).json()["is_in_force"] is False

    def test_a_unit_does_not_go_on_under_one_that_is_gone(self, keeper: ContractClient) -> None:
        above, new = make_unit("mau:tren"), make_unit("mau:moi")
        old = make_unit("mau:cu", under=above)
        number = number_of(decided(keeper, old, kind="merge", successors=[new.code]))
        decided(keeper, above, kind="dissolve")

        assert problem(taken_back(keeper, number)) == (409, "unit-not-in-force")

    def test_a_keeper_takes_back_nothing_beyond_his_boundary(self, api: ContractClient, keeper: ContractClient) -> None:
        above, new = make_unit("mau:tren"), make_unit("mau:moi")
        old, inner = make_unit("mau:cu", under=above), make_unit("mau:trong", under=above)
        outside = number_of(decided(keeper, old, kind="merge", successors=[new.code]))
        inside = number_of(decided(keeper, inner, kind="dissolve"))
        bounded = api.signed_in("units:read", "units:write", boundary=above)

        beyond, within = taken_back(bounded, outside), taken_back(bounded, inside)

        assert (problem(beyond), within.status_code) == ((404, "succession-unknown"), 200)

    def test_a_code_passes_no_longer_to_who_follows_no_more(self, keeper: ContractClient) -> None:
        old, wrong = with_code("mau:cu", "MAU1"), make_unit("mau:nham")
        taken_back(keeper, number_of(decided(keeper, old, kind="merge", successors=[wrong.code])))
        decided(keeper, old, kind="dissolve")

        with pytest.raises(IntegrityError, match="does not follow"), atomic():
            UnitCode.objects.create(unit=wrong, scheme="LOCAL", value="MAU1", valid=DateRange(OCTOBER, None))
