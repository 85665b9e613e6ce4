"""The addresses that look after the service itself."""

from django.urls import URLPattern, path

from api.health.views import Alive, Metrics, Ready

urlpatterns: list[URLPattern] = [
    path("livez", Alive.as_view()),
    path("readyz", Ready.as_view()),
    path("metrics", Metrics.as_view()),
]
