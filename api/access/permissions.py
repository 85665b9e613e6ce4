"""Whether a caller may use an operation at all; which rows he may see is for the rooms' queries."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.errors import Absent, Forbidden, Unauthenticated
from api.principals import PUBLIC, SIGNED_IN, Operation, caller


class HasScope(BasePermission):
    """The operation's scope was granted. An operation that names no scope is closed to everybody."""

    def has_permission(self, request: Request, view: Operation) -> bool:  # type: ignore[override]
        """Return True; raises Unauthenticated, Forbidden or Absent."""
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else request.method or ""
        if not hasattr(view, method.lower()):
            return True  # DRF answers 405
        scope = view.scopes.get(method)
        if scope is None:
            raise Absent
        if scope == PUBLIC:
            return True
        principal = caller(request)
        if principal is None:
            raise Unauthenticated
        if scope != SIGNED_IN and not principal.may(scope):
            raise Forbidden(scope)
        return True
