"""A letter of progress names who did the step: by the exact name that one official of that unit bears on that day."""

import datetime as dt
from typing import Any

import pytest

from procedures.transactions.models import Step
from tests.adapters.histories import DOSSIERS, PROGRESS
from tests.adapters.test_addresses import a_row
from tests.builders.organisation import make_official, make_posting
from tests.contract_client import ContractClient
from units.models import Official, Unit
from units.queries import unit_named

NAME = "Y Cán Bộ Mẫu"
DAY = dt.date(2024, 3, 4)
BEFORE, AFTER = dt.date(2024, 1, 1), dt.date(2024, 3, 5)
CODE = "000.16.30.H34-240304-0001"


def commune() -> Unit:
    return unit_named(code="gso2024:23503", on=DAY)


def another() -> Unit:
    return unit_named(code="gso2024:23287", on=DAY)


def serving(code: str, unit: Unit, *, name: str = NAME, since: dt.date = BEFORE) -> Official:
    """An official who serves in a unit since a day."""
    official = make_official(code, name=name)
    make_posting(official, unit, since=since)
    return official


def a_dossier() -> dict[str, Any]:
    """A dossier that the commune handles."""
    return a_row(MaHoSo=CODE, DonViXuLy="UBND xã Đắk PXi")


def a_progress(**changes: Any) -> dict[str, Any]:
    """The row of CapNhatTienDoHoSoMC by which the dossier was received on 4 March 2024."""
    return {
        "MaHoSo": CODE, "NguoiXuLy": NAME, "ChucDanh": "", "ThoiDiemXuLy": "20240304081500", "PhongBanXuLy": "",
        "NoiDungXuLy": "Tiếp nhận hồ sơ", "TrangThai": "2", "NgayBatDau": "", "NgayKetThucTheoQuyDinh": "", **changes,
    }  # fmt: skip


def an_envelope(service: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"session": "", "madonvi": "000.00.00.H34", "service": service, "data": [row]}


@pytest.fixture
def sender(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write", "transactions:read")


def sent(sender: ContractClient, row: dict[str, Any], *, progress_first: bool = False) -> Step:
    """Send the dossier and the progress; return the step."""
    letters = [
        (DOSSIERS, an_envelope("DongBoHoSoMC", a_dossier())),
        (PROGRESS, an_envelope("CapNhatTienDoHoSoMC", row)),
    ]
    for path, letter in reversed(letters) if progress_first else letters:
        told = sender.post(path, letter).json()
        assert told["error_code"] == "00", told
    return Step.objects.get(transaction__dossier_code=CODE)


def left_to_people() -> list[str]:
    """Return the names that wait for somebody to say whose they are."""
    clerk = ContractClient().signed_in("units:write")
    return [row["name"] for row in clerk.get("/official-names").json()["results"]]


@pytest.mark.parametrize("progress_first", [False, True], ids=["after its dossier", "before its dossier"])
@pytest.mark.parametrize("unit_told", [{}, {"DonViXuLy": "UBND xã Đắk PXi"}], ids=["of the dossier", "of the row"])
def test_the_one_official_of_the_unit_with_that_name_did_the_step(
    sender: ContractClient, unit_told: dict[str, str], *, progress_first: bool
) -> None:
    official = serving("CB-1", commune())

    step = sent(sender, a_progress(**unit_told), progress_first=progress_first)

    assert (step.official, step.unit, step.official_name) == (official, commune(), NAME)
    assert left_to_people() == []
    (told,) = sender.get(f"/transactions/{CODE}/timeline").json()["steps"]
    assert told["official"] == "CB-1"


def test_whoever_bears_the_name_elsewhere_or_on_other_days_does_not_stand_in_the_way(sender: ContractClient) -> None:
    official = serving("CB-1", commune())
    serving("CB-2", another())
    serving("CB-3", commune(), since=AFTER)
    serving("CB-4", commune(), name="Y Cán Bộ Mẫu Hai")

    assert sent(sender, a_progress()).official == official


def test_a_name_that_two_of_the_unit_bear_on_that_day_is_kept_as_a_name(sender: ContractClient) -> None:
    serving("CB-1", commune())
    serving("CB-2", commune())

    step = sent(sender, a_progress())

    assert (step.official, step.unit, step.official_name) == (None, commune(), NAME)
    assert left_to_people() == [step.official_name]


@pytest.mark.parametrize(
    "name", ["Y Cán Bộ", "Cán Bộ Mẫu", "Y Can Bo Mau", "Y Cán Bộ M...", "Y Cán Bộ Mẫu, Chuyên viên"]
)
def test_a_name_that_is_not_exactly_his_is_kept_as_a_name(sender: ContractClient, name: str) -> None:
    serving("CB-1", commune())

    step = sent(sender, a_progress(NguoiXuLy=name))

    assert (step.official, step.official_name) == (None, name)
    assert left_to_people() == [step.official_name]


@pytest.mark.parametrize(
    ("unit", "since"), [(another, BEFORE), (commune, AFTER)], ids=["in another unit", "from the day after on"]
)
def test_who_did_not_serve_there_on_that_day_did_not_do_the_step(
    sender: ContractClient, unit: Any, since: dt.date
) -> None:
    serving("CB-1", unit(), since=since)

    step = sent(sender, a_progress())

    assert (step.official, step.unit, step.official_name) == (None, commune(), NAME)
    assert left_to_people() == [step.official_name]
