"""Issuing rights to rate, one or a thousand; revoking them; opening one."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db.transaction import atomic
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import PUBLIC, Endpoint
from api.errors import Fault
from api.idempotency.once import Answer, once
from api.problems import faults_of
from api.ratings import right_serializers as serializers
from api.ratings.links import link_of, qr_png, qr_svg
from api.ratings.slips import sheet_svg
from api.rows import as_declared
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from api.shapes import fault, parsed, printed
from feedback.errors import RatingFormUnknown, RightNotUsable, RightUnknown
from feedback.ratings import services
from feedback.ratings.models import RatingRight
from feedback.ratings.queries import lasting_right, published_forms
from feedback.vocabulary import RatingSlip
from procedures.errors import TransactionUnknown
from procedures.secrecy import derived_secret
from procedures.transactions.queries import transaction_with_code, transactions_visible_to
from procedures.vocabulary import StepKind

DRAWN_BY: dict[str, Callable[[str], str]] = {"svg": qr_svg, "png": qr_png}


class IssueRight(Endpoint):
    """Rights to rate a transaction, asked for by the system that prints the slip."""

    scopes = {"POST": "transactions:write"}

    @extend_schema(
        operation_id="issueRatingRight",
        tags=["ratings"],
        summary="Cấp quyền đánh giá một bước của hồ sơ (liên kết và mã QR)",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.RatingRightRequest,
        responses={
            201: serializers.IssuedRatingRight,
            **problems(TransactionUnknown, RatingFormUnknown, *KEYED),
        },
    )
    def post(self, request: Request, dossier_code: str) -> HttpResponse:
        """Issue a right; an earlier one for the same step is no longer usable."""
        values, at = parsed(serializers.RatingRightRequest, request.data), now()

        def work(secret: str) -> Answer:
            transaction = transaction_with_code(dossier_code=dossier_code, viewer=self.principal.viewer, now=at)
            wanted = _wanted(values, transaction_id=transaction.pk, secret=secret)
            (right,) = services.issue_rights(wanted=[wanted], by=self.principal.id, now=at)
            return Answer(HTTPStatus.CREATED, _told(right, values))

        def complete(body: dict[str, Any], secret: str) -> dict[str, Any]:
            return {**body, **_drawn(secret, body, list(DRAWN_BY))}

        return once(request=request, operation="issueRatingRight", now=at, work=work, complete=complete)


class IssueRights(Endpoint):
    """Rights for a whole batch of slips."""

    scopes = {"POST": "transactions:write"}

    @extend_schema(
        operation_id="issueRatingRights",
        tags=["ratings"],
        summary="Cấp quyền đánh giá cho tối đa 1.000 hồ sơ một lần",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.RatingRightBatch,
        responses={201: serializers.IssuedRights, **problems(*KEYED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Issue what can be issued; each row that cannot is told by itself."""
        asked, at = parsed(serializers.RatingRightBatch, request.data), now()
        images = asked.get("images", [])

        def work(secret: str) -> Answer:
            rows = self._rows(asked["rights"], at)
            good = [row for row in rows if not row.faults]
            wanted = [
                _wanted(row.values, transaction_id=row.transaction_id, secret=_secret_of(secret, row.index))
                for row in good
            ]
            rights = services.issue_rights(wanted=wanted, by=self.principal.id, now=at)
            told = {row.index: _told(right, row.values) for row, right in zip(good, rights, strict=True)}
            results = [row.told(told.get(row.index)) for row in rows]
            return Answer(
                HTTPStatus.CREATED, {"issued": len(good), "rejected": len(rows) - len(good), "results": results}
            )

        def complete(body: dict[str, Any], secret: str) -> dict[str, Any]:
            results = [
                {**row, **_drawn(_secret_of(secret, row["index"]), row["right"], images)} if "right" in row else row
                for row in body["results"]
            ]
            return {**body, "results": results}

        return once(request=request, operation="issueRatingRights", now=at, work=work, complete=complete)

    def _rows(self, sent: Sequence[Any], at: dt.datetime) -> list["_Row"]:
        """Read every row and find what is wrong with it."""
        rows = [_read(index, document) for index, document in enumerate(sent)]
        forms = set(published_forms().values_list("form__code", flat=True))
        codes = {row.values["dossier_code"] for row in rows if not row.faults}
        visible = transactions_visible_to(viewer=self.principal.viewer, on=localdate(at))
        known = dict(visible.filter(dossier_code__in=codes).values_list("dossier_code", "pk"))
        taken: set[tuple[str, str]] = set()
        for row in rows:
            if row.faults:
                continue
            step = row.values["dossier_code"], row.values["step"]
            row.transaction_id = known.get(step[0], 0)
            row.faults = [
                *([] if row.transaction_id else [fault("/dossier_code", "unknown_transaction", *NO_TRANSACTION)]),
                *([] if row.values["form"] in forms else [fault("/form", "unknown_form", *NO_FORM)]),
                *([fault("/step", "repeated", *REPEATED)] if step in taken else []),
            ]
            if not row.faults:
                taken.add(step)
        return rows


NO_TRANSACTION = "Không có hồ sơ mang mã này.", "There is no dossier with this code."
NO_FORM = "GET /rating-forms không có mẫu này.", "GET /rating-forms does not list this form."
REPEATED = "Bước này của hồ sơ đã có ở dòng trên.", "A row above asks for this step of this dossier."


@dataclass
class _Row:
    """A row of a batch: what it asks for, and what is wrong with it."""

    index: int
    values: dict[str, Any]
    faults: list[Fault]
    transaction_id: int = 0

    def told(self, right: dict[str, Any] | None) -> dict[str, Any]:
        """Return what became of it, without the secret."""
        code = {"dossier_code": self.values["dossier_code"]} if "dossier_code" in self.values else {}
        errors = [{one.place: one.name, "code": one.code, "detail": one.detail} for one in self.faults]
        issued = {"right": right} if right else {}
        return {"index": self.index, "outcome": "issued" if right else "rejected", **code, **issued, "errors": errors}


def _read(index: int, document: Any) -> _Row:
    try:
        return _Row(index, parsed(serializers.RatingRightRow, document), [])
    except ValidationError as error:
        return _Row(index, {}, as_declared(faults_of(error), serializers.RatingRightRow))


def _wanted(values: dict[str, Any], *, transaction_id: int, secret: str) -> services.WantedRight:
    return services.WantedRight(transaction_id, StepKind(values["step"]), values["form"], secret, values["valid_days"])


def _secret_of(secret: str, index: int) -> str:
    return derived_secret("rating-right-of-batch", secret, str(index))


def _told(right: RatingRight, values: dict[str, Any]) -> dict[str, Any]:
    slip = {"slip": values["slip"]} if "slip" in values else {}
    return {**printed(serializers.RatingRight, right), **slip}


def _drawn(secret: str, told: dict[str, Any], images: Sequence[str]) -> dict[str, str]:
    """Return what only the caller is given of a right: its link, the pictures wanted, and the sheet of its slip."""
    link = link_of(secret)
    drawn = {"link": link, **{f"qr_{kind}": DRAWN_BY[kind](link) for kind in images}}
    if "slip" in told:
        until = dt.datetime.fromisoformat(told["expires_at"])
        drawn["slip_svg"] = sheet_svg(
            link=link, slip=RatingSlip(told["slip"]), step=StepKind(told["step"]), expires_at=until
        )
    return drawn


class RevokeRight(Endpoint):
    """The end of a right that was issued by mistake or whose slip was lost."""

    scopes = {"POST": "transactions:write"}

    @extend_schema(
        operation_id="revokeRatingRight",
        tags=["ratings"],
        summary="Thu hồi quyền đánh giá (không cho biết quyền đã được dùng hay chưa)",
        request=None,
        responses={200: serializers.RatingRight, **problems(RightUnknown)},
    )
    def post(self, request: Request, right_id: uuid.UUID) -> Response:
        """Make the right unusable; again changes nothing."""
        at = now()
        among = transactions_visible_to(viewer=self.principal.viewer, on=localdate(at))
        right = services.revoke_right(right_id=right_id, among=among, now=at)
        return Response(printed(serializers.RatingRight, right))


class OpenRight(Endpoint):
    """What a right lets its holder rate; the secret is in the body, because addresses are logged."""

    scopes = {"POST": PUBLIC}
    challenged = frozenset({"POST"})

    @extend_schema(
        operation_id="openRatingRight",
        tags=["ratings"],
        summary="Quyền đánh giá này dùng cho bước và mẫu nào",
        request=serializers.RatingRightSecret,
        responses={200: serializers.OpenedRatingRight, **problems(RightNotUsable)},
    )
    @atomic
    def post(self, request: Request) -> Response:
        """Answer step and form, without using the right; whether it was used is told to who rates by it."""
        right = lasting_right(secret=parsed(serializers.RatingRightSecret, request.data)["right"], now=now())
        return Response(printed(serializers.OpenedRatingRight, right))
