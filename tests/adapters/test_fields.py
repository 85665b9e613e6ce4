"""Every field that senders are known to send is read, or left out for a reason that is told here."""

import csv
from typing import Any

from api.adapters.dvcqg.dossiers import snapshot_of
from api.adapters.dvcqg.progress import step_of
from api.adapters.dvcqg.rows import Row
from config.demo.histories import DATA
from procedures.transactions.models import Transaction
from tests.adapters.histories import histories, sent_with
from tests.contract_client import ContractClient

IGNORED = {
    "names a person, his telephone or his address, and is never read": {
        "ChuHoSo", "HoVaTen", "NgayThangNamSinh", "GioiTinhId", "DanTocId", "CMND_NgayCap", "CMND_NoiCap", "Email",
        "Fax", "SoDienThoai", "MaTinh", "MaHuyen", "MaXa", "HKTT_MaTinh", "HKTT_MaHuyen", "HKTT_MaXa", "HKTT_MaThon",
        "HKTT_ChiTiet", "NOHT_MaTinh", "NOHT_MaHuyen", "NOHT_MaXa", "NOHT_MaThon", "NOHT_ChiTiet",
        "TaiKhoanDuocXacThucVoiVNeID", "CertificateExtentData",
    },
    "is free text that may name a person": {
        "ThongTinKhac", "TrichYeuHoSo", "TrichYeu", "GhiChu", "ThongTinTra", "SoBienNhan",
        "DanhSachHoSoBoSung[].NguoiYeuCauBoSung", "DanhSachHoSoBoSung[].NoiDungBoSung",
        "DanhSachHoSoBoSung[].NguoiTiepNhanBoSung", "DanhSachHoSoBoSung[].ThongTinTiepNhan",
    },
    "is what the catalogue of procedures and the register of units know": {
        "TenTTHC", "MaLinhVuc", "TenLinhVuc", "CoQuanBanHanh",
    },
    "tells the kind of the number, which its length tells as well": {
        "DinhDanhCHS[].LoaiDinhDanh", "LoaiDinhDanh", "DSKetNoiCSDL[].MaCSDL", "MaCSDL",
    },
    "is about a paper, and not about how the office worked": {
        "TaiLieuNop[].TenTepDinhKem", "TaiLieuNop[].MaThanhPhanHoSo", "TaiLieuNop[].TepDinhKemId",
        "TaiLieuNop[].DuongDanTaiTepTin", "TaiLieuNop[].IsDeleted", "TaiLieuNop[].DuocTaiSuDung",
        "TaiLieuNop[].DuocLayTuKhoDMQG", "TaiLieuNop[].MaKetQuaThayThe", "DanhSachGiayToKetQua[].TenGiayTo",
        "DanhSachGiayToKetQua[].MaThanhPhanHoSo", "DanhSachGiayToKetQua[].GiayToId",
        "DanhSachGiayToKetQua[].MaGiayToKetQua", "DanhSachHoSoBoSung[].DanhSachGiayToBoSung",
        "DanhSachHoSoBoSung[].DanhSachGiayToBoSung[].TenTepDinhKem",
        "DanhSachHoSoBoSung[].DanhSachGiayToBoSung[].MaThanhPhanHoSo",
        "DanhSachHoSoBoSung[].DanhSachGiayToBoSung[].TepDinhKemId",
        "DanhSachHoSoBoSung[].DanhSachGiayToBoSung[].DuongDanTaiTepTin",
        "DanhSachHoSoBoSung[].DanhSachGiayToBoSung[].IsDeleted", "DanhSachTepDinhKemKhac",
        "DanhSachTepDinhKemKhac[].TenGiayTo", "DanhSachTepDinhKemKhac[].SoLuong",
        "DanhSachTepDinhKemKhac[].LoaiGiayTo", "SoQuyetDinh", "LoaiKetQua", "UrlDetail",
    },
    "is an amount of money or its kind; whether it was paid online is told elsewhere": {
        "DanhSachLePhi", "DanhSachLePhi[].TenPhiLePhi", "DanhSachLePhi[].MaPhiLePhi", "DanhSachLePhi[].HinhThucThu",
        "DanhSachLePhi[].Gia", "DanhSachLePhi[].LoaiPhiLePhi", "DanhSachHoSoBoSung[].DanhSachLePhiBoSung",
    },
    "says what the dates beside it say": {"DanhSachHoSoBoSung[].TrangThaiBoSung"},
    "is how the result is handed over, or where the dossier was brought": {"HinhThuc", "HinhThucTra", "NoiNopHoSo"},
    "is housekeeping of the sender": {
        "AcceptKey", "LoaiDuLieu", "IDHoSo", "UseridCreated", "UseridEdited", "DateCreated", "DateEdited",
    },
}  # fmt: skip
NOT_IN_THE_SAMPLES = {"MaDonViTiepNhan", "SubmittedDate"}
"""Told by the newer portal at creation only; and as a sender would spell it that spells it right."""
LISTS = ("DinhDanhCHS", "TaiLieuNop", "DanhSachGiayToKetQua", "DanhSachHoSoBoSung")
MORNING = "20240304081500"


class Watched(dict[str, Any]):
    """The fields of an object, which notes in `seen` the names that it was asked for."""

    def __init__(self, fields: dict[str, Any], seen: set[str], place: str = "") -> None:
        super().__init__(fields)
        self._seen, self._place = seen, place

    def get(self, name: str, default: Any = None) -> Any:
        self._seen.add(self._place + name)
        return super().get(name, default)


def fields_read() -> dict[str, set[str]]:
    """Return the names of the fields that the adapter asks for in a dossier row and in a progress row."""
    dossier, progress = set[str](), set[str]()
    lists = {name: [Watched({"NgayBoSung": MORNING}, dossier, f"{name}[].")] for name in LISTS}
    for said in ({}, {"NgayKetThucXuLy": MORNING, "TrangThaiHoSo": "9"}):
        snapshot_of(Row(Watched({**lists, **said}, dossier)))
    for said in ({}, {"MaHoSo": "1", "ThoiDiemXuLy": MORNING, "TrangThai": "4"}):
        step_of(Row(Watched(said, progress)))
    return {"dossier": dossier - {"DinhDanhCHS"}, "progress": progress}


def fields_sent() -> dict[str, set[str]]:
    """Return the names of the fields that senders are known to send."""
    with (DATA / "fields_by_sender.csv").open(encoding="utf-8") as file:
        rows = [(row["message"], row["field"]) for row in csv.DictReader(file)]
    return {kind: {name for message, name in rows if message == kind} for kind in ("dossier", "progress")}


def test_every_field_that_is_sent_is_read_or_left_out_for_a_reason() -> None:
    left_out = set().union(*IGNORED.values())

    forgotten = {kind: sent - fields_read()[kind] - left_out for kind, sent in fields_sent().items()}

    assert forgotten == {"dossier": set(), "progress": set()}


def test_no_field_is_read_that_nobody_sends() -> None:
    read, sent = fields_read(), fields_sent()

    assert read["dossier"] - sent["dossier"] == NOT_IN_THE_SAMPLES
    assert read["progress"] - sent["progress"] == set()


def test_what_is_left_out_is_sent_and_not_read() -> None:
    sent, read = set().union(*fields_sent().values()), set().union(*fields_read().values())

    left_out = [name for names in IGNORED.values() for name in names]

    assert set(left_out) <= sent
    assert not set(left_out) & read
    assert len(left_out) == len(set(left_out))


def test_when_a_dossier_was_submitted_is_known_of_the_social_protection_system(api: ContractClient) -> None:
    history = histories()["H17"]

    sent_with(history.letters, api.machine("transactions:write"))

    row = Transaction.objects.get(dossier_code=history.dossier_code)
    assert row.submitted_at == row.received_at
    assert row.submitted_at is not None
