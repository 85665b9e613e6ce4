"""Which machines a caller may know of, and what a caller known by his id may do now."""

import datetime as dt
import uuid

from django.db.models import QuerySet

from api.access.models import Account, ApiClient
from api.access.tokens import principal_of_account
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


def account_known_as(*, username: str = "", issuer: str = "", subject: str = "") -> Account:
    """Return a local person, or one of an identity provider; raises Absent."""
    named = {"username": username} if username else {"issuer": issuer, "subject": subject}
    account = Account.objects.select_related("boundary", "official").filter(**named).first()
    if account is None:
        raise Absent
    return account


def principal_with_id(principal_id: str) -> Principal | None:
    """Return a machine or a person with all the rights he has now; None when he was switched off or never was."""
    kind, _, name = principal_id.partition(":")
    if kind == "person":
        return principal_of_account(Account.objects.filter(pk=uuid.UUID(name)).first())
    client = ApiClient.objects.filter(client_id=name, is_active=True).first() if kind == "client" else None
    if client is None:
        return None
    return Principal(
        kind="client", id=principal_id, scopes=frozenset(client.scopes), boundary=client.boundary_id,
        source=client.source, is_trusted_counter=client.is_trusted_counter, rate_limit=client.rate_limit,
    )  # fmt: skip
