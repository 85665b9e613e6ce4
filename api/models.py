"""The door: names every table of the counter."""

from api.access.models import AccessToken, Account, ApiClient, ClientSecret
from api.events.models import Event, FeedBeginning, HeldEvent
from api.idempotency.models import StoredAnswer
from api.routines.models import Routine
from api.throttling.models import Bucket, SpentProof

__all__ = [
    "AccessToken",
    "Account",
    "ApiClient",
    "Bucket",
    "ClientSecret",
    "Event",
    "FeedBeginning",
    "HeldEvent",
    "Routine",
    "SpentProof",
    "StoredAnswer",
]
