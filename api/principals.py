"""Who is calling, as every operation sees him."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from rest_framework.request import Request

from units.vocabulary import Viewer

PUBLIC = ""
"""The scope of an operation that needs no account."""
SIGNED_IN = "*"
"""The scope of an operation that anybody may use who signed in."""

KEPT_FROM_OFFICIALS = frozenset({
    "complaints:submit", "complaints:read", "complaints:handle", "complaints:identity", "ratings:manage", "audit:read",
})  # fmt: skip
"""The scopes under which something is said of officials. What of it concerns himself or his unit is kept from who is
one; a machine is nobody, so nothing would be kept from it."""


class Operation(Protocol):
    """What authorisation and throttling need to know of a view."""

    scopes: Mapping[str, str]


@dataclass(frozen=True)
class Principal:
    """A caller: what he may do (scopes), where (a unit's subtree) and who he is in the organisation.

    `id` is stable and holds no personal data: `client:<client_id>`, `person:<uuid>` or `citizen`.
    `boundary` is the primary key of the unit whose subtree he may see; None is the whole province.
    """

    kind: Literal["client", "person", "citizen"]
    id: str
    scopes: frozenset[str] = field(default_factory=frozenset)
    boundary: int | None = None
    official: int | None = None
    source: str = ""
    is_trusted_counter: bool = False
    rate_limit: int | None = None

    is_authenticated = True

    def may(self, scope: str) -> bool:
        """Tell whether the scope was granted."""
        return scope in self.scopes

    @property
    def viewer(self) -> Viewer:
        """The same caller as the rooms below know him."""
        return Viewer(boundary=self.boundary, official=self.official)


def caller(request: Request) -> Principal | None:
    """Return who signed in, or None for a citizen without an account."""
    return cast("Principal | None", request.user)


CITIZEN = Principal(kind="citizen", id="citizen")
