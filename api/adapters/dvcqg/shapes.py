"""The senders' bodies and answers, as far as the contract can describe what we do not own."""

from typing import Any

from rest_framework import serializers

from procedures.vocabulary import MessageOutcome

ROW = {"type": "object", "additionalProperties": True}
LETTER = {
    "oneOf": [
        {
            "type": "object",
            "title": "Envelope",
            "additionalProperties": True,
            "required": ["data"],
            "properties": {
                "session": {"type": "string", "description": "Phiên của dang-nhap; thay được tiêu đề Authorization."},
                "madonvi": {"type": "string"},
                "service": {"type": "string", "enum": ["DongBoHoSoMC", "CapNhatTienDoHoSoMC"]},
                "isUpdating": {"type": "string", "description": "Được nhận nhưng không dùng."},
                "data": {"type": "array", "items": ROW},
            },
        },
        {
            "type": "object",
            "title": "Lookup",
            "additionalProperties": True,
            "required": ["service", "mahoso"],
            "properties": {
                "session": {"type": "string"},
                "madonvi": {"type": "string"},
                "service": {"type": "string", "enum": ["TraCuuHoSo"]},
                "mahoso": {"type": "string"},
            },
        },
        {"type": "array", "title": "Rows", "items": ROW},
        {**ROW, "title": "Row", "required": ["MaHoSo"]},
    ]
}
"""The four ways in which rows arrive; fields that we do not know are kept with the message and not refused."""


class RowFaultShape(serializers.Serializer[Any]):
    """One thing wrong with a row, by the sender's own name of the field."""

    field = serializers.CharField()
    code = serializers.CharField()
    text = serializers.CharField()
    don_vi_ke_thua = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Mã các đơn vị kế thừa, khi đơn vị đã gửi không còn."
    )


class RowVerdictShape(serializers.Serializer[Any]):
    """What became of one row."""

    index = serializers.IntegerField(help_text="Vị trí trong danh sách đã gửi, từ 0.")
    MaHoSo = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(MessageOutcome.choices)
    loi = RowFaultShape(many=True)
    canh_bao = serializers.ListField(child=serializers.CharField())


class SenderAnswerShape(serializers.Serializer[Any]):
    """The answer to DongBoHoSoMC, CapNhatTienDoHoSoMC and TraCuuHoSo."""

    error_code = serializers.JSONField(
        help_text="“00” hoặc “0” (TraCuuHoSo: số 0): thành công; “01”: có hồ sơ bị từ chối."
    )
    message = serializers.CharField()
    ket_qua = RowVerdictShape(many=True, required=False)
    result = serializers.ListField(child=serializers.DictField(), required=False)
    code = serializers.IntegerField(required=False)


class SignInShape(serializers.Serializer[Any]):
    """The handshake: a client's id and one of its secrets."""

    username = serializers.CharField(max_length=200, trim_whitespace=False)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class SessionShape(serializers.Serializer[Any]):
    """A session, valid for an hour, or an error code."""

    error_code = serializers.JSONField(help_text="Số 0: thành công; “-1”: sai tên đăng nhập hoặc mật khẩu.")
    message = serializers.CharField()
    session = serializers.CharField(required=False)
