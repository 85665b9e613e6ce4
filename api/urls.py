"""Every address of the service, on one screen."""

from django.urls import include, path

from api.adapters import urls as adapters
from api.health.views import Alive
from api.procedures import urls as procedures
from api.units import urls as units

v1: list[object] = [
    *units.urlpatterns,
    *procedures.urlpatterns,
    *adapters.urlpatterns,
]

urlpatterns = [
    path("livez", Alive.as_view()),
    path("api/v1/", include((v1, "v1"))),  # type: ignore[arg-type]
]
