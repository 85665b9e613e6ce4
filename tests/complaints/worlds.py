"""Organisations in which people move and units merge, made through the services that keep the registers."""

import datetime as dt
import random
from dataclasses import dataclass, field

from procedures.models import Transaction
from tests.builders.complaints import accused, make_complaint
from tests.builders.organisation import BY, NOW, make_official
from tests.builders.transactions import a_transaction
from units.models import Official, Unit
from units.services import UnitFacts, add_posting, load_successions, put_unit
from units.vocabulary import Viewer

FOUNDED, MERGER = dt.date(2015, 1, 1), dt.date(2025, 7, 1)
THE_DAY = dt.date(2025, 3, 10)
CATEGORIES = ["ATT-02", "HAR-01", "DOC-01"]


def unit(
    code: str, kind: str, parent: Unit | None = None, *, since: dt.date = FOUNDED, until: dt.date | None = None
) -> Unit:
    """Make a unit for a period."""
    facts = UnitFacts(name=f"Đơn vị mẫu {code}", kind=kind, valid_from=since, valid_to=until, parent=parent)
    return put_unit(code=code, facts=facts, by=BY, now=NOW)[0].unit


def hand_over(predecessor: Unit, successor: Unit, kind: str, on: dt.date = MERGER) -> None:
    """Let a unit's work go to another, as the files tell it of units that ended."""
    row = {"predecessor": predecessor.code, "successor": successor.code, "kind": kind, "effective_on": on.isoformat()}
    load_successions(rows=[{**row, "source": "QĐ 01/QĐ-MAU", "note": ""}], now=NOW)


def post(
    official: Official,
    home: Unit,
    serving: Unit | None = None,
    *,
    since: dt.date = FOUNDED,
    until: dt.date | None = None,
) -> None:
    """Post an official for a period."""
    add_posting(
        official=official, home_unit=home, serving_unit=serving or home, post="Công chức", valid_from=since,
        valid_to=until, by=BY, now=NOW,
    )  # fmt: skip


def career(code: str, *places: tuple[Unit, dt.date]) -> Official:
    """Make an official who serves in each place from its day on."""
    official = make_official(code)
    for place, since in places:
        post(official, place, since=since)
    return official


def dossier(code: str, receiver: Unit, settler: Unit | None, official: Official | None, at: Unit | None) -> Transaction:
    """Receive a dossier of 2024 with one step, told with the codes of who did it, if anybody is known."""
    step = {"unit_code": at.code if at else None, "official_code": official.code if official else None}
    return a_transaction(
        dossier_code=code, receiving_unit_code=receiver.code, settling_unit_code=settler.code if settler else None,
        steps=(step,), now=NOW,
    )  # fmt: skip


@dataclass
class World:
    """Units and people by the part they play."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Official] = field(default_factory=dict)

    def viewers(self) -> dict[str, Viewer]:
        """Return everybody, and a machine bounded by each unit."""
        people = {name: Viewer(boundary=None, official=one.pk) for name, one in self.people.items()}
        bounded = {f"machine of {name}": Viewer(boundary=one.pk, official=None) for name, one in self.units.items()}
        return {**people, **bounded, "province's machine": Viewer(boundary=None, official=None)}


def the_world() -> World:
    """Two communes of a district merge on 2025-07-01, the district ends, and people move about."""
    province = unit("w:tinh", "province")
    district = unit("w:huyen", "district", province, until=MERGER)
    old = unit("w:xa-cu", "commune", district, until=MERGER)
    other = unit("w:xa-ben", "commune", district, until=MERGER)
    far = unit("w:xa-xa", "commune", district, until=MERGER)
    counter = unit("w:mot-cua", "one_stop_centre", old, until=MERGER)
    merged = unit("w:xa-moi", "commune", province, since=MERGER)
    far_now = unit("w:xa-xa-moi", "commune", province, since=MERGER)
    inspectorate, office = unit("w:thanh-tra", "department", province), unit("w:so", "department", province)
    hand_over(old, merged, "merge")
    hand_over(other, merged, "merge")
    hand_over(far, far_now, "rename")
    for part in (merged, far_now):
        hand_over(district, part, "split")
    units = {
        "province": province, "district": district, "old commune": old, "other commune": other, "far commune": far,
        "counter": counter, "merged commune": merged, "far commune now": far_now, "inspectorate": inspectorate,
        "department": office,
    }  # fmt: skip
    people = {
        "accused": career("w1", (old, FOUNDED), (merged, MERGER)),
        "colleague": career("w2", (old, FOUNDED), (merged, MERGER)),
        "clerk beneath": career("w3", (counter, FOUNDED), (merged, MERGER)),
        "district head": career("w4", (district, FOUNDED), (office, MERGER)),
        "ex-colleague who moved": career("w5", (old, FOUNDED), (office, dt.date(2025, 5, 1))),
        "newcomer": career("w6", (office, FOUNDED), (merged, dt.date(2026, 1, 1))),
        "of the commune merged in": career("w7", (other, FOUNDED), (merged, MERGER)),
        "of a far commune": career("w8", (far, FOUNDED), (far_now, MERGER)),
        "provincial inspector": career("w9", (inspectorate, FOUNDED)),
        "of the department": career("w10", (office, FOUNDED)),
        "of the province's office": career("w11", (province, FOUNDED)),
        "never posted": make_official("w12"),
    }
    lent = make_official("w13")
    post(lent, office, serving=old, since=FOUNDED, until=MERGER)
    post(lent, office, since=MERGER)
    return World(units=units, people={**people, "lent to the commune": lent})


def complaints_of_the_world(world: World) -> None:
    """File complaints about known and unknown accused, before and after the merger, some before their dossier."""
    u, p = world.units, world.people
    described = [accused(description="Người trực buổi chiều")]
    for code, when in (("W-1", THE_DAY), ("W-2", dt.date(2026, 3, 10)), ("W-3", None), ("W-none", THE_DAY)):
        make_complaint(subjects=described, dossier_code=code, happened_on=when)
    dossier("W-1", u["counter"], u["district"], p["of the department"], u["department"])
    dossier("W-2", u["far commune"], None, p["district head"], None)
    dossier("W-3", u["old commune"], u["old commune"], None, None)
    make_complaint(
        subjects=[*described, accused(official=p["of a far commune"])], dossier_code="W-1", categories=CATEGORIES[:2]
    )
    for happened_on in (THE_DAY, dt.date(2026, 3, 10), None):
        for subjects in (
            [accused(official=p["accused"])],
            [accused(unit=u["merged commune"])],
            [accused(unit=u["old commune"]), accused(official=p["of the department"])],
            [accused(official=p["provincial inspector"])],
            [accused(official=p["of a far commune"], unit=u["far commune"])],
            [accused(official=p["district head"])],
            [accused(official=p["of the province's office"])],
            [accused(description="Người ở quầy số 2")],
        ):
            make_complaint(subjects=subjects, happened_on=happened_on, categories=CATEGORIES[: len(subjects)])


def random_world(seed: int) -> World:
    """Return an organisation drawn by a seed, with complaints: moves, mergers, splits, people lent and people gone."""
    dice = random.Random(seed)
    world = World()
    root = unit(f"r{seed}:p", "province")
    old = [unit(f"r{seed}:a{i}", "district", root, until=MERGER) for i in range(2)]
    old += [unit(f"r{seed}:b{i}", "commune", dice.choice(old[:2]), until=MERGER) for i in range(5)]
    old += [unit(f"r{seed}:c{i}", "one_stop_centre", dice.choice(old[2:]), until=MERGER) for i in range(2)]
    new = [unit(f"r{seed}:d{i}", "commune", root, since=MERGER) for i in range(3)]
    new += [unit(f"r{seed}:e{i}", "one_stop_centre", dice.choice(new), since=MERGER) for i in range(2)]
    lasting = [unit(f"r{seed}:f{i}", "department", root) for i in range(2)]
    for one in old:
        for heir in dice.sample(new, dice.choice([0, 1, 1, 2])):
            hand_over(one, heir, dice.choice(["merge", "merge", "rename", "split"]))
    world.units = {one.code: one for one in [root, *old, *new, *lasting]}
    for i in range(14):
        official = make_official(f"r{seed}:{i}")
        world.people[official.code] = official
        until: dt.date | None = FOUNDED
        if dice.random() < 0.9:
            before, lent = dice.choice([*old, *lasting, root]), dice.choice(old)
            until = dice.choice([MERGER, dt.date(2025, 2, 1), None])
            post(official, before, dice.choice([before, before, lent]), until=until)
        if until is not None and dice.random() < 0.8:
            post(official, dice.choice([*new, *lasting, root]), since=dice.choice([MERGER, dt.date(2026, 2, 1)]))
    everywhere, everybody = list(world.units.values()), list(world.people.values())
    days = [dt.date(2024, 5, 5), dt.date(2025, 3, 1), MERGER, dt.date(2026, 1, 5), None]
    handed = [f"r{seed}-{i}" for i in range(6)]
    for code in handed[:4]:
        doer = dice.choice([None, *everybody])
        dossier(code, dice.choice(old), dice.choice([None, *old]), doer, dice.choice([None, *lasting]))
    for _ in range(25):
        told = [accused(official=one) for one in dice.sample(everybody, dice.choice([0, 1, 1, 2]))]
        told += [accused(unit=dice.choice(everywhere)) for _ in range(dice.choice([0, 0, 1]))]
        make_complaint(subjects=told, happened_on=dice.choice(days), dossier_code=dice.choice(["", *handed]))
    return world
