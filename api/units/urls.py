"""Addresses of the organisation."""

from django.urls import URLPattern, path

import api.references  # noqa: F401 - registers the codes of addresses
from api.units.naming import OfficialNameDecisions, OfficialNames
from api.units.officials import Officials, OneOfficial, Postings
from api.units.register import OneSuccession, RegisteredSuccessions, SuccessionRevocations
from api.units.successions import Successions
from api.units.views import OneUnit, Tree, UnitCodes, Units

urlpatterns: list[URLPattern] = [
    path("units", Units.as_view()),
    path("units/<unit_code:code>", OneUnit.as_view()),
    path("units/<unit_code:code>/tree", Tree.as_view()),
    path("units/<unit_code:code>/successions", Successions.as_view()),
    path("unit-successions", RegisteredSuccessions.as_view()),
    path("unit-successions/<int:succession_id>", OneSuccession.as_view()),
    path("unit-successions/<int:succession_id>/revocation", SuccessionRevocations.as_view()),
    path("official-names", OfficialNames.as_view()),
    path("official-names/decisions", OfficialNameDecisions.as_view()),
    path("unit-codes", UnitCodes.as_view()),
    path("officials", Officials.as_view()),
    path("officials/<official_code:code>", OneOfficial.as_view()),
    path("officials/<official_code:code>/postings", Postings.as_view()),
]
