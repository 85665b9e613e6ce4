"""Every assessment of random worlds, counted once more by other code from the leaves (promise A7)."""

import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from feedback.models import Assessment, Complaint
from procedures.models import Step, Transaction
from tests.assessments.test_runs import run
from tests.builders.figures import an_official, another_department, complained, served, the_department
from tests.builders.transactions import RECEIVED_AT, a_message, a_step, tell
from tests.contract_client import ContractClient

LABEL = {"early": 2, "on_time": 1, "late": 0}
FEW = [2, 1, 0, 0, 0, 0]
OUTCOMES = ["", "upheld", "not_upheld", "undetermined", "slander", "partly_upheld"]


def a_world(chance: random.Random) -> None:
    """Some officials in two departments, transactions with steps of several, complaints about some."""
    officials = [
        (an_official(f"CB-{n}", unit), unit) for n, unit in enumerate([the_department(), another_department()] * 2)
    ]
    for _ in range(chance.randint(3, 8)):
        first, unit = chance.choice(officials)
        said: dict[str, Any] = {"contacts": chance.choice([None, 0, 1, 3]), "official": first, "unit": unit}
        said["agencies_contacted"] = chance.choice([None, 0, 1, 2])
        transaction = served(chance.choice(list(LABEL)), **said)
        other, where = chance.choice(officials)
        due = None if chance.random() < 0.5 else RECEIVED_AT.replace(day=chance.randint(3, 6))
        step = a_step(
            transaction.dossier_code, at=RECEIVED_AT.replace(hour=10), status="processing", official_code=other.code,
            unit_code=where.code, due_at=due,
        )  # fmt: skip
        tell(a_message(step), now=RECEIVED_AT.replace(month=6))
        if chance.random() < 0.5:
            accused = chance.choice([first, other])
            complained(transaction, accused, chance.choice(OUTCOMES))


def recounted() -> dict[tuple[str, str], tuple[Decimal, bool]]:
    """Count totals one transaction after the other, from the rows as they lie in the tables."""
    points: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    pending: set[tuple[str, str]] = set()
    for transaction in Transaction.objects.filter(timeliness__in=LABEL):
        steps = list(Step.objects.filter(transaction=transaction).select_related("unit", "official"))
        for subject in {s for step in steps for s in subjects(step)}:
            own = [step for step in steps if subject in subjects(step)]
            standing = standing_of(transaction, subject, own)
            of = points[subject]
            of["I1"].append(LABEL[transaction.timeliness])
            dues = [day_points(step) for step in own if step.due_at]
            of["I2"].append(min(dues) if dues else LABEL[transaction.timeliness])
            contacts = transaction.contacts if transaction.contacts is not None else transaction.supplement_requests
            of["I3"].append(FEW[contacts])
            if transaction.agencies_contacted is not None:
                of["I4"].append(FEW[transaction.agencies_contacted])
            of["I7"].append(0 if standing else LABEL[transaction.timeliness])
            if standing == "pending":
                pending.add(subject)
    return {subject: (total(of, subject[0]), subject in pending) for subject, of in points.items()}


def subjects(step: Step) -> set[tuple[str, str]]:
    found = {("unit", step.unit.code)} if step.unit else set()
    return found | ({("official", step.official.code)} if step.official else set())


def day_points(step: Step) -> int:
    assert step.due_at is not None
    return 2 if step.at.date() < step.due_at.date() else 1 if step.at.date() == step.due_at.date() else 0


def standing_of(transaction: Transaction, subject: tuple[str, str], own: list[Step]) -> str:
    worst = ""
    for complaint in Complaint.objects.filter(dossier_code=transaction.dossier_code):
        accused = complaint.subjects.get().official
        assert accused is not None
        served_at = {step.unit_id for step in Step.objects.filter(transaction=transaction, official=accused)}
        touches = subject == ("official", accused.code) or (
            subject[0] == "unit" and min(u for u in served_at if u) in {step.unit_id for step in own}
        )
        if not touches:
            continue
        if complaint.state != "concluded":
            worst = worst or "pending"
        elif any(
            finding.outcome in {"upheld", "partly_upheld"}
            for conclusion in complaint.conclusions.all() for finding in conclusion.findings.all()
        ):  # fmt: skip
            worst = "upheld"
    return worst


def total(of: dict[str, list[int]], kind: str) -> Decimal:
    tenth = Decimal("0.1")
    means = [(Decimal(sum(p)) / len(p)).quantize(tenth, ROUND_HALF_UP) for p in of.values()]
    return sum(means, Decimal(0)) + (petitions() if kind == "unit" else 0)


def petitions() -> Decimal:
    """Points of indicators 8 and 9: every petition of these worlds is answered at once or not due; none is online."""
    return Decimal(2)


@pytest.mark.parametrize("seed", range(12))
def test_a_recount_by_other_code_gives_every_total(api: ContractClient, seed: int) -> None:
    a_world(random.Random(seed))

    run(api)

    found = {
        (row.kind, row.official.code if row.official else row.unit.code if row.unit else ""): (
            row.total,
            row.provisional,
        )
        for row in Assessment.objects.select_related("unit", "official")
    }
    assert found == expected_with_open_petitions(recounted(), found)


def expected_with_open_petitions(
    recount: dict[tuple[str, str], tuple[Decimal, bool]], found: dict[tuple[str, str], tuple[Decimal, bool]]
) -> dict[tuple[str, str], tuple[Decimal, bool]]:
    """A petition that is still open long after its day makes its unit's indicator 8 nothing."""
    late_units = {
        ("unit", posting.serving_unit.code)
        for complaint in Complaint.objects.exclude(state="concluded")
        for posting in complaint.subjects.get().official.postings.all()  # type: ignore[union-attr]
    }
    return {
        subject: (points - 2 if subject in late_units else points, provisional)
        for subject, (points, provisional) in recount.items()
    }
