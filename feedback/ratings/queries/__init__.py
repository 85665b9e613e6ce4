"""Which forms, rights and ratings there are."""

from feedback.ratings.queries.charging import Charge, charge_of
from feedback.ratings.queries.disclosed import link_accesses, rating_comments, rating_summaries
from feedback.ratings.queries.forms import asked_form, is_of_survey, published_form, published_forms
from feedback.ratings.queries.helping import helper_served, ratings_of_helpers_who_served
from feedback.ratings.queries.rights import (
    HeldRight,
    asked_by_right,
    hashes_of,
    held_right,
    lasting_right,
    still_lasting,
)
from feedback.ratings.queries.suspects import PERIOD, seen_in, units_rated
from feedback.ratings.queries.visibility import rating_visible_to, ratings_visible_to, units_served, versions_of
from feedback.ratings.queries.waiting import waiting_since

__all__ = [
    "PERIOD",
    "Charge",
    "HeldRight",
    "asked_by_right",
    "asked_form",
    "charge_of",
    "hashes_of",
    "held_right",
    "helper_served",
    "is_of_survey",
    "lasting_right",
    "link_accesses",
    "published_form",
    "published_forms",
    "rating_comments",
    "rating_summaries",
    "rating_visible_to",
    "ratings_of_helpers_who_served",
    "ratings_visible_to",
    "seen_in",
    "still_lasting",
    "units_rated",
    "units_served",
    "versions_of",
    "waiting_since",
]
