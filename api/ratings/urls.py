"""The addresses of ratings."""

from django.urls import URLPattern, path

from api.ratings.decisions import Confirmation, Quarantine, Release
from api.ratings.disclosed import RatingComments, RatingSummaries
from api.ratings.giving import RatingBatch
from api.ratings.openings import LinkAccesses, LinkChain, LinkOpenings
from api.ratings.rights import IssueRight, IssueRights, OpenRight, RevokeRight
from api.ratings.views import OneForm, OneRating, RatingForms, Ratings

urlpatterns: list[URLPattern] = [
    path("ratings", Ratings.as_view()),
    path("ratings/batch", RatingBatch.as_view()),
    path("ratings/<id:rating_id>", OneRating.as_view()),
    path("ratings/<id:rating_id>/link-openings", LinkOpenings.as_view()),
    path("ratings/<id:rating_id>/quarantine", Quarantine.as_view()),
    path("ratings/<id:rating_id>/release", Release.as_view()),
    path("ratings/<id:rating_id>/confirmation", Confirmation.as_view()),
    path("rating-comments", RatingComments.as_view()),
    path("rating-forms", RatingForms.as_view()),
    path("rating-forms/<str:code>", OneForm.as_view()),
    path("rating-link-openings", LinkAccesses.as_view()),
    path("rating-link-openings/verification", LinkChain.as_view()),
    path("rating-rights", OpenRight.as_view()),
    path("rating-rights/batch", IssueRights.as_view()),
    path("rating-rights/<id:right_id>/revocation", RevokeRight.as_view()),
    path("rating-summaries", RatingSummaries.as_view()),
]
of_transactions: list[URLPattern] = [path("/<str:dossier_code>/rating-rights", IssueRight.as_view())]
