"""Addresses of the organisation."""

from django.urls import URLPattern, path

from api.units.officials import Officials, OneOfficial, Postings
from api.units.views import OneUnit, Successions, Tree, Units

urlpatterns: list[URLPattern] = [
    path("units", Units.as_view()),
    path("units/<str:code>", OneUnit.as_view()),
    path("units/<str:code>/tree", Tree.as_view()),
    path("units/<str:code>/successions", Successions.as_view()),
    path("officials", Officials.as_view()),
    path("officials/<str:code>", OneOfficial.as_view()),
    path("officials/<str:code>/postings", Postings.as_view()),
]
