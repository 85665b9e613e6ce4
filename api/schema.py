"""How the contract is generated: every operation's common problems, and ASCII-safe finishing."""

from collections import defaultdict
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import exceptions as drf

from api.errors import (
    Absent,
    ChallengeRequired,
    Forbidden,
    Invalid,
    KeyInFlight,
    KeyReused,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
)
from api.problems import MEDIA_TYPE, PROBLEMS, SERVER_ERROR, UNAVAILABLE, problem_of
from api.shapes import ProblemShape

COMMON: tuple[type[Exception], ...] = (Invalid, TooManyRequests, drf.NotAcceptable)
WITH_A_BODY: tuple[type[Exception], ...] = (TooLarge, drf.UnsupportedMediaType)
SIGNED_IN: tuple[type[Exception], ...] = (Unauthenticated, Forbidden)
KEYED: tuple[type[Exception], ...] = (KeyInFlight, KeyReused)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True,
    description="16–200 ký tự ASCII, ngẫu nhiên cho mỗi yêu cầu mới; gửi lại thì giữ nguyên.",
)  # fmt: skip
PROOF = OpenApiParameter(
    "X-Altcha", str, OpenApiParameter.HEADER,
    description="Lời giải của challenge (payload ALTCHA 2, base64), chỉ khi được yêu cầu; dùng được một lần.",
)  # fmt: skip
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="ETag của bản đang sửa."
)


def problems(*errors: type[Exception]) -> dict[Any, OpenApiResponse]:
    """Return the documented problem answers for the exceptions that an operation may end in."""
    titles: dict[int, list[str]] = defaultdict(list)
    for error in errors:
        row = PROBLEMS[error]
        if row.vi not in titles[row.status]:
            titles[row.status].append(row.vi)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemShape, description="; ".join(told))
        for status, told in sorted(titles.items())
    }


class OperationSchema(AutoSchema):
    """drf-spectacular, with the problems that any operation may answer added to each."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        """Return the view's own answers, also those of `extend_schema`, and the common ones."""
        answers = super()._get_response_bodies(direction)
        for (status, media_type), answer in {**problems(*self._common_errors()), **_always()}.items():
            code = str(int(status))
            if code not in answers:
                answers[code] = self._get_response_for_code(answer, code, [media_type], direction)  # type: ignore[no-untyped-call]
        return dict(sorted(answers.items()))

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Tell whether a list is answered; the problems of an operation are no answer to tell it by."""
        told: Any = self.get_response_serializers() if serializer is None else serializer
        if isinstance(told, dict):
            told = {status: one for status, one in told.items() if not isinstance(status, tuple)}
        return bool(super()._is_list_view(told))

    def _common_errors(self) -> tuple[type[Exception], ...]:
        is_open = getattr(self.view, "scopes", {}).get(self.method) == ""
        addressed: tuple[type[Exception], ...] = (Absent,) if "{" in self.path else ()
        sent = WITH_A_BODY if self.method in {"POST", "PUT"} else ()
        challenged: tuple[type[Exception], ...] = (ChallengeRequired,) if self._is_challenged() else ()
        return COMMON + addressed + sent + challenged + (() if is_open else SIGNED_IN)

    def _is_challenged(self) -> bool:
        return self.method in getattr(self.view, "challenged", ())

    def get_override_parameters(self) -> Any:
        """Return the header of a solved challenge where one may be asked for."""
        return [PROOF] if self._is_challenged() else []

    def get_auth(self) -> list[Any]:
        """Return the security requirement: none for public operations."""
        is_open = getattr(self.view, "scopes", {}).get(self.method) == ""
        return [] if is_open else [{"bearer": []}]


def _always() -> dict[Any, OpenApiResponse]:
    return {
        (row.status, MEDIA_TYPE): OpenApiResponse(ProblemShape, description=row.vi)
        for row in (SERVER_ERROR, UNAVAILABLE)
    }


def finish_contract(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add what drf-spectacular cannot know: the bearer scheme."""
    result.setdefault("components", {})["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "POST /api/v1/oauth/token hoặc /api/v1/sessions"}
    }
    return result


__all__ = ["KEYED", "OperationSchema", "finish_contract", "problem_of", "problems"]
