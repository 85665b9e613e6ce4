import datetime as dt
import json
import unicodedata
from itertools import accumulate, pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Rating
from feedback.ratings.rules.masking import MASK, masked
from procedures.models import Transaction
from procedures.transactions.services import IncomingMessage
from tests.adapters.histories import histories, sent_with
from tests.builders.ratings import MUCH_LATER, a_dossier, a_right, a_submission, a_unit, serve
from tests.builders.transactions import a_snapshot, tell
from tests.contract_client import ContractClient

NAME = "Nguyễn Văn Mẫu"


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("Gọi tôi số 0905 123 456 nhé", "Gọi tôi số ••• nhé"),
        ("Gọi +84.905.123.456", "Gọi •••"),
        ("CCCD 062099000001, hộ ông B", "CCCD •••, hộ ông B"),
        ("CMND 233-123-456.", "CMND •••."),
        ("thư về nguoi.mau@example.com ạ", "thư về ••• ạ"),
        ("hồ sơ 000.16.30.H34-240304-0001 chậm", "hồ sơ ••• chậm"),
        ("Tôi là Nguyễn Văn Mẫu, chờ lâu", "Tôi là •••, chờ lâu"),
        ("tôi tên là Y Cán Bộ Mẫu ở xã", "tôi tên là ••• ở xã"),
        ("Tôi là Công Tằng Tôn Nữ Thị Mẫu Ngọc, chờ lâu", "Tôi là •••, chờ lâu"),
        ("nguyen van mau không vui", "••• không vui"),
        ("chị VĂN MẪU đợi", "chị ••• đợi"),
        ("Chờ 45 phút, lệ phí 8.000 đồng, quầy số 3", "Chờ 45 phút, lệ phí 8.000 đồng, quầy số 3"),
        ("Tôi là người dân tộc Ba Na", "Tôi là người dân tộc Ba Na"),
        ("Cán bộ tươi cười 😀 \u202eđảo\u202c", "Cán bộ tươi cười 😀 \u202eđảo\u202c"),
        ("số 0\ufe0f\u20e39\ufe0f\u20e3053\u200b123\u2060456", "số •••"),
        ("\u202e6543213590\u202c gọi", "\u202e•••\u202c gọi"),
        ("chị V\u200bĂN MẪ\u00adU đợi", "chị ••• đợi"),
        ("👨\u200d👩\u200d👧 vui ❤\ufe0f", "👨\u200d👩\u200d👧 vui ❤\ufe0f"),
        ("Gọi (0905) 123 456 nhé", "Gọi ••• nhé"),
        ("Gọi 0905,123,456", "Gọi •••"),
        ("Gọi 0905 - 123 - 456.", "Gọi •••."),
        ("Gọi 0905_123_456 k được", "Gọi ••• k được"),
        ("Gọi 0905*123*456", "Gọi •••"),
        ("nhà tôi 38621234", "nhà tôi •••"),
        ("nhà tôi 3.862.123, ông B", "nhà tôi •••, ông B"),
        ("thư về a.b@gmail . com ạ", "thư về ••• ạ"),
        ("thư về nguoi.mau @ gmail.com ạ", "thư về ••• ạ"),
        ("thư về nguoi.mau(at)example.com.vn ạ", "thư về ••• ạ"),
        ("thư về nguoimau gmail.com ạ", "thư về ••• ạ"),
        ("xem fb.com/nguoi.mau nhé", "xem ••• nhé"),
        ("xem https://www.facebook.com/nguoi.mau?id=1 nhé", "xem ••• nhé"),
        ("tìm nguoimau@zalo nhé", "tìm ••• nhé"),
        ("tìm @nguoimau nhé", "tìm ••• nhé"),
        ("chị Nguyễn Mẫu đợi", "chị ••• đợi"),
        ("tìm nguyenvanmau trên mạng", "tìm ••• trên mạng"),
        ("tìm nguyen_van_mau1985", "tìm •••1985"),
        ("chị Nguyễn-Văn-Mẫu", "chị •••"),
        ("hồ sơ 000.16.30.H34 - 240304 - 0001 chậm", "hồ sơ ••• chậm"),
        ("CMND 233123456 đồng ý công khai", "CMND ••• đồng ý công khai"),
        ("84905123456 đồng ý gặp", "••• đồng ý gặp"),
        ("gọi 38621234 đồng chí Mẫu", "gọi ••• đồng chí Mẫu"),
        ("CMND 233.123.456 đồng thời gọi tôi", "CMND ••• đồng thời gọi tôi"),
        ("CMND 233.123.456 đ/c thôn 2", "CMND ••• đ/c thôn 2"),
        ("chuyển 233123456 đồng, 233123456đ, 233123456 VND", "chuyển ••• đồng, •••đ, ••• VND"),
        ("Gọi 0905    123    456 nhé", "Gọi ••• nhé"),
        ("Gọi 0905 ... 123 ... 456 nhé", "Gọi ••• nhé"),
        ("Số ⓪⑨⓪⑤①②③④⑤⑥ nhé", "Số ••• nhé"),
        ("Số 0❾⓿⁵₁²⒊⑷５𝟔 nhé", "Số ••• nhé"),
        ("thư về abc＠gmail．com ạ", "thư về ••• ạ"),
        ("chị 𝐍𝐠𝐮𝐲𝐞𝐧 Ｖａｎ Ⓜⓐⓤ đợi", "chị ••• đợi"),
        ("V\u200bĂN ⓜẪU, \u200b⓪⑨⓪⑤①②③④⑤⑥!", "•••, \u200b•••!"),
        ("Lương 905.000.000", "Lương •••"),
        ("Ở 09/05 12/03, 4/5", "Ở •••"),
        ("", ""),
    ],
)
def test_what_tells_who_wrote_is_taken_out_and_the_rest_stays(comment: str, kept: str) -> None:
    assert masked(comment, names=[NAME]) == kept


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("Họ và tên: Trần Thị Bưởi. Chờ lâu", "Họ và tên: •••. Chờ lâu"),
        ("HỌ TÊN:TRẦN THỊ BƯỞI", "HỌ TÊN:•••"),
        ("Ho va ten Tran Thi Buoi", "Ho va ten •••"),
        ("Tên: Trần Thị Bưởi", "Tên: •••"),
        ("Em là Trần Thị Bưởi, chờ lâu", "Em là •••, chờ lâu"),
        ("Dạ cháu là Trần Thị Bưởi ở thôn 2", "Dạ cháu là ••• ở thôn 2"),
        ("con tên Trần Thị Bưởi", "con tên •••"),
        ("Xin nhớ tên là Trần Thị Bưởi", "Xin nhớ tên là •••"),
        ("Người gửi: Trần Thị Bưởi", "Người gửi: •••"),
        ("Ký tên\nTrần Thị Bưởi", "Ký tên\n•••"),
        ("Em là người Ba Na", "Em là người Ba Na"),
        ("Họ và tên: ghi sai", "Họ và tên: ghi sai"),
        ("Cán bộ tên Bưởi. Người gửi: bà con Thôn Hai", "Cán bộ tên Bưởi. Người gửi: bà con Thôn Hai"),
        ("Xem là Quầy Số Ba", "Xem là Quầy Số Ba"),
    ],
)
def test_who_introduces_himself_is_taken_out_though_no_message_names_him(comment: str, kept: str) -> None:
    assert masked(comment, names=[]) == kept


@pytest.mark.parametrize(
    "comment",
    [
        "Lệ phí 8.000, 12.000, 150.000",
        "Nộp 1.250.500 đồng, không phải 125.000.000 đồng",
        "Từ 100.000.000 - 200.000.000 đồng",
        "Nộp 12.500.000 rồi",
        "Nộp 500000 đồng, 12.500.000đ, 1 triệu, 12500000 đồng. Ý kiến: cao",
        "Giá 1.250.000.000 đồng, hoặc 1.250.000.000 VND",
        "Ngày 04/03/2026 8:30 đến 05/03/2026 10:45",
        "Từ 04.03.2026 - 05.03.2026, rồi 2026-03-06",
        "Chờ từ 8h30, 9h15, 10h45",
        "Các năm 2023, 2024, 2025 và 2024-2025",
        "Theo NĐ 61/2018/NĐ-CP và Thông tư 01/2018/TT-VPCP, điều 12",
        "Nộp lúc 04-03-2026 08:30:15, hay 8:30:15 04/03/2026",
        "Các ngày 04/03 05/03 06/03, 4/3 - 9/3, 12/3/2026 và 4/3, 5/3, 6/3, 7/3/2026",
        "Tháng 10/2025, 11/2025, 12/2025",
        "Quyết định ngày 12/03/2026, 45/2019/QH14; luật 61/2018, 107/2021, 42/2025",
        "Nộp 150.000.000 hoặc 2.500.000 - 3.500.000",
        "Nộp 2 500 000 đồng, 150 000 đ; 12/03/2026: 2.500.000 đồng",
        "Hẹn ngày 5, 7, 12, 19/3/2026",
        "Giảm 50% -- 12.500.000",
        "Đất 120 m², 12.000.000 đồng, 3 km2, 1.500.000 đồng",
        "Lệ phí 8.000,12.000,150.000",
        "Quầy 1, 2, 3 và 4, chờ 15 - 20 phút",
        "Xem ở dichvucong.gov.vn rồi. Mẫu đơn khó",
        "Văn phòng đẹp, mẫu nguyên vẹn, nguyện vọng được nghe",
    ],
)
def test_what_everybody_writes_stays(comment: str) -> None:
    assert masked(comment, names=[NAME]) == comment


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found_however_its_accents_are_kept(form: Literal["NFC", "NFD"]) -> None:
    comment = unicodedata.normalize(form, "Tôi là Lê Thị Mẫu, vợ anh Nguyễn Văn Mẫu đây")

    told = unicodedata.normalize("NFC", masked(comment, names=[NAME]))

    assert told == "Tôi là •••, vợ anh ••• đây"


NUMBERS = st.integers(300_000_000, 999_999_999).map("0{}".format)


UNITS = ("đồng", "đồng ý", "đ", "đ/c", "vnđ", "VND", "triệu", "nghìn", "ngàn", "tỷ")
SEPARATORS = " .,-–/_()*|~'\n"


@given(st.text(max_size=60), NUMBERS, st.text(max_size=60))
def test_no_telephone_number_survives_whatever_stands_around_it(before: str, number: str, after: str) -> None:
    assert number not in masked(f"{before} {number} {after}", names=[])


@given(NUMBERS, st.lists(st.text(SEPARATORS, max_size=6), min_size=9, max_size=9))
def test_no_telephone_number_survives_the_signs_that_cut_it(number: str, cuts: list[str]) -> None:
    told = masked("gọi " + "".join(map("".join, zip(number, [*cuts, ""], strict=True))) + " nhé", names=[])

    assert sum(letter.isdigit() for letter in told) < 6


LIKE_DAYS = st.lists(st.sampled_from(["01", "05", "12", "20", "2025", "2026", "000", "1", "9"]), min_size=9, max_size=9)
JOINTS = st.sampled_from([" ", ".", "-", "/", ",", ", ", " - ", "; ", "    ", " ... "])


@given(LIKE_DAYS.map("".join), st.sampled_from([10, 12]), st.lists(st.integers(1, 4), min_size=12, max_size=12), JOINTS)
def test_no_telephone_and_no_identity_number_passes_for_days_or_sums_in_one_spelling(
    digits: str, length: int, groups: list[int], joint: str
) -> None:
    number, ends = f"0{digits}"[:length], [0, *accumulate(groups)]
    parts = [part for begin, end in pairwise(ends) if (part := number[begin:end])]

    told = masked(f"gọi {joint.join(parts)} nhé", names=[])

    assert sum(letter.isdigit() for letter in told) < 6


@given(NUMBERS, st.lists(st.sampled_from("\u200b\u200e\u202e\u2060\ufe0f\u20e3\u00ad"), max_size=8), st.integers(1, 9))
def test_no_telephone_number_survives_what_is_not_seen_within_it(number: str, unseen: list[str], cut: int) -> None:
    told = masked(f"gọi {number[:cut]}{''.join(unseen)}{number[cut:]}", names=[])

    assert not set(told) & set("0123456789")


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Cs"], exclude_characters="@＠﹫"), max_size=200))
def test_a_comment_without_numbers_addresses_and_names_stays_as_it_is(comment: str) -> None:
    plain = comment.replace("là", "").replace("tên", "").replace("is", "")

    assert masked(plain, names=[]) == plain


def test_the_applicant_named_in_the_dossier_is_taken_out_of_the_comment(api: ContractClient) -> None:
    code = "000.16.30.H34-240304-0001"
    sent_with(histories()["H01"].letters[:1], api.machine("transactions:write"))
    _, secret = a_right(Transaction.objects.get(dossier_code=code))

    api.once("/ratings", a_submission(secret, comment="Nhà anh nguyễn văn MẪU chờ lâu"))

    assert Rating.objects.get().comment_masked == f"Nhà anh {MASK} chờ lâu"


def test_a_name_is_taken_out_however_many_messages_without_one_came_after_it(api: ContractClient) -> None:
    transaction = a_dossier()
    for minute in range(45):
        said = {"ChuHoSo": NAME} if minute == 0 else {"note": minute}
        state = a_snapshot(
            dossier_code=transaction.dossier_code, source_updated_at=MUCH_LATER + dt.timedelta(minutes=minute)
        )
        (row,) = tell(IncomingMessage(raw=json.dumps(said).encode(), told=(state,)), now=MUCH_LATER)
        assert not row.is_rejected, row.faults

    api.once("/ratings", a_submission(a_right(transaction)[1], comment="Nhà anh nguyễn văn MẪU chờ lâu"))

    assert Rating.objects.get().comment_masked == f"Nhà anh {MASK} chờ lâu"


@given(NUMBERS.map(lambda number: number[1:]), st.sampled_from(["", " "]), st.sampled_from(UNITS), st.text(max_size=9))
def test_no_bare_number_of_nine_digits_is_a_sum_whatever_follows(number: str, gap: str, unit: str, after: str) -> None:
    assert number not in masked(f"gọi {number}{gap}{unit} {after}", names=[])


def test_the_inspectorate_reads_a_comment_as_it_was_written(api: ContractClient) -> None:
    unit = a_unit()
    transaction = a_dossier(unit=unit)
    serve(transaction, unit=unit)
    api.once("/ratings", a_submission(a_right(transaction)[1], comment="Số tôi 0905123456"))

    whole = api.signed_in("ratings:manage").get("/ratings").json()["results"]

    assert [row["comment"] for row in whole] == ["Số tôi 0905123456"]
