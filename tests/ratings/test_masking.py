import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Rating
from feedback.ratings.rules.masking import MASK, masked
from procedures.models import Transaction
from tests.adapters.histories import histories, sent_with
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, serve
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
        ("nguyen van mau không vui", "••• không vui"),
        ("chị VĂN MẪU đợi", "chị ••• đợi"),
        ("Chờ 45 phút, lệ phí 8.000 đồng, quầy số 3", "Chờ 45 phút, lệ phí 8.000 đồng, quầy số 3"),
        ("Tôi là người dân tộc Ba Na", "Tôi là người dân tộc Ba Na"),
        ("Cán bộ tươi cười 😀 \u202eđảo\u202c", "Cán bộ tươi cười 😀 \u202eđảo\u202c"),
        ("số 0\ufe0f\u20e39\ufe0f\u20e3053\u200b123\u2060456", "số •••"),
        ("\u202e6543213590\u202c gọi", "\u202e•••\u202c gọi"),
        ("chị V\u200bĂN MẪ\u00adU đợi", "chị ••• đợi"),
        ("👨\u200d👩\u200d👧 vui ❤\ufe0f", "👨\u200d👩\u200d👧 vui ❤\ufe0f"),
        ("", ""),
    ],
)
def test_what_tells_who_wrote_is_taken_out_and_the_rest_stays(comment: str, kept: str) -> None:
    assert masked(comment, names=[NAME]) == kept


NUMBERS = st.integers(300_000_000, 999_999_999).map("0{}".format)


@given(st.text(max_size=60), NUMBERS, st.text(max_size=60))
def test_no_telephone_number_survives_whatever_stands_around_it(before: str, number: str, after: str) -> None:
    assert number not in masked(f"{before} {number} {after}", names=[])


@given(NUMBERS, st.lists(st.sampled_from("\u200b\u200e\u202e\u2060\ufe0f\u20e3\u00ad"), max_size=8), st.integers(1, 9))
def test_no_telephone_number_survives_what_is_not_seen_within_it(number: str, unseen: list[str], cut: int) -> None:
    told = masked(f"gọi {number[:cut]}{''.join(unseen)}{number[cut:]}", names=[])

    assert not set(told) & set("0123456789")


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="@"), max_size=200))
def test_a_comment_without_numbers_addresses_and_names_stays_as_it_is(comment: str) -> None:
    plain = comment.replace("là", "").replace("tên", "").replace("is", "")

    assert masked(plain, names=[]) == plain


def test_the_applicant_named_in_the_dossier_is_taken_out_of_the_comment(api: ContractClient) -> None:
    code = "000.16.30.H34-240304-0001"
    sent_with(histories()["H01"].letters[:1], api.machine("transactions:write"))
    _, secret = a_right(Transaction.objects.get(dossier_code=code))

    api.once("/ratings", a_submission(secret, comment="Nhà anh nguyễn văn MẪU chờ lâu"))

    assert Rating.objects.get().comment_masked == f"Nhà anh {MASK} chờ lâu"


def test_the_inspectorate_reads_a_comment_as_it_was_written(api: ContractClient) -> None:
    unit = a_unit()
    transaction = a_dossier(unit=unit)
    serve(transaction, unit=unit)
    api.once("/ratings", a_submission(a_right(transaction)[1], comment="Số tôi 0905123456"))

    whole = api.signed_in("ratings:manage").get("/ratings").json()["results"]

    assert [row["comment"] for row in whole] == ["Số tôi 0905123456"]
