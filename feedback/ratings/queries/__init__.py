"""Which forms, rights and ratings there are."""

from feedback.ratings.queries.charging import Charge, charge_of
from feedback.ratings.queries.forms import published_form, published_forms
from feedback.ratings.queries.rights import hash_of, usable_right
from feedback.ratings.queries.visibility import rating_visible_to, ratings_visible_to

__all__ = [
    "Charge",
    "charge_of",
    "hash_of",
    "published_form",
    "published_forms",
    "rating_visible_to",
    "ratings_visible_to",
    "usable_right",
]
