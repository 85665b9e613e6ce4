"""The addresses of ratings."""

from django.urls import URLPattern, path

from api.ratings.views import IssueRight, OneForm, OneRating, OpenRight, RatingForms, Ratings

urlpatterns: list[URLPattern] = [
    path("rating-forms", RatingForms.as_view()),
    path("rating-forms/<str:code>", OneForm.as_view()),
    path("rating-rights", OpenRight.as_view()),
    path("transactions/<str:dossier_code>/rating-rights", IssueRight.as_view()),
    path("ratings", Ratings.as_view()),
    path("ratings/<uuid:rating_id>", OneRating.as_view()),
]
