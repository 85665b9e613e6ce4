"""The addresses of monitoring."""

from django.urls import URLPattern, path

from api.monitoring.views import MetricDefinitions, MetricValues, Periods

urlpatterns: list[URLPattern] = [
    path("metrics/definitions", MetricDefinitions.as_view()),
    path("metrics/values", MetricValues.as_view()),
    path("periods", Periods.as_view()),
]
