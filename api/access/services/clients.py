"""Machines: making them, changing them, turning their two secrets over."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import Q
from django.db.transaction import atomic

from api.access import tokens
from api.access.models import ApiClient, ClientSecret
from api.access.scopes import ALL_SCOPES
from api.access.services.powers import beyond, beyond_in_name, beyond_in_rate, is_within
from api.errors import Absent, BeyondOwnRights, ClientKnown, Fault
from api.principals import Principal
from units.models import Unit

SECRET_PREFIX = "pvs_"  # noqa: S105 - what every secret begins with
SLOTS = (1, 2)
OPERATOR = Principal(kind="person", id="operator", scopes=ALL_SCOPES)
"""Who works at the command line of the server itself."""


@dataclass(frozen=True)
class ClientDraft:
    """What is said of a machine; `boundary` None is the whole province."""

    name: str
    scopes: list[str]
    boundary: Unit | None = None
    source: str = ""
    is_trusted_counter: bool = False
    rate_limit: int | None = None
    is_active: bool = True


def create_client(*, client_id: str, draft: ClientDraft, secret: str, by: Principal, now: dt.datetime) -> ApiClient:
    """Register a machine with its first secret; raises BeyondOwnRights or ClientKnown."""
    _require_power_over(draft, client_id=client_id, by=by, on=now.date())
    try:
        with atomic():
            client = ApiClient.objects.create(client_id=client_id, created_at=now, **vars(draft))
            _put(client, slot=1, secret=secret, now=now)
    except IntegrityError as error:
        raise ClientKnown from error
    return client


def change_client(
    *, client_id: str, draft: ClientDraft, by: Principal, now: dt.datetime, check: Callable[[int], None]
) -> ApiClient:
    """Say something else of a machine; `check` is given the version that is about to be replaced.

    What it loses, it loses with the next request: every token is looked up against this row.
    """
    with atomic():
        client = _locked(client_id, by=by, now=now)
        check(client.version)
        _require_power_over(draft, client_id=client_id, by=by, on=now.date(), rate_limit=client.rate_limit)
        for name, value in vars(draft).items():
            setattr(client, name, value)
        client.version += 1
        client.save()
    return client


def new_secret(*, client_id: str, secret: str, by: Principal, now: dt.datetime) -> ClientSecret:
    """Put a secret into the free slot, or in place of the older one, whose tokens then go with it.

    The same secret again is found where it is.
    """
    with atomic():
        client = _locked(client_id, by=by, now=now)
        held = list(client.secrets.order_by("created_at", "slot"))
        known = next((row for row in held if bytes(row.digest) == tokens.digest_of(secret)), None)
        if known:
            return known
        free = [slot for slot in SLOTS if slot not in {row.slot for row in held}]
        slot = free[0] if free else held[0].slot
        _take_away(client, slot=slot, now=now)
        return _put(client, slot=slot, secret=secret, now=now)


def revoke_secret(*, client_id: str, slot: int, by: Principal, now: dt.datetime) -> ApiClient:
    """Take a secret away, and every token given for it; a slot that is empty stays empty."""
    if slot not in SLOTS:
        raise Absent
    with atomic():
        client = _locked(client_id, by=by, now=now)
        _take_away(client, slot=slot, now=now)
    return client


def active_client(*, client_id: str) -> ApiClient | None:
    """Return the machine of this name unless it is switched off."""
    if "\x00" in client_id:  # PostgreSQL cannot even be asked
        return None
    return ApiClient.objects.filter(client_id=client_id, is_active=True).first()


def token_for(*, client_id: str, secret: str, now: dt.datetime) -> str | None:
    """Return a new token with all rights of a machine, or None when name and secret do not belong together."""
    client = active_client(client_id=client_id)
    slot = secret_in_use(client=client, secret=secret, now=now)
    if client is None or slot is None:
        return None
    return tokens.issue(scopes=client.scopes, client=client, slot=slot, now=now)


def secret_in_use(*, client: ApiClient | None, secret: str, now: dt.datetime) -> int | None:
    """Return the slot of a client's live secret, noting that it was used; None when it is not his."""
    rows = ClientSecret.objects.filter(client=client, digest=tokens.digest_of(secret))
    row = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now)).first() if client else None
    if row is None:
        return None
    ClientSecret.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.slot


def written(secret: str) -> str:
    """Return a secret as it is told: recognisable in a log or a repository that it should not be in."""
    return SECRET_PREFIX + secret


def _put(client: ApiClient, *, slot: int, secret: str, now: dt.datetime) -> ClientSecret:
    digest = tokens.digest_of(secret)
    prefix = secret[: ClientSecret._meta.get_field("prefix").max_length]  # noqa: SLF001 - Django's own door
    return ClientSecret.objects.create(client=client, slot=slot, digest=digest, prefix=prefix, created_at=now)


def _take_away(client: ApiClient, *, slot: int, now: dt.datetime) -> None:
    client.secrets.filter(slot=slot).delete()
    tokens.revoke_of_client(client, slot=slot, now=now)


def _locked(client_id: str, *, by: Principal, now: dt.datetime) -> ApiClient:
    """Return the client's row to change it; who could not have made it cannot take it over either."""
    client = ApiClient.objects.select_for_update().filter(client_id=client_id).first()
    if client is None or not is_within(by, boundary=client.boundary_id, on=now.date()):
        raise Absent
    _refuse(list(beyond(by, powers=client, on=now.date())))
    return client


def _require_power_over(
    draft: ClientDraft, *, client_id: str, by: Principal, on: dt.date, rate_limit: int | None = None
) -> None:
    """Require all that a draft grants; `rate_limit` is the one that the machine has."""
    _refuse([
        *beyond(by, powers=draft, on=on),
        *beyond_in_name(by, source=draft.source, client_id=client_id, on=on),
        *beyond_in_rate(by, wanted=draft.rate_limit, before=rate_limit),
    ])  # fmt: skip


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise BeyondOwnRights(faults)
