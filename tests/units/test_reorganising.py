"""What a decision does with a unit: versions, codes and postings change on one day, together or not at all."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.transaction import atomic

from tests.builders.organisation import BY, NOW, make_official, make_posting, make_unit, the_province
from tests.contract_client import ContractClient, faults, problem
from units.errors import CodeReused, HeadTaken, UnitNotInForce
from units.models import Posting, Unit, UnitCode, UnitSuccession
from units.services import UnitFacts, put_unit
from units.vocabulary import UnitKind

DAY = "2025-10-01"
OCTOBER = dt.date(2025, 10, 1)
A_DECISION = {"effective_date": DAY, "decision_number": "01/QĐ-MAU", "decision_date": "2025-09-15"}


@pytest.fixture
def keeper(api: ContractClient) -> ContractClient:
    return api.signed_in("units:read", "units:write")


def decided(keeper: ContractClient, unit: Unit, **said: Any) -> Any:
    """Send a decision as one who has read the unit."""
    tag = keeper.get(f"/units/{unit.code}")["ETag"]
    return keeper.once(f"/units/{unit.code}/successions", A_DECISION | said, **{"If-Match": tag})


def with_code(code: str, value: str) -> Unit:
    facts = UnitFacts(
        name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=dt.date(2025, 7, 1), parent=the_province(),
        codes=[("LOCAL", value)],
    )  # fmt: skip
    return put_unit(code=code, facts=facts, by=BY, now=NOW)[0].unit


def served(code: str) -> list[tuple[str, str | None, str | None]]:
    """Where an official served, oldest first: unit, first day, first day after."""
    rows = Posting.objects.filter(official__code=code).order_by("valid").select_related("serving_unit")
    return [
        (row.serving_unit.code, f"{row.valid.lower}", f"{row.valid.upper}" if row.valid.upper else None) for row in rows
    ]


class TestMerger:
    """The unit ends; its code dies with it, and its people go along, as nobody's head."""

    def test_ends_the_version_the_codes_and_the_postings_of_the_unit_on_one_day(self, keeper: ContractClient) -> None:
        old, new = with_code("mau:cu", "MAU1"), make_unit("mau:moi")
        make_posting(make_official("CB-1"), old, is_head=True)

        answer = decided(keeper, old, kind="merge", successors=[new.code])

        told = answer.json()
        assert (answer.status_code, told["postings_moved"], told["postings_ended"]) == (201, 1, 0)
        assert (told["unit"]["is_in_force"], told["unit"]["valid_to"]) == (False, DAY)
        assert [code["valid_to"] for code in told["unit"]["codes"]] == [DAY]
        assert served("CB-1") == [("mau:cu", "2025-07-01", DAY), ("mau:moi", DAY, None)]
        assert [row.is_head for row in Posting.objects.order_by("valid")] == [True, False]
        (row,) = told["successions"]
        assert (row["kind"], row["decision_number"], row["decision_date"]) == ("merge", "01/QĐ-MAU", "2025-09-15")

    def test_of_two_into_one_is_many_to_one(self, keeper: ContractClient) -> None:
        one, other, new = (make_unit(f"mau:{name}") for name in ("mot", "hai", "moi"))

        for old in (one, other):
            decided(keeper, old, kind="merge", successors=[new.code])

        came = keeper.get("/units/mau:moi").json()["predecessions"]
        assert {row["unit"]["code"] for row in came} == {"mau:mot", "mau:hai"}

    def test_sent_again_with_its_key_is_carried_out_once(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        tag, path = keeper.get("/units/mau:cu")["ETag"], "/units/mau:cu/successions"
        said = A_DECISION | {"kind": "merge", "successors": [new.code]}

        first, again = (keeper.once(path, said, key="0123456789abcdef", **{"If-Match": tag}) for _ in range(2))
        other = decided(keeper, old, kind="merge", successors=[new.code])

        assert (first.status_code, again.content) == (201, first.content)
        assert problem(other) == (409, "succession-known")

    def test_needs_that_the_unit_was_read(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        said = A_DECISION | {"kind": "merge", "successors": [new.code]}

        unread = keeper.once("/units/mau:cu/successions", said)
        stale = keeper.once("/units/mau:cu/successions", said, **{"If-Match": '"7"'})

        assert (problem(unread), problem(stale)) == ((428, "precondition-required"), (412, "precondition-failed"))
        assert not UnitSuccession.objects.filter(predecessor=old).exists()

    def test_leaves_nothing_behind_when_it_is_refused(self, keeper: ContractClient) -> None:
        """The control is the same decision once the subordinate unit is moved."""
        old, new = with_code("mau:cu", "MAU1"), make_unit("mau:moi")
        below = make_unit("mau:duoi", under=old)
        make_posting(make_official("CB-1"), old)

        refused = decided(keeper, old, kind="merge", successors=[new.code])
        kept = (
            served("CB-1"),
            UnitCode.objects.get(unit=old).valid.upper,
            UnitSuccession.objects.filter(predecessor=old),
        )
        facts = UnitFacts(name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=OCTOBER, parent=new)
        put_unit(code=below.code, facts=facts, by=BY, now=NOW)
        taken = decided(keeper, old, kind="merge", successors=[new.code])

        assert problem(refused) == (409, "unit-has-subordinates")
        assert "mau:duoi" in refused.json()["detail"]
        assert kept[:2] == ([("mau:cu", "2025-07-01", None)], None)
        assert taken.status_code == 201

    @pytest.mark.parametrize("again", ["mau:moi", "LOCAL:MAU2"])
    def test_into_the_same_unit_twice_is_refused_where_it_is_named_again(
        self, keeper: ContractClient, again: str
    ) -> None:
        old, new = make_unit("mau:cu"), with_code("mau:moi", "MAU2")

        answer = decided(keeper, old, kind="merge", successors=[new.code, again])

        assert (problem(answer), faults(answer)) == ((400, "invalid"), {("/successors/1", "repeated")})
        assert not UnitSuccession.objects.filter(predecessor=old).exists()

    def test_into_a_unit_that_is_not_there_on_the_day_is_refused(self, keeper: ContractClient) -> None:
        old = make_unit("mau:cu")

        answer = decided(keeper, old, kind="merge", successors=["gso2024:62"])

        assert problem(answer) == (409, "unit-not-in-force")

    def test_before_what_is_already_said_is_refused(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        make_posting(make_official("CB-1"), old, since=dt.date(2025, 11, 1))

        later = decided(keeper, old, kind="merge", successors=[new.code])
        unborn = decided(keeper, old, kind="merge", successors=[new.code], effective_date="2025-07-01")

        assert (problem(later), problem(unborn)) == ((409, "periods-overlap"), (409, "periods-overlap"))

    def test_of_a_unit_that_has_ended_is_refused(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        decided(keeper, old, kind="dissolve")

        answer = decided(keeper, old, kind="merge", successors=[new.code], effective_date="2025-12-01")

        assert problem(answer) == (409, "unit-not-in-force")


class TestSplit:
    """Who goes where is said by the decision; nobody is placed by a guess."""

    def test_places_those_it_names_and_ends_the_postings_of_the_others(self, keeper: ContractClient) -> None:
        old, one, other = (make_unit(f"mau:{name}") for name in ("cu", "mot", "hai"))
        for code in ("CB-1", "CB-2"):
            make_posting(make_official(code), old)

        answer = decided(
            keeper, old, kind="split", successors=[one.code, other.code],
            officials=[{"official": "CB-1", "unit": other.code}],
        )  # fmt: skip

        assert (answer.json()["postings_moved"], answer.json()["postings_ended"]) == (1, 1)
        assert served("CB-1")[-1] == ("mau:hai", DAY, None)
        assert served("CB-2") == [("mau:cu", "2025-07-01", DAY)]
        assert {heir["code"] for heir in answer.json()["unit"]["went_to"]} == {"mau:mot", "mau:hai"}

    def test_of_a_part_leaves_the_unit_as_it_is(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")
        for code in ("CB-1", "CB-2"):
            make_posting(make_official(code), old)

        answer = decided(
            keeper, old, kind="split", successors=[new.code], goes_on=True,
            officials=[{"official": "CB-1", "unit": new.code}],
        )  # fmt: skip

        assert (answer.json()["unit"]["is_in_force"], answer.json()["postings_moved"]) == (True, 1)
        assert served("CB-2") == [("mau:cu", "2025-07-01", None)]

    def test_into_one_that_ends_the_unit_is_no_split(self, keeper: ContractClient) -> None:
        old, new = make_unit("mau:cu"), make_unit("mau:moi")

        answer = decided(keeper, old, kind="split", successors=[new.code])

        assert problem(answer) == (409, "successors-unfit")

    def test_cannot_place_who_does_not_serve_there_nor_where_nothing_went(self, keeper: ContractClient) -> None:
        old, one, other = (make_unit(f"mau:{name}") for name in ("cu", "mot", "hai"))
        make_official("CB-1")
        heirs = {"kind": "split", "successors": [one.code, other.code]}

        stranger = decided(keeper, old, **heirs, officials=[{"official": "CB-1", "unit": one.code}])
        nowhere = decided(keeper, old, **heirs, officials=[{"official": "CB-1", "unit": "gso2025:51"}])

        assert problem(stranger) == (404, "official-unknown")
        assert faults(nowhere) == {("/officials/0/unit", "does_not_fit")}


def test_a_rename_goes_on_with_the_same_unit_codes_and_people(keeper: ContractClient) -> None:
    unit = with_code("mau:cu", "MAU1")
    make_posting(make_official("CB-1"), unit)

    answer = decided(keeper, unit, kind="rename", name="Đội mẫu mới")

    before, after = (keeper.get("/units/mau:cu", {"as_of": day}).json() for day in ("2025-09-30", DAY))
    assert (before["name"], after["name"], after["is_in_force"]) == ("Đội mẫu", "Đội mẫu mới", True)
    assert [code["valid_to"] for code in after["codes"]] == [None]
    assert served("CB-1") == [("mau:cu", "2025-07-01", None)]
    assert [(row["kind"], row["unit"]["name"]) for row in answer.json()["successions"]] == [("rename", "Đội mẫu mới")]


def test_a_transfer_names_the_procedures_and_the_unit_goes_on(keeper: ContractClient) -> None:
    old, new = make_unit("mau:cu"), make_unit("mau:moi")

    answer = decided(keeper, old, kind="transfer", successors=[new.code], procedures=["1.004884"])
    unknown = decided(keeper, old, kind="transfer", successors=[new.code], procedures=["9.999999"])
    none = decided(keeper, old, kind="transfer", successors=[new.code])

    assert (answer.status_code, answer.json()["unit"]["is_in_force"]) == (201, True)
    assert answer.json()["successions"][0]["procedures"] == ["1.004884"]
    assert faults(unknown) == {("/procedures/0", "unknown_procedure")}
    assert faults(none) == {("/procedures", "does_not_fit")}


def test_a_dissolved_unit_has_no_successor_and_its_people_no_post(keeper: ContractClient) -> None:
    unit, other = make_unit("mau:cu"), make_unit("mau:moi")
    make_posting(make_official("CB-1"), unit)

    wrong = decided(keeper, unit, kind="dissolve", successors=[other.code])
    answer = decided(keeper, unit, kind="dissolve")

    assert problem(wrong) == (409, "successors-unfit")
    assert answer.json()["successions"][0]["unit"] is None
    assert served("CB-1") == [("mau:cu", "2025-07-01", DAY)]


def test_a_keeper_hands_nothing_over_to_beyond_his_boundary(api: ContractClient) -> None:
    own, outside = make_unit("mau:cu"), make_unit("mau:moi")
    inside = make_unit("mau:duoi", under=own)
    keeper = api.signed_in("units:read", "units:write", boundary=own)

    beyond = decided(keeper, inside, kind="merge", successors=[outside.code])
    foreign = decided(keeper, outside, kind="dissolve")

    assert {problem(beyond), problem(foreign)} == {(404, "unit-unknown")}


class TestWhatTheDatabaseHolds:
    """Whatever the way in."""

    def test_a_code_never_passes_to_a_stranger(self, keeper: ContractClient) -> None:
        """The control: it passes to who follows its bearer."""
        old, heir, stranger = with_code("mau:cu", "MAU1"), make_unit("mau:ke"), make_unit("mau:la")
        decided(keeper, old, kind="merge", successors=[heir.code])
        given = {"scheme": "LOCAL", "value": "MAU1", "valid": DateRange(OCTOBER, None)}

        with pytest.raises(IntegrityError, match="does not follow"), atomic():
            UnitCode.objects.create(unit=stranger, **given)
        UnitCode.objects.create(unit=heir, **given)

    def test_a_code_keeps_its_unit(self) -> None:
        old, other = with_code("mau:cu", "MAU1"), make_unit("mau:la")

        with pytest.raises(IntegrityError, match="keeps its unit"), atomic():
            UnitCode.objects.filter(unit=old).update(unit=other)

    def test_a_unit_is_never_forgotten_nor_its_code_changed(self) -> None:
        unit = make_unit("mau:cu")

        with pytest.raises(IntegrityError, match="never forgotten"), atomic():
            Unit.objects.filter(pk=unit.pk).update(code="mau:khac")
        with pytest.raises(IntegrityError), atomic():
            Unit.objects.filter(pk=unit.pk).delete()

    def test_a_unit_has_one_head_a_day(self) -> None:
        """The control: the next head begins when the first has ended."""
        unit, other = make_unit("mau:cu"), make_unit("mau:khac")
        first, second = make_official("CB-1"), make_official("CB-2")
        make_posting(first, unit, is_head=True)

        with pytest.raises(HeadTaken):
            make_posting(second, unit, since=OCTOBER, is_head=True)
        make_posting(first, other, since=OCTOBER)
        make_posting(second, unit, since=OCTOBER, is_head=True)


def test_the_service_says_that_a_code_was_a_strangers(keeper: ContractClient) -> None:
    old = with_code("mau:cu", "MAU1")
    decided(keeper, old, kind="dissolve")
    facts = UnitFacts(
        name="Đội khác", kind=UnitKind.DEPARTMENT, valid_from=OCTOBER, parent=the_province(), codes=[("LOCAL", "MAU1")]
    )

    with pytest.raises(CodeReused):
        put_unit(code="mau:la", facts=facts, by=BY, now=NOW)


def test_a_unit_cannot_be_put_under_one_that_is_gone() -> None:
    gone = Unit.objects.get(code="gso2024:615")
    facts = UnitFacts(name="Đội mẫu", kind=UnitKind.DEPARTMENT, valid_from=OCTOBER, parent=gone)

    with pytest.raises(UnitNotInForce):
        put_unit(code="mau:doi", facts=facts, by=BY, now=NOW)
