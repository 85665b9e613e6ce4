"""The addresses of monitoring."""

from django.urls import URLPattern, path

from api.monitoring.ratings import RatingFigures
from api.monitoring.targets import OneTarget, Targets
from api.monitoring.views import MetricDefinitions, MetricValues, Periods

urlpatterns: list[URLPattern] = [
    path("metrics/definitions", MetricDefinitions.as_view()),
    path("metrics/values", MetricValues.as_view()),
    path("metrics/ratings", RatingFigures.as_view()),
    path("metrics/targets", Targets.as_view()),
    path("metrics/targets/<str:code>", OneTarget.as_view()),
    path("periods", Periods.as_view()),
]
