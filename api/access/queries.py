"""Which machines a caller may know of."""

import datetime as dt

from django.db.models import QuerySet

from api.access.models import ApiClient
from api.errors import Absent
from api.principals import Principal
from units.queries import heritage


def clients_known_to(*, principal: Principal, on: dt.date) -> QuerySet[ApiClient]:
    """Return the machines inside the caller's boundary, with their units and secrets."""
    rows = ApiClient.objects.select_related("boundary").prefetch_related("secrets")
    if principal.boundary is None:
        return rows
    return rows.filter(boundary__in=heritage(unit_id=principal.boundary, on=on))


def client_known_to(*, client_id: str, principal: Principal, on: dt.date) -> ApiClient:
    """Return one machine; raises Absent."""
    client = clients_known_to(principal=principal, on=on).filter(client_id=client_id).first()
    if client is None:
        raise Absent
    return client
