"""What the counter itself refuses; the rooms' own refusals stand in their errors modules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a request: where, a code for machines, a sentence for people."""

    place: Literal["pointer", "parameter", "header"]
    name: str
    code: str
    detail: str
    successors: Sequence[str] = ()
    """Our codes of the units to name instead of one that is gone."""


class ApiError(Exception):
    """Anything the counter refuses by itself."""


class Invalid(ApiError):
    """The request does not fit the contract; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)


class Absent(ApiError):
    """There is nothing at this address, or nothing that the caller may know of."""


class TooLarge(ApiError):
    """The body is larger than this operation takes; `limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class Unauthenticated(ApiError):
    """The request names nobody that this operation trusts."""


class Forbidden(ApiError):
    """The caller is known but lacks the scope `scope`."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope


class BeyondOwnRights(ApiError):
    """Somebody would grant, or take over, what he does not hold himself; `faults` names all of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)
        self.beyond = " ".join(fault.detail for fault in faults)


class ClientKnown(ApiError):
    """The client_id is taken."""


class SignInFailed(ApiError):
    """User name, password and code do not belong together; which of them is wrong is not told."""


class IdentityProviderAway(ApiError):
    """The identity provider's keys cannot be had at the moment."""


class PreconditionMissing(ApiError):
    """A change to what staff edit came without If-Match."""


class PreconditionStale(ApiError):
    """The thing was changed since the caller read it."""


class FeedBegunAnew(ApiError):
    """A reader's position belongs to a state of the event feed that is no more."""


class KeyInFlight(ApiError):
    """The first request with this Idempotency-Key is still being worked on."""


class KeyReused(ApiError):
    """The Idempotency-Key was used before, for another body."""


class ChallengeRequired(ApiError):
    """So much comes in that who did no work is not let in; `challenge` is what to solve (api/throttling/proof.py)."""

    def __init__(self, challenge: Mapping[str, Any]) -> None:
        super().__init__()
        self.challenge = challenge


class TooManyRequests(ApiError):
    """The caller's bucket is empty; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after
