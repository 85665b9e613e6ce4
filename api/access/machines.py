"""A machine that shows its id and one of its secrets."""

import datetime as dt

from django.db.models import Q

from api.access.models import ApiClient, ClientSecret
from api.access.tokens import digest_of


def machine_of(*, client_id: str, secret: str, now: dt.datetime) -> ApiClient | None:
    """Return the active client whose live secret this is, or None; the secret's use is noted."""
    row = (
        ClientSecret.objects.select_related("client")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), digest=digest_of(secret))
        .filter(client__client_id=client_id, client__is_active=True)
        .first()
    )
    if row is None:
        return None
    ClientSecret.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.client
