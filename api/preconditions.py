"""ETag and If-Match: nobody overwrites what he has not read (RFC 9110, 13.1.1; RFC 6585, 3)."""

from rest_framework.request import Request

from api.errors import PreconditionMissing, PreconditionStale


def etag(version: int) -> dict[str, str]:
    """Return the header that names this version."""
    return {"ETag": f'"{version}"'}


def require_match(request: Request, *, version: int) -> None:
    """Raise PreconditionMissing without If-Match, PreconditionStale when it names another version."""
    wanted = request.META.get("HTTP_IF_MATCH")
    if wanted is None:
        raise PreconditionMissing
    # A compressed answer carries the weak form of its tag; as a version's name it says the same.
    names = {name.strip().removeprefix("W/") for name in wanted.split(",")}
    if "*" not in names and f'"{version}"' not in names:
        raise PreconditionStale


def is_unchanged(request: Request, *, version: int) -> bool:
    """Tell whether If-None-Match names this version, so that 304 is the answer."""
    names = {name.strip().removeprefix("W/") for name in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
    return f'"{version}"' in names
