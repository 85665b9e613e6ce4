"""Units and officials for tests, made through the services that keep the register."""

import datetime as dt

from units.models import Official, Posting, Unit
from units.queries import unit_named, version_on
from units.services import UnitFacts, add_posting, put_official, put_unit
from units.vocabulary import UnitKind

NOW = dt.datetime(2025, 8, 1, 2, 0, tzinfo=dt.UTC)
BEGINNING = dt.date(2025, 7, 1)
BY = "person:mau"


def the_province() -> Unit:
    """The new Quảng Ngãi of the reference data."""
    return unit_named(code="gso2025:51", on=BEGINNING)


def the_commune() -> Unit:
    """Xã Tu Mơ Rông since 2025-07-01."""
    return unit_named(code="GSO:23425", on=BEGINNING)


def make_unit(code: str, *, name: str = "Đội mẫu", under: Unit | None = None) -> Unit:
    """A department since 2025-07-01."""
    facts = UnitFacts(name=name, kind=UnitKind.DEPARTMENT, valid_from=BEGINNING, parent=under or the_province())
    version, _ = put_unit(code=code, facts=facts, by=BY, now=NOW)
    return version.unit


def make_official(code: str = "CB-001", *, name: str = "Nguyễn Văn Mẫu") -> Official:
    """An official without a posting."""
    official, _ = put_official(code=code, name=name, by=BY, now=NOW)
    return official


def make_posting(
    official: Official, unit: Unit, *, since: dt.date = BEGINNING, serving: Unit | None = None, is_head: bool = False
) -> Posting:
    """A posting since a day."""
    return add_posting(
        official=official, home_unit=unit, serving_unit=serving or unit, post="Công chức một cửa", valid_from=since,
        by=BY, now=NOW, is_head=is_head,
    )  # fmt: skip


def name_on(unit_id: int, on: dt.date) -> str | None:
    """What a unit was called on a day; None when it was not in force."""
    version = version_on(unit_id=unit_id, on=on)
    return version.name if version else None
