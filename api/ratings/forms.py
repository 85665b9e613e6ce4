"""What a province asks: the shape of a form that is published, and what is wrong with one that contradicts itself."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rest_framework import serializers

from api.errors import Fault, Invalid
from api.language import said
from api.ratings.serializers import Answer
from api.shapes import Shape, Text, fault
from feedback.errors import FormRefused

_CODE = re.compile(r"^[A-Z][A-Z0-9_]{2,39}$")
_PUBLIC_INDEX = re.compile(r"SIPAS")
CODE = said(
    "Mã mẫu: 3 đến 40 chữ in hoa không dấu, số, gạch dưới; bắt đầu bằng chữ.",
    "A form's code: 3 to 40 capital letters, digits and underscores, beginning with a letter.",
)
SURVEY_NAME = said(
    "SIPAS là tên chỉ số của Bộ Nội vụ; phiếu của tỉnh không được mang tên này.",
    "SIPAS is the name of the ministry's index; a province's form may not bear it.",
)
LEVELS = said("Mỗi mức của thang chỉ ghi một lần.", "A level of a scale is told once.")
OTHER = said("Mẫu tự mâu thuẫn.", "The form contradicts itself.")

WORDS: Mapping[str, tuple[str, str, Any]] = {
    "a criterion is listed twice": (
        "/criteria", "listed_twice", said("Một tiêu chí ghi hai lần.", "A criterion is listed twice.")),
    "an overall criterion is not on the form": (
        "/overall/criteria", "unknown_criterion",
        said("Tiêu chí chung không có trong mẫu.", "An overall criterion is not on the form.")),
    "an overall criterion is listed twice": (
        "/overall/criteria", "listed_twice",
        said("Một tiêu chí chung ghi hai lần.", "An overall criterion is listed twice.")),
    "no overall criterion must be answered": (
        "/overall/criteria", "none_required",
        said("Ít nhất một tiêu chí chung phải bắt buộc.", "At least one overall criterion must be required.")),
    "an overall criterion has another scale": (
        "/overall/criteria", "other_scale",
        said("Tiêu chí chung phải dùng thang của mẫu.", "An overall criterion must use the form's own scale.")),
    "one criterion is the overall one": (
        "/overall/criteria", "not_one",
        said("Cách criterion cần đúng một tiêu chí.", "The method criterion takes exactly one criterion.")),
    "the scale has gaps": (
        "/scale", "gaps", said("Thang phải liền nhau, từ hai mức.", "A scale has no gaps and two levels at least.")),
    "a label names no further language": (
        "", "no_further_language",
        said("Tên tiếng khác phải theo BCP 47 (ví dụ bdq, sed), không phải vi hay en.",
             "A further language is named by BCP 47 (bdq, sed), and is neither vi nor en.")),
    "a label says nothing": (
        "", "empty_label",
        said("Lời bằng tiếng khác không được để trống.", "Words in a further language say something.")),
    "a level of dissatisfaction is off the scale": (
        "/dissatisfied_values", "off_scale",
        said("Mức không hài lòng phải thuộc thang và không phải mọi mức.",
             "Levels of dissatisfaction are on the scale, and not all of it.")),
    "the levels of dissatisfaction are not the lowest": (
        "/dissatisfied_values", "not_lowest",
        said("Mức càng cao càng tốt, nên các mức không hài lòng phải là những mức thấp nhất, liền nhau.",
             "The higher a level, the better: levels of dissatisfaction are the lowest ones, without a gap.")),
}  # fmt: skip


class DescribedLevel(Shape):
    """One answer of a scale; the higher, the better."""

    value = Answer(min_value=0, max_value=10)
    label_vi = Text(max_length=200)
    label_en = Text(max_length=200)
    labels = serializers.DictField(child=Text(max_length=200), required=False, help_text="Tiếng khác, theo BCP 47.")


class DescribedCriterion(Shape):
    """One question."""

    code = serializers.RegexField(r"^[a-z][a-z0-9_]{0,39}$")
    label_vi = Text(max_length=500)
    label_en = Text(max_length=500)
    labels = serializers.DictField(child=Text(max_length=500), required=False, help_text="Tiếng khác, theo BCP 47.")
    group_vi = Text(max_length=200, required=False, allow_blank=True)
    group_en = Text(max_length=200, required=False, allow_blank=True)
    group_labels = serializers.DictField(
        child=Text(max_length=200), required=False, help_text="Tiếng khác, theo BCP 47."
    )
    is_required = serializers.BooleanField()
    is_conduct = serializers.BooleanField(help_text="Câu hỏi về thái độ, hành vi phục vụ.")
    scale = serializers.ListField(child=DescribedLevel(), min_length=2, max_length=11, required=False)

    def validate_scale(self, levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a level told twice."""
        return _once(levels)


class DescribedOverall(Shape):
    """How the overall value follows."""

    method = serializers.ChoiceField(choices=["criterion", "mean"])
    criteria = serializers.ListField(child=Text(max_length=40), min_length=1, max_length=60)


class FormDescription(Shape):
    """A questionnaire as it is published."""

    title_vi = Text(max_length=300)
    title_en = Text(max_length=300)
    title_labels = serializers.DictField(
        child=Text(max_length=300), required=False, help_text="Tiếng khác, theo BCP 47."
    )
    source = Text(max_length=1000, help_text="Văn bản, hoặc ai đặt câu hỏi.")  # type: ignore[assignment]
    scale = serializers.ListField(
        child=DescribedLevel(), min_length=2, max_length=11,
        help_text="Năm mức đánh số 1 đến 5 mới có tỷ lệ và mức hài lòng theo phiếu; thang nào cũng có tỷ lệ không chọn "
        "“không hài lòng”.",
    )  # fmt: skip
    criteria = serializers.ListField(child=DescribedCriterion(), min_length=1, max_length=60)
    overall = DescribedOverall()
    dissatisfied_values = serializers.ListField(
        child=Answer(), min_length=1, max_length=10,
        help_text="Mức nghĩa là không hài lòng: các mức thấp nhất của thang, liền nhau, không phải mọi mức.",
    )  # fmt: skip

    def validate_scale(self, levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a level told twice."""
        return _once(levels)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse the name of the ministry's index."""
        if any(_PUBLIC_INDEX.search(attrs[name].upper()) for name in ("title_vi", "title_en")):
            raise serializers.ValidationError({"title_vi": [SURVEY_NAME]}, code="reserved_name")
        return attrs


def code_of(code: str) -> str:
    """Return a code that a form may bear; raises Invalid."""
    if not _CODE.match(code) or _PUBLIC_INDEX.search(code):
        words = SURVEY_NAME if _PUBLIC_INDEX.search(code) else CODE
        raise Invalid([Fault("parameter", "code", "bad_code", str(words))])
    return code


@contextmanager
def told_by_part() -> Iterator[None]:
    """Tell contradictions of a form as faults of its parts."""
    try:
        yield
    except FormRefused as error:
        raise Invalid([_told(contradiction) for contradiction in error.contradictions]) from error


def _told(contradiction: str) -> Fault:
    place, code, words = WORDS.get(contradiction, ("", "contradiction", OTHER))
    return fault(place, code, str(words), str(words))


def _once(levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len({level["value"] for level in levels}) < len(levels):
        raise serializers.ValidationError(LEVELS, code="listed_twice")
    return levels
