"""The three addresses of the national-portal adapter."""

from typing import Any, ClassVar

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.adapters.dvcqg.answers import (
    UNREAD,
    answer_to,
    lookup_answer,
    no_right_answer,
    no_session_answer,
    session_answer,
    unread_answer,
)
from api.adapters.dvcqg.letters import Letter, Service, letter_of
from api.adapters.dvcqg.parsing import SenderParser
from api.adapters.dvcqg.sessions import SessionAuthentication, holds_session, session_for
from api.adapters.dvcqg.shapes import LETTER, SenderAnswerShape, SessionShape, SignInShape
from api.adapters.dvcqg.taking import is_known, keep_malformed, keep_too_large, taken
from api.endpoint import PUBLIC, Endpoint
from api.errors import Forbidden, Invalid, TooLarge, Unauthenticated
from api.problems import problem_of

QUERY = [
    OpenApiParameter("MaDinhDanhDV", str, description="Đơn vị gửi (Hà Giang); được nhận nhưng không dùng."),
    OpenApiParameter("isUpdating", str, description="Được nhận nhưng không dùng."),
]


class LetterEndpoint(Endpoint):
    """An address that takes letters; `address` is what a letter without a `service` asks for."""

    scopes = {"POST": "transactions:write"}
    query = None
    authentication_classes = (SessionAuthentication,)
    parser_classes = (SenderParser,)
    address: ClassVar[Service]

    def handle_exception(self, exc: Exception) -> Any:
        """Tell a sender in his own shape what he can only mend himself (Note [Refusals a sender can read])."""
        status = problem_of(exc).status
        if status in UNREAD:
            return Response(unread_answer(status))
        if isinstance(exc, Unauthenticated | Forbidden) and holds_session(self.request):
            return Response(no_session_answer() if isinstance(exc, Unauthenticated) else no_right_answer())
        return super().handle_exception(exc)

    def answered(self, request: Request) -> Response:
        """Take the rows of the letter, or look a dossier up, and answer in the sender's shape."""
        letter = letter_of(self._body(request), address=self.address)
        if letter.service is Service.LOOKUP:
            return Response(lookup_answer(letter, is_known=self._knows(letter)))
        return Response(answer_to(letter, taken(letter, by=self.principal, now=now())))

    def _body(self, request: Request) -> Any:
        """Return what was sent; of what cannot be read the journal tells too, if its sender is known by his header."""
        try:
            return request.data
        except Invalid:
            if raw := getattr(request, "raw_body", b""):
                keep_malformed(raw, by=self.principal, now=now())
            raise
        except TooLarge:
            keep_too_large(by=self.principal, now=now())
            raise

    def _knows(self, letter: Letter) -> bool:
        return not letter.unreadable and is_known(letter.dossier_code, by=self.principal, now=now())


class DossierLetters(LetterEndpoint):
    """DongBoHoSoMC."""

    address = Service.DOSSIERS

    @extend_schema(
        operation_id="syncPortalDossiers",
        tags=["adapters"],
        summary="Nhận DongBoHoSoMC (và TraCuuHoSo) đúng như phần mềm một cửa gửi Cổng DVC quốc gia",
        parameters=QUERY,
        request={"application/json": LETTER},
        responses={200: SenderAnswerShape},
    )
    def post(self, request: Request) -> Response:
        """Take dossier rows."""
        return self.answered(request)


class ProgressLetters(LetterEndpoint):
    """CapNhatTienDoHoSoMC."""

    address = Service.PROGRESS

    @extend_schema(
        operation_id="syncPortalProgress",
        tags=["adapters"],
        summary="Nhận CapNhatTienDoHoSoMC đúng như phần mềm một cửa gửi Cổng DVC quốc gia",
        parameters=QUERY,
        request={"application/json": LETTER},
        responses={200: SenderAnswerShape},
    )
    def post(self, request: Request) -> Response:
        """Take progress rows."""
        return self.answered(request)


class PortalSessions(Endpoint):
    """The handshake."""

    scopes = {"POST": PUBLIC}
    throttle_kind = "sign_in"
    authentication_classes = ()

    @extend_schema(
        operation_id="openPortalSession",
        tags=["adapters"],
        summary="Đăng nhập kiểu Cổng DVC quốc gia: client_id và khóa bí mật lấy phiên một giờ",
        request=SignInShape,
        responses={200: SessionShape},
        examples=[
            OpenApiExample("OpenCPS", {"username": "motcua-mau", "password": "khóa bí mật"}, request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Open a session."""
        shown = SignInShape(data={} if request.data is None else request.data)
        shown.is_valid(raise_exception=True)
        return Response(session_answer(session_for(now=now(), **shown.validated_data)))
