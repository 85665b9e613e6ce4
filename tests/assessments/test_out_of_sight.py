"""An assessment tells nobody near the accused that somebody complained, and yet everybody what he is owed of it.

Sources: Luật Tố cáo 2018, điều 8, 12; docs/decisions/0014-complaints-below-the-inspectorate.md.
"""

import json
from typing import Any

import pytest

from feedback.assessments.queries import reading
from feedback.models import Assessment
from tests.assessments.test_runs import MANAGER, publish, run
from tests.builders.figures import an_official, another_department, complained, served, the_department
from tests.contract_client import ContractClient, problem
from units.models import Official

ACCEPTED: dict[str, Any] = {"accept_provisional": True, "reason": "Hạn báo cáo ngày 15/12"}
OF_COMPLAINTS = {"I7", "I8", "total", "provisional"}
EVERYTHING = (*MANAGER, "complaints:read", "monitoring:read")


@pytest.fixture
def accused() -> Official:
    return an_official("CB-77")


def near(api: ContractClient, accused: Official) -> dict[str, ContractClient]:
    """Who may not hear of a complaint about him, each with every scope."""
    colleague = an_official("CB-78")
    return {
        "accused": api.signed_in(*EVERYTHING, as_official=accused),
        "colleague": api.signed_in(*EVERYTHING, as_official=colleague),
        "head": api.signed_in(*EVERYTHING, as_official=colleague, boundary=the_department()),
        "machine of the unit": api.machine(*EVERYTHING, boundary=the_department()),
        "reader from elsewhere": api.signed_in(
            "assessments:read", as_official=an_official("CB-9", another_department())
        ),
    }


def far(api: ContractClient) -> dict[str, ContractClient]:
    """Who must read all of it."""
    return {
        "personnel system": api.machine("assessments:read"),
        "home affairs": api.signed_in(*MANAGER),
        "inspector of another unit": api.signed_in(
            "assessments:read", "complaints:read", as_official=an_official("CB-8", another_department())
        ),
    }


def names_in(value: Any) -> set[str]:
    """Every name and every code of an indicator that a document tells."""
    match value:
        case dict():
            named = set(value) | {value["code"]} if "code" in value else set(value)
            return named.union(*map(names_in, (one for name, one in value.items() if name != "withheld")))
        case list():
            return set().union(*map(names_in, value))
        case _:
            return set()


def told(client: ContractClient) -> list[Any]:
    """All that a caller reads of the accused's unit: the list, the list by each class, each one and its explanation."""
    asked = f"/assessments?unit={the_department().code}&count=exact"
    rows = client.get(asked).json()
    ids = [row["id"] for row in rows["results"]]
    by_class = [client.get(f"{asked}&class={one}").json() for one in ("full", "from_70", "below_70")]
    each = [client.get(f"/assessments/{one}{part}").json() for one in ids for part in ("", "/explanation")]
    return [rows, *by_class, *each]


def bare(documents: list[Any]) -> str:
    """What was told, without the ids that every run makes anew, in an order of its own."""
    rows = [
        {name: value for name, value in row.items() if name not in {"id", "run", "version"}}
        for row in documents[0]["results"]
    ]
    counts = [one["count"] for one in documents[:4]]
    explained = [one for one in documents[4:] if "records" in one]
    return json.dumps([sorted(json.dumps(one) for one in group) for group in (rows, counts, explained)])


class TestAPendingComplaint:
    """Nothing that somebody near reads is moved by it."""

    def test_a_run_published_with_it_tells_them_what_one_without_it_would(
        self, api: ContractClient, accused: Official
    ) -> None:
        for _ in range(6):
            transaction = served("early", official=accused)
        complained(served(unit=another_department()), an_official("CB-5", another_department()))
        readers, others = near(api, accused), far(api)
        publish(api, run(api), **ACCEPTED)
        before = {name: told(reader) for name, reader in (readers | others).items()}

        complained(transaction, accused)
        publish(api, run(api, reason="Tính lại"), **ACCEPTED)

        for name, reader in readers.items():
            after = told(reader)
            newest = [row for row in after[0]["results"] if row["version"] == 2]
            assert newest, name
            assert names_in(after) & OF_COMPLAINTS == set(), name
            assert all("class" not in row for row in newest), name
            assert bare(_of_version(after, 2)) == bare(_of_version(before[name], 1)), name
        for name, reader in others.items():
            assert bare(_of_version(told(reader), 2)) != bare(_of_version(before[name], 1)), name

    def test_told_as_it_is_stored_it_would_be_read(
        self, api: ContractClient, accused: Official, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: without the rule the accused reads that his result is provisional, and what it cost him."""
        monkeypatch.setattr(reading.Reader, "is_of_no_unit", True)
        complained(served("early", official=accused), accused)
        publish(api, run(api), **ACCEPTED)

        (row,) = near(api, accused)["accused"].get("/assessments?kind=official").json()["results"]

        assert (row["provisional"], row["indicators"]["I7"]["sum"]) == (True, 0)

    def test_a_petition_that_is_overdue_makes_its_unit_provisional(
        self, api: ContractClient, accused: Official
    ) -> None:
        """Indicator 8 counts it before it is answered, and would tell of it."""
        served("early", official=accused)
        complained(None, unit=the_department())

        run(api)

        of_unit = Assessment.objects.get(kind="unit")
        assert (of_unit.provisional, of_unit.indicators["I8"]["sum"]) == (True, 0)
        assert not Assessment.objects.get(kind="official").provisional

    def test_drafts_are_for_who_is_of_no_unit(self, api: ContractClient, accused: Official) -> None:
        complained(served("early", official=accused), accused)
        run(api)
        draft = Assessment.objects.get(kind="official")

        for name, reader in near(api, accused).items():
            assert reader.get("/assessments?count=exact").json()["count"] == 0, name
            assert problem(reader.get(f"/assessments/{draft.pk}/explanation")) == (404, "not-found"), name
        assert api.signed_in(*MANAGER).get("/assessments?count=exact").json()["count"] == 2


class TestAConcludedOne:
    """It weighs, and yet nobody learns whose transaction it was."""

    def test_a_single_transaction_tells_neither_points_nor_class(self, api: ContractClient, accused: Official) -> None:
        complained(served("early", official=accused), accused, "upheld")
        publish(api, run(api))

        for name, reader in near(api, accused).items():
            documents = told(reader)
            assert names_in(documents) & {*OF_COMPLAINTS, "class"} == set(), name
            assert [one["count"] for one in documents[1:4]] == [0, 0, 0], name
            assert b"COMPLAINT" not in json.dumps(documents).encode(), name

    @pytest.mark.parametrize(("early", "late", "is_told"), [(4, 3, False), (5, 0, True), (0, 3, True), (5, 2, True)])
    def test_a_class_is_told_where_five_or_none_could_have_cost_points(
        self, api: ContractClient, accused: Official, early: int, late: int, *, is_told: bool
    ) -> None:
        for ended, count in (("early", early), ("late", late)):
            for _ in range(count):
                served(ended, official=accused)
        publish(api, run(api))

        (row,) = near(api, accused)["accused"].get(f"/assessments?official={accused.code}").json()["results"]

        assert ("class" in row) == is_told

    def test_everybody_reads_his_own_class_and_all_that_no_complaint_moves(
        self, api: ContractClient, accused: Official
    ) -> None:
        for _ in range(6):
            transaction = served("early", official=accused)
        complained(transaction, accused, "upheld")
        publish(api, run(api))
        himself = near(api, accused)["accused"]

        (row,) = himself.get(f"/assessments?official={accused.code}&class=full").json()["results"]
        explained = himself.get(f"/assessments/{row['id']}/explanation").json()

        assert (row["class"], row["transactions"], sorted(row["indicators"])) == ("full", 6, ["I1", "I2", "I3"])
        assert (row["withheld"], explained["withheld"]) == (["I7"], ["I7"])
        assert len(explained["records"]) == 6
        assert explained["indicators"][0]["counts"] == [{"points": 2, "count": 6, "reason": "EARLY"}]

    def test_whoever_must_reads_all_of_it(self, api: ContractClient, accused: Official) -> None:
        complained(served("early", official=accused), accused, "upheld")
        publish(api, run(api))

        readers = far(api)
        for name, reader in readers.items():
            (row,) = reader.get(f"/assessments?official={accused.code}").json()["results"]
            assert (row["indicators"]["I7"]["sum"], row["total"], row["withheld"]) == (0, "6.0", []), name
            assert row["class"] == "full"
        reasons = {
            name: json.dumps(reader.get(f"/assessments/{row['id']}/explanation").json())
            for name, reader in readers.items()
        }
        assert {name for name, text in reasons.items() if "COMPLAINT" in text} == {"inspector of another unit"}


class TestTheDocument:
    """It is one, under one digest, and speaks of every unit."""

    def test_an_official_is_referred_to_the_assessments(self, api: ContractClient, accused: Official) -> None:
        complained(served("early", official=accused), accused)
        published = publish(api, run(api), **ACCEPTED)
        path = f"/publications/{published['id']}"

        himself = api.signed_in(*EVERYTHING, as_official=accused)

        assert problem(himself.get(path)) == (403, "document-of-every-unit")
        assert himself.get(f"{path}/verification").json() == {"unaltered": True}
        readers = far(api)
        for name in ("personnel system", "home affairs"):
            assert readers[name].get(path).json()["document"]["assessments"], name


def _of_version(documents: list[Any], version: int) -> list[Any]:
    """What was told of one version; the counts of the lists are of all versions, so they are divided."""
    page = {**documents[0], "results": [row for row in documents[0]["results"] if row["version"] == version]}
    share = len(documents[0]["results"]) // len(page["results"])
    counted = [{**one, "count": one["count"] // share} for one in (page, *documents[1:4])]
    ids = [row["id"] for row in documents[0]["results"]]
    explained = dict(zip(ids, documents[5::2], strict=True))
    return [*counted, *(explained[row["id"]] for row in page["results"])]
