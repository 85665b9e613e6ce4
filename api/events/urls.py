"""The address of the feed."""

from django.urls import URLPattern, path

from api.events.views import Events

urlpatterns: list[URLPattern] = [path("events", Events.as_view())]
