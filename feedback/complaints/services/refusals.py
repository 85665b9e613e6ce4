"""The words of what cannot be taken in."""

from feedback.errors import FieldFault

IDENTITY_WORDS = {
    "not_anonymous": (
        "Phản ánh ẩn danh không được kèm thông tin nhận dạng; bỏ trường này hoặc chọn mode khác.",
        "An anonymous complaint carries nothing that tells who you are; leave this field out or choose another mode.",
    ),
    "grievance_needs_name": (
        "Khiếu nại là về quyền lợi của chính mình nên không thể ẩn danh (Luật Khiếu nại, điều 8).",
        "A grievance is about one's own rights, so it cannot be anonymous (Luật Khiếu nại, điều 8).",
    ),
    "required": ("Cần họ tên, trừ khi gửi ẩn danh.", "A name is needed, unless you file anonymously."),
    "contact_needed": (
        "Cần ít nhất một cách liên hệ: phone, email hoặc address.",
        "At least one way to reach you is needed: phone, email or address.",
    ),
}
_UNKNOWN = {
    "category": ("Không có mã phân loại này.", "No category has this code."),
    "official": (
        "Không có cán bộ mang mã này, hoặc mã bị lặp; có thể mô tả bằng lời ở description.",
        "No official has this code, or it is repeated; you may describe him in description.",
    ),
    "unit": ("Không có đơn vị mang mã này.", "No unit has this code."),
}


def unknown_fault(pointer: str, noun: str) -> FieldFault:
    """Return the fault of a code that nothing carries."""
    vi, en = _UNKNOWN[noun]
    return FieldFault(pointer, f"unknown_{noun}", vi, en)


def future_fault() -> FieldFault:
    """Return the fault of an act that has not happened yet."""
    return FieldFault("/happened_on", "in_future", "Ngày xảy ra ở tương lai.", "The day of the act is in the future.")


def finding_fault(index: int, code: str) -> FieldFault:
    """Return the fault of one finding of a conclusion."""
    words = {
        "unknown_allegation": (
            "Phản ánh không có nội dung này.", "The complaint holds no such allegation."
        ),
        "repeated": ("Nội dung này đã có kết luận ở dòng trên.", "This allegation has its finding above."),
        "reason_needed": ("Kết luận này phải nêu lý do.", "This finding needs its reason."),
    }  # fmt: skip
    return FieldFault(f"/findings/{index}", code, *words[code])
