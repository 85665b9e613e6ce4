"""Every address of the service, on one screen."""

from django.urls import URLPattern, include, path

from api.access import urls as access
from api.health.views import Alive
from api.procedures import urls as procedures
from api.units import urls as units

v1: list[URLPattern] = [
    *access.urlpatterns,
    *units.urlpatterns,
    *procedures.urlpatterns,
]

urlpatterns = [
    path("livez", Alive.as_view()),
    *access.well_known,
    path("api/v1/", include((v1, "v1"))),
]
