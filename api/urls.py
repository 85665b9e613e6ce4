"""Every address of the service, on one screen."""

from django.urls import include, path

from api.adapters.urls import urlpatterns as adapters
from api.health.views import Alive

v1: list[object] = [*adapters]

urlpatterns = [
    path("livez", Alive.as_view()),
    path("api/v1/", include((v1, "v1"))),  # type: ignore[arg-type]
]
