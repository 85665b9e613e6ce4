"""What a sender's value means, whatever its form."""

import datetime as dt

import pytest

from api.adapters.dvcqg.dossiers import applicant_of, snapshot_of
from api.adapters.dvcqg.progress import step_of
from api.adapters.dvcqg.rows import Row
from api.instants import instant_of
from procedures.calendar.rules import ZONE
from procedures.transactions.rules.applicants import Person, applicant_number, discreet
from procedures.vocabulary import ApplicantKind

MORNING = dt.datetime(2024, 3, 4, 8, 15, tzinfo=ZONE)
A_DOSSIER = {
    "MaHoSo": "000.16.30.H34-240304-0001",
    "MaTTHC": "1.004884.000.00.00.H34",
    "NgayTiepNhan": "20240304081500",
    "NgayHenTra": "20240311170000",
    "TrangThaiHoSo": "2",
    "DonViXuLy": "UBND phường Quyết Thắng, thành phố Kon Tum",
}
A_STEP = {"MaHoSo": "000.16.30.H34-240304-0001", "ThoiDiemXuLy": "20240304081500", "TrangThai": "4"}


@pytest.mark.parametrize(
    "text",
    [
        "20240304081500",
        "04/03/2024 08:15:00",
        "2024-03-04T08:15:00",
        "2024-03-04T08:15:00.000",
        "2024-03-04T08:15:00.0000000",
        "2024-03-04 08:15:00",
        "2024-03-04T08:15:00+07:00",
        "2024-03-04T01:15:00Z",
    ],
)
def test_one_moment_is_read_from_each_format_in_use(text: str) -> None:
    assert instant_of(text) == MORNING


@pytest.mark.parametrize("text", ["", "0001-01-01T00:00:00", "00010101000000", "01/01/0001 00:00:00"])
def test_an_empty_date_and_the_never_of_dotnet_are_no_date(text: str) -> None:
    assert instant_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "04/03/2024 08:00", "20240230080000", "30/02/2024", "2024-02-30T08:00:00", "20241301000000", "19000101000000",
        "21010101000000", "2024-03-04", "20240304", "٢٠٢٤٠٣٠٤٠٨١٥٠٠", "hôm qua", "20240304081500x", "99991231235959",
    ],
)  # fmt: skip
def test_what_is_no_real_moment_in_a_known_format_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        instant_of(text)


def test_a_due_day_without_a_time_ends_when_the_office_closes() -> None:
    snapshot = snapshot_of(Row({**A_DOSSIER, "NgayHenTra": "11/03/2024"}))

    assert snapshot is not None
    assert snapshot.due_at == dt.datetime(2024, 3, 11, 17, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (ApplicantKind.CITIZEN, "000000001"),
        (ApplicantKind.CITIZEN, "000000000000"),
        (ApplicantKind.CITIZEN, "111111111111"),
        (ApplicantKind.CITIZEN, "123456789"),
        (ApplicantKind.CITIZEN, "tech-0002"),
        (ApplicantKind.CITIZEN, "chua-co"),
        (ApplicantKind.CITIZEN, "12345"),
        (ApplicantKind.CITIZEN, "0100109106"),
        (ApplicantKind.CITIZEN, ""),
        (None, "99909900000x"),
        (ApplicantKind.BUSINESS, "0000000001"),
    ],
)
def test_placeholders_technical_ids_and_wrong_lengths_are_nobody(kind: ApplicantKind | None, number: str) -> None:
    assert applicant_number(kind, [number]) is None


@pytest.mark.parametrize("number", ["999099000002", "999 099 000002", "999.099.000-002", "９９９０９９０００００２"])
def test_a_number_is_the_same_person_whichever_field_brought_it_and_however_it_is_written(number: str) -> None:
    listed = applicant_of(Row({"LoaiDoiTuong": "1", "DinhDanhCHS": [{"SoDinhDanh": "000000001"}], "CMND": number}))

    assert listed == applicant_number(None, [number]) == Person("citizen", "999099000002")


def test_a_business_is_of_its_own_kind() -> None:
    assert applicant_number(ApplicantKind.BUSINESS, ["0100109106-001"]) == Person("business", "0100109106001")


def test_a_person_is_never_printed() -> None:
    assert "999099000002" not in repr(Person("citizen", "999099000002"))


def test_numbers_and_addresses_of_people_do_not_stay_in_a_progress_text() -> None:
    text = "Phiếu số 12/PXL ngày 28/08/2024, gọi 0100000003 hoặc a.b@example.com, CCCD 999099000003"

    assert discreet(text) == "Phiếu số 12/PXL ngày 28/08/2024, gọi […] hoặc […], CCCD […]"


def test_a_finished_dossier_without_its_date_only_says_that_work_goes_on() -> None:
    row = Row({**A_DOSSIER, "TrangThaiHoSo": "9", "NgayKetThucXuLy": ""})

    snapshot = snapshot_of(row)

    assert snapshot is not None
    assert (snapshot.status, row.warnings) == ("processing", ["finished_without_date", "applicant_unknown"])


def test_a_finished_dossier_with_an_open_supplement_waits_for_it() -> None:
    asked = {"HoSoBoSungId": 7, "NgayBoSung": "2024-03-05T09:00:00", "TrangThaiBoSung": False, "NgayTiepNhanBoSung": ""}

    snapshot = snapshot_of(
        Row({**A_DOSSIER, "TrangThaiHoSo": 9, "NgayKetThucXuLy": None, "DanhSachHoSoBoSung": [asked]})
    )

    assert snapshot is not None
    assert (snapshot.status, snapshot.supplements[0].key) == ("supplement_requested", "7")
    assert snapshot.source_updated_at == dt.datetime(2024, 3, 5, 9, tzinfo=ZONE)


def test_numbers_may_come_as_texts_and_texts_as_numbers() -> None:
    as_text = snapshot_of(Row({**A_DOSSIER, "LoaiDoiTuong": "1", "KenhThucHien": "2", "DuocThanhToanTrucTuyen": "1"}))
    as_number = snapshot_of(
        Row({**A_DOSSIER, "TrangThaiHoSo": 2, "LoaiDoiTuong": 1, "KenhThucHien": 2, "DuocThanhToanTrucTuyen": True})
    )

    assert as_text is not None
    assert as_number is not None
    assert (as_text.channel, as_text.applicant_kind) == ("online", "citizen")
    assert (as_number.channel, as_number.status) == ("online", as_text.status)


def test_a_payment_asked_for_but_not_seen_is_not_paid_online() -> None:
    snapshot = snapshot_of(Row({**A_DOSSIER, "DuocThanhToanTrucTuyen": "3"}))

    assert snapshot is not None
    assert snapshot.paid_online is False


def test_a_field_that_a_sender_does_not_have_says_nothing() -> None:
    snapshot = snapshot_of(Row(A_DOSSIER))

    assert snapshot is not None
    said = (snapshot.channel, snapshot.paid_online, snapshot.digitised, snapshot.electronic_result, snapshot.ended_at)
    assert said == (None, None, None, None, None)


def test_a_snapshot_is_as_new_as_the_newest_moment_in_it() -> None:
    ended = {"TrangThaiHoSo": "10", "NgayKetThucXuLy": "20240311153000", "NgayTra": "20240311161000"}

    snapshot = snapshot_of(Row({**A_DOSSIER, **ended}))

    assert snapshot is not None
    assert snapshot.source_updated_at == dt.datetime(2024, 3, 11, 16, 10, tzinfo=ZONE)


def test_a_row_of_the_newer_portal_is_read_as_well() -> None:
    row = Row({**A_STEP, "IDHoSo": "17", "ThoiDiemXuLy": "2024-03-04T08:15:00.000", "TrangThai": 4})

    step = step_of(row)

    assert step is not None
    assert (step.at, step.status) == (MORNING, "processing")


def test_everything_wrong_with_a_row_is_told_at_once_and_no_text_is_quoted() -> None:
    row = Row({"NgayTiepNhan": "Nguyễn Văn Mẫu", "TrangThaiHoSo": "11", "TaiLieuNop": "x"})

    assert snapshot_of(row) is None
    told = {(fault.pointer, fault.code, fault.value) for fault in row.faults}
    assert told == {
        ("/MaHoSo", "required", ""),
        ("/NgayTiepNhan", "wrong_date", ""),
        ("/TrangThaiHoSo", "unknown_code", "11"),
        ("/TaiLieuNop", "wrong_type", ""),
    }
