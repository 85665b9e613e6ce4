"""A field that names an applicant often names two, and says who they are: each is taken out, their titles stay."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.ratings.rules.masking import MASK, masked
from feedback.ratings.rules.names import plain, ways_to_name

HUSBAND, WIFE = "Nguyễn Văn Mẫu", "Trần Thị Na"
SAID = f"Tôi, {HUSBAND}, chờ lâu hơn cả {WIFE}"
BOTH = f"Tôi, {MASK}, chờ lâu hơn cả {MASK}"
ORDINARY = (
    "Chủ hộ, vợ chồng, ông bà, anh chị em, các con, hộ ông, hộ bà và những người khác trong gia đình; người đại diện "
    "của công ty TNHH, giám đốc doanh nghiệp, người được ủy quyền nộp hồ sơ; hộ kinh doanh, quyền sử dụng đất"
)
TITLES = ("", "Ông ", "ông: ", "Bà ", "bà ", "Anh ", "Chị ", "Hộ ông ", "hộ bà: ", "HỘ GIA ĐÌNH ÔNG ", "Vợ ", "Chồng ",
          "Đại diện: ", "Người đại diện ", "Giám đốc ", "Chủ hộ ", "Người được ủy quyền: ", "Ông/Bà ")  # fmt: skip
CUTS = (" và ", " va ", " VÀ ", " cùng ", " cùng với ", " & ", "&", " + ", ", ", ",", "; ", "/", " - ", " – ", "-",
        "\n", " (", ". ", "  ", " và vợ là ", " chồng bà ", " có vợ: ")  # fmt: skip
ENDS = ("", " (chủ hộ)", " - chủ hộ", " chủ hộ", " (đồng sử dụng)", ", SN 1985", " và những người khác", " và vợ", ".")


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("Ông Nguyễn Văn Mẫu và bà Trần Thị Na", BOTH),
        ("NGUYỄN VĂN MẪU - TRẦN THỊ NA", BOTH),
        ("HO ONG NGUYEN VAN MAU VA BA TRAN THI NA", BOTH),
        ("Hộ ông: Nguyễn Văn Mẫu, vợ: Trần Thị Na", BOTH),
        ("Nguyễn Văn Mẫu vợ Trần Thị Na", BOTH),
        ("Trần Thị Na (được ủy quyền bởi Nguyễn Văn Mẫu)", BOTH),
        ("Công ty TNHH Mẫu do ông Nguyễn Văn Mẫu và bà Trần Thị Na làm đại diện", BOTH),
        ("Nguyễn Văn Mẫu (chủ hộ)", BOTH.replace(f"cả {MASK}", f"cả {WIFE}")),
        ("Nguyễn Văn Anh", SAID),
        ("Chủ hộ", SAID),
    ],
)
def test_each_of_those_whom_a_field_names_is_taken_out(field: str, told: str) -> None:
    assert masked(SAID, names=[field]) == told


@given(st.sampled_from(TITLES), st.sampled_from(CUTS), st.sampled_from(TITLES), st.sampled_from(ENDS), st.data())
def test_both_are_found_whatever_stands_before_between_and_behind(
    first: str, cut: str, second: str, end: str, data: st.DataObject
) -> None:
    field = f"{first}{HUSBAND}{cut}{second}{WIFE}{end}"
    field = data.draw(st.sampled_from([field, field.upper(), field.lower(), plain(field)]))

    assert masked(SAID, names=[field]) == BOTH
    assert masked(ORDINARY, names=[field]) == ORDINARY


@given(st.sampled_from(TITLES), st.sampled_from(CUTS), st.sampled_from(TITLES), st.sampled_from(ENDS))
def test_words_of_address_and_office_name_nobody(first: str, cut: str, second: str, end: str) -> None:
    assert masked(ORDINARY, names=[f"{first}{cut}{second}{end}"]) == ORDINARY


WORDS = st.sampled_from([
    "Nguyễn", "Văn", "Và", "Bá", "Anh", "Chu", "Hồ", "Võ", "Đỗ", "Y", "Thị", "Hộ", "Con", "H'Mẫu", "VO", "HO", "DO",
])  # fmt: skip


@given(st.lists(WORDS, min_size=2, max_size=5))
def test_a_bare_name_is_found_as_it_was_even_if_it_looks_like_words_of_address(words: list[str]) -> None:
    name = " ".join([*words, "Mẫu"])

    assert masked(f"nhà {name.upper()}, chờ", names=[name]) == f"nhà {MASK}, chờ"


@pytest.mark.parametrize(("name", "comment"), list(permutations(["Đặng Thị Đào", "Ðặng Thị Ðào"])))
def test_the_bar_of_a_d_is_the_same_whichever_letter_has_it(name: str, comment: str) -> None:
    field = f"Ông Nguyễn Văn Mẫu và bà {name} (đồng sử dụng)"

    assert masked(f"chị {comment} đợi, {comment.lower()}", names=[field]) == f"chị {MASK} đợi, {MASK}"
    assert masked(ORDINARY, names=[field.replace("đ", "ð")]) == ORDINARY


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("Công ty TNHH Mẫu", {"cong ty tnhh mau", "tnhh mau", "cong mau"}),
        ("Công ty CP Xây dựng và Thương mại Mẫu",
         {"cong ty cp xay dung va thuong mai mau", "mai mau", "cong mau"}),
        ("Và Bá Mẫu", {"va ba mau", "ba mau", "va mau"}),
        ("Nguyễn Thị Anh Thư", {"nguyen thi anh thu", "anh thu", "nguyen thu"}),
    ],
)  # fmt: skip
def test_one_name_stays_one(name: str, ways: set[str]) -> None:
    assert {" ".join(way) for way in ways_to_name(name, comment=plain(name))} == ways
