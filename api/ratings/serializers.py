"""The shapes of forms, rights and ratings."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.language import said
from api.organisation import WAS_HELP
from api.principals import Principal
from api.printing import Added
from api.rows import Row
from api.shapes import Instant, ProblemShape, Shape, Text, Uuid
from feedback.ratings.models import LONGEST_COMMENT, Rating, RatingDecision
from feedback.ratings.rules.directions import closed
from feedback.ratings.services import Amendment, Draft
from feedback.ratings.services.quarantine import DETECTOR
from feedback.vocabulary import HelperRole, RatingChannel, RatingOrigin, RatingState, StuffingTest
from procedures.vocabulary import StepKind

LONGEST_SECRET = 100
MOST_QUEUED = 20
ONE_OF_TWO = said(
    "Gửi right (quyền đánh giá), hoặc dossier_code cùng step (thiết bị tin cậy tại quầy): một trong hai.",
    "Send right, or dossier_code with step (trusted counter): one of the two.",
)
HELPER_CODE = said("Gửi mã cán bộ khi và chỉ khi role là official.", "Send the code if and only if role is official.")


class Answer(serializers.IntegerField):
    """A whole number, written as a number."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; texts and truth values are refused."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Helper(Shape):
    """Who entered the rating for somebody who could not."""

    role = serializers.ChoiceField(choices=HelperRole.choices)
    official = Text(max_length=50, required=False, help_text="Mã cán bộ, chỉ khi role là official.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an official without a code and a code without an official."""
        if (attrs["role"] == HelperRole.OFFICIAL) != ("official" in attrs):
            raise serializers.ValidationError({"official": [HELPER_CODE]}, code="required")
        return attrs


class Grounded(Shape):
    """Something about a rating, by a right or by a trusted counter."""

    right = Text(max_length=LONGEST_SECRET, required=False)
    dossier_code = Text(max_length=100, required=False)
    step = serializers.ChoiceField(choices=StepKind.choices, required=False)
    form = Text(max_length=40)
    form_version = serializers.IntegerField(
        min_value=1, max_value=10_000, required=False, help_text="Phiên bản mẫu đã hiện cho người trả lời."
    )
    answers = serializers.DictField(child=Answer(), allow_empty=False)
    comment = Text(max_length=LONGEST_COMMENT, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both grounds at once, and neither."""
        if {"right", "dossier_code", "step"} & set(attrs) not in ({"right"}, {"dossier_code", "step"}):
            raise serializers.ValidationError({"right": [ONE_OF_TWO]}, code="one_of_two")
        return attrs


class PhoneClock(Instant):
    """What a phone takes for the time: whatever it says is no reason to refuse what its holder said."""

    def to_internal_value(self, value: Any) -> dt.datetime | None:  # type: ignore[override]  # none is as good
        """Return the instant; None for one off the calendar (a phone that lost its battery stands in 1970), or none."""
        try:
            return super().to_internal_value(value)
        except serializers.ValidationError as error:
            if error.get_codes() == ["range"]:
                return None
            raise


class RatingSubmission(Grounded):
    """A rating by a right, or by a trusted counter."""

    id = Uuid(help_text="Do máy của người gửi tạo (UUID).")
    channel = serializers.ChoiceField(choices=RatingChannel.choices)
    assisted_by = Helper(required=False)
    rated_at = PhoneClock(
        required=False,
        allow_null=True,
        help_text="Đồng hồ của máy người gửi, sai cũng được (ngoài 1990–2100 thì bỏ qua); giờ máy chủ ghi bên cạnh.",
    )
    device = Text(
        required=False, max_length=100, help_text="Chuỗi ngẫu nhiên mà ứng dụng giữ trên máy; chỉ giữ mã băm."
    )


class RatingAmendment(Grounded):
    """What a rating is to say instead, within a day."""


class RatingBatch(Shape):
    """Ratings that waited on a device without network."""

    ratings = serializers.ListField(
        child=Row(), min_length=1, max_length=MOST_QUEUED,
        help_text="Mỗi phần tử như POST /ratings; phần tử sai bị từ chối riêng.",
    )  # fmt: skip


def draft_of(values: Mapping[str, Any], *, by: Principal) -> Draft:
    """Return a validated submission, sent by this caller, as the room knows it."""
    helper = values.get("assisted_by", {})
    return Draft(
        id=values["id"],
        form=values["form"],
        form_version=values.get("form_version"),
        answers=values["answers"],
        comment=values["comment"],
        channel=RatingChannel(values["channel"]),
        helper_role=HelperRole(helper["role"]) if helper else None,
        helper_code=helper.get("official", ""),
        rated_at=values.get("rated_at"),
        device=values.get("device", ""),
        via=_machine(by),
        is_staff=by.kind == "person",
        staff_official=by.official,
    )


def amendment_of(values: Mapping[str, Any], *, rating_id: uuid.UUID, by: Principal) -> Amendment:
    """Return a validated amendment, sent by this caller, as the room knows it."""
    return Amendment(
        rating_id,
        values["form"],
        values.get("form_version"),
        values["answers"],
        values["comment"],
        via=_machine(by),
        is_staff=by.kind == "person",
    )


def _machine(by: Principal) -> str:
    return by.id if by.kind == "client" else ""


class TakenRating(serializers.Serializer[Any]):
    """That a rating was taken; `id` is the client's own."""

    id = serializers.UUIDField(source="given_id")
    form = serializers.CharField()
    form_version = serializers.IntegerField()
    step = serializers.ChoiceField(choices=StepKind.choices)
    version = serializers.IntegerField(help_text="1 khi gửi lần đầu; tăng mỗi lần sửa.")


class TakenRow(serializers.Serializer[Any]):
    """What became of one rating of a batch: taken, or refused for good reason."""

    index = serializers.IntegerField()
    outcome = serializers.ChoiceField(["taken", "rejected"])
    rating = TakenRating(required=False)
    problem = ProblemShape(required=False)


class TakenBatch(serializers.Serializer[Any]):
    """A batch of ratings, in the order sent."""

    taken = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = TakenRow(many=True)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
class Answers(serializers.JSONField):
    """Criterion to value, as answered."""


class Comment(serializers.CharField):
    """What somebody wrote, as it was written; no mark of direction in it reaches beyond it."""

    def to_representation(self, value: Any) -> str:
        """Print the text."""
        return closed(super().to_representation(value))


class HelperTold(serializers.Serializer[Any]):
    """Who entered a rating for somebody who could not."""

    role = serializers.ChoiceField(choices=HelperRole.choices, source="helper_role")
    official = serializers.CharField(source="helper_code", required=False, help_text="Mã cán bộ; chỉ khi là cán bộ.")

    def to_representation(self, instance: Rating) -> dict[str, Any]:
        """Print it; the code of an official only."""
        told = dict(super().to_representation(instance))
        if not instance.helper_code:
            told.pop("official")
        return told


class RatingRow(serializers.Serializer[Any]):
    """A rating as those see it who review ratings: its week, never its transaction and never its moment."""

    id = serializers.UUIDField(help_text="Mã để đọc; khác với id của người gửi.")
    week = serializers.DateField(source="week_date", help_text="Thứ hai của tuần.")
    form = serializers.CharField()
    form_version = serializers.IntegerField(source="form_version.number")
    step = serializers.ChoiceField(choices=StepKind.choices)
    unit = serializers.CharField(source="unit_code", allow_null=True)
    unit_was = Added(required=False, help_text=WAS_HELP)
    official = serializers.CharField(source="official_code", allow_null=True)
    procedure = serializers.CharField(source="procedure_code")
    answers = Answers()
    overall = serializers.DecimalField(max_digits=8, decimal_places=4)
    normalised = serializers.DecimalField(max_digits=5, decimal_places=4)
    is_dissatisfied = serializers.BooleanField()
    comment = Comment()
    origin = serializers.ChoiceField(choices=RatingOrigin.choices)
    channel = serializers.ChoiceField(choices=RatingChannel.choices)
    assisted_by = HelperTold(source="*", required=False, help_text="Không có khi người dân tự đánh giá.")
    state = serializers.ChoiceField(choices=RatingState.choices)
    quarantine_reason = serializers.CharField()
    version = serializers.IntegerField(help_text="Tăng mỗi lần người gửi sửa (trong 24 giờ).")

    def to_representation(self, instance: Rating) -> dict[str, Any]:
        """Print one rating; who helped is left out where nobody did."""
        told = dict(super().to_representation(instance))
        if not instance.helper_role:
            told.pop("assisted_by")
        return told


class EarlierVersion(serializers.Serializer[Any]):
    """What a rating said before it was amended."""

    version = serializers.IntegerField(source="number")
    answers = Answers()
    overall = serializers.DecimalField(max_digits=8, decimal_places=4)
    is_dissatisfied = serializers.BooleanField()
    comment = Comment()


class RatingDecisionWanted(Shape):
    """Why."""

    reason = Text(max_length=2000)


class DecisionTold(serializers.Serializer[Any]):
    """A decision whether a rating counts; of the detector's with what it saw."""

    state = serializers.ChoiceField(choices=RatingState.choices)
    reason = serializers.CharField()
    is_automatic = serializers.SerializerMethodField()
    test = serializers.ChoiceField(choices=StuffingTest.choices, required=False)
    chance = serializers.FloatField(required=False, help_text="Xác suất thấy như vậy do ngẫu nhiên.")
    marked = serializers.IntegerField(required=False, help_text="Số đánh giá mang dấu hiệu trong nhóm.")
    looked_at = serializers.IntegerField(required=False, help_text="Số đánh giá của nhóm.")

    def get_is_automatic(self, row: RatingDecision) -> bool:
        """Tell whether nobody decided but the detector."""
        return row.by == DETECTOR

    def to_representation(self, instance: RatingDecision) -> dict[str, Any]:
        """Print a decision; what the detector saw is left out of a person's."""
        told = super().to_representation(instance)
        seen = {"test", "chance", "marked", "looked_at"} if not instance.test else set()
        return {name: value for name, value in told.items() if name not in seen}


class RatingWithVersions(RatingRow):
    """A rating with all it ever said."""

    earlier = EarlierVersion(many=True)
    decisions = DecisionTold(many=True, help_text="Vì sao được tính hay không, theo thứ tự.")
