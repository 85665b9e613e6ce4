"""What nobody may grant to a machine, nor take over with one: more than he holds himself, or what is kept from him."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from django.db.models import Q

from api.access.models import ApiClient
from api.errors import Fault
from api.language import said
from api.principals import KEPT_FROM_OFFICIALS, Principal
from units.models import Unit
from units.queries import heritage


class Powers(Protocol):
    """What a machine has or is to have."""

    @property
    def scopes(self) -> list[str]: ...  # noqa: D102
    @property
    def boundary(self) -> Unit | None: ...  # noqa: D102
    @property
    def is_trusted_counter(self) -> bool: ...  # noqa: D102


def is_within(by: Principal, *, boundary: int | None, on: dt.date) -> bool:
    """Tell whether a boundary is the caller's own or lies inside it."""
    return by.boundary is None or (boundary is not None and boundary in heritage(unit_id=by.boundary, on=on))


def beyond(by: Principal, *, powers: Powers, on: dt.date) -> Iterator[Fault]:
    """Yield what is more than the caller holds; trust in a counter is the province's to give, not the unit's."""
    wanted = set(powers.scopes)
    if missing := wanted - by.scopes:
        yield _fault(
            "/scopes", "scope_not_held",
            f"Bạn không có quyền {_listed(missing)}.", f"You do not hold {_listed(missing)}.",
        )  # fmt: skip
    if by.official is not None and (kept := wanted & KEPT_FROM_OFFICIALS):
        yield _fault(
            "/scopes", "kept_from_officials",
            f"Người là công chức không cấp {_listed(kept)} cho phần mềm: phần mềm sẽ thấy cả điều nói về người ấy.",
            f"An official grants {_listed(kept)} to no machine: it would see what is said of himself.",
        )  # fmt: skip
    if not is_within(by, boundary=powers.boundary.pk if powers.boundary else None, on=on):
        yield _fault(
            "/boundary", "outside_own_boundary",
            "Ghi boundary là đơn vị của bạn hoặc đơn vị bên dưới; bỏ trống là toàn tỉnh.",
            "Give your own unit or one below it as boundary; without one it is the whole province.",
        )  # fmt: skip
    if powers.is_trusted_counter and by.boundary is not None:
        yield _fault(
            "/is_trusted_counter", "for_the_province",
            "Quầy tin cậy do cấp tỉnh công nhận.", "Trust in a counter is the province's to give.",
        )  # fmt: skip


def beyond_in_name(by: Principal, *, source: str, client_id: str, on: dt.date) -> Iterator[Fault]:
    """Yield that a source is the name of a machine beyond the caller's reach."""
    if not source:
        return
    unnamed = Q(source="", client_id=source.removeprefix("client:"))  # its messages carry its own id
    namesakes = ApiClient.objects.filter(Q(source=source) | unnamed).exclude(client_id=client_id)
    if not all(is_within(by, boundary=one.boundary_id, on=on) for one in namesakes):
        yield _fault(
            "/source", "name_taken_beyond",
            "Tên nguồn này của phần mềm ngoài phạm vi của bạn.", "A machine beyond your boundary has this source name.",
        )  # fmt: skip


def beyond_in_rate(by: Principal, *, wanted: int | None, before: int | None) -> Iterator[Fault]:
    """Yield that a limit is set within a boundary: all machines share the one service, the province divides it."""
    if by.boundary is not None and wanted != before:
        yield _fault(
            "/rate_limit", "for_the_province",
            "Mức yêu cầu mỗi phút do cấp tỉnh đặt; để như cũ.", "The rate limit is the province's to set; leave it.",
        )  # fmt: skip


def _listed(scopes: Iterable[str]) -> str:
    return ", ".join(sorted(scopes))


def _fault(pointer: str, code: str, vi: str, en: str) -> Fault:
    detail: Any = said(vi, en)
    return Fault("pointer", pointer, code, str(detail))
