"""Whether who typed a rating in had served the dossier: asked when it comes, and again when later steps are known."""

from django.db.models import Exists, OuterRef, QuerySet

from feedback.ratings.models import Rating
from procedures.models import Step


def helper_served(*, transaction_id: int, official_id: int) -> bool:
    """Tell whether the official did any step of the transaction.

    Peers: the clerk who served may not be the helper.
    """
    return Step.objects.filter(transaction=transaction_id, official=official_id).exists()


def ratings_of_helpers_who_served() -> QuerySet[Rating]:
    """Return the ratings whose helper did a step of the transaction, by all that is known of it now."""
    served = Step.objects.filter(transaction=OuterRef("link__transaction"), official__code=OuterRef("helper_code"))
    return Rating.objects.exclude(helper_code="").filter(Exists(served))
