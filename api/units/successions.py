"""The organisation over HTTP: what a decision does with a unit."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate, now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoint import Endpoint
from api.errors import Fault, Invalid, PreconditionMissing, PreconditionStale
from api.idempotency.once import Answer, once
from api.language import said
from api.preconditions import etag, require_match
from api.references import unit_meant
from api.schema import KEYED, problems
from api.units.serializers import SuccessionReport, SuccessionTold
from procedures.catalogue.queries import procedures_known
from procedures.transactions.services import carry_out
from units.errors import (
    OfficialUnknown,
    PeriodsOverlap,
    SuccessionKnown,
    SuccessorsUnfit,
    UnitHasSubordinates,
    UnitNotInForce,
    UnitUnknown,
)
from units.models import Unit as UnitRow
from units.queries import Handover, named, require_inside, unit_card, unit_named
from units.services import Decree

A_DAY = dt.timedelta(days=1)


class Successions(Endpoint):
    """Where a unit's work went."""

    scopes = {"POST": "units:write"}

    @extend_schema(
        operation_id="addUnitSuccession",
        tags=["units"],
        summary="Thi hành quyết định sắp xếp: đổi tên, hợp nhất, chia tách, chuyển giao thủ tục, giải thể",
        request=SuccessionReport,
        responses={
            201: SuccessionTold,
            **problems(
                UnitUnknown, OfficialUnknown, SuccessionKnown, SuccessorsUnfit, UnitNotInForce, UnitHasSubordinates,
                PeriodsOverlap, PreconditionMissing, PreconditionStale, *KEYED,
            ),
        },
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Any:
        """Carry out what a decision says of a unit: versions, codes and postings change together."""
        draft = SuccessionReport(data=request.data)
        draft.is_valid(raise_exception=True)
        day, boundary = draft.validated_data["effective_date"], self.principal.boundary
        unit = unit_named(code=code, on=day - A_DAY)
        require_inside(boundary=boundary, unit=unit, on=localdate())
        decree = self._decree(dict(draft.validated_data))
        for heir in decree.successors:
            require_inside(boundary=boundary, unit=heir, on=day)

        def work(_secret: str) -> Answer:
            followed = carry_out(
                unit=unit, decree=decree, by=self.principal.id, now=now(),
                confirm=lambda version: require_match(request, version=version),
            )  # fmt: skip
            done = followed.done
            card = unit_card(code=unit.code, on=decree.effective_date)
            names = named(ids=[row.successor_id for row in done.successions], on=decree.effective_date)
            rows = [Handover(names.get(row.successor_id or 0), row) for row in done.successions]
            told = {"unit": card, "successions": rows, "postings_moved": done.postings_moved}
            told |= {"postings_ended": done.postings_ended, "transactions": followed.renewals}
            return Answer(201, SuccessionTold(told).data, etag(card.edition))

        return once(request=request, operation=f"addUnitSuccession:{unit.code}", now=now(), work=work)

    def _decree(self, told: dict[str, Any]) -> Decree:
        """Look up whom the report names; raises Invalid for whom nobody knows."""
        day = told["effective_date"]
        _require_procedures(told["procedures"])
        heirs = [
            unit_meant(code=code, on=day, name=f"/successors/{place}") for place, code in enumerate(told["successors"])
        ]
        _require_distinct(heirs)
        placed: dict[str, UnitRow] = {}
        for place, one in enumerate(told["officials"]):
            heir = unit_meant(code=one["unit"], on=day, name=f"/officials/{place}/unit")
            if heir not in heirs:
                text = said("Không phải là đơn vị kế thừa.", "This is none of the successors.")
                raise Invalid([Fault("pointer", f"/officials/{place}/unit", "does_not_fit", str(text))])
            placed[one["official"]] = heir
        return Decree(**{**told, "successors": heirs, "officials": placed})


def _require_distinct(heirs: list[UnitRow]) -> None:
    text = str(said("Đơn vị này đã được nêu ở trên.", "This unit is named above already."))
    faults = [
        Fault("pointer", f"/successors/{place}", "repeated", text)
        for place, heir in enumerate(heirs) if heir in heirs[:place]
    ]  # fmt: skip
    if faults:
        raise Invalid(faults)


def _require_procedures(codes: list[str]) -> None:
    known = procedures_known(codes=codes)
    text = str(said("Không có thủ tục mang mã này.", "No procedure carries this code."))
    faults = [
        Fault("pointer", f"/procedures/{place}", "unknown_procedure", text)
        for place, code in enumerate(codes) if code not in known
    ]  # fmt: skip
    if faults:
        raise Invalid(faults)
