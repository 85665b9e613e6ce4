"""Who applies, as machines tell it: the number for a reference, and where to send the link to rate.

His name is read where it lies sealed, in the message as it came (procedures.transactions.queries.applicants).
"""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from api.shapes import Shape, Text
from procedures.transactions.rules.applicants import Contact, Person, applicant_number, contact_told
from procedures.vocabulary import ApplicantKind


class ApplicantTold(Shape):
    """Who applies. Name, number, telephone and address go in and never come out: he is told as a reference only."""

    kind = serializers.ChoiceField(ApplicantKind.choices)
    name = Text(
        required=False,
        allow_blank=True,
        max_length=300,
        help_text="Họ tên người nộp; chỉ dùng để che tên trong ý kiến, không bao giờ trả ra.",
    )
    national_id = Text(
        required=False, max_length=20, help_text="Số định danh cá nhân hoặc CMND; không trả lại bao giờ."
    )
    business_code = Text(required=False, max_length=20, help_text="Mã số doanh nghiệp, tổ chức.")
    phone = Text(required=False, allow_blank=True, max_length=40, help_text="Chỉ giữ khi send_rating_link là true.")
    email = Text(required=False, allow_blank=True, max_length=254, help_text="Chỉ giữ khi send_rating_link là true.")
    send_rating_link = serializers.BooleanField(
        required=False,
        default=False,
        help_text="true: người nộp nhận liên kết đánh giá; liên hệ được mã hóa và hủy sau hạn giữ.",
    )


def person_of(applicant: Mapping[str, Any]) -> Person | None:
    """Return the kind and number of the applicant, or None: unknown."""
    kind = applicant.get("kind")
    names = ("national_id",) if kind == ApplicantKind.CITIZEN else ("business_code", "national_id")
    return applicant_number(kind, [applicant[name] for name in names if applicant.get(name)])


def contact_of(applicant: Mapping[str, Any]) -> Contact | None:
    """Return where the link to rate is to be sent; None unless the applicant is to get one."""
    if not applicant.get("send_rating_link"):
        return None
    return contact_told(applicant.get("phone", ""), applicant.get("email", ""))
