"""Every address of the service, on one screen."""

from django.urls import include, path

from api.complaints import urls as complaints
from api.health.views import Alive
from api.procedures import urls as procedures
from api.units import urls as units

v1: list[object] = [
    *complaints.urlpatterns,
    *units.urlpatterns,
    *procedures.urlpatterns,
]

urlpatterns = [
    path("livez", Alive.as_view()),
    path("api/v1/", include((v1, "v1"))),  # type: ignore[arg-type]
]
