"""Every address of the service, on one screen."""

from django.urls import include, path

from api.complaints.urls import urlpatterns as complaints
from api.health.views import Alive

v1: list[object] = [*complaints]

urlpatterns = [
    path("livez", Alive.as_view()),
    path("api/v1/", include((v1, "v1"))),  # type: ignore[arg-type]
]
