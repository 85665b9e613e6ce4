"""A step sent as finished is read otherwise only where its text asks for papers or money, or stops the work."""

import csv
import json

import pytest

from api.adapters.dvcqg.texts import status_told
from config.demo.histories import DATA
from procedures.vocabulary import Status
from tests.adapters.histories import DOSSIERS, PROGRESS, histories
from tests.contract_client import ContractClient

ASKING = [
    "Cán bộ trả hồ sơ bổ sung", "Cán bộ trả hồ sơ bổ sung lần 1", "Yeu cau bo sung giay to", "Yêu cầu bổ sung lần 2",
    "Yêu cầu công dân bổ sung bản vẽ", "Thông báo bổ sung hồ sơ", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    "Yêu cầu chỉnh sửa, bổ sung hồ sơ", "Đề nghị công dân bổ sung hồ sơ", "Chờ công dân bổ sung hồ sơ",
    "Trả lại hồ sơ cho công dân bổ sung", "Ký phiếu yêu cầu bổ sung hồ sơ", "Hồ sơ cần bổ sung giấy tờ",
    "Thông báo bổ sung hồ sơ và hẹn lại ngày trả kết quả", "Bổ sung hồ sơ",
]  # fmt: skip
OWING = [
    "Công dân thực hiện NVTC", "Thông báo nộp lệ phí trước bạ", "Thông báo nghĩa vụ tài chính",
    "Đã thông báo nghĩa vụ tài chính", "Yêu cầu nộp phí thẩm định", "Chờ công dân nộp lệ phí",
]  # fmt: skip
STOPPING = [
    "Dừng xử lý hồ sơ", "Dừng xử lý hồ sơ do thửa đất có tranh chấp", "Tạm dừng giải quyết", "Hồ sơ dừng xử lý",
    "Thông báo dừng giải quyết hồ sơ", "Tạm dừng thực hiện",
]  # fmt: skip
GOING_ON = [
    "Tiếp nhận bổ sung lần 1", "Đã tiếp nhận hồ sơ bổ sung", "Công dân đã nộp bổ sung", "Công dân đã bổ sung hồ sơ",
    "Tiếp nhận hồ sơ bổ sung của công dân", "Đã đáp ứng yêu cầu bổ sung", "Đã hoàn thành nghĩa vụ tài chính",
    "Người nộp đã hoàn thành nghĩa vụ tài chính", "Công dân đã nộp lệ phí",
]  # fmt: skip
ENDING = [
    "Kết thúc xử lý hồ sơ", "Đã có kết quả", "", "Áp dụng xử lý đúng hạn, đã ký", "Nội dung xử lý: đã ký",
    "Ký Quyết định điều chỉnh, bổ sung chủ trương đầu tư", "Đã ký giấy phép bổ sung",
    "Công dân đã nộp lệ phí, trả kết quả", "Trả kết quả đăng ký tạm dừng hoạt động", "Xác nhận bổ sung",
    "Cho phép bổ sung ngành nghề", "Đã bổ sung ngành nghề kinh doanh vào Giấy chứng nhận",
    "Đã nhận hồ sơ bổ sung và trả kết quả",
]  # fmt: skip
CASES = [
    *((text, Status.SUPPLEMENT_REQUESTED) for text in ASKING),
    *((text, Status.PAYMENT_REQUESTED) for text in OWING),
    *((text, Status.STOPPED) for text in STOPPING),
    *((text, Status.PROCESSING) for text in GOING_ON),
    *((text, Status.FINISHED) for text in ENDING),
]
DONE_WITH_IT = (
    "", "Trả kết quả: ", "Ký ", "Đã ký ", "Cấp ", "Đã cấp ", "Hoàn thành ", "Phê duyệt ", "Ban hành quyết định ",
)  # fmt: skip


def procedure_names() -> set[str]:
    """Return the name of every procedure in the catalogue that is carried here."""
    with (DATA.parent / "procedures.csv").open(encoding="utf-8") as file:
        return {row["name"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(("text", "meant"), CASES)
def test_a_finished_is_read_otherwise_only_where_its_text_asks_or_stops(text: str, meant: Status) -> None:
    assert status_told(Status.FINISHED, text) is meant


def test_finishing_a_procedure_is_no_request_whatever_the_procedure_is_called() -> None:
    texts = {before + name for name in procedure_names() for before in DONE_WITH_IT}

    misread = {text for text in texts if status_told(Status.FINISHED, text) is not Status.FINISHED}

    assert misread == set()


def test_many_procedures_speak_of_supplements_and_payments_in_their_names() -> None:
    """The control of the one above: looking for the bare words would misread these."""
    assert sum("bổ sung" in name.lower() for name in procedure_names()) > 50
    assert sum("nộp thuế" in name.lower() for name in procedure_names()) > 5


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.FINISHED])
def test_the_text_overrides_no_other_status(status: Status) -> None:
    assert {status_told(status, text) for text, _meant in CASES} == {status}


@pytest.mark.parametrize("text", ENDING)
def test_a_dossier_finished_on_time_carries_no_signal_against_the_office(api: ContractClient, text: str) -> None:
    machine, history = api.machine("transactions:write", "transactions:read"), histories()["H01"]
    letter = json.loads(history.letters[0].body)
    row = letter["data"][0] | {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20240308153000"}
    step = {"MaHoSo": row["MaHoSo"], "ThoiDiemXuLy": "20240308154500", "NoiDungXuLy": text, "TrangThai": "9"}

    machine.post(DOSSIERS, letter | {"data": [row]})
    machine.post(PROGRESS, letter | {"data": [step], "service": "CapNhatTienDoHoSoMC"})

    told = machine.get(f"/transactions/{row['MaHoSo']}").json()
    assert (told["status"], told["supplement_requests"], told["signals"]) == ("finished", 0, [])
