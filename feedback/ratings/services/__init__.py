"""What is done with ratings: forms are published, rights are issued, ratings are given."""

from feedback.ratings.services.forms import load_forms, publish_form
from feedback.ratings.services.rights import issue_right
from feedback.ratings.services.submission import Draft, rate_at_counter, rate_by_right

__all__ = ["Draft", "issue_right", "load_forms", "publish_form", "rate_at_counter", "rate_by_right"]
