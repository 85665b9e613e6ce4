"""Every address of the service, on one screen."""

from django.urls import URLPattern, include, path

import api.access.urls
from api.health.views import Alive

v1: list[URLPattern] = [
    *api.access.urls.urlpatterns,
]

urlpatterns = [
    path("livez", Alive.as_view()),
    *api.access.urls.well_known,
    path("api/v1/", include((v1, "v1"))),
]
