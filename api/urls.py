"""Every address of the service, on one screen."""

from django.urls import URLPattern, include, path

from api.access import urls as access
from api.events import urls as events
from api.health import urls as health
from api.procedures import urls as procedures
from api.units import urls as units

v1: list[URLPattern] = [
    *access.urlpatterns,
    *events.urlpatterns,
    *units.urlpatterns,
    *procedures.urlpatterns,
]

urlpatterns = [
    *health.urlpatterns,
    *access.well_known,
    path("api/v1/", include((v1, "v1"))),
]
