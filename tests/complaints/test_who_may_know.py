"""A complaint is kept from the accused, his unit, everybody under it and his line up to the province.

Sources: Luật Tố cáo 2018, điều 8, 12; Luật Khiếu nại 2011, điều 17–21.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from feedback.complaints.models import Complaint
from feedback.complaints.queries import accused, complaints_visible_to, visibility
from tests.builders.complaints import accused as accused_one
from tests.builders.complaints import make_complaint
from tests.complaints.oracle import Oracle
from tests.complaints.worlds import THE_DAY, World, complaints_of_the_world, dossier, random_world, the_world
from tests.contract_client import ContractClient, problem
from units.queries import line
from units.vocabulary import Viewer

TODAY = dt.date(2026, 11, 20)
Asked = Callable[[Viewer], set[uuid.UUID]]


def by_the_query(viewer: Viewer) -> set[uuid.UUID]:
    return set(complaints_visible_to(viewer=viewer, today=TODAY).values_list("pk", flat=True))


def differences(world: World, asked: Asked) -> list[str]:
    """Return every (viewer, complaint) on which the answer and the oracle part."""
    oracle, found = Oracle(TODAY), []
    for name, viewer in world.viewers().items():
        told = asked(viewer)
        found += [f"{name} {c.pk}" for c in oracle.complaints if oracle.sees(viewer, c) != (c.pk in told)]
    return found


def named_world() -> World:
    """The named world with its complaints."""
    made = the_world()
    complaints_of_the_world(made)
    return made


def is_objected_to(*drawn: int) -> bool:
    """Tell whether the oracle parts with the query in the named world or one of those drawn; none is made in vain."""
    makes: list[Callable[[], World]] = [named_world, *(partial(random_world, seed) for seed in drawn)]
    return any(differences(make(), by_the_query) for make in makes)


@pytest.fixture
def world() -> World:
    return named_world()


class TestTheNamedPeople:
    """Who may know that the accused of the old commune was complained of, for an act before the merger."""

    @pytest.mark.parametrize(
        ("who", "may_know"),
        [
            ("accused", False),
            ("colleague", False),
            ("clerk beneath", False),
            ("district head", False),
            ("ex-colleague who moved", False),
            ("newcomer", False),
            ("lent to the commune", False),
            ("of the commune merged in", False),
            ("of a far commune", True),
            ("provincial inspector", True),
            ("of the department", True),
            ("of the province's office", True),
            ("machine of old commune", False),
            ("machine of counter", False),
            ("machine of merged commune", False),
            ("machine of far commune now", False),
            ("machine of province", True),
            ("province's machine", True),
        ],
    )
    def test_the_line_does_not_know_and_others_do(self, world: World, who: str, *, may_know: bool) -> None:
        viewer = world.viewers()[who]
        complaint = Complaint.objects.filter(subjects__official=world.people["accused"], happened_on=THE_DAY).get()

        assert (complaint.pk in by_the_query(viewer)) == may_know


def test_the_query_and_the_oracle_agree_in_the_named_world(world: World) -> None:
    assert differences(world, by_the_query) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_query_and_the_oracle_agree_in_worlds_drawn_by_chance(seed: int) -> None:
    assert differences(random_world(seed), by_the_query) == []


def test_without_the_rule_the_oracle_objects(world: World) -> None:
    """The control of the tests above: a query that forgets the rule differs."""
    everything = set(Complaint.objects.values_list("pk", flat=True))

    assert differences(world, lambda _viewer: everything) != []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("AND v.kind <> 'province'", "AND false"),
        ("WHERE v.parent_id IS NOT NULL", "WHERE false"),
        ("AND b.days && c.looked", "AND false"),
        ("AND b.days && l.looked", "AND false"),
        ("AND p.valid @> %(today)s::date", "AND false"),
        ("SELECT u.unit_id, p.valid AS acts", "SELECT u.unit_id, 'empty'::daterange AS acts"),
        ("(p.home_unit_id), (p.serving_unit_id)", "(p.home_unit_id), (p.home_unit_id)"),
        ("acts, acts AS looked, true AS", "acts, 'empty'::daterange AS looked, true AS"),
        ("daterange(%(today)s::date, %(today)s::date, '[]'), false", "'empty'::daterange, false"),
        ("AND v.kind <> 'province'", ""),
        ("c.looks_down AND", ""),
    ],
)  # fmt: skip
def test_every_part_of_the_rule_is_needed(monkeypatch: pytest.MonkeyPatch, part: str, instead: str) -> None:
    """Each part is broken in turn; if the oracle did not object, the tests above would prove nothing of it."""
    assert part in line._LINE
    monkeypatch.setattr(line, "_LINE", line._LINE.replace(part, instead))

    assert is_objected_to(101)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("SELECT p.official_id, p.unit_id", "SELECT NULL::bigint AS official_id, p.unit_id"),
        ("SELECT p.official_id, p.unit_id", "SELECT p.official_id, NULL::bigint AS unit_id"),
        ("SELECT NULL, t.receiving_unit_id", "SELECT NULL, NULL"),
        ("SELECT NULL, t.settling_unit_id", "SELECT NULL, NULL"),
        ("AND named.official_id IS NULL AND named.unit_id IS NULL", ""),
        ("c.id = named.complaint_id", "false"),
    ],
)
def test_everybody_who_had_the_dossier_in_hand_is_needed(
    monkeypatch: pytest.MonkeyPatch, part: str, instead: str
) -> None:
    """Each part of what a description may mean is broken in turn, as above."""
    assert part in accused.MayAccuse._sql
    monkeypatch.setattr(accused.MayAccuse, "_sql", accused.MayAccuse._sql.replace(part, instead))

    assert is_objected_to(101, 102)


@pytest.mark.parametrize("rule", ["may_be_official", "may_stand_in"])
def test_whom_a_description_without_a_dossier_may_mean_is_needed(
    world: World, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    monkeypatch.setattr(visibility, rule, lambda _whom: accused.Condition("false"))

    assert differences(world, by_the_query) != []


class TestDescribedAlone:
    """“The one at the counter”: whoever had the dossier in hand may be meant, and does not learn of it."""

    def test_who_did_a_step_of_the_dossier_does_not_know_and_others_do(self, world: World) -> None:
        complaint = Complaint.objects.get(dossier_code="W-2")

        knowing = {name for name, viewer in world.viewers().items() if complaint.pk in by_the_query(viewer)}

        assert not knowing & {"district head", "of a far commune", "machine of far commune now"}
        assert {"provincial inspector", "province's machine"} <= knowing

    def test_the_dossier_that_comes_after_the_complaint_hides_it_as_well(self, world: World) -> None:
        inspector, department = world.people["provincial inspector"], world.people["of the department"]
        late = make_complaint(
            subjects=[accused_one(description="Người ở quầy 2")], dossier_code="W-9", happened_on=THE_DAY
        )
        viewer = Viewer(boundary=None, official=inspector.pk)
        seen = late.pk in by_the_query(viewer)

        dossier("W-9", world.units["inspectorate"], None, department, None)

        assert seen
        assert late.pk not in by_the_query(viewer)
        assert late.pk not in by_the_query(Viewer(boundary=None, official=department.pk))

    def test_without_a_dossier_it_is_for_who_handles_none(self, world: World) -> None:
        complaint = Complaint.objects.get(dossier_code="W-none")

        knowing = {name for name, viewer in world.viewers().items() if complaint.pk in by_the_query(viewer)}

        assert knowing == {"provincial inspector", "of the province's office", "never posted", "province's machine"}


LISTS: list[dict[str, str]] = [
    {}, {"state": "submitted"}, {"class": "petition"}, {"category": "ATT-02"}, {"filed_from": "2026-01-01"},
    {"filed_to": "2030-01-01"}, {"due_before": "2030-01-01"}, {"under": "w:xa-moi"}, {"under": "w:tinh"},
    {"official": "w1"}, {"dossier_code": ""},
]  # fmt: skip
ABSENT = uuid.UUID("00000000-0000-4000-8000-000000000000")
ACTIONS: dict[str, dict[str, Any]] = {"acceptance": {}, "refusal": {"message": "x"}, "verification": {"report": "x"},
           "conclusion": {"text": "x", "answer": "x", "findings": [
               {"subject": 1, "category": "ATT-02", "outcome": "upheld"}]}}  # fmt: skip


def bare(answer: Any) -> tuple[int, str, str]:
    """Return an answer without what names the request."""
    return answer.status_code, answer["Content-Type"], json.dumps({**answer.json(), "instance": ""})


def asks(client: ContractClient, complaint_id: uuid.UUID) -> list[Any]:
    """Ask for one complaint in every way there is."""
    path = f"/complaints/{complaint_id}"
    reads = [client.get(path), client.get(f"{path}/timeline"), client.get(f"{path}/identity")]
    return reads + [client.once(f"{path}/{noun}", body, **{"If-Match": '"99"'}) for noun, body in ACTIONS.items()]


@pytest.mark.slow
def test_on_every_path_the_hidden_and_the_absent_are_told_alike(world: World, api: ContractClient) -> None:
    oracle = Oracle(TODAY)
    hidden = 0
    for name, viewer in world.viewers().items():
        client = _signed_in(api, world, name)
        seen = {c.pk for c in oracle.complaints if oracle.sees(viewer, c)}
        nothing = [bare(answer) for answer in asks(client, ABSENT)]
        told = [c for c in oracle.complaints if c.pk in seen][:1]
        for complaint in [*told, *(c for c in oracle.complaints if c.pk not in seen)][:5]:
            answers = asks(client, complaint.pk)
            if complaint.pk in seen:
                assert all(answer.status_code != 404 for answer in answers), name
            else:
                assert [bare(answer) for answer in answers] == nothing, name
                hidden += 1
    assert {status for status, _, _ in nothing} == {404}
    assert hidden > 50


@pytest.mark.slow
def test_no_list_count_or_filter_tells_of_a_hidden_complaint(world: World, api: ContractClient) -> None:
    oracle = Oracle(TODAY)
    for name, viewer in world.viewers().items():
        client = _signed_in(api, world, name)
        seen = {str(c.pk) for c in oracle.complaints if oracle.sees(viewer, c)}
        for filters in LISTS:
            page = client.get("/complaints", {**filters, "page_size": "500", "count": "exact"}).json()
            told = {row["id"] for row in page["results"]}
            assert told <= seen, (name, filters)
            assert page["count"] == len(told)
            if not filters:
                assert told == seen


def _signed_in(api: ContractClient, world: World, name: str) -> ContractClient:
    scopes = ("complaints:read", "complaints:handle")
    if name in world.people:
        return api.signed_in(*scopes, as_official=world.people[name])
    return api.machine(*scopes, boundary=world.units.get(name.removeprefix("machine of ")))


def test_a_list_needs_its_scope(api: ContractClient) -> None:
    assert problem(api.get("/complaints")) == (401, "unauthenticated")
    assert problem(api.signed_in("complaints:handle").get("/complaints")) == (403, "forbidden")
