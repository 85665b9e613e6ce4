"""What is done with ratings: forms are published, rights are issued, ratings are given and amended."""

from feedback.ratings.services.amendment import Amendment, amend_at_counter, amend_by_right
from feedback.ratings.services.disclosure import release
from feedback.ratings.services.forms import load_forms, publish_form, put_form
from feedback.ratings.services.links import OpenedLink, destroy_links, note_reading, open_link, opened
from feedback.ratings.services.quarantine import decide, examine
from feedback.ratings.services.rights import WantedRight, issue_rights, revoke_right
from feedback.ratings.services.submission import Draft, Taken, rate_at_counter, rate_by_right

__all__ = [
    "Amendment",
    "Draft",
    "OpenedLink",
    "Taken",
    "WantedRight",
    "amend_at_counter",
    "amend_by_right",
    "decide",
    "destroy_links",
    "examine",
    "issue_rights",
    "load_forms",
    "note_reading",
    "open_link",
    "opened",
    "publish_form",
    "put_form",
    "rate_at_counter",
    "rate_by_right",
    "release",
    "revoke_right",
]
