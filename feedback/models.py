"""The door: names every table of the four rooms."""

from feedback.ratings.models import Rating, RatingForm, RatingFormVersion, RatingLink, RatingRight

__all__ = ["Rating", "RatingForm", "RatingFormVersion", "RatingLink", "RatingRight"]
