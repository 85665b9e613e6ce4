"""Every address of the service, on one screen."""

from django.urls import include, path

from api.health.views import Alive
from api.ratings.urls import urlpatterns as ratings

v1: list[object] = [*ratings]

urlpatterns = [
    path("livez", Alive.as_view()),
    path("api/v1/", include((v1, "v1"))),  # type: ignore[arg-type]
]
