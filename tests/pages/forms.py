"""Forms beyond those of the reference data: five levels of one question, twelve criteria, further languages."""

import datetime as dt
from typing import Any

from feedback.ratings.services import publish_form

MOODS = (
    ("Rất không hài lòng", "Very dissatisfied"), ("Không hài lòng", "Dissatisfied"), ("Bình thường", "Neither"),
    ("Hài lòng", "Satisfied"), ("Rất hài lòng", "Very satisfied"),
)  # fmt: skip
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def five_levels(**changes: Any) -> dict[str, Any]:
    """Return the content of one question with five levels, best first, in four languages (placeholders in two)."""
    scale = [
        {"value": value, "label_vi": vi, "label_en": en, "labels": {"bdq": f"bdq {value}", "sed": f"sed {value}"}}
        for value, (vi, en) in reversed(list(enumerate(MOODS, start=1)))
    ]
    question = {
        "code": "overall", "label_vi": "Ông, bà hài lòng ở mức nào?", "label_en": "How satisfied are you?",
        "labels": {"bdq": "bdq ?"}, "is_required": True, "is_conduct": True,
    }  # fmt: skip
    content = {
        "title_vi": "Đánh giá năm mức", "title_en": "Rate in five levels", "source": "thử", "scale": scale,
        "criteria": [question], "overall": {"method": "criterion", "criteria": ["overall"]},
        "dissatisfied_values": [1, 2],
    }  # fmt: skip
    return {**content, **changes}


def twelve_criteria() -> dict[str, Any]:
    """Return the content of twelve questions, the last of them optional."""
    questions = [
        {
            "code": f"c{nth}", "label_vi": f"Tiêu chí thứ {nth}", "label_en": f"Criterion {nth}",
            "is_required": nth < 12, "is_conduct": False,
        }
        for nth in range(1, 13)
    ]  # fmt: skip
    overall = {"method": "mean", "criteria": [one["code"] for one in questions]}
    return five_levels(title_vi="Mười hai tiêu chí", title_en="Twelve criteria", criteria=questions, overall=overall)


def in_groups() -> dict[str, Any]:
    """Return the content of four questions in two groups, the second of which has no words in further languages."""
    asked = twelve_criteria()["criteria"][:4]
    groups = [("Đi lại", "Getting there", {"bdq": "bdq nhóm", "sed": "sed nhóm"}), ("Kết quả", "The result", {})]
    for place, question in enumerate(asked):
        vi, en, labels = groups[place // 2]
        question |= {"group_vi": vi, "group_en": en, "group_labels": labels}
    overall = {"method": "mean", "criteria": [one["code"] for one in asked]}
    title = {"title_vi": "Có nhóm", "title_en": "In groups", "title_labels": {"sed": "sed phiếu"}}
    return five_levels(criteria=asked, overall=overall, **title)


def publish_all() -> None:
    """Publish them as MAU_5, MAU_12 and MAU_NHOM."""
    publish_form(code="MAU_5", content=five_levels(), now=AT, by="bo-phan-mot-cua")
    publish_form(code="MAU_12", content=twelve_criteria(), now=AT, by="bo-phan-mot-cua")
    publish_form(code="MAU_NHOM", content=in_groups(), now=AT, by="bo-phan-mot-cua")
