"""Addresses of the journal; the replay stands in api/urls.py, which knows the readers of all ways in."""

from django.urls import URLPattern, path

from api.journal.views import Journal

urlpatterns: list[URLPattern] = [
    path("journal", Journal.as_view()),
]
