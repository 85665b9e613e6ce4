"""The real histories of config/data/dvcqg, read by a small reader of their own (the adapter has its own tests)."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from procedures.calendar.rules import ZONE, Calendar
from procedures.catalogue.rules import national_code_of
from procedures.transactions.rules.dossier_codes import parsed
from procedures.transactions.rules.messages import Snapshot, StepTold, SupplementTold, Told
from procedures.transactions.rules.terms import Terms
from procedures.vocabulary import Status

DATA = Path(__file__).resolve().parents[2] / "config" / "data"
STATUSES = {str(status.code): status.value for status in Status}
CHANNELS = {"1": "counter", "2": "online", "3": "post"}
BAD = "H20"


@cache
def calendar() -> Calendar:
    """Return the calendar of config/data/day_overrides.csv."""
    import csv  # noqa: PLC0415 - one use

    with (DATA / "day_overrides.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    worked = {dt.date.fromisoformat(r["date"]): r["name_vi"] for r in rows if r["kind"] == "SWAP_WORK"}
    off = {dt.date.fromisoformat(r["date"]): r["name_vi"] for r in rows if r["kind"] != "SWAP_WORK"}
    return Calendar("1", off, worked)


def no_terms(_code: str, _day: dt.date | None) -> Terms:
    """Tell that nothing is known of the procedure's limit."""
    return Terms()


@cache
def index() -> dict[str, dict[str, Any]]:
    """Return the index of the histories: what a correct receiver ends with, by id."""
    rows = json.loads((DATA / "dvcqg" / "histories.json").read_text(encoding="utf-8"))["histories"]
    return {row["id"]: row for row in rows}


def instant(text: str | None) -> dt.datetime | None:
    """Return a moment of the index or of a message; None for nothing."""
    if not text:
        return None
    for shape in ("%Y%m%d%H%M%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, shape).replace(tzinfo=ZONE)
        except ValueError:
            continue
    raise ValueError(text)


@cache
def messages_of(history: str) -> tuple[Told, ...]:
    """Return what a history's messages say, in the order of arrival."""
    raw = json.loads((DATA / "dvcqg" / index()[history]["file"]).read_text(encoding="utf-8"))
    return tuple(one for message in raw["messages"] for row in _rows(message["body"]) for one in _told(row))


def _rows(body: Any) -> list[dict[str, Any]]:
    if isinstance(body, list):
        return body
    return list(body.get("data", [body]))


def _told(row: Mapping[str, Any]) -> Iterator[Told]:
    if "ThoiDiemXuLy" in row:
        at = instant(row["ThoiDiemXuLy"])
        assert at
        yield StepTold(
            dossier_code=row["MaHoSo"],
            at=at,
            status=STATUSES[row.get("TrangThai") or row["StatusId"]],
            content=row["NoiDungXuLy"],
            official_code=row.get("TaiKhoanXuLy") or None,
            official_name=row["NguoiXuLy"],
            post=row.get("ChucDanh") or "",
            department=row.get("PhongBanXuLy") or "",
            due_at=instant(row.get("NgayKetThucTheoQuyDinh")),
        )
    else:
        yield _snapshot(row)


def _snapshot(row: Mapping[str, Any]) -> Snapshot:
    supplements = tuple(_supplement(item) for item in row.get("DanhSachHoSoBoSung") or ())
    ended, returned = instant(row.get("NgayKetThucXuLy")), instant(row.get("NgayTra"))
    received = instant(row["NgayTiepNhan"])
    answered = [at for one in supplements for at in (one.requested_at, one.answered_at)]
    instants = [at for at in (received, ended, returned, instant(row.get("NgayBanHanh")), *answered) if at]
    code = parsed(row["MaHoSo"])
    return Snapshot(
        dossier_code=row["MaHoSo"],
        source_updated_at=max(instants),
        status=STATUSES[row.get("TrangThaiHoSo") or row["StatusId"]],
        procedure_code=national_code_of(row["MaTTHC"]),
        receiving_unit_code=code.unit_code if code else None,
        settling_unit_name=row.get("DonViXuLy") or None,
        channel=CHANNELS.get(row.get("KenhThucHien", "")),
        received_at=received,
        due_at=instant(row.get("NgayHenTra")),
        ended_at=ended,
        returned_at=returned,
        supplements=supplements,
        paid_online={"1": True, "2": True}.get(row.get("DuocThanhToanTrucTuyen", "")),
    )


def _supplement(item: Mapping[str, Any]) -> SupplementTold:
    requested = instant(item["NgayBoSung"])
    assert requested
    return SupplementTold(
        key=item["HoSoBoSungId"],
        requested_at=requested,
        answered_at=instant(item["NgayTiepNhanBoSung"]),
        due_at_before=instant(item["NgayHenTraTruoc"]),
        due_at_after=instant(item["NgayHenTraMoi"]),
    )
